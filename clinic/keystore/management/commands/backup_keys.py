"""`manage.py backup_keys FOLDER`: the key store, closed to the two holders of escrow copies; kept thirty days."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clinic import audit, clock
from clinic.actors import SYSTEM
from clinic.errors import DomainError
from clinic.keystore import backups


class Command(BaseCommand):
    """Run it daily, into another place than the backups of the records."""

    help = "Back the key store up, and remove its backups older than 30 days."

    def add_arguments(self, parser: Any) -> None:
        """Where to."""
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write one."""
        now = clock.now()
        try:
            path = backups.write(options["folder"], at=now)
        except DomainError as error:
            raise CommandError(error.message) from error
        audit.record(SYSTEM, "keys.backed_up", None, at=now)
        self.stdout.write(f"{path.name} is written; copies outside this folder must go after 30 days too.")
