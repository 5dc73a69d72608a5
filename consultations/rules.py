"""Pure rules of consultations: moves between states, who may clear what, limits of a plan, what stops a decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from clinic.choices import Role
from clinic.errors import InvalidValue, RuleRefused
from consultations.choices import ConsultationState as State
from consultations.choices import DecisionKind, Expectation, Factor, Method, PlanState, ResponseState, Severity
from consultations.screening import Finding

NEXT: Mapping[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.ANSWERED, State.ABANDONED}),
    State.ANSWERED: frozenset({State.SCREENED, State.ABANDONED}),
    State.SCREENED: frozenset({State.DECIDED, State.ABANDONED}),
    State.DECIDED: frozenset({State.SIGNED}),
    State.SIGNED: frozenset(),
    State.ABANDONED: frozenset(),
}
RESPONSE_NEXT: Mapping[ResponseState, frozenset[ResponseState]] = {
    ResponseState.OPEN: frozenset({ResponseState.SUBMITTED}),
    ResponseState.SUBMITTED: frozenset({ResponseState.CONFIRMED}),
    ResponseState.CONFIRMED: frozenset(),
}
PLAN_NEXT: Mapping[PlanState, frozenset[PlanState]] = {
    PlanState.DRAFT: frozenset({PlanState.AGREED}),
    PlanState.AGREED: frozenset({PlanState.SUPERSEDED}),
    PlanState.SUPERSEDED: frozenset(),
}
FULL_LASTS_DAYS = 183  # currency rule of clinical-content.md A (CC): a full questionnaire again after six months
MIN_SESSIONS, MAX_SESSIONS = 1, 40
USUAL_SESSIONS = (3, 15)  # decision 62: under 3 and over 15 need a reason
MIN_INTERVAL_DAYS, MAX_INTERVAL_DAYS, USUAL_INTERVAL_DAYS = 1, 120, 14  # seed 2: every two weeks
MAX_PRICE_PENCE = 2_000_000
PHOTOTYPES, GLOGAU, GRADES = range(1, 7), range(1, 5), range(5)  # F1, F2
ZONES = ("forehead", "cheeks", "chin")
ZONE_SCALES = ("PORE", "TEXTURE", "TONE")
CLEARS: Mapping[Severity, frozenset[Role]] = {
    Severity.ABSOLUTE: frozenset(),
    Severity.RELATIVE: frozenset({Role.LEAD, Role.PRESCRIBER}),
    Severity.DEFER: frozenset({Role.LEAD}),
    Severity.CAUTION: frozenset({Role.LEAD, Role.PRESCRIBER, Role.PRACTITIONER, Role.LEARNER}),
}


def may_clear(severity: Severity, roles: Iterable[Role]) -> bool:
    """Decision 33: absolute nobody, relative lead or prescriber, defer lead, caution the treating person."""
    return bool(CLEARS[severity] & set(roles))


def check_clearable(finding: Finding) -> None:
    """Refuse what nobody may clear. Raises RuleRefused `absolute` or `allergy` (S208, clinical-content.md 0.2)."""
    if finding.severity is Severity.ABSOLUTE:
        raise RuleRefused(
            f"{finding.rule} stops treatment and nobody can clear it. {finding.action}.",
            code="absolute",
            field="finding",
            details=[finding.rule],
        )


def stops_suitable(finding: Finding) -> bool:
    """Whether an open finding forbids the decision "suitable".

    Stops and findings that need clearance do, and waits without a date. A wait with a date only moves the first
    session, and a finding that waits for facts of the session is asked again before it.
    """
    if finding.awaits_facts or finding.severity is Severity.CAUTION:
        return False
    return finding.severity is not Severity.DEFER or (finding.until or "when").startswith("when")


def stops_for(open_findings: Iterable[Finding], modalities: Iterable[str]) -> list[Finding]:
    """The stops that leave none of the modalities; empty as long as one of them is free."""
    stops = [finding for finding in open_findings if stops_suitable(finding)]
    for modality in modalities:
        if not any(finding.modality in ("both", modality) for finding in stops):
            return []
    return stops


def check_decision(kind: str, reason: str, open_findings: Iterable[Finding], modalities: Iterable[str]) -> None:
    """A decision needs a reason; "suitable" needs no open stop. Raises InvalidValue or RuleRefused `open_findings`."""
    if kind not in DecisionKind.values:
        raise InvalidValue("Choose a decision.", code="invalid_choice", field="kind")
    if not reason.strip():
        raise InvalidValue("Say why, in a sentence the next reader understands.", code="required", field="reason")
    stops = stops_for(open_findings, modalities)
    if kind == DecisionKind.SUITABLE and stops:
        names = ", ".join(finding.rule for finding in stops)
        raise RuleRefused(
            f"Not suitable while these findings are open: {names}. Clear them, or decide to defer, refer or decline.",
            code="open_findings",
            field="kind",
            details=[{"rule": finding.rule, "message": finding.message} for finding in stops],
        )


@dataclass(frozen=True)
class Conclusion:
    """How information gathering ends (S62, S64, S189).

    `methods` maps a method used to what it showed; `gaps` holds what is still open and who closes it.
    `expectation_words`: what was said about an expectation that is not fully realistic.
    """

    summary: str
    methods: Mapping[str, str]
    expectation: str
    expectation_words: str = ""
    gaps: tuple[tuple[str, str], ...] = ()


def check_conclusion(conclusion: Conclusion, kind: str) -> None:
    """Before a decision: methods with what each showed, a summary, gaps with who closes them, expectations judged.

    Sources: S62, S64, S189. Not realistic asks for decline or defer; a referral leaves the person without treatment
    too, so only "suitable" is refused. Raises InvalidValue naming the field, RuleRefused `not_realistic`.
    """
    _check_methods(conclusion.methods)
    if not conclusion.summary.strip():
        raise InvalidValue("Sum up in your own words what you found.", code="required", field="summary")
    for what, who in conclusion.gaps:
        if not what.strip() or not who.strip():
            raise InvalidValue("Name what is open and who closes it.", code="required", field="gaps")
    if conclusion.expectation not in Expectation.values:
        raise InvalidValue("Judge what the client expects.", code="invalid_choice", field="expectation")
    if conclusion.expectation != Expectation.REALISTIC and not conclusion.expectation_words.strip():
        raise InvalidValue("Say what cannot be reached, and what you told them.", code="required",
                           field="expectation_words")  # fmt: skip
    if conclusion.expectation == Expectation.NOT and kind == DecisionKind.SUITABLE:
        raise RuleRefused(
            "Treatment cannot do what the client expects: decline, or defer until expectations are realistic.",
            code="not_realistic",
            field="kind",
        )


def _check_methods(methods: Mapping[str, str]) -> None:
    if not methods or set(methods) - set(Method.values):
        raise InvalidValue("Tick the methods you used.", code="required", field="methods")
    for name, showed in methods.items():
        if not showed.strip():
            raise InvalidValue(
                f"Say what {Method(name).label.lower()} showed.", code="required", field=f"showed_{name}"
            )


@dataclass(frozen=True)
class PlanTerms:
    """Numbers of a service plan. Price in pence, interval in days."""

    sessions: int
    interval_days: int
    sessions_reason: str = ""
    price_pence: int | None = None


def check_plan(terms: PlanTerms) -> None:
    """1 to 40 sessions, a reason under 3 and over 15 (decision 62), 1 to 120 days between. Raises InvalidValue."""
    if not MIN_SESSIONS <= terms.sessions <= MAX_SESSIONS:
        raise InvalidValue("Plan between 1 and 40 sessions.", code="out_of_range", field="sessions")
    low, high = USUAL_SESSIONS
    if not low <= terms.sessions <= high and not terms.sessions_reason.strip():
        raise InvalidValue(
            f"Say why the course has fewer than {low} or more than {high} sessions.",
            code="required",
            field="sessions_reason",
        )
    if not MIN_INTERVAL_DAYS <= terms.interval_days <= MAX_INTERVAL_DAYS:
        raise InvalidValue("Leave 1 to 120 days between sessions.", code="out_of_range", field="interval_days")
    if terms.price_pence is not None and not 0 <= terms.price_pence <= MAX_PRICE_PENCE:
        raise InvalidValue("Give the price in pounds, up to 20 000.", code="out_of_range", field="price")


def check_factors(factors: Iterable[str]) -> None:
    """Only listed factors of a plan (S120). Raises InvalidValue."""
    if set(factors) - set(Factor.values):
        raise InvalidValue("Choose from the list.", code="invalid_choice", field="factors")


def needs_full(last_full_on: date | None, today: date) -> bool:
    """Whether a full questionnaire is due: none yet, or older than six months (clinical-content.md A, R009)."""
    return last_full_on is None or (today - last_full_on).days > FULL_LASTS_DAYS
