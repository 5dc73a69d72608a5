"""Filters of the consultation pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()
_ROMAN = ("", "I", "II", "III", "IV", "V", "VI")


@register.filter
def roman(number: Any) -> str:
    """A phototype or Glogau grade as it is written."""
    return _ROMAN[number] if isinstance(number, int) and 0 < number < len(_ROMAN) else "–"


@register.filter
def at(row: Mapping[str, Any], key: str) -> Any:
    """A value of a row by its column."""
    return row.get(key, "")
