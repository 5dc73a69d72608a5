"""Clients: the list, the search, a new client, corrections."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from clinic import clock, queries, search
from clinic.access import Can, could
from clinic.errors import StaleRecord
from clinic.forms import ClientForm, NewClientForm, SearchForm
from clinic.http import Outcome, load, page, redirect_to, with_refusals
from clinic.models import Client
from clinic.services import clients as services
from clinic.versions import version_rows


def client_list(request: HttpRequest) -> HttpResponse:
    """GET: all clients by name, a page at a time. POST: the search; what is typed never becomes part of an address."""
    if request.method == "POST":
        return _search(request)
    actor = request.actor  # type: ignore[attr-defined]
    found, after = search.in_order(actor=actor, after=_cursor(request))
    context = {
        "lines": queries.client_lines(found),
        "after": after,
        "is_later_page": "after" in request.GET,
        "form": SearchForm(),
        "may_create": could(actor, Can.CREATE_CLIENT),
    }
    return page(request, "clinic/client_list.html", context)


def _cursor(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("after", ""))
    except ValueError:
        return None


def _search(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    form = SearchForm(request.POST)
    query = form.cleaned_data["query"].strip() if form.is_valid() else ""
    if query:
        lines, after = queries.client_lines(search.find(query, actor=actor)), None
    else:
        found, after = search.in_order(actor=actor, after=None)
        lines = queries.client_lines(found)
    context = {
        "lines": lines,
        "after": after,
        "query": query,
        "form": form,
        "may_create": could(actor, Can.CREATE_CLIENT),
    }
    template = "clinic/client_list.html#results" if getattr(request, "htmx", False) else "clinic/client_list.html"
    return page(request, template, context, status=200 if form.is_valid() else 422)


def client_create(request: HttpRequest) -> HttpResponse:
    """A new client; possible duplicates are shown before anything is created."""
    actor = request.actor  # type: ignore[attr-defined]
    organisation = queries.organisation_for(actor, Can.CREATE_CLIENT)
    form = NewClientForm(request.POST or None)
    if request.method != "POST":
        return page(request, "clinic/client_form.html", {"form": form})
    if not form.is_valid():
        return page(request, "clinic/client_form.html", {"form": form}, status=422)
    with with_refusals(form) as outcome:
        queries.refuse_duplicates(
            organisation,
            actor=actor,
            name=f"{form.cleaned_data['legal_name']} {form.cleaned_data['known_as']}",
            birth_date=form.cleaned_data["birth_date"],
            phone=form.cleaned_data["phone"],
            confirmed=form.cleaned_data["is_new_person"],
        )
        client = services.create_client(organisation, by=actor, at=clock.now(), **form.values())
    if outcome.ok:
        return redirect_to("client-detail", client_id=client.id)
    context = {"form": form, "outcome": outcome, "duplicates": _duplicates(outcome, actor)}
    return page(request, "clinic/client_form.html", context, status=outcome.status)


def _duplicates(outcome: Outcome, actor: Any) -> list[queries.ClientLine]:
    details = outcome.error.details if outcome.error and outcome.error.code == "possible_duplicate" else None
    ids = [UUID(key) for key in (details or {}).get("clients", ())]
    return queries.client_lines(search.read_again(ids, actor=actor)) if ids else []


def client_edit(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Correct who somebody is or how to reach them; a stale version shows both and keeps what was typed."""
    actor = request.actor  # type: ignore[attr-defined]
    client = load(Client, actor, Can.EDIT_CLIENT, client_id)
    if request.method != "POST":
        initial = {name: getattr(client, name) for name in services.CLIENT_FIELDS}
        form = ClientForm(initial={**initial, "version": client.version})
        return _edit_page(request, client, form, version=client.version)
    form = ClientForm(request.POST)
    if not form.is_valid():
        return _edit_page(request, client, form, version=request.POST.get("version"), status=422)
    with with_refusals(form) as outcome:
        services.edit_client(client, by=actor, at=clock.now(), version=form.given_version(), **form.values())
    if outcome.ok:
        return redirect_to("client-detail", client_id=client.id)
    return _edit_page(request, client, form, version=request.POST.get("version"), outcome=outcome)


def _edit_page(
    request: HttpRequest,
    client: Client,
    form: ClientForm,
    *,
    version: Any,
    outcome: Outcome | None = None,
    status: int = 200,
) -> HttpResponse:
    error = outcome.error if outcome else None
    stale = error if isinstance(error, StaleRecord) else None
    context = {
        "client": client,
        "form": form,
        "version": stale.current["version"] if stale else version,
        "versions": version_rows(stale, ClientForm.labels()) if stale else [],
    }
    return page(request, "clinic/client_edit.html", context, status=outcome.status if outcome else status)
