"""Who acts: a member of staff with roles per organisation, a client holding the tablet, or the system itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from clinic.choices import Role

SYSTEM_ID = UUID("00000000-0000-4000-8000-000000000001")


@dataclass(frozen=True)
class Actor:
    """The subject of every decision, loaded once per request.

    `roles` maps organisation ids to roles held today; `treating` the ids of clients with an open care relation;
    `supervising` the ids of staff this person supervises; `client_id` and `handover_id` are set for a client
    on hand-over; `closed` holds clients whose chart is closed to this person, `glass` those of them whose glass this
    person broke less than fifteen minutes ago; `proved_at` is when the person last proved who they are (clinic.proof).
    """

    kind: str
    staff_id: UUID | None = None
    name: str = ""
    roles: Mapping[UUID, frozenset[Role]] = field(default_factory=dict)
    treating: frozenset[UUID] = frozenset()
    closed: frozenset[UUID] = frozenset()
    glass: frozenset[UUID] = frozenset()
    supervising: frozenset[UUID] = frozenset()
    client_id: UUID | None = None
    handover_id: UUID | None = None
    handover_kind: str = ""
    document_id: UUID | None = None
    organisation_id: UUID | None = None
    device: str = ""
    session: str = ""
    proved_at: datetime | None = None

    @property
    def actor_id(self) -> UUID | None:
        """The id the log and idempotency use."""
        return self.staff_id or self.handover_id

    def roles_in(self, organisation_id: UUID | None) -> frozenset[Role]:
        """Roles held today in an organisation."""
        return self.roles.get(organisation_id, frozenset()) if organisation_id else frozenset()

    def holds(self, *roles: Role) -> bool:
        """Whether any of the roles is held anywhere."""
        return any(set(roles) & held for held in self.roles.values())


SYSTEM = Actor(kind="system", staff_id=SYSTEM_ID, name="MesoRecord")
_acting: ContextVar[Actor | None] = ContextVar("acting", default=None)


def acting() -> Actor | None:
    """The actor of the verb that is running, for history."""
    return _acting.get()


@contextmanager
def acting_as(actor: Actor) -> Iterator[None]:
    """Run a verb in somebody's name."""
    token = _acting.set(actor)
    try:
        yield
    finally:
        _acting.reset(token)
