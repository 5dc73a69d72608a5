"""`manage.py export_records FILE`: every record of an organisation as one ZIP of JSON, PDF and pictures.
Leaving costs nothing.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clinic import audit, clock, providers
from clinic.actors import SYSTEM
from clinic.encryption import sealed_fields
from clinic.keystore import keys
from clinic.models import AllergyEntry, AuditEntry, Client, Organisation, Site, Staff, Visit


def plain(row: Any) -> dict[str, Any]:
    """All columns of a row, sealed ones opened."""
    sealed = {field.attname for field in sealed_fields(type(row))}
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname in sealed or field.get_internal_type() != "BinaryField"
    }


class Command(BaseCommand):
    """Writes the file with permissions 0600; the person who runs it answers for where it goes."""

    help = "Take every record out: one ZIP of JSON, PDF and pictures."

    def add_arguments(self, parser: Any) -> None:
        """The file, and optionally one organisation by name."""
        parser.add_argument("file")
        parser.add_argument("--organisation", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the archive."""
        organisations = Organisation.objects.order_by("name")
        if options["organisation"]:
            organisations = organisations.filter(name=options["organisation"])
        if not organisations:
            raise CommandError("There is no such organisation.")
        buffer = io.BytesIO()
        count = 0
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for organisation in organisations:
                count += self._organisation(archive, organisation)
        handle = os.open(Path(options["file"]), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(buffer.getvalue())
        self.stdout.write(f"{count} clients written to {options['file']}")

    def _organisation(self, archive: zipfile.ZipFile, organisation: Organisation) -> int:
        base = f"{organisation.name}".replace("/", "-")
        self._write(archive, f"{base}/organisation.json", plain(organisation))
        self._write(
            archive, f"{base}/sites.json", [plain(row) for row in Site.objects.filter(organisation=organisation)]
        )
        staff = Staff.objects.filter(memberships__organisation=organisation).distinct()
        fields = ("id", "name", "email", "position", "is_active")
        self._write(archive, f"{base}/staff.json", [{name: getattr(row, name) for name in fields} for row in staff])
        clients = Client.objects.filter(organisation=organisation, erased_at__isnull=True).order_by("recorded_at")
        for client in clients:
            self._client(archive, f"{base}/clients/{client.code}", client)
        audit.record(SYSTEM, "records.exported", organisation, at=clock.now(), clients=len(clients))
        return len(clients)

    def _client(self, archive: zipfile.ZipFile, base: str, client: Client) -> None:
        keys.forget()
        self._write(archive, f"{base}/client.json", plain(client))
        own: tuple[Any, ...] = (Visit, AllergyEntry)
        for model in own:
            rows = [plain(row) for row in model._default_manager.filter(client=client)]
            self._write(archive, f"{base}/{model._meta.model_name}.json", rows)
        log = AuditEntry.objects.filter(client_id=client.id).order_by("seq")
        self._write(archive, f"{base}/access_log.json", [plain(row) for row in log])
        for provider in providers.exports():
            for path, data in provider(client):
                if isinstance(data, bytes):
                    archive.writestr(f"{base}/{path}", data)
                else:
                    self._write(archive, f"{base}/{path}", data)

    def _write(self, archive: zipfile.ZipFile, path: str, data: Any) -> None:
        archive.writestr(path, json.dumps(data, indent=1, sort_keys=True, default=str, ensure_ascii=False))
