"""Verbs of the log: raise an alarm, say what came of it. Both are entries of the log, which is all there is of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from clinic import access, audit
from clinic.access import Can
from clinic.actors import Actor
from clinic.errors import InvalidValue, TransitionRefused
from clinic.logbook.choices import AlarmKind, Answer
from clinic.models import AuditEntry, Client, Organisation

ACKNOWLEDGED = "alarm.acknowledged"


@audit.audited
def raise_alarm(
    organisation: Organisation, kind: AlarmKind, *, client: Client | None = None, by: Actor, at: datetime, **facts: Any
) -> AuditEntry:
    """Write an alarm into the log of an organisation, in the chain of the client it is about."""
    about = client if client is not None else organisation
    return audit.record(by, f"alarm.{kind}", about, at=at, organisation_id=organisation.id, **facts)


@audit.audited
def acknowledge(organisation: Organisation, alarm_id: UUID, *, answer: str, by: Actor, at: datetime) -> AuditEntry:
    """Say what came of an alarm of this organisation; it is then no longer open.

    Raises InvalidValue for an unknown answer or alarm, TransitionRefused when it was answered before.
    """
    access.require(by, Can.ACKNOWLEDGE_ALARM, organisation)
    if answer not in Answer.values:
        raise InvalidValue("Choose what came of it.", code="invalid_choice", field="answer")
    alarm = AuditEntry.objects.filter(pk=alarm_id, organisation_id=organisation.id, action__startswith="alarm.").first()
    if alarm is None or alarm.action == ACKNOWLEDGED:
        raise InvalidValue("There is no such alarm.", code="unknown_alarm", field="alarm")
    if AuditEntry.objects.filter(chain_id=alarm.chain_id, action=ACKNOWLEDGED, object_id=alarm.id).exists():
        raise TransitionRefused("Somebody answered this alarm before you.", code="already_answered")
    return audit.record(by, ACKNOWLEDGED, alarm, at=at, answer=answer)
