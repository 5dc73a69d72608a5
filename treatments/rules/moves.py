"""State tables of courses, sessions, lots and adverse events (design.md 3)."""

from __future__ import annotations

from collections.abc import Mapping

from treatments.choices import CourseState, EventState, LotState, SessionState

COURSE_NEXT: Mapping[CourseState, frozenset[CourseState]] = {
    CourseState.PLANNED: frozenset({CourseState.ACTIVE, CourseState.STOPPED}),
    CourseState.ACTIVE: frozenset({CourseState.REVIEW_DUE, CourseState.STOPPED}),
    CourseState.REVIEW_DUE: frozenset(
        {CourseState.ACTIVE, CourseState.MAINTENANCE, CourseState.COMPLETED, CourseState.STOPPED}
    ),
    CourseState.MAINTENANCE: frozenset({CourseState.REVIEW_DUE, CourseState.COMPLETED, CourseState.STOPPED}),
    CourseState.COMPLETED: frozenset(),
    CourseState.STOPPED: frozenset(),
}

SESSION_NEXT: Mapping[SessionState, frozenset[SessionState]] = {
    SessionState.PREPARED: frozenset({SessionState.STARTED, SessionState.CANCELLED}),
    SessionState.STARTED: frozenset({SessionState.PAUSED, SessionState.FINISHED, SessionState.STOPPED}),
    SessionState.PAUSED: frozenset({SessionState.STARTED, SessionState.STOPPED}),
    SessionState.STOPPED: frozenset({SessionState.SIGNED}),
    SessionState.FINISHED: frozenset({SessionState.SIGNED}),
    SessionState.SIGNED: frozenset(),
    SessionState.CANCELLED: frozenset(),
}

RUNNING = frozenset({SessionState.STARTED, SessionState.PAUSED})
OPEN = frozenset({SessionState.PREPARED, *RUNNING})
CLOSING = frozenset({SessionState.FINISHED, SessionState.STOPPED})

LOT_NEXT: Mapping[LotState, frozenset[LotState]] = {
    LotState.USABLE: frozenset({LotState.QUARANTINED, LotState.RECALLED}),
    LotState.QUARANTINED: frozenset({LotState.USABLE, LotState.RECALLED}),
    LotState.RECALLED: frozenset(),
}

EVENT_NEXT: Mapping[EventState, frozenset[EventState]] = {
    EventState.REPORTED: frozenset({EventState.IN_CARE, EventState.RESOLVED, EventState.ESCALATED}),
    EventState.IN_CARE: frozenset({EventState.RESOLVED, EventState.ESCALATED}),
    EventState.ESCALATED: frozenset({EventState.IN_CARE, EventState.RESOLVED}),
    EventState.RESOLVED: frozenset(),
}
