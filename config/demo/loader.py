"""Loads the demo clinic: the house, then each client's history, then the learner's portfolio, then today."""

from __future__ import annotations

from datetime import datetime

from config.demo import clients, house, pins, portfolio
from config.demo.stage import Stage


def is_loaded() -> bool:
    """Whether the demo clinic is there already."""
    return house.is_built()


def load(*, now: datetime) -> Stage:
    """Build everything, as if it had happened on the days before `now`."""
    stage = Stage(now=now)
    house.build(stage)
    pins.build(stage)
    portfolio.enrol(stage)
    clients.build(stage)
    return stage
