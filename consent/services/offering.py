"""Giving the information: the text is fixed, the clock starts."""

from __future__ import annotations

from datetime import datetime

from clinic import access, audit, clock
from clinic.access import Can
from clinic.actors import Actor
from clinic.errors import InvalidValue, RuleRefused, TransitionRefused
from clinic.models import Membership, Staff
from consent import facts, queries, rules, wording
from consent.choices import ConsentState, InformationForm
from consent.models import Consent
from consent.rules import Cover
from consultations.choices import PlanState
from consultations.models import ServicePlan

_PERFORMING = ("practitioner", "learner", "lead")


def _check(plan: ServicePlan, performer: Staff, form: str) -> None:
    if plan.standing != PlanState.AGREED:
        raise RuleRefused("Agree the plan with the client first.", code="plan_not_agreed", field="plan")
    if form not in InformationForm.values:
        raise InvalidValue("Say how the information was given.", code="invalid_choice", field="form")
    works_here = Membership.objects.filter(
        staff=performer, organisation_id=plan.organisation_id, role__in=_PERFORMING, until_on__isnull=True
    )
    if not performer.is_active or not works_here.exists():
        raise InvalidValue("Choose the person who will treat.", code="invalid_choice", field="performer")


@audit.audited
def offer_consent(
    plan: ServicePlan, *, performer: Staff, by: Actor, at: datetime, form: str = InformationForm.SCREEN, note: str = ""
) -> Consent:
    """Record that the written information was given; the reflection time starts now (H04). `note`: what was given.

    An earlier consent shortens that time only when treatment took place under it and it still stands: one that was
    withdrawn, declined or has lapsed never does (R006; `rules.shortens_reflection`).
    Raises RuleRefused `plan_not_agreed`, `content_not_published`; TransitionRefused `already_offered` while the same
    text is open for the same performer; InvalidValue.
    """
    access.require(by, Can.OFFER_CONSENT, plan)
    _check(plan, performer, form)
    version, texts = queries.texts_of(plan.organisation_id)
    shown = wording.shown_text(texts, facts.planned_for(plan, performer, at.astimezone(clock.LONDON).date()))
    open_same = Consent.objects.filter(
        plan=plan, performer=performer, state=ConsentState.OFFERED, content=version, text_digest=wording.digest(shown)
    )
    if open_same.exists():
        raise TransitionRefused("This information was given already; the clock is running.", code="already_offered")
    hours = queries.hours_of(plan.organisation, texts)
    earlier = queries.experience_of(plan.client, at, hours)
    wanted = Cover(plan.modality, plan.product_id, plan.technique, frozenset(plan.zones))
    consent = Consent(
        organisation_id=plan.organisation_id,
        client_id=plan.client_id,
        plan=plan,
        performer=performer,
        modality=plan.modality,
        technique=plan.technique,
        product_id=plan.product_id,
        zones=list(plan.zones),
        content=version,
        snapshot=shown,
        text_digest=wording.digest(shown),
        info_given_at=at,
        info_form=form,
        info_given_by_id=by.staff_id if by.kind == "staff" else None,
        info_note=note.strip(),
        cooling_off_hours=rules.cooling_off_hours(wanted, earlier, hours),
        recorded_at=at,
    )
    consent.save()
    audit.record(
        by, "consent.offered", consent, at=at, form=form, hours=consent.cooling_off_hours, content=version.number
    )
    return consent
