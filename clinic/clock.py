"""The one clock. Doors read it and pass `at` on; rules never read it. The demo loader and tests may set it
(decision 11).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
_set: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _set.get() or datetime.now(UTC)


def today() -> date:
    """The calendar day in the clinic's time zone."""
    return now().astimezone(LONDON).date()


@contextmanager
def set_to(moment: datetime) -> Iterator[None]:
    """Pretend that it is `moment`. Only for the demo loader (MESORECORD_DEMO=1) and tests; raises RuntimeError
    elsewhere.
    """
    if os.environ.get("MESORECORD_DEMO") != "1" and "pytest" not in sys.modules:
        raise RuntimeError("The clock can be set only by the demo loader and by tests.")
    token = _set.set(moment)
    try:
        yield
    finally:
        _set.reset(token)
