"""`manage.py create_organisation`: a new clinic or centre, its key, a site, escrow copies, the first manager's link.

    create_organisation --name … --kind clinic --country England --telephone … --site "Quay Street|1 Quay Street"
        --manager-name … --manager-email … [--escrow FOLDER --keeper "Ada …" --keeper "Ben …"]

With --escrow both copies are made here, written, and opened again from the folder, before anything else is done. Else
the manager makes them on the page Going live. Nothing clinical starts before that page says so.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from clinic import clock
from clinic.actors import SYSTEM
from clinic.choices import OrganisationKind, Role
from clinic.errors import DomainError
from clinic.golive import services
from clinic.identity.services import people
from clinic.keystore import box
from clinic.models import Organisation
from clinic.services import house


class Command(BaseCommand):
    """By whoever runs the server; prints what is shown once."""

    help = "Set up an organisation and invite its first manager."

    def add_arguments(self, parser: Any) -> None:
        """Who, where, and the keepers of the key."""
        parser.add_argument("--name", required=True)
        parser.add_argument("--kind", choices=OrganisationKind.values, default=OrganisationKind.CLINIC)
        parser.add_argument("--country", default="England")
        parser.add_argument("--telephone", default="")
        parser.add_argument("--site", action="append", default=[], help="name, or name|address")
        parser.add_argument("--manager-name", required=True)
        parser.add_argument("--manager-email", required=True)
        parser.add_argument("--escrow", type=Path)
        parser.add_argument("--keeper", action="append", default=[])

    def handle(self, *args: Any, **options: Any) -> None:
        """Set up."""
        if options["escrow"] and len({name.strip().casefold() for name in options["keeper"]}) < 2:
            raise CommandError("Name two people who keep a copy: --keeper A --keeper B.")
        if Organisation.objects.filter(name=options["name"]).exists():
            raise CommandError("There is an organisation of this name already.")
        try:
            with transaction.atomic():
                self._set_up(options)
        except DomainError as error:
            raise CommandError(error.message) from error

    def _set_up(self, options: dict[str, Any]) -> None:
        now = clock.now()
        organisation = house.create_organisation(
            name=options["name"],
            kind=options["kind"],
            country=options["country"],
            telephone=options["telephone"],
            by=SYSTEM,
            at=now,
        )
        for text in options["site"]:
            name, _, address = text.partition("|")
            house.create_site(organisation, name=name, address=address, by=SYSTEM, at=now)
        if options["escrow"]:
            for keeper in options["keeper"]:
                self._copy(organisation, keeper, options["escrow"])
        _, token = people.invite(
            organisation,
            email=options["manager_email"],
            role=Role.MANAGER,
            name=options["manager_name"],
            by=SYSTEM,
            at=now,
        )
        self.stdout.write(f"{organisation.name} is set up. Within 24 hours {options['manager_name']} opens:")
        self.stdout.write(f"  /invitations/{token}/")
        self.stdout.write("and then Clinic, Going live.")

    def _copy(self, organisation: Organisation, keeper: str, folder: Path) -> None:
        """Make, write, and open again from the folder; a copy that does not open stops everything."""
        copy = services.make_copy(organisation, holder=keeper, by=SYSTEM, at=clock.now())
        path = folder / f"escrow-{re.sub(r'[^a-z0-9]+', '-', keeper.casefold()).strip('-')}.box"
        box.write_private(path, copy.data)
        services.check_copy(organisation, data=path.read_bytes(), phrase=copy.phrase, by=SYSTEM, at=clock.now())
        self.stdout.write(f"{path.name}, for {keeper}. Pass phrase, shown once: {copy.phrase}")
