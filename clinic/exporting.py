"""Everything of an organisation, for taking the records elsewhere: which rows there are, and pages that lead a person.

Complete by construction: every record about a client and every record of an organisation is written as it stands, its
sealed columns opened, whatever app it belongs to. What apps register beside it is the same in words, papers, pictures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.html import escape

from clinic.encryption import sealed_fields, shown
from clinic.models import Client, Credential, Organisation
from clinic.records import ClientRecord, OrganisationRecord

READ_ME = """This is everything {name} kept, written on {on}.

index.html      start here: clients, with links to their papers, pictures and records
clients/        one folder per client, named by the client's code; each has an index.html of its own
records/        what belongs to the organisation: people, products, stock, texts and questionnaires, portfolios
access_log.json who signed in, was refused or changed something that is about no client; each client has a log too

PDF files are sealed papers: any reader of PDF checks their signature. JPG files are photographs.
JSON files are plain text: names of facts and their values. Times are in UTC. A long id such as
1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed names a row; staff.json says which member of staff an id is.
records/clinic.contentversion.json holds the questionnaires and texts that the answers and papers were made with.
Earlier versions of rows that were changed are not here; the access log of each client says when and by whom.
"""


def plain(row: Any) -> dict[str, Any]:
    """All columns of a row, sealed ones opened; “cannot be read” stands for one that does not open."""
    sealed = {field.attname for field in sealed_fields(type(row))}
    return {
        field.attname: shown(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname in sealed or field.get_internal_type() != "BinaryField"
    }


def _own(base: type[models.Model]) -> list[type[models.Model]]:
    found = [model for model in apps.get_models() if issubclass(model, base)]
    return sorted(found, key=lambda model: model._meta.label_lower)


def client_models() -> list[type[models.Model]]:
    """Every kind of record about a client, of all apps."""
    return _own(ClientRecord)


def organisation_models() -> list[type[models.Model]]:
    """Every kind of record of an organisation, of all apps."""
    return _own(OrganisationRecord)


def _rows(model: type[models.Model], **where: Any) -> list[dict[str, Any]]:
    rows = model._default_manager.filter(**where).order_by("recorded_at", "id")
    return [plain(row) for row in rows]


def of_client(client: Client) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """File and rows of each kind of record the client has."""
    for model in client_models():
        rows = _rows(model, client=client)
        if rows:
            yield f"records/{model._meta.label_lower}.json", rows


def of_organisation(organisation: Organisation) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """File and rows of each kind of record the organisation has."""
    for model in organisation_models():
        rows = _rows(model, organisation=organisation)
        if rows:
            yield f"records/{model._meta.label_lower}.json", rows
    people = Credential.objects.filter(staff__memberships__organisation=organisation).distinct()
    yield "records/clinic.credential.json", [plain(row) for row in people.order_by("recorded_at", "id")]


def page(title: str, body: Iterable[str]) -> str:
    """A plain page that opens in any browser; the parts are markup already."""
    head = f'<!doctype html>\n<html lang="en-GB"><meta charset="utf-8"><title>{escape(title)}</title>\n'
    return head + f"<h1>{escape(title)}</h1>\n" + "\n".join(body) + "\n</html>\n"


def link(path: str, text: str = "") -> str:
    """A link to a file of the archive, escaped."""
    return f'<a href="{escape(path)}">{escape(text or path)}</a>'


def listed(heading: str, links: Iterable[str]) -> str:
    """A heading and a list, or nothing when the list is empty."""
    rows = [f"<li>{row}</li>" for row in links]
    return f"<h2>{escape(heading)}</h2>\n<ul>\n" + "\n".join(rows) + "\n</ul>" if rows else ""


def _numbered(paths: Iterable[str]) -> list[str]:
    """Links named by their folder and place, such as "Sessions 2"; what lies in no folder keeps its name."""
    counts: dict[str, int] = {}
    links = []
    for path in paths:
        folder, _, name = path.rpartition("/")
        counts[folder] = counts.get(folder, 0) + 1
        links.append(link(path, f"{folder.capitalize()} {counts[folder]}" if folder else name))
    return links


def client_page(client: Client, paths: Iterable[str]) -> str:
    """Papers, pictures and records of one client, each a link, in the order in which they were written."""
    names = list(paths)
    papers = [name for name in names if name.endswith(".pdf")]
    pictures = [name for name in names if name.endswith(".jpg")]
    rows = sorted(name for name in names if name.startswith("records/"))
    told = [name for name in names if name not in {*papers, *pictures, *rows}]
    born = f"Born {client.birth_date}. Code {client.code}."
    return page(
        client.legal_name,
        [
            f"<p>{escape(born)}</p>",
            listed("Papers", _numbered(papers)),
            listed("Photographs", map(link, pictures)),
            listed("What was recorded, in order", _numbered(told)),
            listed("Every row, as it was kept", map(link, rows)),
        ],
    )
