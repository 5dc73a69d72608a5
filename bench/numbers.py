"""Percentiles, and one line of a bench."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import thread_time


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def spent_ms(act: Callable[[], object]) -> float:
    """CPU milliseconds of this thread for one act: a busy machine lengthens it less than it does the wall clock."""
    start = thread_time()
    act()
    return 1000 * (thread_time() - start)


def said(name: str, value: float, aim: float | None, unit: str, more: str = "") -> str:
    """A line with its verdict; without an aim it is only told."""
    verdict = "    " if aim is None else "ok  " if value <= aim else "over"
    words = "" if aim is None else f" (aim {aim:g}{unit})"
    return f"{verdict} {name:<44} {value:8.2f}{unit}{words}  {more}".rstrip()
