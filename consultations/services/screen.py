"""The verb that runs the rules and keeps what came out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from clinic import access, audit, content
from clinic.access import Can
from clinic.actors import Actor
from clinic.catalogue import content as catalogue
from clinic.errors import InvalidValue, RuleRefused
from clinic.models import ContentVersion
from consultations import findings, queries, screening, steps
from consultations.case import ALWAYS_KNOWN, EVERYTHING, Case
from consultations.choices import ConsultationState, Trigger
from consultations.models import Consultation, ScreeningRun
from consultations.plans import ScreenPlan
from consultations.rule_language.evaluate import Missing
from consultations.rule_set import RuleSet
from consultations.screening import Finding


@audit.audited
def run_screen(
    consultation: Consultation, *, plan: ScreenPlan | Sequence[ScreenPlan], trigger: str, by: Actor, at: datetime
) -> ScreeningRun:
    """Run every rule in force on the confirmed answers and a plan; keep inputs, rule version and findings for ever.

    `plan` may be several (one per modality considered); findings are merged by rule. Facts of the client and the clinic
    are filled in, `plan.facts` win. The first run of an answered consultation moves it to screened.
    Raises InvalidValue, RuleRefused `content_not_published`.
    """
    access.require(by, Can.WRITE_CONSULTATION, consultation)
    consultation = steps.locked(consultation)
    plans = (plan,) if isinstance(plan, ScreenPlan) else tuple(plan)
    if trigger not in Trigger.values or not plans:
        raise InvalidValue("Choose what to screen.", code="invalid_choice", field="trigger")
    version = content.published(consultation.organisation_id, "rules")
    rule_set = _rules_for(consultation, version)
    base = queries.base_facts(consultation, at)
    allergies = queries.allergy_tags(consultation.client)
    merged: dict[str, dict[str, Any]] = {}
    for each in plans:
        case = _case(consultation, each, base, allergies)
        for finding in screening.screen(rule_set, case):
            merged.setdefault(finding.rule, _stored(finding, case, each))
    run = ScreeningRun(
        organisation_id=consultation.organisation_id, client_id=consultation.client_id, consultation=consultation,
        number=consultation.runs.count() + 1, subject_id=plans[0].subject_id, trigger=trigger, content=version,
        ran_at=at, recorded_at=at,
        inputs={"plans": [_plan_data(each, base) for each in plans], "allergies": sorted(allergies),
                "response_version": consultation.response.version},
        findings=list(merged.values()),
    )  # fmt: skip
    run.save()
    audit.record(by, "screening.ran", run, at=at, trigger=trigger, rules_version=version.pk, findings=len(merged))
    if consultation.state == ConsultationState.ANSWERED:
        steps.move(consultation, ConsultationState.SCREENED, at)
    return run


def _rules_for(consultation: Consultation, version: ContentVersion) -> RuleSet:
    """The rules in force, read with the questionnaire this consultation was asked with.

    Words of a question that only the clinic's present questionnaire has are known too: it was not asked, so it is no
    (decision 33).
    """
    asked = consultation.response.content
    newest = content.published(consultation.organisation_id, "questionnaire")
    try:
        found: RuleSet = content.parsed_beside(version, *dict.fromkeys((asked, newest)))
    except ValueError as error:
        raise RuleRefused(
            f"The rules in force do not fit the questions that were asked: {error}. Ask your clinical lead.",
            code="rules_do_not_fit",
        ) from error
    return found


def _case(consultation: Consultation, plan: ScreenPlan, base: Mapping[str, Any], allergies: frozenset[str]) -> Case:
    response, client = consultation.response, consultation.client
    given = {name: Missing.UNKNOWN if value is None else value for name, value in plan.facts.items()}
    facts = {**{name: value for name, value in base.items() if value is not None}, **given}
    return Case(
        questionnaire=queries.questionnaire_of(response),
        modality=plan.modality,
        on=plan.on,
        answers=response.answers,
        setting=queries.setting_of(consultation),
        facts=facts,
        allergies=allergies,
        products=plan.products,
        consumables=plan.consumables,
        technique=plan.technique,
        areas=plan.zones,
        protocol=plan.protocol,
        birth_date=client.born_on,
        chosen=_chosen(plan, facts),
        is_la_reaction_typed=facts.get("f.la_reaction_typed") is True,
    )


def _chosen(plan: ScreenPlan, facts: Mapping[str, Any]) -> frozenset[str]:
    """What exists already: everything at a session, else what the plan names."""
    if plan.is_session:
        return EVERYTHING - _not_part_of(plan)
    named = {name.partition(".")[0] for name in facts}
    parts = {"p": plan.products, "t": plan.technique, "a": plan.zones, "protocol": plan.protocol}
    return ALWAYS_KNOWN | named | {namespace for namespace, part in parts.items() if part}


def _not_part_of(plan: ScreenPlan) -> set[str]:
    """What a session of this kind never has: a device without current, a product in dry needling (T13)."""
    technique = catalogue.techniques().get(plan.technique)
    is_dry = technique is not None and not technique.needs_product and not plan.products
    return ({"d"} if plan.modality != "electro" else set()) | ({"p"} if is_dry else set())


def _stored(finding: Finding, case: Case, plan: ScreenPlan) -> dict[str, Any]:
    subject = {
        "modality": plan.modality,
        "technique": plan.technique,
        "zones": sorted(plan.zones),
        "products": sorted(name for product in plan.products for name in product.ingredients),
    }
    return findings.stored(finding, case.answers, subject)


def _plan_data(plan: ScreenPlan, base: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "modality": plan.modality,
        "on": plan.on.isoformat(),
        "technique": plan.technique,
        "zones": list(plan.zones),
        "protocol": plan.protocol,
        "products": [
            {"ingredients": list(item.ingredients), "facts": dict(item.facts), "tags": dict(item.tag_answers)}
            for item in plan.products
        ],
        "consumables": [{"id": item.id, "tags": dict(item.tag_answers)} for item in plan.consumables],
        "facts": {**base, **plan.facts},
        "chosen": dict(plan.chosen),
    }
