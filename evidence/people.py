"""Who acts in an evidence verb, and what their standing is on the day: shared by the verbs of this app."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from clinic import access, clock, reading
from clinic.access import Can
from clinic.actors import Actor
from clinic.errors import InvalidValue, RuleRefused
from clinic.models import Client, Staff
from evidence import sessions, standing
from evidence.choices import Outcome
from evidence.models import Decision
from evidence.pack import Pack
from evidence.rules import lapses, why_not_sample
from evidence.rules.identity import Identity, found_in


def person(by: Actor, can: Can) -> UUID:
    """The acting person's id; the system cannot watch, decide or sign."""
    if by.kind != "staff" or by.staff_id is None:
        raise access.Refused(can, "not_a_person")
    return by.staff_id


def standing_of(staff_id: UUID, pack: Pack, modality: str, at: datetime) -> dict[str, Any]:
    """Standing on the day, as it is stored."""
    day = at.astimezone(clock.LONDON).date()
    return standing.stored(pack, reading.standing(Staff(id=staff_id), day), modality)


def blocking(pack: Pack, *stored: dict[str, Any]) -> tuple[str, ...]:
    """What in the stored standing stops a decision from counting."""
    return lapses(pack, *(entry.get("items", {}) for entry in stored)).blocking


def identity_of(client: Client) -> Identity:
    """Everything a client could be known by."""
    return Identity(
        names=(client.legal_name, client.known_as),
        others=(client.phone, client.email, client.address, client.emergency_contact, client.gp_practice),
        born=client.birth_date,
    )


def refuse_names(client: Client | None, **texts: str) -> None:
    """Refuse free text that names the client (decision 57). Raises RuleRefused naming the field and the words."""
    if client is None:
        return
    identity = identity_of(client)
    for field, text in texts.items():
        words = found_in(text, identity)
        if words:
            raise RuleRefused(
                "This text gives the client away. In evidence the client is a code; take these words out: "
                + ", ".join(f"“{word}”" for word in words)
                + ".",
                code="names_client",
                field=field,
                details={"words": list(words)},
            )


def checked_marks(marks: dict[str, str], allowed: list[str]) -> dict[str, str]:
    """Marks for criteria that were offered. Raises InvalidValue for an unknown criterion, an unknown mark, or none."""
    kept = {key: value for key, value in marks.items() if value}
    unknown = sorted(set(kept) - set(allowed))
    if unknown:
        raise InvalidValue(f"{unknown[0]} is not among the criteria offered.", code="unknown_criterion", field="marks")
    if set(kept.values()) - set(Outcome.values):
        raise InvalidValue("A criterion is met or not yet met.", code="invalid_choice", field="marks")
    if not kept:
        raise InvalidValue("Mark at least one criterion.", code="no_marks", field="marks")
    return kept


def check_hands(decision: Decision, person_id: UUID, *, code: str = "cannot_sample") -> None:
    """Nobody samples, countersigns the sample of, or answers an appeal about what they had a hand in.

    Raises RuleRefused (S168, S169; decision 47).
    """
    signature = getattr(decision, "countersignature", None)
    learner_id = decision.item.enrolment.learner_id
    reasons = why_not_sample(
        person=str(person_id),
        learner=str(learner_id),
        decided_by=str(decision.assessor_id),
        countersigned_by=[str(signature.signed_by_id)] if signature else [],
        tutors=sessions.supervisors(learner_id),
    )
    if reasons:
        raise RuleRefused(" ".join(reasons), code=code, details={"reasons": list(reasons)})
