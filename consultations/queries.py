"""Reads of consultations: what is open, and what is known for the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import F

from clinic import content, providers
from clinic.access import Can
from clinic.actors import Actor
from clinic.catalogue.models import Product
from clinic.choices import AllergyStatus
from clinic.models import AllergyEntry, Client, ContentVersion
from consultations import case, derived, findings, library, steps
from consultations.choices import (
    ConsultationKind,
    ConsultationState,
    DecisionKind,
    ModalityInterest,
    PlanState,
    ResponseState,
)
from consultations.instruments import Instruments
from consultations.models import (
    AllergyCoding,
    Consultation,
    ProposedCorrection,
    QuestionnaireResponse,
    ServicePlan,
    SkinAnalysis,
    SuitabilityDecision,
)
from consultations.plans import ScreenPlan
from consultations.questionnaire import Questionnaire, Setting
from consultations.rule_set import MODALITIES

latest_run = findings.latest_run
open_findings = findings.open_findings
FREE_TEXT_ALLERGIES = ("al_antib", "al_cosmetic")


# consultations --------------------------------------------------------------------------------------------------------
def open_consultation(client: Client) -> Consultation | None:
    """The consultation of this client that is not closed."""
    closed = (ConsultationState.SIGNED, ConsultationState.ABANDONED)
    found: Consultation | None = Consultation.objects.for_client(client).exclude(state__in=closed).first()
    return found


def consultations_of(client: Client, actor: Actor) -> list[Consultation]:
    """Consultations of a client, newest first; a fixed number of queries."""
    rows = Consultation.objects.visible_to(actor, Can.READ_CHART).for_client(client)
    return list(rows.select_related("practitioner", "response").order_by("-started_at", "-id"))


def latest_confirmed(client: Client) -> QuestionnaireResponse | None:
    """The newest confirmed answers of a client."""
    rows = QuestionnaireResponse.objects.for_client(client).filter(state=ResponseState.CONFIRMED)
    found: QuestionnaireResponse | None = rows.order_by("-confirmed_at").first()
    return found


def latest_signed(client: Client) -> Consultation | None:
    """The newest signed consultation of a client."""
    rows = Consultation.objects.for_client(client).filter(state=ConsultationState.SIGNED)
    found: Consultation | None = rows.order_by("-signed_at").first()
    return found


def last_full_on(client: Client) -> date | None:
    """The day of the newest confirmed full questionnaire."""
    rows = QuestionnaireResponse.objects.for_client(client).filter(
        state=ResponseState.CONFIRMED, consultation__kind=ConsultationKind.FULL
    )
    at = rows.order_by("-confirmed_at").values_list("confirmed_at", flat=True).first()
    return steps.day(at) if at else None


def modalities_of(consultation: Consultation) -> tuple[str, ...]:
    """Modalities the client comes for."""
    if consultation.interest == ModalityInterest.UNDECIDED:
        return MODALITIES
    return (consultation.interest,)


def setting_of(consultation: Consultation) -> Setting:
    """Which groups are asked: A7 for electro, A15 at a re-assessment (the visit after the first)."""
    is_visit = consultation.kind == ConsultationKind.REASSESSMENT
    return Setting(frozenset(modalities_of(consultation)), is_visit, is_visit)


def questionnaire_of(response: QuestionnaireResponse) -> Questionnaire:
    """The questionnaire a response was given with."""
    parsed: Questionnaire = content.parsed(response.content)
    return parsed


def open_corrections(consultation: Consultation) -> list[ProposedCorrection]:
    """Corrections of the client record nobody settled yet."""
    rows = ProposedCorrection.objects.filter(response__consultation=consultation, resolved_at__isnull=True)
    return list(rows.select_related("client").order_by("recorded_at", "id"))


def latest_decision(consultation: Consultation) -> SuitabilityDecision | None:
    """The decision that counts."""
    found: SuitabilityDecision | None = consultation.decisions.order_by("-number").first()
    return found


def skin_analysis_of(consultation: Consultation) -> SkinAnalysis | None:
    """The consultation's skin analysis."""
    found: SkinAnalysis | None = SkinAnalysis.objects.filter(consultation=consultation).first()
    return found


def instruments_of(consultation: Consultation) -> tuple[ContentVersion | None, Instruments]:
    """The clinic's skin instruments: those in force while the analysis may still be written, then those it was made
    with; an analysis that names no version was made with the shipped ones.

    Raises RuleRefused `content_not_published`.
    """
    analysis = skin_analysis_of(consultation)
    if analysis is None or analysis.frozen_at is None:
        version = content.published(consultation.organisation_id, "instruments")
        return version, content.parsed(version)
    made_with = analysis.scores.get("instruments")
    if made_with is None:
        return None, content.parse("instruments", content.shipped("instruments"))
    version = ContentVersion.objects.get(pk=made_with["id"])
    return version, content.parsed(version)


def agreed_plans(client: Client) -> list[ServicePlan]:
    """Agreed plans that no later one replaced, newest first (what a consent can be offered for)."""
    rows = ServicePlan.objects.for_client(client).filter(state=PlanState.AGREED, supersession__isnull=True)
    return list(rows.select_related("product", "consultation").order_by("-agreed_at"))


def plan_of(consultation: Consultation) -> ServicePlan | None:
    """The newest plan of a consultation, draft or agreed, that is not replaced."""
    rows = consultation.plans.filter(supersession__isnull=True).select_related("product")
    found: ServicePlan | None = rows.order_by(F("agreed_at").desc(nulls_first=True), "-recorded_at", "-id").first()
    return found


