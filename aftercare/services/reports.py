"""What a client tells us after leaving."""

from __future__ import annotations

from datetime import datetime

from aftercare import queries, rules
from aftercare.choices import Report, SheetState
from aftercare.models import AftercareSheet, ReactionReport
from clinic import access, audit
from clinic.access import Can
from clinic.actors import Actor
from clinic.errors import InvalidValue, TransitionRefused
from treatments import services as treatments


@audit.audited
def report_reaction(
    sheet: AftercareSheet, *, kind: str, words: str, by: Actor, at: datetime, is_growing: bool = False
) -> ReactionReport:
    """Take down a client's report; pain, inflammation, allergy, late swelling open an event (decision 52).

    Raises InvalidValue, TransitionRefused before the sheet is issued.
    """
    access.require(by, Can.REPORT_EVENT, sheet)
    if kind not in Report.values:
        raise InvalidValue("Choose what was reported.", code="invalid_choice", field="kind")
    if not words.strip():
        raise InvalidValue("Write down what the client said.", code="required", field="words")
    if sheet.state == SheetState.DRAFTED:
        raise TransitionRefused("The sheet was not issued yet.", code="wrong_state", field="state")
    event = None
    if rules.opens_event(kind, hours_after=queries.hours_after(sheet, at), is_growing=is_growing):
        code, grade = rules.EVENTS[Report(kind)]
        event = treatments.report_event(
            sheet.client, kind=code, grade=grade, description=words, session=sheet.session, by=by, at=at
        )
    row = ReactionReport(
        organisation_id=sheet.organisation_id,
        client_id=sheet.client_id,
        sheet=sheet,
        kind=kind,
        words=words.strip(),
        is_growing=is_growing,
        reported_at=at,
        taken_by_id=by.staff_id if by.kind == "staff" else None,
        event=event,
        recorded_at=at,
    )
    row.save()
    audit.record(by, "reaction.reported", row, at=at, event=event.id if event else "")
    return row
