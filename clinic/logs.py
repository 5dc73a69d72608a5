"""Server logs as JSON with an allow-list of keys: no bodies, names, query strings or parameters ever reach a
log file.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from uuid import UUID

ALLOWED = ("request", "actor", "route", "status", "ms", "event", "kind", "count")


class AllowListFormatter(logging.Formatter):
    """Time, level, logger, a short event and the allowed extras; exceptions by type and place only."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        body: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
        }
        if record.name.startswith("mesorecord"):
            body["event"] = str(record.msg)
        for key in ALLOWED:
            value = getattr(record, key, None)
            if isinstance(value, str | int | float | UUID):  # Django hangs its whole request on a record: an address
                body[key] = str(value)
        if hasattr(record, "status_code"):
            body["status"] = str(record.status_code)
        if record.exc_info and record.exc_info[0] is not None:
            body["error"] = record.exc_info[0].__name__
            trace = record.exc_info[2]
            while trace and trace.tb_next:
                trace = trace.tb_next
            if trace:
                body["where"] = f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
        return json.dumps(body)
