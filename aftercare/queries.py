"""Reads of aftercare: a session's sheet, what still stands in the way of signing, check-ins that are due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aftercare import rules
from aftercare.choices import SheetState
from aftercare.models import AftercareSheet
from aftercare.rules import Done, Due
from aftercare.texts import AftercareTexts
from clinic import content
from clinic.catalogue import content as catalogue
from clinic.catalogue.models import Product
from clinic.models import Client
from consent.rules import Reason
from treatments.choices import Phase
from treatments.library import SAFETY_REVIEW, checklists
from treatments.models import Session
from treatments.queries import session_summary
from treatments.rules.moves import CLOSING

KIND = "aftercare_texts"


@dataclass(frozen=True)
class CheckIn:
    """A check-in of a sheet and whether it lies behind us."""

    due: Due
    is_past: bool


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
    return rows.filter(session=session).first()


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


def check_ins(sheet: AftercareSheet, at: datetime) -> list[CheckIn]:
    """Check-ins of a sheet in order of time (decision 52: 24, 37, 336, 1008 hours)."""
    done = Done(frozenset({sheet.session.modality}), frozenset(), frozenset(), sheet.ended_at)
    return [CheckIn(due, due.at <= at) for due in rules.due_follow_ups(content.parsed(sheet.content), done)]


def sheets_of(client: Client) -> list[AftercareSheet]:
    """All sheets of a client, newest first."""
    rows = AftercareSheet.objects.for_client(client).select_related(
        "session", "content", "document", "issued_by", "acknowledgement", "client", "organisation"
    )
    return list(rows.prefetch_related("reports").order_by("-ended_at", "-id"))


def hours_after(sheet: AftercareSheet, at: datetime) -> float:
    """Hours since the session ended."""
    return (at - sheet.ended_at) / timedelta(hours=1)
