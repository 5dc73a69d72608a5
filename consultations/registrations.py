"""What consultations offer to the rest of the program: seals, hand-over pages, timeline, facts, export."""

from __future__ import annotations


def register() -> None:
    """Called once when the program starts."""
