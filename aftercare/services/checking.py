"""Check-ins: the clinic asks how the client is, and writes down the answer or that nobody was reached (decision 52)."""

from __future__ import annotations

from datetime import datetime

from aftercare import queries
from aftercare.choices import Asked, Reached, SheetState
from aftercare.models import AftercareSheet, CheckInCall
from aftercare.services.reports import report_reaction
from clinic import access, audit
from clinic.access import Can
from clinic.actors import Actor
from clinic.errors import InvalidValue, TransitionRefused


@audit.audited
def record_check_in(
    sheet: AftercareSheet,
    *,
    follow_up: str,
    reached: str,
    words: str = "",
    kind: str = "",
    is_growing: bool = False,
    by: Actor,
    at: datetime,
) -> CheckInCall:
    """Answered, with the client's words, or not reached. A complaint (`kind`) is reported in the same act (S204, S207).

    Raises InvalidValue, TransitionRefused before the sheet is issued, before the check-in is due, or once answered.
    """
    access.require(by, Can.REPORT_EVENT, sheet)
    locked: AftercareSheet = AftercareSheet.objects.locked(sheet.pk)
    if locked.state == SheetState.DRAFTED:
        raise TransitionRefused("The sheet was not issued yet.", code="wrong_state", field="state")
    _check_moment(locked, follow_up, at)
    said = _checked_words(reached, words, kind)
    report = None
    if kind:
        report = report_reaction(locked, kind=kind, words=said, is_growing=is_growing, by=by, at=at)
    row = CheckInCall(
        organisation_id=locked.organisation_id,
        client_id=locked.client_id,
        sheet=locked,
        follow_up=follow_up,
        reached=reached,
        words=said,
        asked_at=at,
        asked_by_id=by.staff_id if by.kind == "staff" else None,
        report=report,
        recorded_at=at,
    )
    row.save()
    audit.record(by, "check_in.recorded", row, at=at, follow_up=follow_up, reached=reached)
    return row


def _check_moment(sheet: AftercareSheet, follow_up: str, at: datetime) -> None:
    by_id = {check.due.follow_up.id: check for check in queries.check_ins(sheet, at)}
    check = by_id.get(follow_up)
    if check is None:
        raise InvalidValue("This sheet has no such check-in.", code="unknown_check_in", field="follow_up")
    if check.standing == Asked.AHEAD:
        raise TransitionRefused(
            "This check-in is not due yet; record a report instead.", code="not_due", field="follow_up"
        )
    if check.standing == Asked.ANSWERED:
        raise TransitionRefused("This check-in was answered already.", code="already_answered", field="follow_up")


def _checked_words(reached: str, words: str, kind: str) -> str:
    if reached not in Reached.values:
        raise InvalidValue("Say whether the client answered.", code="invalid_choice", field="reached")
    said = words.strip()
    if reached == Reached.ANSWERED and not said:
        raise InvalidValue("Write down what the client said.", code="required", field="words")
    if reached == Reached.NOT_REACHED and kind:
        raise InvalidValue("A complaint was told by somebody: choose answered.", code="not_reached", field="kind")
    return said
