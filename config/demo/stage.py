"""Where the demo plays: people, places, products, and the clock that is set for each scene (decision 11)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from clinic import clock
from clinic.actors import Actor
from clinic.catalogue.models import Device, Product
from clinic.middleware import actor_of_staff
from clinic.models import Client, Organisation, Site, Staff
from treatments.models import Lot

FOLDER = Path(__file__).parent
HOME = "harbour"


@lru_cache(maxsize=8)
def seed(name: str) -> Any:
    """Plain data of a seed file."""
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def photograph(name: str) -> bytes:
    """Bytes of one of the generated photographs."""
    return (FOLDER / "photos" / f"{name}.jpg").read_bytes()


@dataclass
class Stage:
    """Everything a scene needs; `now` is the real present, scenes happen on days before it."""

    now: datetime
    organisations: dict[str, Organisation] = field(default_factory=dict)
    sites: dict[str, Site] = field(default_factory=dict)
    people: dict[str, Staff] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    lots: dict[str, Lot] = field(default_factory=dict)
    devices: list[Device] = field(default_factory=list)
    clients: dict[str, Client] = field(default_factory=dict)

    @property
    def home(self) -> Organisation:
        """The demo clinic itself."""
        return self.organisations[HOME]

    def day(self, days_ago: int) -> date:
        """A calendar day in London."""
        return self.now.astimezone(clock.LONDON).date() - timedelta(days=days_ago)

    def instant(self, days_ago: int, at: str = "10:00") -> datetime:
        """An instant on a day before today; nothing happens after the real present."""
        return min(self.planned(days_ago, at), self.now - timedelta(minutes=1)).astimezone(self.now.tzinfo)

    def planned(self, days_ago: int, at: str = "10:00") -> datetime:
        """A planned instant, which may lie ahead: a time of day, or `now+10` minutes within the day, on the five."""
        if not at.startswith("now"):
            return datetime.combine(self.day(days_ago), time.fromisoformat(at), tzinfo=clock.LONDON)
        here = self.now.astimezone(clock.LONDON)
        minutes = (here.hour * 60 + here.minute + int(at.removeprefix("now"))) // 5 * 5
        hour, minute = divmod(min(max(minutes, 0), 23 * 60 + 55), 60)
        return datetime.combine(self.day(days_ago), time(hour, minute), tzinfo=clock.LONDON)

    @contextmanager
    def scene(self, days_ago: int, at: str = "10:00") -> Iterator[datetime]:
        """The clock stands at an instant while the scene plays."""
        moment = self.instant(days_ago, at)
        with clock.set_to(moment):
            yield moment

    def actor(self, key: str) -> Actor:
        """A person as the services see them at the scene's time."""
        return actor_of_staff(self.people[key], device="demo tablet")
