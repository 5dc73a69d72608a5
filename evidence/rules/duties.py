"""Who may watch, decide, countersign and sample: nobody their own work (S169), and only with standing in order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evidence.choices import AwardStatus, Position
from evidence.pack import Award, Pack

OWN_WORK = "Nobody assesses their own work."
NOT_ACCEPTED = "The award that makes an assessor qualified is not held, or not accepted."


@dataclass(frozen=True)
class Lapses:
    """What was not in order on a day: what stops a decision counting, and what is only shown beside it."""

    blocking: tuple[str, ...]
    warnings: tuple[str, ...]


def lapses(pack: Pack, *days: Mapping[str, bool]) -> Lapses:
    """What the stored standing lacked on any of the days given (decision 55); an unknown item is a lapse."""
    missing = [item for item in pack.standing if not all(day.get(item.key, False) for day in days)]
    return Lapses(
        blocking=tuple(item.label for item in missing if item.blocks),
        warnings=tuple(item.label for item in missing if not item.blocks),
    )


def position(awards: Iterable[Award], held: Mapping[str, str]) -> Position:
    """Qualified when a qualifying award is held; working towards one, or principles only, is trainee (S162-S164)."""
    qualifies = {award.key for award in awards if award.qualifies}
    is_qualified = any(key in qualifies and status == AwardStatus.HOLDS for key, status in held.items())
    return Position.QUALIFIED if is_qualified else Position.TRAINEE


def why_not_assess(*, person: str, learner: str, performer: str, blocking: Iterable[str] = ()) -> tuple[str, ...]:
    """Reasons why this person may not decide on this evidence."""
    found = [OWN_WORK] if person in {learner, performer} else []
    found += [f"Not in order: {label}." for label in blocking]
    return tuple(found)


def why_not_observe(
    *,
    person: str,
    learner: str,
    is_running: bool,
    is_declared: bool,
    observer_permitted: bool | None,
    evidence_permitted: bool | None,
    blocking: Iterable[str] = (),
) -> tuple[str, ...]:
    """Reasons why this observation cannot be opened now (decisions 41, 42, 45); an unknown permission is none."""
    found = list(why_not_assess(person=person, learner=learner, performer=learner, blocking=blocking))
    if not is_running:
        found.append("The session is not running; an observation is watched while it runs.")
    if not is_declared:
        found.append("The session was not declared for assessment before it started.")
    if not observer_permitted:
        found.append("The client has not agreed to an observer in the room.")
    if not evidence_permitted:
        found.append("The client has not agreed to the record being used as assessment evidence.")
    return tuple(found)


def why_not_countersign(
    *, person: str, decided_by: str, learner: str, position: Position, blocking: Iterable[str] = ()
) -> tuple[str, ...]:
    """Reasons why this person may not countersign: it takes another person, and a qualified one (S164)."""
    found = []
    if person == decided_by:
        found.append("Nobody countersigns their own decision.")
    if person == learner:
        found.append(OWN_WORK)
    if position != Position.QUALIFIED:
        found.append("A trainee assessor does not countersign. " + NOT_ACCEPTED)
    found += [f"Not in order: {label}." for label in blocking]
    return tuple(found)


def why_not_sample(
    *,
    person: str,
    learner: str,
    decided_by: str,
    countersigned_by: Iterable[str] = (),
    witnessed_by: Iterable[str] = (),
    tutors: Iterable[str] = (),
) -> tuple[str, ...]:
    """Reasons why this person may not sample this decision (S168, S169; decision 47)."""
    reasons = (
        (person == decided_by, "Nobody samples their own decision."),
        (person == learner, "Nobody samples their own work."),
        (person in set(countersigned_by), "Nobody samples a decision they countersigned."),
        (person in set(witnessed_by), "Nobody samples what they witnessed."),
        (person in set(tutors), "Nobody samples the work of a learner they teach."),
    )
    return tuple(text for applies, text in reasons if applies)