def missing_to_sign(row: Consultation) -> tuple[str, ...]:
    """Why a consultation cannot be signed yet, in words."""
    decision = latest_decision(row)
    if decision is None:
        return ("The decision is missing.",)
    if decision.kind != DecisionKind.SUITABLE:
        return ()
    missing = []
    if skin_analysis_of(row) is None:
        missing.append("The skin analysis is missing.")
    plan = plan_of(row)
    needs_plan = row.kind == ConsultationKind.FULL or plan is not None
    if needs_plan and (plan is None or plan.state != PlanState.AGREED):
        missing.append("The plan is not agreed with the client yet.")
    return tuple(missing)


# what the rules need --------------------------------------------------------------------------------------------------
def allergy_tags(client: Client) -> frozenset[str]:
    """Coded allergy entries that count, `:unsure` where unsure."""
    rows = AllergyEntry.objects.for_client(client).exclude(status=AllergyStatus.CORRECTED)
    return frozenset(f"{row.tag}:unsure" if row.status == AllergyStatus.UNSURE else row.tag for row in rows)


def is_la_reaction_typed(client: Client) -> bool:
    """Whether a local anaesthetic allergy is known by its type: an active entry, or a corrected unsure one."""
    rows = AllergyEntry.objects.for_client(client)
    tags = [(row.tag, row.status) for row in rows if row.status != AllergyStatus.UNSURE]
    return any(tag in ("amide_la", "ester_la") for tag, _ in tags)


@dataclass(frozen=True)
class Uncoded:
    """Words of the client about an allergy that nobody coded to a tag yet."""

    question: str
    position: int
    words: str


def uncoded_allergies(consultation: Consultation) -> list[Uncoded]:
    """What a trained person must still code (R179)."""
    response = consultation.response
    coded = set(AllergyCoding.objects.filter(consultation=consultation).values_list("question", "position"))
    return [found for found in _to_code(response) if (found.question, found.position) not in coded]


def _to_code(response: QuestionnaireResponse) -> list[Uncoded]:
    answers, shown = response.answers, questionnaire_of(response)
    found = [Uncoded(name, 0, answers[name]) for name in FREE_TEXT_ALLERGIES if str(answers.get(name) or "").strip()]
    rows = answers.get("al_list") or []
    found += [Uncoded("al_list", number, _row_words(row)) for number, row in enumerate(rows) if not row.get("tag")]
    says_yes = answers.get("al_any") in ("yes", "unsure")
    if says_yes and not rows and not found and not list(case.implied_tags(shown, answers, shown.items)):
        found.append(Uncoded("al_any", 0, "Says there is an allergy, but not which"))
    return found


def _row_words(row: Mapping[str, Any]) -> str:
    parts = [row.get("what"), row.get("reaction"), row.get("severity"), row.get("date")]
    return ", ".join(str(part) for part in parts if part)


def base_facts(consultation: Consultation, at: datetime) -> dict[str, Any]:
    """Facts of the client and the clinic that every screen reads, by full name."""
    client, today = consultation.client, steps.day(at)
    known = set(library.fact_types())
    facts = {name: value for name, value in providers.facts(client, at).items() if name in known}
    full_on = last_full_on(client)
    confirmed = consultation.response.confirmed_at
    facts |= {
        "f.country": client.organisation.country,
        "f.allergies_coded": not uncoded_allergies(consultation),
        "f.la_reaction_typed": True if is_la_reaction_typed(client) else None,
        "f.questionnaire_age_days": (today - full_on).days if full_on else None,
        "f.questionnaire_updated_today": confirmed is not None and steps.day(confirmed) == today,
    }
    analysis = skin_analysis_of(consultation)
    if analysis is not None:
        facts["f.fitzpatrick"] = analysis.scores.get("type")
    return facts


def planned_product(product: Product, facts: Mapping[str, Any] | None = None) -> case.PlannedProduct:
    """A catalogue product as the rules see it; `facts` adds those of the lot (`expired`, …)."""
    values: dict[str, Any] = {
        "legal": product.legal,
        "strength": product.strength,
        "polarity": product.polarity,
        "labelled_for_electro": product.labelled_for_electro,
        "labelled_areas": derived.labelled_areas(product.labelled_areas),
        "origin": derived.origins([] if product.origin == "none" else [product.origin]),
        "max_session_ml": _number(product.max_session_ml),
    }
    return case.PlannedProduct(product.ingredient_ids, values | dict(facts or {}), product.tag_answers)


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def screen_plan_of(plan: ServicePlan, at: datetime, facts: Mapping[str, Any] | None = None) -> ScreenPlan:
    """A service plan as the rules see it."""
    products = (planned_product(plan.product),) if plan.product is not None else ()
    return ScreenPlan(
        modality=plan.modality, on=steps.day(at), technique=plan.technique, zones=tuple(plan.zones),
        protocol=plan.protocol, products=products, facts=dict(facts or {}),
    )  # fmt: skip


def plans_to_screen(consultation: Consultation, at: datetime) -> tuple[ScreenPlan, ...]:
    """What a screen is about: the plan, or before one exists each modality the client comes for."""
    plan = plan_of(consultation)
    if plan is not None:
        return (screen_plan_of(plan, at),)
    return tuple(ScreenPlan(modality=modality, on=steps.day(at)) for modality in modalities_of(consultation))
