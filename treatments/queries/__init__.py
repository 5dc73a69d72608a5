"""Reads of treatments: readiness, what is unfinished, what was really done, courses, stock."""

from treatments.queries.lists import courses_of, lots_of, next_proposal, open_session, sessions_of, usable_lots
from treatments.queries.readiness import (
    Gate,
    allergy_matches,
    clinic_depth,
    day_outcome,
    readiness,
    ticked,
    unfinished,
)
from treatments.queries.screen_facts import screen_plan
from treatments.queries.summary import session_summary, volumes_of

__all__ = [
    "Gate",
    "allergy_matches",
    "clinic_depth",
    "courses_of",
    "day_outcome",
    "lots_of",
    "next_proposal",
    "open_session",
    "readiness",
    "screen_plan",
    "session_summary",
    "sessions_of",
    "ticked",
    "unfinished",
    "usable_lots",
    "volumes_of",
]
