"""`manage.py reapply_erasures`: after a restore, erase again whom the ledger names. Twice is once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clinic import clock
from clinic.erasure import ledger, running


class Command(BaseCommand):
    """Destroys keys, writes the log, scrubs; refuses a ledger that was tampered with, unless told to go on."""

    help = "Apply the ledger of erasures to restored databases."

    def add_arguments(self, parser: Any) -> None:
        """`--despite-faults` applies the entries of a damaged ledger as well."""
        parser.add_argument("--despite-faults", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check the ledger, then apply it."""
        faults = list(ledger.faults())
        for fault in faults:
            self.stdout.write(fault)
        if faults and not options["despite_faults"]:
            raise CommandError("The ledger is not as it was written. Bring back a whole copy (docs/keys.md).")
        done = running.settle(clock.now())
        self.stdout.write(f"{len(ledger.entries())} entries; {done} clients were erased again.")
