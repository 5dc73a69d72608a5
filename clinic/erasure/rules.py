"""How long a record is kept, and what stands in the way of erasing it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

RETENTION_YEARS = 8  # years after the last contact, adults (NHS Records Management Code 2021, appendix II)


@dataclass(frozen=True)
class Block:
    """One thing in the way. `may_override` says whether the data protection lead may decide against it, with a
    reason.
    """

    code: str
    message: str
    may_override: bool


def kept_until(last_contact: date, years: int) -> date:
    """The first day on which a record no longer has to be kept; `years` is the clinic's own number."""
    try:
        return last_contact.replace(year=last_contact.year + years)
    except ValueError:  # 29 February
        return last_contact.replace(year=last_contact.year + years, day=28)


def blocks(*, holds: int, kept_until_on: date, on: date, open_work: bool) -> tuple[Block, ...]:
    """Everything that forbids erasing on a day: a hold and running work always, retention unless overridden."""
    found = []
    if holds:
        found.append(Block("legal_hold", "A legal hold forbids erasing this record until it is lifted.", False))
    if open_work:
        found.append(Block("open_work", "A visit is going on. Finish or cancel it first.", False))
    if kept_until_on > on:
        text = f"The record has to be kept until {kept_until_on:%-d %b %Y}."
        found.append(Block("retention", text, True))
    return tuple(found)
