"""The API door: strict input, versions by If-Match, repeatable requests by Idempotency-Key, one shape of refusal."""

from __future__ import annotations

import hashlib
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.http import Http404, JsonResponse
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from clinic import audit, http
from clinic.access import Can, Refused
from clinic.actors import Actor
from clinic.encryption import canonical
from clinic.errors import DomainError, InvalidValue, KeyInFlight, VersionMissing
from clinic.models import IdempotentAnswer

M = TypeVar("M", bound=models.Model)


def _details(code: str, message: str, field: str | None, details: Any, status: int) -> Response:
    return Response({"code": code, "message": message, "field": field, "details": details}, status=status)


def _first(detail: Any, path: str = "") -> tuple[str | None, str, str]:
    """Field, message and code of the first error of a serializer."""
    if isinstance(detail, dict):
        key, value = next(iter(detail.items()))
        inside = path if key == "non_field_errors" else f"{path}.{key}".strip(".")
        return _first(value, inside)
    if isinstance(detail, list):
        return _first(detail[0], path)
    return path or None, str(detail), getattr(detail, "code", "invalid")


_FORM_CODES = {"required", "null", "blank", "unknown_field", "not_a_dict", "not_a_list", "parse_error", "wrong_type"}


def answer_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every refusal as `{"code", "message", "field", "details"}` with the status of decision 13."""
    if isinstance(error, DomainError):
        return Response(http.problem(error), status=error.status)
    if isinstance(error, exceptions.ValidationError):
        field, message, code = _first(error.detail)
        malformed = code in _FORM_CODES
        return _details(
            "malformed" if malformed else "invalid", message, field, error.detail, 400 if malformed else 422
        )
    if isinstance(error, (Http404, exceptions.NotFound)):
        return _details("not_found", "Not found.", None, None, 404)
    if isinstance(error, (PermissionDenied, exceptions.PermissionDenied)):
        reason = error.reason if isinstance(error, Refused) else None
        return _details(
            "forbidden", "Your role does not allow this.", None, {"reason": reason} if reason else None, 403
        )
    if isinstance(error, exceptions.NotAuthenticated):
        return _details("not_signed_in", "Sign in first.", None, None, 401)
    if isinstance(error, exceptions.APIException):
        status = (
            400 if isinstance(error, (exceptions.ParseError, exceptions.UnsupportedMediaType)) else error.status_code
        )
        return _details("malformed" if status == 400 else "refused", str(error.detail), None, None, status)
    return None


class StrictSerializer(serializers.Serializer[Any]):
    """A serializer that refuses unknown fields and wrong JSON types (`"name": 0` is not text)."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse what is not declared, then validate."""
        if isinstance(data, dict):
            unknown = sorted(set(data) - {name for name, field in self.fields.items() if not field.read_only})
            if unknown:
                raise serializers.ValidationError(
                    {name: [serializers.ErrorDetail("Unknown field.", code="unknown_field")] for name in unknown}
                )
            wrong = [name for name, field in self.fields.items() if name in data and not _typed(field, data[name])]
            if wrong:
                raise serializers.ValidationError(
                    {name: [serializers.ErrorDetail("Wrong type.", code="wrong_type")] for name in wrong}
                )
        return super().to_internal_value(data)


class NoInput(StrictSerializer):
    """For verbs that ask for nothing: whatever is sent is unknown."""


def _typed(field: Any, value: Any) -> bool:
    """Whether a JSON value has the JSON type of a field; null is left to the field."""
    if value is None:
        return True
    if isinstance(field, serializers.BooleanField):
        return isinstance(value, bool)
    if isinstance(field, (serializers.IntegerField, serializers.FloatField)):
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if isinstance(field, serializers.DecimalField):
        return isinstance(value, (int, float, str)) and not isinstance(value, bool)
    if isinstance(
        field, (serializers.CharField, serializers.DateField, serializers.DateTimeField, serializers.UUIDField)
    ):
        return isinstance(value, str)
    return True


