"""Step-up: some verbs want to know again, within five minutes, who it is (security.md 5.2)."""

from __future__ import annotations

from datetime import datetime, timedelta

from clinic.actors import Actor
from clinic.errors import DomainError

LASTS = timedelta(minutes=5)


class ProofNeeded(DomainError):
    """The person has not proved who they are in the last five minutes (403, `proof_needed`)."""

    status = 403

    def __init__(self) -> None:
        super().__init__("Confirm first that it is you: passkey or authenticator code.", code="proof_needed")


def is_fresh(by: Actor, at: datetime) -> bool:
    """Whether the person proved who they are within five minutes before `at`."""
    return by.proved_at is not None and by.proved_at <= at < by.proved_at + LASTS


def demand(by: Actor, at: datetime) -> None:
    """Called by the services that need it: export, erase, roles, break-glass, devices, factors. Raises ProofNeeded."""
    if by.kind != "system" and not is_fresh(by, at):
        raise ProofNeeded
