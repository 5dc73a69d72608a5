"""Who asks, and whether the address is theirs. Deny by default, for pages and API alike."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from clinic import access, audit, clock, headers, http
from clinic.actors import Actor
from clinic.choices import Role
from clinic.devices import enrolment
from clinic.errors import DomainError
from clinic.identity import sessions
from clinic.identity.models import BrokenGlass, ClosedChart
from clinic.keystore import keys
from clinic.models import CareRelation, HandOver, Membership, Supervision
from clinic.registry import ROUTES, Route

Handler = Callable[[HttpRequest], HttpResponseBase]


def request_context(get_response: Handler) -> Handler:
    """A request id for the log; keys live no longer than the request; every answer gets its headers."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        token = audit.request_id.set(str(uuid.uuid4()))
        keys.forget()
        try:
            response = get_response(request)
        finally:
            keys.forget()
            audit.request_id.reset(token)
        headers.protect(request, response)
        return response

    return handle


def _closed_to(staff: Any, organisations: Iterable[uuid.UUID], open_today: Q) -> frozenset[uuid.UUID]:
    """Clients whose chart is closed, but for those this person treats."""
    rows = ClosedChart.objects.filter(organisation_id__in=list(organisations), reopened_at__isnull=True)
    closed = frozenset(rows.values_list("client_id", flat=True))
    if not closed:
        return closed
    treated = CareRelation.objects.filter(open_today, staff=staff, client_id__in=closed)
    return closed - frozenset(treated.values_list("client_id", flat=True))


def _glass_of(staff: Any, closed: frozenset[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Closed charts whose glass this person broke and which stand open still."""
    if not closed:
        return closed
    rows = BrokenGlass.objects.filter(staff=staff, client_id__in=closed, expires_at__gt=clock.now())
    return frozenset(rows.values_list("client_id", flat=True))


def actor_of_staff(staff: Any, *, session: str = "", device: str = "", proved_at: datetime | None = None) -> Actor:
    """The actor of a member of staff: roles held today, clients treated, people supervised."""
    today = clock.today()
    open_today = Q(from_on__lte=today) & (Q(until_on__isnull=True) | Q(until_on__gte=today))
    not_ended = Q(ended_at__isnull=True) | Q(ended_at__gt=clock.now())
    roles: dict[uuid.UUID, set[Role]] = {}
    for organisation_id, role in Membership.objects.filter(open_today, not_ended, staff=staff).values_list(
        "organisation_id", "role"
    ):
        roles.setdefault(organisation_id, set()).add(Role(role))
    held = {role for some in roles.values() for role in some}
    treating: frozenset[uuid.UUID] = frozenset()
    if Role.LEARNER in held:
        treating = frozenset(CareRelation.objects.filter(open_today, staff=staff).values_list("client_id", flat=True))
    closed = _closed_to(staff, roles, open_today)
    supervising: frozenset[uuid.UUID] = frozenset()
    if held & {Role.PRACTITIONER, Role.LEAD, Role.TUTOR}:
        supervising = frozenset(
            Supervision.objects.filter(open_today, supervisor=staff).values_list("learner_id", flat=True)
        )
    return Actor(
        kind="staff",
        staff_id=staff.id,
        name=staff.name,
        roles={organisation: frozenset(some) for organisation, some in roles.items()},
        treating=treating,
        closed=closed,
        glass=_glass_of(staff, closed),
        supervising=supervising,
        organisation_id=next(iter(roles), None),
        session=session,
        device=device,
        proved_at=proved_at,
    )


def actor_of_handover(token: str) -> Actor | None:
    """The client who holds the tablet, while the hand-over is open; None when it is over, expired or unknown."""
    found = HandOver.objects.filter(
        token_hash=hashlib.sha256(token.encode()).hexdigest(), ended_at__isnull=True
    ).first()
    if found is None or found.expires_at <= clock.now():
        return None
    return Actor(
        kind="client",
        client_id=found.client_id,
        handover_id=found.id,
        handover_kind=found.kind,
        document_id=found.document_id,
        organisation_id=found.organisation_id,
        device=found.device,
        session=found.token_hash[:32],
    )


class ActorMiddleware:
    """Sets `request.actor`: the client with the tablet goes before the member of staff, so that both never mix."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.actor = self._actor(request)  # type: ignore[attr-defined]
        return self.get_response(request)

    def _actor(self, request: HttpRequest) -> Actor | None:
        if request.path.startswith(settings.STATIC_URL):
            return None
        token = request.COOKIES.get(settings.INTAKE_COOKIE_NAME)
        device = enrolment.mark_of(request)
        if token:
            found = actor_of_handover(token)
            return found if found is not None and found.device == device else None
        if request.user.is_authenticated:
            return actor_of_staff(
                request.user,
                session=sessions.key_hash(request.session.session_key),
                device=device,
                proved_at=sessions.moment(request.session, sessions.PROVED),
            )
        return None


class GuardMiddleware:
    """Refuses every request whose route, method or role is not granted; checks of the record itself follow in
    the services.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        """Runs before the view."""
        match = request.resolver_match
        found = ROUTES.get(match.url_name or "") if match else None
        if found is None:
            return http.answer_denied(request, 404)
        refusal = self._refusal(request, found)
        request.guard_passed = refusal is None  # type: ignore[attr-defined]
        return refusal

    def _refusal(self, request: HttpRequest, found: Route) -> HttpResponseBase | None:
        actor: Actor | None = request.actor  # type: ignore[attr-defined]
        if actor is not None and (found.audience == "handed") != (actor.kind == "client"):
            return http.answer_denied(request, 404)
        if found.audience == "public":
            return None
        if actor is None:
            return self._ask_to_sign_in(request)
        method = "GET" if request.method == "HEAD" else request.method or ""
        if found.audience == "signed_in":
            return None
        can = found.methods.get(method)
        if can is None:
            return http.answer_denied(request, 405, allowed=found.methods)
        if not access.could(actor, can):
            audit.record(actor, f"route.{found.name}", None, outcome="denied", verb=str(can), method=method)
            return http.answer_denied(request, 403)
        return None

    def _ask_to_sign_in(self, request: HttpRequest) -> HttpResponse:
        if http.wants_json(request) or request.method not in ("GET", "HEAD") or getattr(request, "htmx", False):
            response = http.answer_denied(request, 401)
            if getattr(request, "htmx", False):
                response["HX-Redirect"] = settings.LOGIN_REDIRECT_URL
            return response
        return redirect_to_login(request.get_full_path())

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Domain refusals that a page did not turn into a form error."""
        if isinstance(error, access.Refused):
            return http.answer_denied(request, 403)
        if isinstance(error, DomainError):
            return http.answer_domain_error(request, error)
        return None
