"""What consent offers to the rest of the program: seals, hand-over pages, timeline, export, checks of stored papers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse

from clinic import access, providers, seals, verification
from clinic.access import Can
from clinic.actors import Actor
from clinic.documents import store
from clinic.handover import kinds
from clinic.models import Client
from clinic.providers import Event
from consent import handed, papers, queries
from consent.choices import ConsentState
from consent.models import Consent, sealed_payload

RECORD_PHOTOGRAPHS = "P1"  # clinical-content.md H5


def timeline(client: Client, actor: Actor) -> Iterable[Event]:
    """Information given, decisions and withdrawals."""
    if not access.may(actor, Can.READ_CHART, client):
        return
    for consent in queries.consents_of(client):
        url = reverse("consent-detail", args=[client.id, consent.id])
        detail = f"{consent.get_modality_display()}, {consent.performer.name}"
        yield Event(consent.info_given_at, "consent", "Consent: information given", detail, url, "file-text")
        if consent.decided_at is not None:
            given = consent.state == ConsentState.GIVEN
            title, tone = ("Consent given", "ok") if given else ("Consent declined", "caution")
            yield Event(consent.decided_at, "consent", title, detail, url, "pen" if given else "x-circle", tone)
        for row in consent.withdrawals.all():
            yield Event(row.withdrawn_at, "consent", "Consent withdrawn", detail, url, "x-circle", "stop")


def export(client: Client) -> Iterable[tuple[str, Any]]:
    """Records and sealed papers of all consents, and the answers to all permissions."""
    for consent in queries.consents_of(client):
        record = papers.record_of(
            consent, queries.sealed_conversation(consent), queries.shortening_of(consent, consent.decided_at)
        )
        yield f"consent/{consent.id}.json", record
        if consent.document is not None:
            yield f"consent/{consent.id}.pdf", store.open_pdf(consent.document)
    yield "consent/permissions.json", dict(queries.permissions(client))


def photo_permission(client: Client, at: datetime) -> bool | None:
    """The answer to photographs for the record (P1), which every door of photographs asks."""
    return queries.permission(client, RECORD_PHOTOGRAPHS, at)


def register() -> None:
    """Called once when the program starts."""
    seals.register(Consent, sealed_payload)
    kinds.register(
        "consent", show=handed.show, sign=handed.sign, decline=handed.decline, answer=handed.answer, state=handed.state
    )
    providers.register_timeline(timeline)
    providers.register_export(export)
    providers.register_photo_permission(photo_permission)
    verification.register(store.faults)
