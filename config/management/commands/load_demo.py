"""`manage.py load_demo`: the demo clinic, once. `--sign-ins` prints who can sign in."""

from __future__ import annotations

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clinic import clock
from clinic.models import Client
from config.demo import loader
from config.demo.stage import seed


class Command(BaseCommand):
    """Only under MESORECORD_DEMO=1 (or tests), and never into a clinic that has clients of its own."""

    help = "Load the demo clinic through the real services."

    def add_arguments(self, parser: Any) -> None:
        """`--sign-ins` prints the people and does nothing else."""
        parser.add_argument("--sign-ins", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, or say that it is there."""
        if options["sign_ins"]:
            self._print_people()
            return
        if os.environ.get("MESORECORD_DEMO") != "1" and "pytest" not in sys.modules:
            raise CommandError("The demo clinic is loaded only with MESORECORD_DEMO=1.")
        if loader.is_loaded():
            self.stdout.write("The demo clinic is there already; nothing was changed.")
            return
        if Client.objects.exists():
            raise CommandError("This clinic has clients of its own; the demo clinic is not loaded into it.")
        stage = loader.load(now=clock.now())
        self.stdout.write(f"The demo clinic is ready: {len(stage.clients)} clients, {len(stage.people)} people.")

    def _print_people(self) -> None:
        data = seed("people")
        width = max(len(row["email"]) for row in data["people"])
        self.stdout.write(f"Demo sign-ins, all with the password {data['password']} (PIN of the lock: {data['pin']})")
        for row in data["people"]:
            self.stdout.write(f"  {row['email']:<{width}}  {row['name']}, {row['position']}")
