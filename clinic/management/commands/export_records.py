"""`manage.py export_records FILE`: every record of an organisation as one ZIP of JSON, PDF and pictures.
Leaving costs nothing.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clinic import audit, clock, exporting, providers
from clinic.actors import SYSTEM
from clinic.exporting import plain
from clinic.keystore import keys
from clinic.models import AuditEntry, Client, Organisation, Staff


def folders(organisations: Iterable[Organisation]) -> dict[Organisation, str]:
    """The folder of each organisation: its name, and its id where another one's folder would be called alike."""
    names = {organisation: organisation.name.replace("/", "-") for organisation in organisations}
    alike = Counter(name.casefold() for name in names.values())
    return {key: name if alike[name.casefold()] == 1 else f"{name} {key.id}" for key, name in names.items()}


class Command(BaseCommand):
    """Writes the file with permissions 0600; the person who runs it answers for where it goes."""

    help = "Take every record out: one ZIP of JSON, PDF and pictures."

    def add_arguments(self, parser: Any) -> None:
        """The file, and optionally one organisation by name."""
        parser.add_argument("file")
        parser.add_argument("--organisation", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the archive; it gets its name only when it is whole."""
        organisations = Organisation.objects.order_by("name")
        if options["organisation"]:
            organisations = organisations.filter(name=options["organisation"])
        if not organisations:
            raise CommandError("There is no such organisation.")
        target = Path(options["file"])
        unfinished = target.with_name(f"{target.name}.part")
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            count = sum(self._organisation(archive, *each) for each in folders(organisations).items())
        unfinished.replace(target)
        self.stdout.write(f"{count} clients written to {target}")

    def _organisation(self, archive: zipfile.ZipFile, organisation: Organisation, base: str) -> int:
        now = clock.now()
        archive.writestr(f"{base}/READ-ME.txt", exporting.READ_ME.format(name=organisation.name, on=now.date()))
        self._write(archive, f"{base}/organisation.json", plain(organisation))
        staff = Staff.objects.filter(memberships__organisation=organisation).distinct()
        fields = ("id", "name", "email", "position", "is_active")
        self._write(archive, f"{base}/staff.json", [{name: getattr(row, name) for name in fields} for row in staff])
        log = AuditEntry.objects.filter(organisation_id=organisation.id, client_id__isnull=True).order_by("seq")
        self._write(archive, f"{base}/access_log.json", [plain(row) for row in log])
        paths = ["organisation.json", "staff.json", "access_log.json"]
        for path, rows in exporting.of_organisation(organisation):
            self._write(archive, f"{base}/{path}", rows)
            paths.append(path)
        clients = Client.objects.filter(organisation=organisation, erased_at__isnull=True).order_by("recorded_at")
        links = [self._client(archive, base, client) for client in clients]
        body = [exporting.listed("Clients", links), exporting.listed("The organisation", map(exporting.link, paths))]
        archive.writestr(f"{base}/index.html", exporting.page(organisation.name, body))
        audit.record(SYSTEM, "records.exported", organisation, at=now, clients=len(links))
        return len(links)

    def _client(self, archive: zipfile.ZipFile, base: str, client: Client) -> str:
        """Write the client's folder; the link to its page."""
        keys.forget()
        folder, paths = f"clients/{client.code}", ["client.json", "access_log.json"]
        self._write(archive, f"{base}/{folder}/client.json", plain(client))
        log = AuditEntry.objects.filter(client_id=client.id).order_by("seq")
        self._write(archive, f"{base}/{folder}/access_log.json", [plain(row) for row in log])
        for part in (exporting.of_client, *providers.exports()):
            for path, data in part(client):
                paths.append(path)
                if isinstance(data, bytes):
                    archive.writestr(f"{base}/{folder}/{path}", data)
                else:
                    self._write(archive, f"{base}/{folder}/{path}", data)
        archive.writestr(f"{base}/{folder}/index.html", exporting.client_page(client, paths))
        return exporting.link(f"{folder}/index.html", f"{client.legal_name}, {client.code}")

    def _write(self, archive: zipfile.ZipFile, path: str, data: Any) -> None:
        archive.writestr(path, json.dumps(data, indent=1, sort_keys=True, default=str, ensure_ascii=False))
