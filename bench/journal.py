"""`bench log insert`: entries of the access log against plain rows of the same columns; four writers on PostgreSQL.

Runs inside a site (`manage.py shell`). Each entry is a durable commit of its own; streams are spread over 1,000 clients
(performance.md 8, aim 1.3 times). Rounds alternate.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from multiprocessing import get_context
from statistics import median
from time import perf_counter, process_time
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

from django.db import connections, transaction

from bench.floor.models import PlainEntry
from bench.numbers import said
from clinic import audit, clock
from clinic.actors import Actor
from clinic.models import Client

WRITERS, STREAMS, SECONDS, ROUNDS = 4, 1_000, 3.0, 3


def _chained(actor: Actor, client_id: UUID, count: int) -> None:
    client: Any = SimpleNamespace(_meta=Client._meta, id=client_id, pk=client_id, organisation_id=actor.organisation_id)
    audit.record(actor, "bench.written", client, count=count, field="answers", version=count)


def _plain(actor: Actor, client_id: UUID, count: int) -> None:
    with transaction.atomic():
        PlainEntry(
            chain_id=client_id, seq=count, at=clock.now(), actor_kind=actor.kind, actor_id=actor.actor_id,
            action="bench.written", object_type="clinic.client", object_id=client_id, client_id=client_id,
            organisation_id=actor.organisation_id, outcome="done",
            facts={"count": count, "field": "answers", "version": count},
        ).save(force_insert=True)  # fmt: skip


def _write(how: Callable[[Actor, UUID, int], None], streams: list[UUID], number: int, answers: Any) -> None:
    """One writer for some seconds: how many entries, and its CPU seconds."""
    connections.close_all()
    actor = Actor(kind="staff", staff_id=uuid4(), organisation_id=uuid4())
    count, end, start = 0, perf_counter() + SECONDS, process_time()
    while perf_counter() < end:
        how(actor, streams[(7 * count + 250 * number) % STREAMS], count)
        count += 1
    answers.put((count, process_time() - start))
    connections.close_all()


def rate(how: Callable[[Actor, UUID, int], None], streams: list[UUID]) -> tuple[float, float]:
    """Entries a second of all writers, and CPU milliseconds of the program for each."""
    connections.close_all()
    context = get_context("fork")
    answers = context.Queue()
    writers = [context.Process(target=_write, args=(how, streams, n, answers)) for n in range(WRITERS)]
    for one in writers:
        one.start()
    results = [answers.get() for _ in writers]
    for one in writers:
        one.join()
    written = sum(count for count, _ in results)
    return written / SECONDS, 1000 * sum(cpu for _, cpu in results) / max(written, 1)


def run() -> None:
    """Both, by turns."""
    streams = [uuid4() for _ in range(STREAMS)]
    pairs = [(rate(_plain, streams), rate(_chained, streams)) for _ in range(ROUNDS)]
    plain, chained = (median(pair[side][0] for pair in pairs) for side in (0, 1))
    cpu = [median(pair[side][1] for pair in pairs) for side in (0, 1)]
    more = (
        f"{chained:.0f} entries a second against {plain:.0f}; cpu of the program {cpu[1]:.2f} ms against {cpu[0]:.2f}; "
        f"{os.cpu_count()} cores"
    )
    print(said(f"log insert, {WRITERS} writers, PostgreSQL", plain / max(chained, 1), 1.3, "x", more))
