"""Consent as the demo plays it: information given, talk, reflection, the client's own signature on a hand-over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from clinic.middleware import actor_of_handover
from clinic.models import Client
from clinic.services import handover
from config.demo.stage import Stage
from consent import services, wording
from consent.models import Consent
from consent.signatures import Signature
from consultations.models import ServicePlan


def newest_plan(client: Client) -> ServicePlan:
    """The plan the client agreed to last."""
    found: ServicePlan = ServicePlan.objects.filter(client=client, state="agreed").order_by("-recorded_at").first()  # type: ignore[assignment]
    return found


def play(stage: Stage, client: Client, step: dict[str, Any], *, by_key: str) -> None:
    """Tell, talk, wait, and sign or decline."""
    with stage.scene(step["told"], "11:30") as at:
        by = stage.actor(by_key)
        consent = services.offer_consent(newest_plan(client), performer=stage.people[by_key], by=by, at=at)
        services.record_conversation(
            consent,
            how="in_person",
            matters=step["matters"],
            questions="How long the marks last.",
            capacity={"doubt": False},
            by=by,
            at=at + timedelta(minutes=10),
        )
    _decide(stage, client, consent, step, by_key=by_key)


def _decide(stage: Stage, client: Client, consent: Consent, step: dict[str, Any], *, by_key: str) -> None:
    with stage.scene(step.get("signed", step.get("declined", 0)), "17:30") as at:
        _, token = handover.start_handover(client, "consent", consent.id, by=stage.actor(by_key), at=at)
        holder = actor_of_handover(token)
        if holder is None:
            raise RuntimeError("The hand-over did not open.")
        if "declined" in step:
            services.decline_consent(consent, reason="Too soon for me.", by=holder, at=at + timedelta(minutes=4))
            return
        services.sign_consent(
            consent,
            statements=wording.statement_ids(consent.snapshot),
            permissions=dict.fromkeys(wording.permission_codes(consent.snapshot), True),
            signature=Signature("typed", name=client.legal_name),
            text_digest=consent.text_digest,
            by=holder,
            at=at + timedelta(minutes=6),
        )
