"""PINs of the demo's people: one for all, printed with the sign-ins."""

from __future__ import annotations

from dataclasses import replace

from clinic.devices.services import pins
from config.demo.stage import Stage, seed

DAYS_AGO = 90


def build(stage: Stage) -> None:
    """Everybody sets a PIN, having proved who they are."""
    with stage.scene(DAYS_AGO, "08:05") as at:
        for key, person in stage.people.items():
            pins.set_pin(person, seed("people")["pin"], by=replace(stage.actor(key), proved_at=at), at=at)
