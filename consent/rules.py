"""Rules of consent, pure: reflection time, what a consent covers, capacity, and what must be there before a signature.

Sources: clinical-content.md H01–H12, R005, R006; decisions 43, 46, 50, 51. Hours are hours, days are days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from consent.choices import ConsentState

NEXT: Mapping[ConsentState, frozenset[ConsentState]] = {
    ConsentState.OFFERED: frozenset({ConsentState.GIVEN, ConsentState.DECLINED}),
    ConsentState.GIVEN: frozenset(),
    ConsentState.DECLINED: frozenset(),
}
REASON_MIN_LETTERS = 10
CAPACITY_PARTS = ("understands", "retains", "weighs", "communicates")  # Mental Capacity Act 2005 s 3 (decision 50)


@dataclass(frozen=True)
class Reason:
    """Why something is not possible, with a stable code and a sentence for the screen."""

    code: str
    message: str


@dataclass(frozen=True)
class Hours:
    """The clinic's reflection times in hours and the gap in days after which consent is asked afresh (R006, H08)."""

    first_injection: int
    first_electro: int
    new_product: int
    fresh_after_days: int


@dataclass(frozen=True)
class Cover:
    """What a consent is for, or what is about to be done: product, technique and zones by id."""

    modality: str
    product: UUID | None
    technique: str
    zones: frozenset[str]


def hours_from(shipped: Mapping[str, int], of_clinic: Mapping[str, object]) -> Hours:
    """Shipped hours, with the clinic's own settings over them (`organisation.settings`); nonsense is ignored."""

    def number(name: str) -> int:
        own = of_clinic.get(name)
        return own if isinstance(own, int) and not isinstance(own, bool) and 0 <= own <= 10_000 else shipped[name]

    return Hours(
        first_injection=number("cooling_off_hours_first_injection"),
        first_electro=number("cooling_off_hours_first_electro"),
        new_product=number("cooling_off_hours_new_product"),
        fresh_after_days=number("fresh_after_days"),
    )


def cooling_off_hours(wanted: Cover, earlier: tuple[Cover, ...], hours: Hours) -> int:
    """Reflection time in hours before this treatment (R006): first course of a modality, else new product, else none.

    `earlier` are the consents that shorten it: see `shortens_reflection`.
    """
    same = [cover for cover in earlier if cover.modality == wanted.modality]
    if not same:
        return hours.first_electro if wanted.modality == "electro" else hours.first_injection
    if wanted.product is not None and all(cover.product != wanted.product for cover in same):
        return hours.new_product
    return 0


@dataclass(frozen=True)
class Earlier:
    """A consent given before: its cover, when it was given, taken back, and last treated under it."""

    cover: Cover
    given_at: datetime
    withdrawn_at: datetime | None = None
    treated_at: datetime | None = None


def shortens_reflection(row: Earlier, at: datetime, hours: Hours) -> bool:
    """Whether a consent given before makes the client no newcomer to this treatment (R006, H04, H08).

    Only one under which treatment really took place, which was not taken back, and which has not lapsed: six months
    count from the consent or the last treatment, whichever is later. A consent that was only signed taught nobody what
    the treatment is like, and a client who took theirs back starts to think anew.
    """
    if row.withdrawn_at is not None and row.withdrawn_at <= at:
        return False
    if row.treated_at is None or not row.given_at <= row.treated_at <= at:
        return False
    return not is_too_old(row.treated_at, at, hours)


def hours_since(start: datetime, at: datetime) -> float:
    """Hours between two instants."""
    return (at - start).total_seconds() / 3600


def opens_at(info_given_at: datetime, cooling_off: int) -> datetime:
    """When the reflection time is over."""
    return info_given_at + timedelta(hours=cooling_off)


def not_covered(given: Cover, wanted: Cover) -> tuple[Reason, ...]:
    """What a given consent does not cover of what is wanted (R005, H08, decision 51)."""
    reasons = []
    if given.modality != wanted.modality:
        reasons.append(Reason("other_modality", "The consent is for the other kind of treatment."))
    if given.product != wanted.product:
        reasons.append(Reason("other_product", "The consent does not name this product."))
    if given.technique != wanted.technique:
        reasons.append(Reason("other_technique", "The consent does not name this technique."))
    if not wanted.zones <= given.zones:
        reasons.append(Reason("other_area", "The consent does not name every area to be treated."))
    return tuple(reasons)


def is_too_old(last_on: datetime, at: datetime, hours: Hours) -> bool:
    """More than six months since the consent or the last session, whichever is later (H08)."""
    return at - last_on > timedelta(days=hours.fresh_after_days)


def capacity_reasons(capacity: Mapping[str, object]) -> tuple[Reason, ...]:
    """Why treatment stops on the ground of capacity; nothing when presumed or shown with support (decision 50).

    `capacity`: {"doubt": False}, or {"doubt": True, "support": words, "understands": bool, "retains", "weighs",
    "communicates"}.
    """
    if capacity.get("doubt") is False:
        return ()
    if capacity.get("doubt") is not True:
        return (Reason("capacity_not_confirmed", "Say whether you doubt that the client can decide."),)
    if not str(capacity.get("support") or "").strip():
        return (Reason("capacity_support_missing", "Write down what support was given before judging capacity."),)
    if all(capacity.get(part) is True for part in CAPACITY_PARTS):
        return ()
    return (
        Reason(
            "capacity_doubt", "The client cannot make this decision now. Treatment stops; nobody signs for an adult."
        ),
    )


def interpreter_reasons(name: str, *, is_family: bool, client_insisted: str) -> tuple[Reason, ...]:
    """An interpreter is named, and is not family unless the client insists and it is noted (decision 51)."""
    if is_family and not name.strip():
        return (Reason("interpreter_unnamed", "Name the interpreter."),)
    if is_family and not client_insisted.strip():
        return (
            Reason("interpreter_family", "An interpreter is not family, unless the client insists and you note it."),
        )
    return ()


def is_reason(words: str) -> bool:
    """A reason is typed words, not a letter or two."""
    return len(words.strip()) >= REASON_MIN_LETTERS


@dataclass(frozen=True)
class Signing:
    """What is known at the moment somebody wants to sign."""

    has_conversation: bool
    capacity: Mapping[str, object]
    hours_since_info: float
    cooling_off: int
    is_shortened: bool


def why_not_sign(case: Signing) -> tuple[Reason, ...]:
    """Why the signature is not open yet (decision 51, R006); all reasons, empty when it is."""
    reasons = []
    if not case.has_conversation:
        reasons.append(
            Reason("no_conversation", "The person who treats has not recorded their conversation with the client yet.")
        )
    else:
        reasons += capacity_reasons(case.capacity)
    if case.hours_since_info < case.cooling_off and not case.is_shortened:
        left = case.cooling_off - case.hours_since_info
        reasons.append(
            Reason("reflection_time", f"Time to think is not over: {left:.0f} of {case.cooling_off} hours are left.")
        )
    return tuple(reasons)
