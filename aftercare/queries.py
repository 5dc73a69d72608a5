"""Reads of aftercare: a session's sheet, what still stands in the way of signing, check-ins that are due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import prefetch_related_objects

from aftercare import rules
from aftercare.choices import Asked, Reached, SheetState
from aftercare.models import AftercareSheet, CheckInCall
from aftercare.rules import Done, Due
from aftercare.texts import AftercareTexts
from clinic import content
from clinic.access import Can
from clinic.actors import Actor
from clinic.catalogue import content as catalogue
from clinic.catalogue.models import Product
from clinic.keystore import keys
from clinic.models import Client
from consent.rules import Reason
from treatments.choices import Phase
from treatments.library import SAFETY_REVIEW, checklists
from treatments.models import Session
from treatments.queries import session_summary
from treatments.rules.moves import CLOSING

KIND = "aftercare_texts"
LONGEST = timedelta(days=60)  # the last check-in falls at 42 days; nothing older is asked for


@dataclass(frozen=True)
class CheckIn:
    """A check-in of a sheet, where it stands, and the calls that were made for it, oldest first."""

    due: Due
    standing: Asked
    calls: tuple[CheckInCall, ...] = ()

    @property
    def is_past(self) -> bool:
        """Whether its time has come."""
        return self.standing != Asked.AHEAD

    @property
    def is_waiting(self) -> bool:
        """Whether somebody should ask now."""
        return self.standing in (Asked.DUE, Asked.OVERDUE)

    @property
    def label(self) -> str:
        """The standing in words."""
        return str(self.standing.label)

    @property
    def tone(self) -> str:
        """The tone of the standing."""
        return {Asked.ANSWERED: "ok", Asked.DUE: "defer", Asked.OVERDUE: "refer"}.get(self.standing, "")


def texts_of(organisation: Any) -> tuple[Any, AftercareTexts]:
    """The published aftercare texts of a clinic and their version. Raises RuleRefused `content_not_published`."""
    version = content.published(organisation, KIND)
    return version, content.parsed(version)


def done_in(session: Session) -> tuple[Done, dict[str, Any]]:
    """What was really done in a session, for choosing lines, and its summary."""
    summary = session_summary(session)
    areas, known = catalogue.areas(), catalogue.ingredients()
    regions = {areas[zone].region for zone in summary["zones"] if zone in areas}
    regions |= {"face" for zone in summary["zones"] if zone in areas and areas[zone].group == "face"}
    ids = {row["product_id"] for row in summary["lots"]}
    products = Product.objects.filter(id__in=ids).prefetch_related("ingredients")
    names = [known[key].name for product in products for key in product.ingredient_ids if key in known]
    ended = session.ended_at or session.started_at or session.prepared_at
    return Done(frozenset({session.modality}), frozenset(regions), rules.classes_of(names), ended), summary


def sheet_of(session: Session) -> AftercareSheet | None:
    """The sheet of a session, if it was composed."""
    rows = AftercareSheet.objects.select_related(
        "client", "organisation", "content", "document", "issued_by", "acknowledgement"
    )
    return rows.prefetch_related("calls__asked_by").filter(session=session).first()


def why_not_close(session: Session, sheet: AftercareSheet | None) -> tuple[Reason, ...]:
    """What stands between a session and its signature, in the order of decision 49."""
    reasons = []
    if session.state not in CLOSING:
        reasons.append(Reason("not_finished", "The session is not finished."))
    if sheet is None:
        reasons.append(Reason("sheet_missing", "The aftercare sheet has not been made."))
    elif sheet.standing == SheetState.DRAFTED:
        reasons.append(Reason("sheet_not_issued", "The aftercare sheet has not been given to the client."))
    elif sheet.standing == SheetState.ISSUED:
        reasons.append(Reason("sheet_not_acknowledged", "The client has not acknowledged the aftercare sheet."))
    after = {tick.item for tick in session.ticks.all() if tick.phase == Phase.AFTER and tick.is_done}
    if SAFETY_REVIEW not in after:
        reasons.append(Reason("review_missing", "Waste and safety review are not done yet."))
    elif not after & {item.id for item in checklists(session.checklists)["disposal"].items}:
        reasons.append(Reason("waste_missing", "No waste stream is ticked after treatment."))
    return tuple(reasons)


def check_ins(sheet: AftercareSheet, at: datetime, *, next_at: datetime | None = None) -> list[CheckIn]:
    """Check-ins of a sheet in order of time (decision 52: 24, 37, 336, 1008 hours).

    `next_at` is the end of the client's next session with a sheet: from then on the earlier ones are no longer asked.
    """
    done = Done(frozenset({sheet.session.modality}), frozenset(), frozenset(), sheet.ended_at)
    calls: dict[str, list[CheckInCall]] = {}
    for call in sorted(sheet.calls.all(), key=lambda row: (row.asked_at, row.id)):
        calls.setdefault(call.follow_up, []).append(call)
    dues = rules.due_follow_ups(content.parsed(sheet.content), done)
    last = min(sheet.ended_at + LONGEST, next_at or at + LONGEST)
    ends = [min(last, due.at) for due in dues[1:]] + [last]
    return [
        _check_in(due, tuple(calls.get(due.follow_up.id, ())), at, passes_at)
        for due, passes_at in zip(dues, ends, strict=True)
    ]


def _check_in(due: Due, calls: tuple[CheckInCall, ...], at: datetime, passes_at: datetime) -> CheckIn:
    is_answered = any(call.reached == Reached.ANSWERED for call in calls)
    return CheckIn(due, rules.where_it_stands(due.at, at, is_answered=is_answered, passes_at=passes_at), calls)


def next_session_at(sheet: AftercareSheet) -> datetime | None:
    """When the client's next session with a sheet ended, or None."""
    later = AftercareSheet.objects.for_client(sheet.client).filter(ended_at__gt=sheet.ended_at).order_by("ended_at")
    found: datetime | None = later.values_list("ended_at", flat=True).first()
    return found


