"""Whether a client's separate permissions stand, as the consent app records them (decision 45)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from clinic.errors import Erased
from clinic.keystore import keys
from clinic.models import Client
from consent.models import ClientPermission


def given(client: Client, code: str, at: datetime) -> bool | None:
    """True given, False refused or withdrawn, None never asked."""
    return given_by_client([client.id], code, at).get(client.id)


def given_by_client(client_ids: Iterable[UUID], code: str, at: datetime) -> dict[UUID, bool | None]:
    """The newest answer of each client to one permission, by two statements whatever their number."""
    wanted = set(client_ids)
    rows = ClientPermission.objects.filter(client_id__in=wanted, code=code, decided_at__lte=at)
    newest = {row.client_id: row for row in rows.order_by("decided_at", "recorded_at", "id")}
    keys.prefetch(set(newest))
    return {client_id: _answer(row) for client_id, row in newest.items()}


def _answer(row: ClientPermission) -> bool | None:
    """The answer; an erased client permits nothing."""
    try:
        answer = False if row.is_withdrawal else row.answer
    except Erased:
        return False
    return answer if isinstance(answer, bool) else None
