"""Steps 8–11 of the journey: course, sessions, aftercare, evidence."""

from __future__ import annotations

STEPS = ()
