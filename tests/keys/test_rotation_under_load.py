"""Ten thousand wrapped keys change while eight people work; killed in the middle, run again (SEC-R8, SEC-E9)."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import threading
import traceback
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections

from clinic import clock
from clinic.actors import SYSTEM
from clinic.keystore import kek, keys, rewrapping
from clinic.keystore.models import DataKey, KeyRotation
from clinic.models import Client
from clinic.services import clients
from tests.factories import NOW, make_client, make_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.full]
CLIENTS, WRITERS, SECONDS = 10_000, 8, 240
PAUSE_SECONDS = 0.25  # of each writer between two acts: eight busy people, not a flood
ROOT = Path(__file__).resolve().parents[2]


def _command(*arguments: str) -> subprocess.Popen[str]:
    """`manage.py rotate_keys` in a process of its own, on the databases of this test."""
    env = {**os.environ, "MESORECORD_DATA": str(settings.DATA_DIR), "DJANGO_SETTINGS_MODULE": "config.settings"}
    if connection.vendor == "postgresql":
        env |= {
            "PGDATABASE": connections["default"].settings_dict["NAME"],
            "MESORECORD_KEYS_DATABASE": connections["keys"].settings_dict["NAME"],
        }
    command = [sys.executable, "manage.py", "rotate_keys", "--skip-checks", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@pytest.fixture
def installation(tmp_path, monkeypatch):
    """Databases of the test under the names a real process looks for, and a key file of their own."""
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    if connection.vendor == "sqlite":
        for alias, name in (("default", "mesorecord.sqlite3"), ("keys", "keys.sqlite3")):
            (tmp_path / name).symlink_to(connections[alias].settings_dict["NAME"])
    world = make_world()
    rows = []
    for _ in range(CLIENTS):
        holder = uuid.uuid4()
        wrapped, version = keys.wrap(secrets.token_bytes(32), keys._context(holder, 1))
        rows.append(DataKey(holder_id=holder, version=1, wrapped=wrapped, kek_version=version, created_at=NOW))
    DataKey.objects.bulk_create(rows, batch_size=500)
    return world


def _work(world, number: int, stop: threading.Event) -> tuple[int, list[str]]:
    """One person edits and makes clients until told to stop; how much was done, and what went wrong."""
    done, errors = 0, []
    try:
        with clock.set_to(NOW):
            own = make_client(world.organisation, f"Writer Number {number}", phone="07700 900200")
            while not stop.is_set():
                keys.forget()
                try:
                    name = f"Person {number} {done}"
                    clients.edit_client(own, known_as=name, by=SYSTEM, at=NOW)
                    keys.forget()
                    if Client.objects.get(pk=own.pk).known_as != name:
                        errors.append("another name was read")
                    if done % 5 == 0:
                        make_client(world.organisation, f"New {number} {done}", phone="07700 900300")
                    done += 1
                except Exception as error:  # noqa: BLE001 - every error counts
                    errors.append("".join(traceback.format_exception(error)[-12:]))
                stop.wait(PAUSE_SECONDS)
    finally:
        connections.close_all()
    return done, errors


def _kill_in_the_middle() -> int:
    """Start a rotation and kill -9 it once it has done some batches; how many keys were still waiting."""
    process = _command("--batch", "100")
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("· 1000"):
            break
    process.kill()
    process.wait()
    process.stdout.close()
    return rewrapping.waiting()


def test_ten_thousand_keys_are_wrapped_again_while_eight_people_work(installation):
    """SEC-R8: no error, nothing unreadable, taken up after kill -9; the old key is of no use afterwards."""
    stop = threading.Event()
    with ThreadPoolExecutor(WRITERS) as pool:
        writers = [pool.submit(_work, installation, number, stop) for number in range(WRITERS)]
        try:
            waiting = _kill_in_the_middle()
            open_rotation = KeyRotation.objects.get()
            process = _command("--batch", "400")
            said, _ = process.communicate(timeout=SECONDS)
        finally:
            stop.set()
        results = [writer.result() for writer in writers]
    assert 0 < waiting < CLIENTS
    assert open_rotation.finished_at is None
    assert process.returncode == 0, said
    assert [error for _, errors in results for error in errors] == []
    assert all(done > 0 for done, _ in results)
    assert kek.ring().current == 2
    assert rewrapping.waiting() == 0
    assert KeyRotation.objects.get().finished_at is not None
    keys.forget()
    keys.prefetch(DataKey.objects.values_list("holder_id", flat=True)[:900])
    assert {client.organisation_id for client in Client.objects.all() if client.legal_name} == {
        installation.organisation.id, installation.other_organisation.id,
    }  # fmt: skip
