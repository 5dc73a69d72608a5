"""The HTML door: loading with authorisation, and the one translation of refusals into pages (decision 13)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.conf import settings
from django.db import models
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from clinic import access, audit
from clinic.access import Can
from clinic.actors import Actor
from clinic.errors import DomainError, StaleRecord
from clinic.proof import ProofNeeded

M = TypeVar("M", bound=models.Model)
_PAGES = (409, 410, 422, 428, 503, 507)  # refusals with a page of their own
_WORDS = {
    400: ("bad_request", "This request could not be understood."),
    401: ("not_signed_in", "Sign in first."),
    403: ("forbidden", "Your role does not allow this."),
    404: ("not_found", "Not found."),
    405: ("method_not_allowed", "This address does not answer that method."),
}


def wants_json(request: HttpRequest) -> bool:
    """Whether the answer goes to a program."""
    return request.path.startswith("/api/")


def answer_denied(request: HttpRequest, status: int, *, allowed: Iterable[str] = ()) -> HttpResponse:
    """A refusal without a word about the record."""
    code, message = _WORDS[status]
    if wants_json(request):
        response: HttpResponse = JsonResponse(
            {"code": code, "message": message, "field": None, "details": None}, status=status
        )
    else:
        template = "404.html" if status == 404 else "403.html"
        response = render(request, template, {"message": message, "status": status}, status=status)
    if allowed:
        response["Allow"] = ", ".join(sorted(allowed))
    return response


def answer_domain_error(request: HttpRequest, error: DomainError) -> HttpResponse:
    """A page (or JSON) that names what is wrong and what to do; used when no form can show it."""
    if wants_json(request):
        return JsonResponse(problem(error), status=error.status)
    if isinstance(error, ProofNeeded):
        return _ask_for_proof(request)
    template = f"{error.status}.html" if error.status in _PAGES else "422.html"
    return render(request, template, {"error": error}, status=error.status)


def _ask_for_proof(request: HttpRequest) -> HttpResponse:
    """To the page that asks again who it is, and from there back to what the person was doing."""
    back = request.get_full_path()
    if request.method not in ("GET", "HEAD"):
        came_from = urlsplit(request.headers.get("Referer", ""))
        back = came_from.path if came_from.netloc == request.get_host() else "/"
    response = redirect_to("prove")
    response["Location"] += f"?{urlencode({'next': back})}"
    if getattr(request, "htmx", False):
        response["HX-Redirect"] = response["Location"]
        response.status_code = 403
    return response


def problem(error: DomainError) -> dict[str, Any]:
    """The body every API refusal has."""
    return {"code": error.code, "message": error.message, "field": error.field, "details": error.details}


def load(model: type[M], actor: Actor, can: Can, pk: UUID | str, *, queryset: Any = None, **parent: Any) -> M:
    """One visible record, or 404. `parent` narrows a child to its parent: `load(Visit, actor, can, id, client_id=…)`.

    A record whose relation exists but whose verb is refused raises access.Refused (403).
    """
    rows = queryset if queryset is not None else model._default_manager.all()
    found = rows.filter(pk=pk, **parent).first()
    if found is None:
        raise Http404
    try:
        access.require(actor, can, found)
    except (access.Refused, Http404) as error:
        audit.denied(actor, f"read.{can}", found, error)
        raise
    return found


class Outcome:
    """What became of a verb called from a form."""

    def __init__(self) -> None:
        self.status = 200
        self.error: DomainError | None = None

    @property
    def ok(self) -> bool:
        """The verb was done."""
        return self.error is None


@contextmanager
def with_refusals(form: BaseForm | None) -> Iterator[Outcome]:
    """Turn a refusal inside the block into errors of the form; what was typed stays.

    with with_refusals(form) as outcome:
        record = services.verb(…)
    if outcome.ok:
        return redirect_to(…)
    return page(request, template, {"form": form, "outcome": outcome}, status=outcome.status)
    """
    outcome = Outcome()
    try:
        yield outcome
    except ProofNeeded:
        raise
    except DomainError as error:
        outcome.error, outcome.status = error, error.status
        if form is not None and not isinstance(error, StaleRecord):
            form.add_error(error.field if error.field in form.fields else None, error.message)


def page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Render a page."""
    return render(request, template, context or {}, status=status)


def redirect_to(name: str, **kwargs: Any) -> HttpResponse:
    """See other: after a verb the browser goes to a page, so that a reload repeats nothing."""
    response: HttpResponse = redirect(name, **kwargs)
    response.status_code = 303
    return response


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: the acting person, what the rail may show, and whether this is the demo clinic."""
    actor: Actor | None = getattr(request, "actor", None)

    def sees(can: Can) -> bool:
        return actor is not None and access.could(actor, can)

    rail = {
        "today": sees(Can.READ_VISITS),
        "clients": sees(Can.FIND_CLIENT),
        "courses": sees(Can.READ_CHART),
        "products": sees(Can.READ_CATALOGUE) or sees(Can.READ_STOCK),
        "evidence": sees(Can.READ_PORTFOLIO) or sees(Can.OPEN_OBSERVATION) or sees(Can.SAMPLE_DECISIONS),
        "clinic": sees(Can.READ_STAFF) or sees(Can.READ_CONTENT) or sees(Can.READ_LOG),
    }
    return {"actor": actor, "rail": rail, "demo": settings.DEMO}


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form sent from elsewhere or after sign-out."""
    return answer_denied(request, 403)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403 page."""
    return answer_denied(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404 page: the same words for “not yours” and “does not exist”."""
    return answer_denied(request, 404)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400 page."""
    return answer_denied(request, 400)


def server_error(request: HttpRequest) -> HttpResponse:
    """500 page; an id for the user, nothing of the fault."""
    if wants_json(request):
        return JsonResponse(
            {"code": "server_error", "message": "Something failed here. Nothing was saved.", "field": None,
             "details": {"request": audit.request_id.get()}},
            status=500,
        )  # fmt: skip
    return render(request, "500.html", {"request_id": audit.request_id.get()}, status=500)
