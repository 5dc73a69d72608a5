"""Small reads that verbs and screens share: allergies that count, standing, rows that wait for a reviewer."""

from __future__ import annotations

from datetime import date
from typing import Any

from clinic import content
from clinic.choices import AllergyStatus
from clinic.models import AllergyEntry, Client, ContentVersion, Credential, Staff


def active_allergies(client: Client) -> list[AllergyEntry]:
    """Entries that count: active and unsure."""
    rows = AllergyEntry.objects.for_client(client).exclude(status=AllergyStatus.CORRECTED).order_by("recorded_at", "id")
    return list(rows)


def unreviewed_rows(version: ContentVersion) -> list[str]:
    """Rows marked CC or K that nobody has signed yet."""
    signed = {row for rows in version.reviews.values_list("rows", flat=True) for row in rows}
    return [row for row in content.rows_needing_review(version.body) if row not in signed]


def standing(staff: Staff, on: date) -> dict[str, Any]:
    """A person's standing on a day, as plain data to be stored with what they did (decision 55)."""
    rows = list(Credential.objects.filter(staff=staff).valid_on(on).order_by("kind", "from_on", "id"))
    levels = [row.level for row in rows if row.kind == "qualification" and row.level and row.verified_on]
    return {
        "staff": str(staff.id),
        "on": on.isoformat(),
        "level": max(levels, default=None),
        "credentials": [
            {
                "id": str(row.id),
                "kind": row.kind,
                "title": row.title,
                "until": row.until_on.isoformat() if row.until_on else None,
                "covers": row.covers,
                "level": row.level,
                "hours": str(row.hours) if row.hours is not None else None,
                "verified": row.verified_on is not None,
            }
            for row in rows
        ],
    }
