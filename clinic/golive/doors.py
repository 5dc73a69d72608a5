"""The page Going live, and the same for programs."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic import clock, http
from clinic import queries as house
from clinic.access import Can
from clinic.api_base import ApiView, NoInput, StrictSerializer
from clinic.errors import InvalidValue
from clinic.golive import queries, services
from clinic.golive.forms import CheckForm, CopyForm
from clinic.keystore import escrow, kek

LARGEST = 64 * 1024  # a copy is two kilobytes


def _page(request: HttpRequest, status: int = 200, **changes: Any) -> HttpResponse:
    organisation = house.organisation_for(request.actor, Can.MANAGE_STAFF)  # type: ignore[attr-defined]
    ring, steps = kek.ring(), queries.steps(organisation.id)
    context = {
        "steps": steps,
        "complete": all(step.done for step in steps),
        "opening": queries.opening(organisation.id),
        "copies": escrow.checked(),
        "fingerprint": ring.fingerprint(ring.current),
        "key_version": ring.current,
        "copy_form": CopyForm(),
        "check_form": CheckForm(),
        "made": None,
        **changes,
    }
    return http.page(request, "golive/home.html", context, status=status)


def home(request: HttpRequest) -> HttpResponse:
    """GET: the steps. POST: open the clinic."""
    if request.method != "POST":
        return _page(request)
    actor: Any = request.actor  # type: ignore[attr-defined]
    with http.with_refusals(None) as outcome:
        services.open_clinic(house.organisation_for(actor, Can.MANAGE_STAFF), by=actor, at=clock.now())
    if outcome.error is None:
        messages.success(request, "The clinic is open.")
        return http.redirect_to("going-live")
    messages.error(request, outcome.error.message)
    return _page(request, outcome.status)


def copy_make(request: HttpRequest) -> HttpResponse:
    """A new escrow copy; its pass phrase is on this one answer and nowhere else."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    form = CopyForm(request.POST)
    if not form.is_valid():
        return _page(request, 422, copy_form=form)
    with http.with_refusals(form) as outcome:
        organisation = house.organisation_for(actor, Can.MANAGE_STAFF)
        made = services.make_copy(organisation, holder=form.cleaned_data["holder"], by=actor, at=clock.now())
    if not outcome.ok:
        return _page(request, outcome.status, copy_form=form)
    name = re.sub(r"[^a-z0-9]+", "-", made.holder.casefold()).strip("-") or "copy"
    shown = {"holder": made.holder, "phrase": made.phrase, "name": f"escrow-{name}.box"}
    return _page(request, made={**shown, "file": base64.b64encode(made.data).decode()})


def copy_check(request: HttpRequest) -> HttpResponse:
    """Open a copy again."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    form = CheckForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, 422, check_form=form)
    with http.with_refusals(form) as outcome:
        holder = services.check_copy(
            house.organisation_for(actor, Can.MANAGE_STAFF),
            data=form.cleaned_data["file"].read(LARGEST),
            phrase=form.cleaned_data["phrase"],
            by=actor,
            at=clock.now(),
        )
    if not outcome.ok:
        return _page(request, outcome.status, check_form=form)
    messages.success(request, f"The copy of {holder} opens, and holds the key in use.")
    return http.redirect_to("going-live")


class CopyIn(StrictSerializer):
    """Who keeps it."""

    holder = serializers.CharField(max_length=120)


class CheckIn(StrictSerializer):
    """The file in base64, and its pass phrase."""

    file = serializers.CharField(max_length=LARGEST * 2)
    phrase = serializers.CharField(max_length=80)


class GoingLiveApi(ApiView):
    """GET: the steps. POST: open."""

    def get(self, request: Request) -> Response:
        """Each step, and what it misses."""
        organisation = house.organisation_for(self.actor, Can.MANAGE_STAFF)
        found = [
            {"code": step.code, "title": step.title, "done": step.done, "missing": step.missing}
            for step in queries.steps(organisation.id)
        ]
        return self.respond({"open": queries.is_open(organisation.id), "steps": found})

    def post(self, request: Request) -> Response:
        """Open the clinic."""
        self.parsed(NoInput)
        organisation = house.organisation_for(self.actor, Can.MANAGE_STAFF)
        opening = services.open_clinic(organisation, by=self.actor, at=clock.now())
        return self.respond({"opened_at": opening.opened_at.isoformat()}, status=201)


class CopiesApi(ApiView):
    """POST: a new escrow copy. Its answer is not kept for repetition: it holds the pass phrase."""

    def post(self, request: Request) -> Response:
        """Make."""
        if request.headers.get("Idempotency-Key"):
            raise InvalidValue("A copy is made once per request, without a key.", code="not_repeatable")
        organisation = house.organisation_for(self.actor, Can.MANAGE_STAFF)
        made = services.make_copy(organisation, by=self.actor, at=clock.now(), **self.parsed(CopyIn))
        body = {"holder": made.holder, "phrase": made.phrase, "file": base64.b64encode(made.data).decode()}
        return self.respond(body, status=201)


class CopyCheckApi(ApiView):
    """POST: open a copy again."""

    def post(self, request: Request) -> Response:
        """Check."""
        given = self.parsed(CheckIn)
        try:
            data = base64.b64decode(given["file"], validate=True)
        except binascii.Error as error:
            raise InvalidValue("Send the file in base64.", code="not_base64", field="file") from error
        organisation = house.organisation_for(self.actor, Can.MANAGE_STAFF)
        holder = services.check_copy(organisation, data=data, phrase=given["phrase"], by=self.actor, at=clock.now())
        return self.respond({"holder": holder})
