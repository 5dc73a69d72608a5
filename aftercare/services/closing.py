"""Closing a session in the order of decision 49; the only caller of `treatments.services.sign_session`."""

from __future__ import annotations

from datetime import datetime

from aftercare import queries
from clinic import access, audit
from clinic.access import Can
from clinic.actors import Actor
from clinic.errors import RuleRefused
from treatments import services as treatments
from treatments.models import Session


@audit.audited
def close_session(session: Session, *, by: Actor, at: datetime, version: int | None = None) -> Session:
    """Sign a finished session once its sheet is issued and acknowledged and waste and safety are reviewed (S146).

    Raises RuleRefused (`sheet_missing`, `sheet_not_issued`, `sheet_not_acknowledged`, `review_missing`), listing all.
    """
    access.require(by, Can.SIGN_SESSION, session)
    sheet = queries.sheet_of(session)
    reasons = queries.why_not_close(session, sheet)
    if reasons:
        listed = [{"code": reason.code, "message": reason.message} for reason in reasons]
        raise RuleRefused(reasons[0].message, code=reasons[0].code, details=listed)
    signed = treatments.sign_session(session, sheet_id=sheet.id if sheet else None, by=by, at=at, version=version)
    audit.record(by, "session.closed", signed, at=at, sheet=sheet.id if sheet else "")
    return signed
