"""Reads of treatments: readiness, what is unfinished, what was really done, courses, stock."""

from treatments.queries.care import is_prescribed, patch_test_done, patch_tests_of, prescriptions_of
from treatments.queries.lists import (
    booking_proposal,
    courses_of,
    leaves_room,
    lots_of,
    next_proposal,
    open_session,
    reviews_of,
    sessions_of,
    usable_lots,
)
from treatments.queries.readiness import (
    Gate,
    allergy_matches,
    clinic_depth,
    day_outcome,
    day_outcomes,
    gates_of,
    house_is_open,
    readiness,
    situation,
    ticked,
    unfinished,
)
from treatments.queries.rows import SESSION_ROWS, lot_uses_of, passes_of, phases_of, read_ahead
from treatments.queries.screen_facts import screen_plan
from treatments.queries.skin import skin_watch
from treatments.queries.summary import session_summary, volumes_of

__all__ = [
    "SESSION_ROWS",
    "Gate",
    "allergy_matches",
    "booking_proposal",
    "clinic_depth",
    "courses_of",
    "day_outcome",
    "day_outcomes",
    "gates_of",
    "house_is_open",
    "is_prescribed",
    "leaves_room",
    "lot_uses_of",
    "lots_of",
    "next_proposal",
    "open_session",
    "passes_of",
    "patch_test_done",
    "patch_tests_of",
    "phases_of",
    "prescriptions_of",
    "read_ahead",
    "readiness",
    "reviews_of",
    "screen_plan",
    "session_summary",
    "sessions_of",
    "situation",
    "skin_watch",
    "ticked",
    "unfinished",
    "usable_lots",
    "volumes_of",
]
