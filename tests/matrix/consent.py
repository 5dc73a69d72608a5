"""Addresses of consent for the access matrix. Rows are saved as they are: only who may open them is at stake."""

from __future__ import annotations

from typing import Any

from clinic.models import ContentVersion, Document
from clinic.photos import files
from consent.models import Consent
from consent.texts import parse
from consent.wording import Planned, shown_text
from consultations.models import Consultation, ServicePlan
from tests.factories import NOW, World

FACTS = dict.fromkeys(
    ("modality", "technique", "product", "product_name", "areas", "course", "performer", "performer_standing"), "x"
)


def _texts(organisation: Any, lead: Any) -> ContentVersion:
    from clinic import content

    body = content.shipped("consent_texts")
    found = ContentVersion.objects.filter(organisation=organisation, kind="consent_texts").first()
    if found is None:
        found = ContentVersion(
            organisation=organisation, kind="consent_texts", number=1, body=body, digest=content.digest(body),
            state="published", published_at=NOW, published_by=lead,
        )  # fmt: skip
        found.save()
    return found


def _consent(client: Any, performer: Any, version: ContentVersion) -> Consent:
    whose = {"organisation_id": client.organisation_id, "client": client}
    consultation = Consultation(**whose, kind="full", practitioner=performer, started_at=NOW)
    consultation.save()
    plan = ServicePlan(
        **whose, consultation=consultation, modality="injection", technique="T01", zones=["forehead"], protocol="L01",
        sessions=3,
    )  # fmt: skip
    plan.save()
    planned = Planned("injection", is_lipolysis=False, is_scalp=False, is_prescription=False, facts=FACTS)
    consent = Consent(
        **whose, plan=plan, performer=performer, modality="injection", technique="T01", zones=["forehead"],
        content=version, snapshot=shown_text(parse(version.body), planned), text_digest="0" * 64, info_given_at=NOW,
        info_form="screen", cooling_off_hours=168,
    )  # fmt: skip
    consent.save()
    return consent


def _document(client: Any) -> Document:
    import hashlib

    row = Document(
        organisation_id=client.organisation_id, client=client, kind="consent", size=1,
        sha256=hashlib.sha256(b"%PDF").hexdigest(),
    )  # fmt: skip
    files.put(files.FilePlace(row.organisation_id, row.client_id, row.id, "signed"), b"%PDF")
    row.save()
    return row


def objects(world: World) -> dict[str, dict[str, Any]]:
    """For each route the arguments of the own client's, the colleague's client's and the other clinic's record."""
    routes: dict[str, dict[str, Any]] = {}
    lead = world.people["lead"]
    whose = {"own": world.own, "colleague": world.colleague, "other": world.other}
    for relation, client in whose.items():
        version = _texts(client.organisation, lead)
        performer = world.people["outsider" if relation == "other" else "practitioner"]
        consent, client_id = _consent(client, performer, version), client.id
        one = {"client_id": client_id, "consent_id": consent.id}
        plan = {"client_id": client_id, "plan_id": consent.plan_id}
        routes.setdefault("document-download", {})[relation] = {"document_id": _document(client).id, "copy": "sealed"}
        for name in ("client-consents", "permission-answer", "api-consent-list", "api-permissions"):
            routes.setdefault(name, {})[relation] = {"client_id": client_id}
        for name in ("detail", "conversation", "confirm", "shorten", "withdraw"):
            routes.setdefault(f"consent-{name}", {})[relation] = one
            routes.setdefault(f"api-consent-{name}", {})[relation] = {"consent_id": consent.id}
        routes.setdefault("consent-offer", {})[relation] = plan
        routes.setdefault("api-consent-offer", {})[relation] = {"plan_id": consent.plan_id}
    return routes
