"""What is checked when a consultation is signed: indemnity on that day for that treatment, and what the law asks (S73).

Both results are kept with the signed record, whatever they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from clinic.choices import CredentialKind
from clinic.models import Credential, Supervision
from consultations import queries, steps
from consultations.choices import DecisionKind, ResponseState
from consultations.models import Consultation

ADULT_YEARS = 18  # R001: Botulinum Toxin and Cosmetic Fillers (Children) Act 2021; the clinic treats adults only
LEGAL_ANSWERS = {
    "id_doc": "Photo identity was not seen.",
    "id_capacity": "The client's capacity to decide is not confirmed.",
    "dc_true": "The client has not declared the answers to be true.",
    "dc_privacy": "The privacy notice is not acknowledged.",
}


@dataclass(frozen=True)
class SigningChecks:
    """Cover and legal fields on a day. `cover`: which insurance; `missing`: what is not filled."""

    on: date
    treatment: str
    is_covered: bool
    cover: str
    missing: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Whether every legally required field is filled."""
        return not self.missing

    def as_kept(self) -> dict[str, Any]:
        """As the signed record keeps it."""
        return {**asdict(self), "on": self.on.isoformat(), "missing": list(self.missing)}


def checks_of(row: Consultation, at: datetime) -> SigningChecks:
    """The two checks for the practitioner, the plan (or what the client comes for) and the day of signing."""
    on = steps.day(at)
    plan = queries.plan_of(row)
    named = {plan.modality, plan.technique} if plan is not None else set(queries.modalities_of(row))
    cover = _cover(row, named, on)
    treatment = f"{plan.modality} {plan.technique}" if plan is not None else " or ".join(queries.modalities_of(row))
    return SigningChecks(on, treatment, bool(cover), cover, tuple(_missing(row, on)))


def _cover(row: Consultation, named: set[str], on: date) -> str:
    """The title of an indemnity insurance that covers the treatment on the day; empty when there is none.

    A learner in training for the treatment is covered by the named supervisor's too (decision 43).
    """
    people = [row.practitioner_id]
    training = Credential.objects.filter(staff_id=row.practitioner_id, kind=CredentialKind.IN_TRAINING).valid_on(on)
    if _covering(training, named):
        rows = Supervision.objects.filter(learner_id=row.practitioner_id, organisation_id=row.organisation_id)
        people += [found.supervisor_id for found in rows.filter(from_on__lte=on) if (found.until_on or on) >= on]
    insurance = Credential.objects.filter(staff_id__in=people, kind=CredentialKind.INSURANCE).valid_on(on)
    found = _covering(insurance.order_by("until_on", "id"), named)
    return found.title if found else ""


def _covering(rows: Iterable[Credential], named: set[str]) -> Credential | None:
    return next((row for row in rows if not row.covers or named & set(row.covers)), None)


def _missing(row: Consultation, on: date) -> Iterable[str]:
    client, response = row.client, row.response
    if not client.legal_name.strip():
        yield "The client's legal name is missing."
    if client.age_on(on) < ADULT_YEARS:
        yield "The client is under 18."
    if not (client.phone.strip() or client.email.strip()):
        yield "The client cannot be reached: no telephone and no e-mail."
    if response.state != ResponseState.CONFIRMED:
        yield "The answers are not confirmed."
    items = queries.questionnaire_of(response).items
    asked = {item.id for item in queries.questionnaire_of(response).asked(response.answers, queries.setting_of(row))}
    for question, words in LEGAL_ANSWERS.items():
        if question in items and question in asked and not _is_filled(response.answers.get(question)):
            yield words


def _is_filled(answer: Any) -> bool:
    return answer not in (None, "", "no", False, "not seen")


def missing_to_sign(row: Consultation, at: datetime) -> tuple[str, ...]:
    """Why a consultation cannot be signed yet, in words: steps; for a client found suitable legal fields and cover too.

    A consultation that ends without treatment is signed whatever the checks say; what they said is kept with it.
    """
    reasons, decision = list(queries.missing_to_sign(row)), queries.latest_decision(row)
    if decision is None or decision.kind != DecisionKind.SUITABLE:
        return tuple(reasons)
    checks = checks_of(row, at)
    if not checks.is_covered:
        reasons.append(f"{row.practitioner.name} has no indemnity insurance for this treatment on this day.")
    return (*reasons, *checks.missing)
