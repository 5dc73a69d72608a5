"""A client's allergies: coded entries, confirmed and corrected, never deleted."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from clinic import audit, clock
from clinic.access import Can, may
from clinic.catalogue import content as catalogue
from clinic.http import load, page, redirect_to, with_refusals
from clinic.models import AllergyEntry, Client
from clinic.services import clients as services
from config.pages.forms import AllergyForm, CorrectionForm


def tag_choices() -> list[tuple[str, str]]:
    """Tags of the shipped content, by their words."""
    return sorted(((key, tag.label) for key, tag in catalogue.tags().items()), key=lambda choice: choice[1])


def allergy_list(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """GET: the list with a form. POST: one entry more; an entry with the same tag is confirmed, never doubled."""
    actor = request.actor  # type: ignore[attr-defined]
    client = load(Client, actor, Can.READ_CHART, client_id)
    form = AllergyForm(request.POST or None, tags=tag_choices())
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            with with_refusals(form) as outcome:
                services.record_allergy(client, source="staff", by=actor, at=clock.now(), **form.cleaned_data)
            if outcome.ok:
                messages.success(request, "The allergy is on the list.")
                return redirect_to("client-allergies", client_id=client.id)
            status = outcome.status
    else:
        audit.viewed(actor, client, at=clock.now())
    context = {
        "client": client,
        "active_tab": "allergies",
        "form": form,
        "entries": _entries(client),
        "may_code": may(actor, Can.CODE_ALLERGY, client),
        "may_correct": may(actor, Can.CORRECT_ALLERGY, client),
    }
    return page(request, "pages/allergies.html", context, status=status)


def _entries(client: Client) -> list[dict[str, object]]:
    labels = dict(tag_choices())
    rows = AllergyEntry.objects.for_client(client).order_by("recorded_at", "id")
    return [{"entry": row, "label": labels.get(row.tag, row.tag)} for row in rows]


def allergy_correct(request: HttpRequest, client_id: UUID, entry_id: UUID) -> HttpResponse:
    """A clinical lead takes an entry off the list, with the reason; it stays readable."""
    actor = request.actor  # type: ignore[attr-defined]
    entry = load(AllergyEntry, actor, Can.CORRECT_ALLERGY, entry_id, client_id=client_id)
    form = CorrectionForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            with with_refusals(form) as outcome:
                services.correct_allergy(entry, reason=form.cleaned_data["reason"], by=actor, at=clock.now())
            if outcome.ok:
                return redirect_to("client-allergies", client_id=client_id)
            status = outcome.status
    label = dict(tag_choices()).get(entry.tag, entry.tag)
    context = {"client": entry.client, "entry": entry, "label": label, "form": form}
    return page(request, "pages/allergy_correct.html", context, status=status)
