"""Verbs that conclude a consultation: decide, plan, agree, sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from clinic import access, audit, seals
from clinic.access import Can
from clinic.actors import Actor
from clinic.catalogue import content as catalogue
from clinic.catalogue.models import Product
from clinic.errors import InvalidValue, RuleRefused, TransitionRefused
from clinic.models import Staff
from clinic.rules import check_version
from consultations import basis, findings, queries, rules, signing, steps
from consultations.choices import ConsultationState, DecisionKind, Factor, Modality, PlanState, Trigger
from consultations.models import Consultation, PlanSupersession, ServicePlan, SuitabilityDecision
from consultations.services import screen


@audit.audited
def decide(
    consultation: Consultation,
    *,
    kind: str,
    reason: str,
    conclusion: rules.Conclusion,
    recommendation: str = "",
    by: Actor,
    at: datetime,
    version: int | None = None,
) -> SuitabilityDecision:
    """Conclude information gathering, then decide: suitable, defer, refer or decline, with the reason (S64).

    `conclusion` holds the methods used, the summary, open gaps and the judgement of expectations (S62, S189).
    May be made anew until the consultation is signed; the latest counts. `recommendation` names treatments advised and
    alternatives, doing nothing included (S77). Raises RuleRefused `open_findings` with them, InvalidValue,
    TransitionRefused.
    """
    access.require(by, Can.WRITE_CONSULTATION, consultation)
    row = steps.locked(consultation, version)
    steps.require_open(row)
    run = findings.latest_run(row)
    if row.state not in (ConsultationState.SCREENED, ConsultationState.DECIDED) or run is None:
        raise TransitionRefused("Confirm the answers first.", code="wrong_state", field="state")
    open_now = findings.open_findings(row.client, run, steps.day(at))
    rules.check_conclusion(conclusion, kind)
    rules.check_decision(kind, reason, open_now, queries.modalities_of(row))
    decision = SuitabilityDecision(
        organisation_id=row.organisation_id, client_id=row.client_id, consultation=row, kind=kind,
        number=row.decisions.count() + 1, reason=reason.strip(), recommendation=recommendation.strip(),
        run_id=run.pk, decided_at=at, decided_by=Staff.objects.get(pk=by.staff_id), recorded_at=at,
        summary=conclusion.summary.strip(), methods=dict(conclusion.methods),
        gaps=[list(gap) for gap in conclusion.gaps],
        expectation=conclusion.expectation, expectation_words=conclusion.expectation_words.strip(),
    )  # fmt: skip
    decision.save()
    if row.state == ConsultationState.SCREENED:
        steps.move(row, ConsultationState.DECIDED, at)
    else:
        row.save()  # the version moves with every decision, so that two tablets cannot both decide
    audit.record(by, "decision.made", decision, at=at, kind=kind)
    return decision


@audit.audited
def draft_plan(
    consultation: Consultation,
    *,
    modality: str,
    technique: str,
    product: Product | None,
    zones: Sequence[str],
    protocol: str,
    sessions: int,
    interval_days: int = rules.USUAL_INTERVAL_DAYS,
    sessions_reason: str = "",
    price_pence: int | None = None,
    aim: str = "",
    factors: Sequence[str] = (),
    shared: Mapping[str, str] | None = None,
    by: Actor,
    at: datetime,
    version: int | None = None,
) -> ServicePlan:
    """Write (or rewrite) the draft plan of a client found suitable, and run the rules on its product and areas.

    `factors` were considered (S72, S120). `shared` holds goals, budget, comfort and wanted result in short words; what
    is left out is taken from the answers (S268). `version` is that of the latest plan, 0 when there was none.
    Raises InvalidValue naming the field, TransitionRefused, StaleRecord.
    """
    access.require(by, Can.WRITE_CONSULTATION, consultation)
    row = steps.locked(consultation)
    steps.require_open(row)
    _require_suitable(row)
    rules.check_factors(factors)
    _check_technique(modality, technique, protocol)
    _check_product(row, technique, product, zones)
    rules.check_plan(rules.PlanTerms(sessions, interval_days, sessions_reason, price_pence))
    plan = _draft(row, at, version)
    plan.modality, plan.technique, plan.product, plan.zones = modality, technique, product, list(zones)
    plan.protocol, plan.sessions, plan.interval_days = protocol, sessions, interval_days
    plan.sessions_reason, plan.price_pence, plan.aim = sessions_reason.strip(), price_pence, aim.strip()
    plan.factors, plan.shared = [factor for factor in Factor.values if factor in factors], _shared(row, shared)
    plan.save()
    audit.record(by, "plan.drafted", plan, at=at, version=plan.version, modality=modality)
    screen.run_screen(row, plan=queries.screen_plan_of(plan, at), trigger=Trigger.PRODUCTS, by=by, at=at)
    return plan


def _shared(row: Consultation, given: Mapping[str, str] | None) -> dict[str, str]:
    known, said = basis.shared_decision(row), given or {}
    return {name: (said.get(name) or known[name]).strip()[:500] for name in basis.SHARED}


def _draft(row: Consultation, at: datetime, version: int | None) -> ServicePlan:
    """The draft to rewrite, at the version the caller read, or a new one."""
    plan = queries.plan_of(row)
    current: dict[str, object] = {"version": plan.version, **plan.in_words()} if plan is not None else {"version": 0}
    check_version(plan.version if plan is not None else 0, version, now=current, yours={"version": version})
    if plan is None or plan.state != PlanState.DRAFT:
        return ServicePlan(
            organisation_id=row.organisation_id, client_id=row.client_id, consultation=row, recorded_at=at
        )
    return plan


def _require_suitable(row: Consultation) -> None:
    decision = queries.latest_decision(row)
    if decision is None or decision.kind != DecisionKind.SUITABLE:
        raise TransitionRefused("A plan follows the decision “suitable”.", code="not_suitable", field="state")


def _check_technique(modality: str, technique: str, protocol: str) -> None:
    if modality not in Modality.values:
        raise InvalidValue("Choose injection or electro-mesotherapy.", code="invalid_choice", field="modality")
    known = catalogue.techniques().get(technique)
    if known is None or known.modality != modality:
        raise InvalidValue("Choose a technique of this modality.", code="invalid_choice", field="technique")
    steps_of = catalogue.protocols().get(protocol)
    if steps_of is None or steps_of.modality not in (modality, "both"):
        raise InvalidValue("Choose a protocol of this modality.", code="invalid_choice", field="protocol")


def _check_product(row: Consultation, technique: str, product: Product | None, zones: Sequence[str]) -> None:
    if product is None and catalogue.techniques()[technique].needs_product:
        raise InvalidValue("Choose the product.", code="required", field="product")
    if product is not None and product.organisation_id != row.organisation_id:
        raise InvalidValue("Choose a product of this clinic.", code="invalid_choice", field="product")
    areas = catalogue.areas()
    if not zones or any(zone not in areas or not areas[zone].treatable for zone in zones):
        raise InvalidValue("Choose at least one area that may be treated.", code="invalid_choice", field="zones")


@audit.audited
def agree_plan(
    plan: ServicePlan, *, agreed_with: str, by: Actor, at: datetime, version: int | None = None
) -> ServicePlan:
    """The plan is agreed: by this member of staff, with the client by name, now. Replaces the client's earlier plan of
    the same modality. Raises RuleRefused `open_findings`, InvalidValue, TransitionRefused, StaleRecord.
    """
    access.require(by, Can.WRITE_CONSULTATION, plan)
    row: ServicePlan = ServicePlan.objects.locked(plan.pk)
    check_version(row.version, version, now={"version": row.version, **row.in_words()}, yours={"version": version})
    if row.state != PlanState.DRAFT:
        raise TransitionRefused("This plan was agreed already.", code="wrong_state", field="state")
    steps.require_open(row.consultation)
    if not agreed_with.strip():
        raise InvalidValue("Name the client who agrees.", code="required", field="agreed_with")
    _require_no_stops(row, at)
    row.state, row.agreed_at, row.agreed_by = PlanState.AGREED, at, Staff.objects.get(pk=by.staff_id)
    row.agreed_with = agreed_with.strip()
    row.save()
    for old in queries.agreed_plans(row.client):
        if old.pk != row.pk and old.modality == row.modality:
            PlanSupersession(
                organisation_id=row.organisation_id, client_id=row.client_id, plan=old, by_plan=row, recorded_at=at
            ).save()
    seals.seal(row, by=by, at=at)
    audit.record(by, "plan.agreed", row, at=at, version=row.version, sessions=row.sessions)
    return row


def _require_no_stops(plan: ServicePlan, at: datetime) -> None:
    run = findings.latest_run(plan.consultation)
    open_now = findings.open_findings(plan.client, run, steps.day(at))
    stops = rules.stops_for(open_now, (plan.modality,))
    if stops:
        raise RuleRefused(
            f"Not while these findings are open: {', '.join(finding.rule for finding in stops)}.",
            code="open_findings",
            details=[{"rule": finding.rule, "message": finding.message} for finding in stops],
        )


@audit.audited
def sign_consultation(
    consultation: Consultation, *, summary: str = "", by: Actor, at: datetime, version: int | None = None
) -> Consultation:
    """Sign: the consultation, its analysis and its findings are frozen and sealed.

    Suitable needs a skin analysis, in a full consultation an agreed plan, indemnity cover of the practitioner for that
    day and treatment, and every field the law asks; both results are kept (S73). Raises RuleRefused `incomplete` with
    what is missing, TransitionRefused, StaleRecord.
    """
    access.require(by, Can.SIGN_CONSULTATION, consultation)
    row = steps.locked(consultation, version)
    steps.require_open(row)
    missing = signing.missing_to_sign(row, at)
    if missing:
        raise RuleRefused("Not ready to sign: " + " ".join(missing), code="incomplete", details=list(missing))
    analysis = queries.skin_analysis_of(row)
    if analysis is not None:
        analysis.frozen_at = at
        analysis.save()
    signer = Staff.objects.get(pk=by.staff_id)
    checks = signing.checks_of(row, at).as_kept()
    words = summary.strip() or row.summary
    steps.move(row, ConsultationState.SIGNED, at, signed_by=signer, summary=words, sign_checks=checks)
    seals.seal(row, by=by, at=at)
    audit.record(by, "consultation.signed", row, at=at, version=row.version)
    return row
