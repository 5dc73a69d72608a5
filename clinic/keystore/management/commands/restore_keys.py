"""`manage.py restore_keys --copy ESCROW [--kek-box BOX] [BACKUP]`: keys back from escrow, on an empty machine."""

from __future__ import annotations

import getpass
import json
import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clinic.errors import DomainError
from clinic.keystore import backups, box, escrow, kek


class Command(BaseCommand):
    """Asks for the pass phrase (or reads MESORECORD_PASS_PHRASE). Keeps a key file that is there."""

    help = "Restore the key-encryption key from an escrow copy, and the key store from its backup."

    def add_arguments(self, parser: Any) -> None:
        """The copy, a newer ring if keys were rotated since, and the backup of the key store."""
        parser.add_argument("backup", nargs="?", type=Path)
        parser.add_argument("--copy", type=Path, required=True)
        parser.add_argument("--kek-box", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore."""
        phrase = os.environ.get("MESORECORD_PASS_PHRASE") or getpass.getpass("Pass phrase of the escrow copy: ")
        try:
            found = escrow.opened(options["copy"].read_bytes(), phrase)
            self._ring(found, options["kek_box"])
            if options["backup"]:
                counts = backups.load(box.open_box(options["backup"].read_bytes(), identity=found.identity))
                self.stdout.write(f"{counts['keystore.datakey']} data keys are back. Now: reapply_erasures.")
        except DomainError as error:
            raise CommandError(error.message) from error

    def _ring(self, found: escrow.Opened, newer: Path | None) -> None:
        ring = found.ring
        if newer is not None:
            ring = kek.parse(json.loads(box.open_box(newer.read_bytes(), identity=found.identity)))
        if kek.path().exists():
            self.stdout.write("There is a key file already; it was kept.")
            return
        kek.write(ring)
        self.stdout.write(
            f"The key file is back: version {ring.current}, fingerprint {ring.fingerprint(ring.current)}."
        )
