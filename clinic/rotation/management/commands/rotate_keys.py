"""`manage.py rotate_keys`: a new key-encryption key, or with --data new keys of clients. Interrupted? Run it again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from clinic import clock
from clinic.actors import SYSTEM
from clinic.errors import DomainError
from clinic.keystore import box, escrow, kek
from clinic.rotation import running, services


class Command(BaseCommand):
    """Old and new keys open side by side while it runs; people go on working."""

    help = "Rotate the key-encryption key (default) or the clients' data keys (--data)."

    def add_arguments(self, parser: Any) -> None:
        """What to rotate, and how."""
        parser.add_argument("--data", action="store_true", help="a new data key for every client and organisation")
        parser.add_argument("--holder", type=UUID, help="with --data: only this client or organisation (its UUID)")
        parser.add_argument(
            "--compromised",
            action="store_true",
            help="with --data: frozen rows, history and files too, in a logged window; old keys are destroyed",
        )
        parser.add_argument("--destroy-old-kek", action="store_true", help="destroy key-encryption keys nothing needs")
        parser.add_argument("--batch", type=int, default=200)

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate, and say what was done."""
        try:
            self._rotate(options)
        except DomainError as error:
            raise CommandError(error.message) from error

    def _rotate(self, options: dict[str, Any]) -> None:
        if options["destroy_old_kek"]:
            gone = services.destroy_old_kek(by=SYSTEM, at=clock.now(), compromised=options["compromised"])
            self.stdout.write(f"Destroyed: version {', '.join(map(str, sorted(gone)))}.")
        elif options["data"]:
            self._data(options)
        else:
            facts = running.rotate_kek(batch=options["batch"], progress=self._say)
            ring = kek.ring()
            self.stdout.write(
                f"{facts['rewrapped']} keys are wrapped by version {ring.current} "
                f"(fingerprint {ring.fingerprint(ring.current)}); {facts['unreadable']} could not be opened."
            )
            self._escrow()

    def _escrow(self) -> None:
        """The new ring for the holders of the escrow copies, beside the key file."""
        closed = escrow.box_of_ring()
        if closed is None:
            self.stdout.write("Nobody holds an escrow copy yet: see the clinic's page Going live.")
            return
        path = kek.path().parent / f"kek-{kek.ring().current}.box"
        box.write_private(path, closed)
        self.stdout.write(f"Put {path.name} beside both escrow copies; it opens with either of them.")

    def _data(self, options: dict[str, Any]) -> None:
        facts = running.rotate_data(
            batch=options["batch"],
            progress=self._say,
            compromised=options["compromised"],
            holder_id=options["holder"],
        )
        for line in facts["unreadable"]:
            self.stdout.write(line)
        self.stdout.write(
            f"{facts['holders']} holders have a new key; {facts['values']} values and {facts['files']} files were "
            f"sealed again, {len(facts['unreadable'])} cannot be read."
        )

    def _say(self, done: int) -> None:
        self.stdout.write(f"· {done}")
        self.stdout.flush()
