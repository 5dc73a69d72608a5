"""Pages and API of erasure: find by code, hold, lift, erase. The data protection lead sees codes, never names."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic import clock, http
from clinic.access import Can
from clinic.api_base import ApiView, StrictSerializer
from clinic.erasure import queries, running, services
from clinic.erasure.choices import Ground
from clinic.erasure.forms import EraseForm, FindForm, HoldForm
from clinic.erasure.models import Erasure, LegalHold
from clinic.errors import Erased
from clinic.models import Client


def erasures(request: HttpRequest) -> HttpResponse:
    """What was erased and what is held; POST finds a client by code."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    form = FindForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = queries.by_code(actor, form.cleaned_data["code"])
        if found is not None:
            return http.redirect_to("erasure-decide", client_id=found.id)
        form.add_error("code", "No client has this code.")
    context = {"form": form, "erasures": queries.done(actor)[:200], "holds": queries.holds(actor)}
    return http.page(request, "erasure/list.html", context, status=422 if form.errors else 200)


def _client(request: HttpRequest, client_id: UUID) -> Client:
    client = http.load(Client, request.actor, Can.ERASE_CLIENT, client_id)  # type: ignore[attr-defined]
    if client.erased_at is not None:
        raise Erased
    return client


def erasure_decide(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """What stands in the way of erasing one client, and the decision."""
    client = _client(request, client_id)
    form = EraseForm(request.POST or None)
    if request.method != "POST":
        return _decide_page(request, client, form)
    if not form.is_valid():
        return _decide_page(request, client, form, status=422)
    code = client.display_code
    with http.with_refusals(form) as outcome:
        running.erase(client, by=request.actor, at=clock.now(), **form.cleaned_data)  # type: ignore[attr-defined]
    if outcome.ok:
        messages.success(request, f"The record {code} is erased. Its keys are destroyed.")
        return http.redirect_to("erasure-list")
    return _decide_page(request, client, form, status=outcome.status)


def _decide_page(request: HttpRequest, client: Client, form: EraseForm, *, status: int = 200) -> HttpResponse:
    blocks = queries.blocks(client, clock.now())
    context = {
        "client_id": client.id,
        "code": client.display_code,
        "form": form,
        "hold_form": HoldForm(),
        "blocks": blocks,
        "may_erase": all(block.may_override for block in blocks),
        "kept_until": queries.kept_until(client),
        "last_contact": queries.last_contact(client),
        "holds": queries.open_holds(client).select_related("placed_by"),
    }
    return http.page(request, "erasure/decide.html", context, status=status)


def hold_place(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Place a hold."""
    client = _client(request, client_id)
    form = HoldForm(request.POST)
    if form.is_valid():
        services.place_hold(client, reason=form.cleaned_data["hold_reason"], by=request.actor, at=clock.now())  # type: ignore[attr-defined]
        return http.redirect_to("erasure-decide", client_id=client.id)
    messages.error(request, "Say what the hold is for.")
    return _decide_page(request, client, EraseForm(), status=422)


def hold_lift(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    """Lift a hold."""
    hold = http.load(LegalHold, request.actor, Can.ERASE_CLIENT, hold_id)  # type: ignore[attr-defined]
    form = HoldForm(request.POST)
    if form.is_valid():
        services.lift_hold(hold, reason=form.cleaned_data["hold_reason"], by=request.actor, at=clock.now())  # type: ignore[attr-defined]
        return http.redirect_to("erasure-decide", client_id=hold.client_id)
    messages.error(request, "Say why the hold is lifted.")
    return _decide_page(request, hold.client, EraseForm(), status=422)


class EraseIn(StrictSerializer):
    """The decision."""

    ground = serializers.ChoiceField(choices=Ground.choices)
    source = serializers.CharField(max_length=200)  # type: ignore[assignment]
    reason = serializers.CharField(max_length=1000)
    despite_retention = serializers.CharField(max_length=1000, default="", allow_blank=True)
    code = serializers.CharField(max_length=12)


class HoldIn(StrictSerializer):
    """Why."""

    reason = serializers.CharField(max_length=400)


def erasure_out(row: Erasure) -> dict[str, Any]:
    """A decision that was carried out."""
    return {
        "id": str(row.id),
        "client": str(row.client_id),
        "ground": row.ground,
        "source": row.source,
        "reason": row.reason,
        "despite_retention": row.despite_retention,
        "decided_by": str(row.decided_by_id or ""),
        "decided_at": row.decided_at.isoformat(),
        "ledger": row.ledger_seq,
    }


def hold_out(row: LegalHold) -> dict[str, Any]:
    """A hold."""
    return {
        "id": str(row.id),
        "client": str(row.client_id),
        "reason": row.reason,
        "placed_at": row.placed_at.isoformat(),
        "lifted_at": row.lifted_at.isoformat() if row.lifted_at else None,
    }


class ErasuresApi(ApiView):
    """What was erased."""

    def get(self, request: Request) -> Response:
        """Newest first, at most 200."""
        return self.respond({"erasures": [erasure_out(row) for row in queries.done(self.actor)[:200]]})


class ErasureApi(ApiView):
    """GET: what stands in the way. POST: erase."""

    def _client(self, client_id: UUID) -> Client:
        client = self.load(Client, Can.ERASE_CLIENT, client_id)
        if client.erased_at is not None:
            raise Erased
        return client

    def get(self, request: Request, client_id: UUID) -> Response:
        """Blocks and dates."""
        client = self._client(client_id)
        found = queries.blocks(client, clock.now())
        return self.respond(
            {
                "code": client.display_code,
                "kept_until": queries.kept_until(client).isoformat(),
                "blocks": [{"code": b.code, "message": b.message, "may_override": b.may_override} for b in found],
                "holds": [hold_out(row) for row in queries.open_holds(client)],
            }
        )

    def post(self, request: Request, client_id: UUID) -> Response:
        """The decision is carried out at once."""
        client = self._client(client_id)
        made = running.erase(client, by=self.actor, at=clock.now(), **self.parsed(EraseIn))
        return self.respond(erasure_out(made), status=201)


class HoldsApi(ApiView):
    """POST: a hold on a client's record."""

    def post(self, request: Request, client_id: UUID) -> Response:
        """Place."""
        client = self.load(Client, Can.ERASE_CLIENT, client_id)
        hold = services.place_hold(client, by=self.actor, at=clock.now(), **self.parsed(HoldIn))
        return self.respond(hold_out(hold), status=201, version=hold.version)


class HoldLiftApi(ApiView):
    """POST: a hold ends."""

    def post(self, request: Request, hold_id: UUID) -> Response:
        """Lift."""
        hold = self.load(LegalHold, Can.ERASE_CLIENT, hold_id)
        lifted = services.lift_hold(hold, by=self.actor, at=clock.now(), **self.parsed(HoldIn))
        return self.respond(hold_out(lifted), version=lifted.version)
