"""Reads of the erasure pages: what stands in the way, holds, what was erased. Clients by code only."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from clinic import access, clock, search
from clinic.access import Can
from clinic.actors import Actor
from clinic.choices import VisitState
from clinic.erasure import rules
from clinic.erasure.models import Erasure, LegalHold
from clinic.erasure.rules import Block
from clinic.models import Client, Organisation, Visit


def last_contact(client: Client) -> date:
    """The day the client was last here, or written down."""
    seen = Visit.objects.for_client(client).filter(state=VisitState.DONE).order_by("-planned_at").first()
    moment = max(client.recorded_at, seen.planned_at) if seen else client.recorded_at
    return moment.astimezone(clock.LONDON).date()


def kept_until(client: Client) -> date:
    """The first day on which the record need not be kept; the clinic's `retention_years`, else 8."""
    settings = Organisation.objects.values_list("settings", flat=True).get(pk=client.organisation_id)
    return rules.kept_until(last_contact(client), int(settings.get("retention_years", rules.RETENTION_YEARS)))


def open_holds(client: Client) -> Any:
    """Holds that are not lifted."""
    return LegalHold.objects.for_client(client).filter(lifted_at__isnull=True).order_by("placed_at")


def blocks(client: Client, at: datetime) -> tuple[Block, ...]:
    """What forbids erasing this client now."""
    running = Visit.objects.for_client(client).filter(state__in=(VisitState.ARRIVED, VisitState.IN_ROOM))
    return rules.blocks(
        holds=open_holds(client).count(),
        kept_until_on=kept_until(client),
        on=at.astimezone(clock.LONDON).date(),
        open_work=running.exists(),
    )


def by_code(actor: Actor, code: str) -> Client | None:
    """The client of a code, in the organisations whose records this person may erase."""
    wanted = re.sub(r"\W", "", code).casefold()
    for organisation_id in sorted(access.scope(actor, Can.ERASE_CLIENT).everywhere):
        for person in search.index_of(organisation_id).people.values():
            if wanted and person.code == wanted:
                return Client.objects.visible_to(actor, Can.ERASE_CLIENT).filter(pk=person.id).first()
    return None


def done(actor: Actor) -> Any:
    """Erasures, newest first."""
    rows = Erasure.objects.visible_to(actor, Can.ERASE_CLIENT).select_related("decided_by")
    return rows.order_by("-decided_at", "id")


def holds(actor: Actor) -> list[LegalHold]:
    """Open holds of the clinics of this person, with the keys that show their clients' codes."""
    rows = LegalHold.objects.visible_to(actor, Can.ERASE_CLIENT).filter(lifted_at__isnull=True)
    found: list[LegalHold] = rows.select_related("client", "placed_by").order_by("placed_at").with_keys()
    return found
