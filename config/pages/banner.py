"""The client banner: who this is, and what must not be overlooked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from clinic import access, clock, photos, providers, reading
from clinic.access import Can
from clinic.actors import Actor
from clinic.catalogue import content as catalogue
from clinic.choices import AllergyStatus
from clinic.models import Client


@dataclass(frozen=True)
class Banner:
    """What the banner prints. `chart` is False for people who may not see clinical content."""

    name: str
    initials: str
    age_years: int
    code: str
    chart: bool
    allergies: tuple[str, ...] = ()
    stops: tuple[dict[str, str], ...] = ()
    photo_url: str = ""
    needs: tuple[str, ...] = ()


def shows_chart(client: Client, actor: Actor) -> bool:
    """Whether this person may see clinical content of the client."""
    return access.may(actor, Can.READ_CHART, client)


def of(client: Client, actor: Actor, known: dict[str, Any] | None = None) -> Banner:
    """The banner of a client for one person; `known` are the client's facts when the page has read them already.

    Apps add `open_stops` (dicts with title and url) and `banner_photo` through their facts.
    """
    chart = shows_chart(client, actor)
    facts: dict[str, Any] = {}
    if chart:
        facts = providers.facts(client, clock.now()) if known is None else known
    words, front = client.legal_name.split(), facts.get("banner_photo")
    return Banner(
        name=client.display_name,
        initials="".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper(),
        age_years=client.age_on(clock.today()),
        code=client.code,
        chart=chart,
        allergies=allergies(client) if chart else (),
        stops=tuple(facts.get("open_stops", ())),
        photo_url=photos.address(front, to=actor) if front else "",
        needs=tuple(str(need) for need in client.needs),
    )


def allergies(client: Client) -> tuple[str, ...]:
    """Allergies in the words of the shipped tags, without their examples; an unsure one says so."""
    tags = catalogue.tags()
    return tuple(
        f"{tags[entry.tag].label.split(' (')[0] if entry.tag in tags else entry.words or entry.tag}"
        f"{' (unsure)' if entry.status == AllergyStatus.UNSURE else ''}"
        for entry in reading.active_allergies(client)
    )
