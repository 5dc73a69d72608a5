"""Closed charts and broken glass."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from clinic import clock, http, proof
from clinic import queries as desk
from clinic.access import Can, could
from clinic.identity import queries
from clinic.identity.forms import CloseChartForm, ReasonForm
from clinic.identity.models import ClosedChart
from clinic.identity.services import glass as services
from clinic.models import Client


def _actor(request: HttpRequest) -> Any:
    return request.actor  # type: ignore[attr-defined]


def chart_close(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Close a client's chart to all who do not treat them."""
    actor = _actor(request)
    client = http.load(Client, actor, Can.CLOSE_CHART, client_id)
    form = CloseChartForm(request.POST or None, people=desk.practitioners(client.organisation_id))
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        with http.with_refusals(form) as outcome:
            services.close_chart(client, by=actor, at=clock.now(), **form.cleaned_data)
        if outcome.ok:
            messages.success(request, "This chart is closed. Only who treats the client sees it.")
            return http.redirect_to("client-detail", client_id=client.id)
        status = outcome.status
    context = {"form": form, "client": client}
    return http.page(request, "identity/chart_close.html", context, status=status)


def glass_break(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Open a closed chart in an emergency, for fifteen minutes."""
    actor, now = _actor(request), clock.now()
    client = http.load(Client, actor, Can.BREAK_GLASS, client_id)
    proof.demand(actor, now)
    form = ReasonForm(request.POST or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        with http.with_refusals(form) as outcome:
            made = services.break_glass(client, by=actor, at=now, **form.cleaned_data)
        if outcome.ok:
            until = made.expires_at.astimezone(clock.LONDON)
            messages.warning(
                request, f"This chart is open to you until {until:%H:%M}. The data protection lead is told."
            )
            return http.redirect_to("client-detail", client_id=client.id)
        status = outcome.status
    context = {"form": form, "client": client}
    return http.page(request, "identity/glass_break.html", context, status=status)


def glass_list(request: HttpRequest) -> HttpResponse:
    """The data protection lead's page: who broke which glass and why, and the charts that are closed."""
    actor = _actor(request)
    context = {
        "lines": queries.broken_glass(actor, clock.now()),
        "closed": queries.closed_charts(actor),
        "may_reopen": could(actor, Can.REOPEN_CHART),
    }
    return http.page(request, "identity/glass_list.html", context)


def chart_reopen(request: HttpRequest, closed_id: UUID) -> HttpResponse:
    """POST: open a closed chart to the clinic again."""
    actor = _actor(request)
    row = http.load(ClosedChart, actor, Can.REOPEN_CHART, closed_id)
    services.reopen_chart(row, by=actor, at=clock.now())
    messages.success(request, "The chart is open to the clinic again.")
    return http.redirect_to("glass-list")
