"""What can go wrong in the domain, in words for the clinician. No Django here; `clinic.http` and
`clinic.api_base` translate.
"""

from __future__ import annotations

from typing import Any


class DomainError(Exception):
    """A refusal with a stable `code`, a message, the field it is about and details. `status` is its HTTP status."""

    status = 422

    def __init__(self, message: str, *, code: str, field: str | None = None, details: Any = None) -> None:
        super().__init__(message)
        self.message, self.code, self.field, self.details = message, code, field, details


class InvalidValue(DomainError):
    """A value that is well-formed but not acceptable (422)."""


class RuleRefused(DomainError):
    """A clinical, legal or clinic rule says no (422). `details` lists the findings or gates."""


class TransitionRefused(DomainError):
    """The record is in a state in which this verb is not possible (409)."""

    status = 409


class StaleRecord(DomainError):
    """Somebody saved in the meantime (409). `details` holds `current` and `yours`."""

    status = 409

    def __init__(self, *, current: dict[str, Any], yours: dict[str, Any], message: str | None = None) -> None:
        text = (
            message or "Somebody changed this record since you opened it. Both versions are shown; nothing was saved."
        )
        super().__init__(text, code="stale", details={"current": current, "yours": yours})
        self.current, self.yours = current, yours


class KeyInFlight(DomainError):
    """The same Idempotency-Key is being worked on (409)."""

    status = 409


class VersionMissing(DomainError):
    """A change of a mutable record without the version it was read at (428)."""

    status = 428

    def __init__(self) -> None:
        super().__init__("Send the version you read (If-Match).", code="version_missing", field="version")


class CannotBeRead(DomainError):
    """A sealed value does not open: altered, moved, or its key is gone. Never shown as empty (503)."""

    status = 503

    def __init__(self, where: str) -> None:
        super().__init__("This entry cannot be read.", code="cannot_be_read", details={"where": where})


class Erased(CannotBeRead):
    """The client's record was erased: its keys were destroyed, which is meant (410)."""

    status = 410

    def __init__(self) -> None:
        super().__init__("key")
        self.message, self.code, self.details = "This client's record was erased.", "erased", None


class KeyStoreAway(DomainError):
    """Keys or the access log cannot be reached; nothing is written or shown without them (503)."""

    status = 503

    def __init__(self, message: str = "The key store cannot be reached. Nothing was changed.") -> None:
        super().__init__(message, code="key_store_away")


class KeyWornOut(DomainError):
    """A key has closed as many values as it may (503)."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            "This client's key has closed as many values as it may. Rotate it: rotate_keys --data --holder.",
            code="key_worn_out",
        )


class StorageFull(DomainError):
    """No room left on the disk (507)."""

    status = 507
