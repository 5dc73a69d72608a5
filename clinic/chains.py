"""The chains of the log, read as text and hashed without models: what `verify_records` does a hundred thousand times.

`line` builds the very bytes that `clinic.audit.entry_hash` hashes (canonical JSON with sorted keys); a test holds the
two together for every kind of entry.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from json.encoder import encode_basestring as quoted
from operator import itemgetter
from typing import Any

from django.db import connection

from clinic.models.log import AuditEntry, ChainHead

GENESIS = "0" * 64
CHUNK = 2000
Row = tuple[Any, ...]
_TEXTS = ("actor_kind", "device", "session", "request", "action", "object_type", "outcome", "previous", "hash")
_IDS = ("actor_id", "object_id", "client_id", "organisation_id")
_written = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode  # as encryption.canonical
Heads = dict[str, tuple[int, str]]


def _select() -> str:
    """Ids as 32 digits, the instant as its digits, facts as JSON text: what both databases give cheaply."""
    table = AuditEntry._meta.db_table
    if connection.vendor == "postgresql":
        ids = [f"replace({name}::text, '-', '')" for name in ("chain_id", *_IDS)]
        at, facts = "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')", "facts::text"
    else:
        ids, at, facts = ["chain_id", *_IDS], "at || ''", "facts"  # as text, not as what Django makes of the column
    columns = ", ".join([ids[0], "seq", at, facts, *ids[1:], *_TEXTS])
    return f"SELECT {columns} FROM {table} ORDER BY chain_id, seq"  # noqa: S608 - names of our own columns


def rows() -> Iterator[Row]:
    """Every entry, chain after chain, in the order of its numbers."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_select())
        while chunk := cursor.fetchmany(CHUNK):
            yield from chunk


@lru_cache(maxsize=65536)
def dashed(digits: str | None) -> str:
    """An id as it is written."""
    if not digits:
        return ""
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


@lru_cache(maxsize=4096)
def _facts(text: str) -> str:
    return _written(json.loads(text))


def line(row: Row) -> str:
    """What is hashed of an entry, after the hash before it."""
    (chain, seq, at, facts, actor, about, client, organisation, kind, device, session, request, action, type_, outcome,
     _, _) = row  # fmt: skip
    digits = at if len(at) > 19 else f"{at}.000000"
    return (
        f'{{"action":{quoted(action)},"actor":"{dashed(actor)}","actor_kind":{quoted(kind)},'
        f'"at":"{digits[:10]}T{digits[11:]}+00:00","chain":"{dashed(chain)}","client":"{dashed(client)}",'
        f'"device":{quoted(device)},"facts":{"{}" if facts == "{}" else _facts(facts)},"object":"{dashed(about)}",'
        f'"object_type":{quoted(type_)},"organisation":"{dashed(organisation)}","outcome":{quoted(outcome)},'
        f'"request":{quoted(request)},"seq":{seq},"session":{quoted(session)}}}'
    )


def heads() -> Heads:
    """The number and hash of the newest entry of each chain, as the heads have them."""
    found = ChainHead.objects.values_list("chain_id", "seq", "hash")
    return {str(chain): (seq, value) for chain, seq, value in found}


def faults() -> Iterator[str]:
    """Entries that were changed, deleted, inserted, put in another order, or cut off at the end."""
    known = heads()
    for digits, entries in groupby(rows(), key=itemgetter(0)):
        chain = dashed(digits)
        yield from _one(chain, entries, known.pop(chain, None))
    for chain in known:
        yield f"log chain {chain}: all entries are missing"


def _one(chain: str, entries: Iterator[Row], head: tuple[int, str] | None) -> Iterator[str]:
    previous, number, sha256 = GENESIS, 0, hashlib.sha256
    for row in entries:
        number += 1
        if row[1] != number:
            yield f"log chain {chain}: entry {number} is missing"
            number = row[1]
        before, value = row[15], row[16]
        if before != previous or sha256((before + line(row)).encode()).hexdigest() != value:
            yield f"log chain {chain}: entry {number} was altered"
        previous = value
    if head != (number, previous):
        yield f"log chain {chain}: the end does not match its head"


def signed_faults(signed: Heads) -> Iterator[str]:
    """Chains that are not those a root was signed over: rebuilt, cut off with their head, or gone."""
    left = dict(signed)
    table, column = AuditEntry._meta.db_table, "chain_id"
    if connection.vendor == "postgresql":
        column = "replace(chain_id::text, '-', '')"
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {column}, seq, hash FROM {table}")  # noqa: S608 - names of our own columns
        while chunk := cursor.fetchmany(CHUNK):
            for digits, seq, value in chunk:
                chain = dashed(digits)
                if chain in left and left[chain] == (seq, value):
                    del left[chain]
    for chain, (seq, _) in sorted(left.items()):
        yield f"log chain {chain}: entry {seq} is not the one that was signed"
