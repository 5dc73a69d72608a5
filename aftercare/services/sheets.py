"""The sheet: composed from what was really done, issued as paper and on screen, acknowledged."""

from __future__ import annotations

from datetime import datetime

from aftercare import papers, queries, rules
from aftercare.choices import Acknowledged, Channel, SheetState
from aftercare.models import Acknowledgement, AftercareSheet
from clinic import access, audit, seals
from clinic.access import Can
from clinic.actors import Actor
from clinic.documents import store
from clinic.errors import InvalidValue, RuleRefused, TransitionRefused
from clinic.models import HandOver
from clinic.rules import check_move, check_version
from clinic.services.handover import finish_handover
from treatments.models import Session
from treatments.rules.moves import CLOSING


def _write(sheet: AftercareSheet, session: Session) -> None:
    """Compose the words anew from what was really done. Raises RuleRefused."""
    organisation = session.organisation
    if not any(letter.isdecimal() for letter in organisation.telephone):
        raise RuleRefused("The clinic has no telephone number for clients yet.", code="contact_missing")
    version, texts = queries.texts_of(organisation)
    done, summary = queries.done_in(session)
    sheet.content, sheet.ended_at = version, done.ended_at
    sheet.snapshot = papers.sheet_text(
        texts,
        done,
        summary,
        telephone=organisation.telephone,
        after_hours=str(organisation.settings.get("after_hours_contact", "")),
        note=sheet.note,
        ph_product=sheet.ph_product,
    )


@audit.audited
def compose_sheet(
    session: Session,
    *,
    by: Actor,
    at: datetime,
    version: int | None = None,
    note: str | None = None,
    ph_product: str | None = None,
) -> AftercareSheet:
    """Compose the sheet of a finished or stopped session; a draft is made anew, an issued one returned.

    `note` and `ph_product` (what restored the skin's pH, S118) stay as they are when None; `version` is the draft's.

    Raises TransitionRefused `not_finished`; RuleRefused `contact_missing` (S207), `content_not_published`.
    """
    access.require(by, Can.ISSUE_AFTERCARE, session)
    locked: Session = Session.objects.locked(session.pk)
    if locked.state not in CLOSING:
        raise TransitionRefused("Finish the session first.", code="not_finished", field="state")
    sheet = queries.sheet_of(locked)
    if sheet is not None and sheet.state != SheetState.DRAFTED:
        audit.record(by, "aftercare.read", sheet, at=at)
        return sheet
    if sheet is None:
        sheet = AftercareSheet(
            organisation_id=locked.organisation_id, client_id=locked.client_id, session=locked, recorded_at=at
        )
    else:
        now: dict[str, object] = {"version": sheet.version, "note": sheet.note, "ph_product": sheet.ph_product}
        yours: dict[str, object] = {"version": version, "note": note or "", "ph_product": ph_product or ""}
        check_version(sheet.version, version, now=now, yours=yours)
    sheet.note = sheet.note if note is None else note.strip()
    sheet.ph_product = sheet.ph_product if ph_product is None else ph_product.strip()
    _write(sheet, locked)
    sheet.save()
    audit.record(by, "aftercare.composed", sheet, at=at, session=locked.id, content=sheet.content.number)
    return sheet


def _locked(sheet: AftercareSheet, version: int | None) -> AftercareSheet:
    rows = AftercareSheet.objects.select_for_update(of=("self",)).select_related("client", "organisation", "content")
    found: AftercareSheet = rows.get(pk=sheet.pk)
    now = {"version": found.version, "state": str(found.standing)}
    check_version(found.version, version, now=now, yours={"version": version})
    return found


@audit.audited
def issue_sheet(
    sheet: AftercareSheet, *, by: Actor, at: datetime, version: int | None = None, channel: str = Channel.SCREEN
) -> AftercareSheet:
    """Give the sheet to the client: the paper is made, sealed, stored. Raises TransitionRefused, InvalidValue."""
    access.require(by, Can.ISSUE_AFTERCARE, sheet)
    locked = _locked(sheet, version)
    check_move(rules.NEXT, locked.standing, SheetState.ISSUED)
    if channel not in Channel.values:
        raise InvalidValue("Say how the client gets the sheet.", code="invalid_choice", field="channel")
    paper, locked.record_sha256 = papers.paper_of(locked)
    sealed, reading = store.make_pair("aftercare", paper, locked.organisation, at=at)
    locked.document = store.store_pdf(
        locked.client,
        "aftercare",
        sealed,
        by=by,
        at=at,
        reading=reading,
        title=locked.snapshot["title"],
        about=locked,
        facts={"record_sha256": locked.record_sha256},
    )
    locked.state, locked.issued_at, locked.channel = SheetState.ISSUED, at, channel
    locked.issued_by_id = by.staff_id if by.kind == "staff" else None
    locked.save()
    seals.seal(locked, by=by, at=at)
    audit.record(by, "aftercare.issued", locked, at=at, channel=channel, document=locked.document_id)
    return locked


def _how(sheet: AftercareSheet, by: Actor, reason: str) -> str:
    if by.kind == "client":
        access.require(by, Can.ANSWER_HANDED, sheet)
        if by.document_id != sheet.id:
            raise TransitionRefused("This is not in your hands.", code="not_handed")
        return Acknowledged.CLIENT
    access.require(by, Can.ISSUE_AFTERCARE, sheet)
    if not rules.is_reason(reason):
        raise InvalidValue("Write down why the client did not acknowledge it.", code="required", field="reason")
    return Acknowledged.STAFF


@audit.audited
def acknowledge_sheet(
    sheet: AftercareSheet, *, by: Actor, at: datetime, version: int | None = None, reason: str = ""
) -> AftercareSheet:
    """The client, tablet in hand, says they read it; or staff record why not. A sealed row of its own.

    Raises TransitionRefused before it is issued, InvalidValue for staff without a reason, StaleRecord.
    """
    how = _how(sheet, by, reason)
    locked = _locked(sheet, version)
    check_move(rules.NEXT, locked.standing, SheetState.ACKNOWLEDGED)
    row = Acknowledgement(
        organisation_id=locked.organisation_id,
        client_id=locked.client_id,
        sheet=locked,
        how=how,
        reason=reason.strip() if how == Acknowledged.STAFF else "",
        made_by_id=by.staff_id if by.kind == "staff" else None,
        handover_id=by.handover_id,
        acknowledged_at=at,
        recorded_at=at,
    )
    row.save()
    seals.seal(row, by=by, at=at)
    audit.record(by, "aftercare.acknowledged", row, at=at, sheet=locked.id, how=how)
    if by.kind == "client" and by.handover_id is not None:
        finish_handover(HandOver.objects.get(pk=by.handover_id), outcome="acknowledged", by=by, at=at)
    return locked
