"""Where a clinic stands on its way to being opened, and the gate for everything clinical."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db.models import Q

from clinic import clock
from clinic.choices import Role
from clinic.errors import RuleRefused
from clinic.golive import rules
from clinic.golive.models import Opening
from clinic.golive.rules import Step
from clinic.identity.factors import has_factor
from clinic.keystore import escrow
from clinic.models import Membership, Site

CLOSED = "This clinic is not open yet: {missing} The manager finishes it under Clinic, Going live."


def opening(organisation_id: UUID) -> Opening | None:
    """When it was opened, or None."""
    return Opening.objects.filter(organisation_id=organisation_id).select_related("opened_by").first()


def is_open(organisation_id: UUID) -> bool:
    """Whether the clinic may treat."""
    return Opening.objects.filter(organisation_id=organisation_id).exists()


def steps(organisation_id: UUID) -> tuple[Step, ...]:
    """All steps, done or not. In the demo a manager needs no second factor (decision 12)."""
    today = clock.today()
    held = Membership.objects.filter(
        Q(until_on__isnull=True) | Q(until_on__gte=today), organisation_id=organisation_id, from_on__lte=today
    ).select_related("staff")
    active = [row for row in held if row.staff.is_active]
    managers = [row.staff for row in active if row.role == Role.MANAGER]
    return rules.steps(
        keepers=[row.holder for row in escrow.checked()],
        manager_proved=bool(managers) and (settings.DEMO or any(has_factor(staff) for staff in managers)),
        sites=Site.objects.filter(organisation_id=organisation_id, is_active=True).count(),
        roles=frozenset(row.role for row in active),
    )


def missing(organisation_id: UUID) -> tuple[str, ...]:
    """What keeps the clinic closed; nothing when it is open."""
    if is_open(organisation_id):
        return ()
    found = tuple(step.missing for step in steps(organisation_id) if not step.done)
    return found or ("Everything is there, and it waits to be opened.",)


def require_open(organisation_id: UUID) -> None:
    """Called by verbs that begin something clinical. Raises RuleRefused `clinic_not_open`."""
    found = missing(organisation_id)
    if found:
        raise RuleRefused(
            CLOSED.format(missing=" ".join(found)), code="clinic_not_open", details={"missing": list(found)}
        )