def check_ins_of(sheets: Iterable[AftercareSheet], at: datetime) -> list[tuple[AftercareSheet, list[CheckIn]]]:
    """Check-ins of all sheets of one client, the sheets newest first."""
    found, next_at = [], None
    for sheet in sheets:
        found.append((sheet, check_ins(sheet, at, next_at=next_at)))
        next_at = sheet.ended_at
    return found


def waiting_check_ins(actor: Actor, at: datetime) -> list[tuple[AftercareSheet, CheckIn]]:
    """Check-ins somebody should ask now, earliest first: of each client the newest sheet's newest one that is due.

    A later visit or a later check-in has taken the place of earlier ones. A fixed number of queries.
    """
    newest: dict[Any, AftercareSheet] = {}
    rows = AftercareSheet.objects.visible_to(actor, Can.REPORT_EVENT).filter(
        state=SheetState.ISSUED, ended_at__gte=at - LONGEST, ended_at__lte=at
    )
    rows = rows.select_related("session__practitioner", "content", "client").defer("content__body")
    for sheet in rows.order_by("ended_at", "id"):
        newest[sheet.client_id] = sheet
    prefetch_related_objects(list(newest.values()), "calls")
    keys.prefetch(set(newest))
    found = [(sheet, _newest_waiting(sheet, at)) for sheet in newest.values()]
    return sorted(
        ((sheet, check) for sheet, check in found if check is not None), key=lambda row: (row[1].due.at, row[0].id)
    )


def _newest_waiting(sheet: AftercareSheet, at: datetime) -> CheckIn | None:
    past = [check for check in check_ins(sheet, at) if check.is_past]
    return past[-1] if past and past[-1].is_waiting else None


def sheets_of(client: Client) -> list[AftercareSheet]:
    """All sheets of a client, newest first."""
    rows = AftercareSheet.objects.for_client(client).select_related(
        "session", "content", "document", "issued_by", "acknowledgement", "client", "organisation"
    )
    rows = rows.defer("content__body").prefetch_related("reports", "calls__asked_by")
    return list(rows.order_by("-ended_at", "-id"))


def hours_after(sheet: AftercareSheet, at: datetime) -> float:
    """Hours since the session ended."""
    return (at - sheet.ended_at) / timedelta(hours=1)
