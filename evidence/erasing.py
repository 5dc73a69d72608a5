"""What evidence does when a client's record is erased: it is withdrawn; decisions and feedback stay (decision 46)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from evidence.choices import ItemState
from evidence.models import EvidenceItem


def of_client(client_id: UUID, at: datetime) -> None:
    """Withdraw every piece of evidence about the client; safe to repeat."""
    for item in EvidenceItem.objects.filter(client_id=client_id).exclude(state=ItemState.WITHDRAWN):
        item.state, item.withdrawn_at = ItemState.WITHDRAWN, at
        item.save(update_fields=["state", "withdrawn_at"])
