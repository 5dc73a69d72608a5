"""`python -m bench.verify [entries]`: how many entries of the log `verify_records` checks in a second (aim: 100,000).

The log of a throw-away SQLite file, chains of forty entries like a client's, facts like those of real verbs. Nothing is
asserted; the figure is entries per second of CPU and of wall time, the best of three.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

FOLDER = Path(tempfile.mkdtemp(prefix="mesorecord-verify-"))
os.environ.update(MESORECORD_DATA=str(FOLDER), MESORECORD_DEMO="1", DJANGO_SETTINGS_MODULE="config.settings")

import django  # noqa: E402 - the folder goes first

django.setup()

from django.db import connection, transaction  # noqa: E402

from clinic import audit, chains  # noqa: E402
from clinic.models.log import AuditEntry, ChainHead  # noqa: E402

CHAIN = 40
STAFF = [uuid.uuid4() for _ in range(12)]
START = datetime(2026, 1, 1, 9, 0, 0, 250, tzinfo=UTC)
ACTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("viewed.chart", {}),
    ("consultation.submitted", {"questions": 84, "version": 3}),
    ("record.sealed", {"sha256": "ab" * 32, "version": 7}),
    ("visit.moved", {"to": "arrived", "version": 2}),
)


def chain(organisation: uuid.UUID, number: int) -> list[AuditEntry]:
    """The entries of one client."""
    client, previous, made = uuid.uuid4(), chains.GENESIS, []
    for seq in range(1, CHAIN + 1):
        action, facts = ACTS[seq % len(ACTS)]
        entry = AuditEntry(
            chain_id=client, seq=seq, at=START + timedelta(minutes=number + seq), actor_kind="staff",
            actor_id=STAFF[seq % len(STAFF)], device="Tablet 2", session="c0ffee" * 5, request=str(uuid.uuid4()),
            action=action, object_type="consultations.consultation", object_id=uuid.uuid4(), client_id=client,
            organisation_id=organisation, outcome="done", facts={**facts, "number": number}, previous=previous,
        )  # fmt: skip
        entry.hash = previous = audit.entry_hash(entry)
        made.append(entry)
    return made


def fill(entries: int) -> int:
    """Make the tables and write the log; how many entries there are."""
    with connection.schema_editor() as editor:
        editor.create_model(AuditEntry)
        editor.create_model(ChainHead)
    organisation = uuid.uuid4()
    for number in range(entries // CHAIN):
        with transaction.atomic():
            made = chain(organisation, number)
            AuditEntry.objects.bulk_create(made)
            ChainHead.objects.create(chain_id=made[-1].chain_id, seq=made[-1].seq, hash=made[-1].hash)
    return AuditEntry.objects.count()


def main() -> int:
    """Fill, check three times, print the best."""
    try:
        count = fill(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
        best_cpu = best_wall = float("inf")
        for _ in range(3):
            cpu, wall = time.process_time(), time.perf_counter()
            faults = list(chains.faults())
            best_cpu, best_wall = min(best_cpu, time.process_time() - cpu), min(best_wall, time.perf_counter() - wall)
        print(
            f"verify: {count:,} entries, {count / best_cpu:,.0f} a second of CPU, "
            f"{count / best_wall:,.0f} of wall time (aim 100,000), {len(faults)} faults"
        )
        return 1 if faults else 0
    finally:
        connection.close()
        shutil.rmtree(FOLDER, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