class ApiView(APIView):
    """Base of all API views."""

    @property
    def actor(self) -> Actor:
        """Who asks."""
        actor: Actor = self.request._request.actor  # type: ignore[attr-defined]
        return actor

    def load(self, model: type[M], can: Can, pk: UUID | str, **parent: Any) -> M:
        """A visible record or 404; see clinic.http.load."""
        return http.load(model, self.actor, can, pk, **parent)

    def version(self) -> int:
        """The version the caller read, from If-Match. Raises VersionMissing (428)."""
        given = self.request.headers.get("If-Match", "").strip().strip('"')
        if not given:
            raise VersionMissing
        if not given.isdecimal():
            raise InvalidValue("If-Match must hold the version number.", code="invalid_version", field="version")
        return int(given)

    def parsed(self, serializer: type[serializers.Serializer[Any]], data: Any = None) -> dict[str, Any]:
        """Validated input of the request."""
        checked = serializer(data=self.request.data if data is None else data)
        checked.is_valid(raise_exception=True)
        result: dict[str, Any] = checked.validated_data
        return result

    def respond(self, body: dict[str, Any], *, status: int = 200, version: int | None = None) -> Response:
        """An answer with the record's version as ETag."""
        response = Response(body, status=status)
        if version is not None:
            response["ETag"] = f'"{version}"'
        return response

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer a repeated POST from the stored answer; otherwise run it in one transaction with its key."""
        key = request.headers.get("Idempotency-Key", "")
        actor = getattr(request, "actor", None)
        if request.method != "POST" or not key or actor is None or actor.actor_id is None:
            return super().dispatch(request, *args, **kwargs)
        return _once(self, super().dispatch, request, args, kwargs)


def _content(request: Any) -> Any:
    """What tells one request from another: its text, or the fields of a form and the SHA-256 of each file in it.

    A form's bytes are of no use: every browser parts its fields by a boundary of its own choosing.
    """
    if request.content_type != "multipart/form-data":
        return request.body.decode("utf-8", "replace")
    fields = {name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"}
    return [fields, {name: [_hash(file) for file in files] for name, files in request.FILES.lists()}]


def _hash(file: Any) -> str:
    """SHA-256 of an uploaded file, which is left at its beginning."""
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _once(view: ApiView, dispatch: Any, request: Any, args: Any, kwargs: Any) -> Any:
    actor: Actor = request.actor
    key = request.headers["Idempotency-Key"][:80]
    actor_id = actor.actor_id
    assert actor_id is not None
    fingerprint = hashlib.sha256(canonical([request.method, request.path, _content(request)])).hexdigest()
    stored = IdempotentAnswer.objects.filter(actor_kind=actor.kind, actor_id=actor_id, key=key).first()
    if stored is not None:
        return _replay(stored, fingerprint)
    holder = actor.client_id or kwargs.get("client_id") or actor.organisation_id
    try:
        with audit.deferring_refusals(), transaction.atomic():
            response = dispatch(request, *args, **kwargs)
            if response.status_code >= 400 or holder is None:
                transaction.set_rollback(response.status_code >= 400)
                return response
            IdempotentAnswer(
                organisation_id=actor.organisation_id or holder,
                holder_id=holder,
                actor_kind=actor.kind,
                actor_id=actor_id,
                key=key,
                fingerprint=fingerprint,
                status=response.status_code,
                answer={"body": response.data, "etag": response.get("ETag", "")},
            ).save()
            return response
    except IntegrityError:
        error = KeyInFlight("A request with this key is being worked on; ask again.", code="key_in_flight")
        return JsonResponse(http.problem(error), status=409)


def _replay(stored: IdempotentAnswer, fingerprint: str) -> JsonResponse:
    if stored.fingerprint != fingerprint:
        error = InvalidValue("This Idempotency-Key was used for another request.", code="key_reused")
        return JsonResponse(http.problem(error), status=422)
    response = JsonResponse(stored.answer["body"], status=stored.status, safe=False)
    response["Idempotent-Replayed"] = "true"
    if stored.answer["etag"]:
        response["ETag"] = stored.answer["etag"]
    return response
