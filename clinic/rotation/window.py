"""Opening and closing the window for frozen rows, and finding windows nobody wrote down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from clinic.models import AuditEntry
from clinic.rotation.models import CipherWindow

TABLE = "rotation_cipherwindow"
OPENED, CLOSED = "keys.window_opened", "keys.window_closed"


def current() -> CipherWindow | None:
    """The open window, if there is one."""
    return CipherWindow.objects.filter(closed_at__isnull=True).order_by("opened_at").first()


def make(*, at: datetime) -> CipherWindow:
    """Open one, or go on with the one that is open."""
    return current() or CipherWindow.objects.create(opened_at=at)


def close(*, at: datetime) -> CipherWindow | None:
    """Close the open window."""
    found = current()
    if found is not None:
        found.closed_at = at
        found.save(update_fields=["closed_at"])
    return found


def faults() -> Iterator[str]:
    """For `verify_records`: windows that are open, or that the log does not know."""
    logged = set(AuditEntry.objects.filter(action=OPENED).values_list("object_id", flat=True))
    for window in CipherWindow.objects.order_by("opened_at"):
        if window.id not in logged:
            yield f"rotation window {window.id}: it was opened without an entry in the log"
        if window.closed_at is None:
            yield f"rotation window {window.id}: it is open; finish the rotation (rotate_keys)"
