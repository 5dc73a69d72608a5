"""The sheet in the client's hands: read it, say so."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from aftercare import services
from aftercare.choices import SheetState
from aftercare.models import AftercareSheet
from clinic import clock
from clinic.http import redirect_to
from clinic.models import HandOver


def _sheet(handover: HandOver) -> AftercareSheet:
    found: AftercareSheet | None = AftercareSheet.objects.filter(
        pk=handover.document_id, client_id=handover.client_id
    ).first()
    if found is None or found.standing == SheetState.DRAFTED:
        raise Http404
    return found


def show(request: HttpRequest, handover: HandOver) -> HttpResponse:
    """GET: the sheet."""
    sheet = _sheet(handover)
    return render(request, "aftercare/handed.html", {"sheet": sheet, "shown": sheet.snapshot})


def acknowledge(request: HttpRequest, handover: HandOver) -> HttpResponse:
    """POST: the client has read it."""
    services.acknowledge_sheet(_sheet(handover), by=request.actor, at=clock.now())  # type: ignore[attr-defined]
    return redirect_to("handover-form")
