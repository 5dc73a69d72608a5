"""What has to be there before a clinic treats anybody. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from clinic.choices import Role

NEEDED_ROLES = (Role.MANAGER, Role.LEAD, Role.PROTECTION)
TREATING = frozenset({Role.PRACTITIONER, Role.LEAD})


@dataclass(frozen=True)
class Step:
    """One step: whether it is done, and what is missing."""

    code: str
    title: str
    done: bool
    missing: str


def steps(*, keepers: list[str], manager_proved: bool, sites: int, roles: frozenset[str]) -> tuple[Step, ...]:
    """All steps in their order. `keepers` hold a checked copy of the key in use; `roles` are held by somebody now."""
    absent = [role.label for role in NEEDED_ROLES if role not in roles]
    if not roles & TREATING:
        absent.append("Practitioner")
    return (
        Step(
            "escrow",
            "Two escrow copies of the key, each opened again from its medium",
            len(keepers) >= 2,
            f"{2 - len(keepers)} checked with another person is missing." if len(keepers) < 2 else "",
        ),
        Step(
            "manager",
            "A manager signs in with a second factor",
            manager_proved,
            "" if manager_proved else "The manager has no passkey or authenticator yet.",
        ),
        Step("sites", "At least one site", sites > 0, "" if sites else "No site is recorded."),
        Step("roles", "Everybody who is needed", not absent, f"Nobody is: {', '.join(absent)}." if absent else ""),
    )
