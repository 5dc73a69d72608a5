"""Verbs of going live: make an escrow copy, check it, open the clinic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from clinic import access, audit, proof
from clinic.access import Can
from clinic.actors import Actor
from clinic.errors import RuleRefused, TransitionRefused
from clinic.golive import queries
from clinic.golive.models import Opening
from clinic.keystore import box, escrow
from clinic.models import Organisation


@dataclass(frozen=True)
class Copy:
    """A fresh escrow copy: the file for the medium, and the pass phrase, which is shown once and kept nowhere."""

    holder: str
    phrase: str
    data: bytes


@audit.audited
def make_copy(organisation: Organisation, *, holder: str, by: Actor, at: datetime) -> Copy:
    """Make the copy one person keeps. It counts only once `check_copy` has opened it again. Raises InvalidValue."""
    access.require(by, Can.MANAGE_STAFF, organisation)
    proof.demand(by, at)
    phrase = box.new_pass_phrase()
    row, data = escrow.make(holder, phrase, at=at)
    audit.record(by, "keys.copy_made", organisation, at=at, copy=row.id, version=row.kek_version)
    return Copy(row.holder, phrase, data)


@audit.audited
def check_copy(organisation: Organisation, *, data: bytes, phrase: str, by: Actor, at: datetime) -> str:
    """Open a copy as it lies on its medium, with the pass phrase as it was written down; who keeps it.

    Raises BoxRefused, RuleRefused `other_key`.
    """
    access.require(by, Can.MANAGE_STAFF, organisation)
    row = escrow.check(data, phrase, at=at)
    audit.record(by, "keys.copy_checked", organisation, at=at, copy=row.id, version=row.kek_version)
    holder: str = row.holder
    return holder


@audit.audited
def open_clinic(organisation: Organisation, *, by: Actor, at: datetime) -> Opening:
    """From now on the clinic may treat. Raises RuleRefused `steps_missing`, TransitionRefused `open_already`."""
    access.require(by, Can.MANAGE_STAFF, organisation)
    proof.demand(by, at)
    Organisation.objects.locked(organisation.pk)
    if queries.is_open(organisation.id):
        raise TransitionRefused("This clinic is open.", code="open_already")
    open_steps = [step for step in queries.steps(organisation.id) if not step.done]
    if open_steps:
        raise RuleRefused(
            " ".join(step.missing for step in open_steps),
            code="steps_missing",
            details={"steps": [step.code for step in open_steps]},
        )
    opening = Opening(
        organisation=organisation,
        opened_at=at,
        opened_by_id=by.staff_id if by.kind == "staff" else None,
        recorded_at=at,
    )
    opening.save()
    audit.record(by, "clinic.opened", opening, at=at)
    return opening
