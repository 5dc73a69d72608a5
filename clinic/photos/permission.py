"""Whether the client lets photographs be taken and shown for their record (P1; decisions 45 and 46).

The answer is recorded above this layer and asked through `clinic.providers`. True: given. False: refused or withdrawn.
None: not asked yet.
"""

from __future__ import annotations

from datetime import datetime

from clinic import providers
from clinic.errors import InvalidValue, RuleRefused
from clinic.models import Client

BEFORE = "before"


def is_restricted(client: Client, at: datetime) -> bool:
    """Whether kept photographs are shown no more: the client refused or withdrew the permission for their record.

    They stay for an event, a complaint, a claim and the client's own access until retention ends (decision 46).
    """
    return providers.photo_permission(client, at) is False


def is_asked_for(client: Client, at: datetime) -> bool:
    """Whether the client's agreement to this very photograph must be ticked: their permission was not asked yet."""
    return providers.photo_permission(client, at) is None


def require(client: Client, *, stage: str, is_agreed: bool, at: datetime) -> None:
    """Refuse a new photograph the client does not permit.

    Not asked yet: only the before photograph, with their agreement to it. Raises RuleRefused `permission_refused`,
    InvalidValue `not_agreed`, `permission_missing`.
    """
    answer = providers.photo_permission(client, at)
    if answer is False:
        raise RuleRefused(
            "The client does not permit photographs for their record. Nothing is blocked by it.",
            code="permission_refused",
            field="photo",
        )
    if answer is None and stage != BEFORE:
        raise InvalidValue(
            "Permission for photographs was not asked yet: only a photograph from before treatment can be kept.",
            code="permission_missing",
            field="stage",
        )
    if answer is None and not is_agreed:
        raise InvalidValue("Tick that the client agrees to this photograph.", code="not_agreed", field="is_agreed")
