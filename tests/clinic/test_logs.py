"""The server log: a fault is noted with its place and never with an address or a value (SEC-E5, SEC-E6)."""

from __future__ import annotations

import json
import logging
import sys

from django.conf import settings
from django.test import RequestFactory

from clinic.logs import AllowListFormatter


def test_a_fault_in_a_page_reaches_the_log() -> None:
    """The page of a fault says that it was noted: Django's own logger of failed requests must not be silenced."""
    name = settings.LOGGING["loggers"]["django.request"]["level"]
    assert logging.getLevelName(name) <= logging.ERROR


def test_a_fault_is_logged_by_kind_and_place_without_its_address_or_words() -> None:
    try:
        raise ValueError("Amara Okafor takes warfarin")
    except ValueError:
        record = logging.LogRecord(
            "django.request", logging.ERROR, "x", 1, "Error: %s", ("/clients/x",), sys.exc_info()
        )
    record.request, record.status_code = RequestFactory().get("/clients/?find=Okafor"), 500
    line = AllowListFormatter().format(record)
    assert {"status": "500", "error": "ValueError"}.items() <= json.loads(line).items()
    assert "test_logs.py" in json.loads(line)["where"]
    assert not any(word in line for word in ("clients", "Okafor", "warfarin", "find"))
