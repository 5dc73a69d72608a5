"""Check-ins as the demo plays them: asked the day after and after 37 hours, and later ones where the story says so."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from aftercare import queries
from aftercare import services as aftercare
from clinic.actors import Actor
from clinic.models import Client
from config.demo.stage import Stage
from treatments.models import Session

MORNING = "09:10"


def after(stage: Stage, session: Session, step: dict[str, Any], *, by_key: str) -> None:
    """The first two check-ins of a session, once they lie behind us."""
    same_hour = (datetime.combine(stage.day(0), time.fromisoformat(step["at"])) + timedelta(minutes=90)).time()
    for follow_up, days, clock, words in (
        ("A22", 1, f"{same_hour:%H:%M}", "A little red in the evening, calm since the morning."),
        ("A22s", 2, MORNING, "No swelling."),
    ):
        days_ago = step["days_ago"] - days
        if days_ago >= 0 and stage.planned(days_ago, clock) < stage.now:
            with stage.scene(days_ago, clock) as moment:
                _record(
                    session,
                    {"follow_up": follow_up, "reached": "answered", "words": words},
                    stage.actor(by_key),
                    moment,
                )


def play(stage: Stage, client: Client, step: dict[str, Any], *, by_key: str) -> None:
    """A later check-in of the client's newest session."""
    session: Session = Session.objects.filter(client=client, sheet__isnull=False).latest("started_at")
    with stage.scene(step["days_ago"], step["at"]) as moment:
        _record(session, step, stage.actor(by_key), moment)


def _record(session: Session, call: dict[str, Any], by: Actor, at: datetime) -> None:
    sheet = queries.sheet_of(session)
    if sheet is None:
        raise RuntimeError("The session has no sheet.")
    values = {name: call[name] for name in ("follow_up", "reached", "words") if name in call}
    aftercare.record_check_in(sheet, **values, by=by, at=at)
