"""`manage.py verify_records`: is every record still what was written, signed and sealed?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clinic import clock, verification
from clinic.actors import SYSTEM
from clinic.logbook import services
from clinic.logbook.choices import AlarmKind
from clinic.models import AuditEntry, Organisation


class Command(BaseCommand):
    """Prints one line per fault, naming the record; fails when there is one."""

    help = "Check log chains, seals, sealed values, files and signed roots."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run all checks."""
        found = 0
        for fault in verification.faults():
            found += 1
            self.stdout.write(fault)
        entries = AuditEntry.objects.count()
        if found:
            for organisation in Organisation.objects.order_by("id"):
                services.raise_alarm(organisation, AlarmKind.VERIFICATION, by=SYSTEM, at=clock.now(), faults=found)
            raise CommandError(f"{found} faults found ({entries} log entries checked).")
        self.stdout.write(f"All records are as they were written ({entries} log entries checked).")
