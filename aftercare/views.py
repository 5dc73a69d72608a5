"""Pages of aftercare for staff: compose, issue, acknowledge, close, reports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from aftercare import queries, services
from aftercare.choices import Channel, SheetState
from aftercare.forms import CheckInForm, CloseForm, ComposeForm, IssueForm, ReasonForm, ReportForm
from aftercare.models import AftercareSheet
from clinic import audit, clock
from clinic.access import Can, may
from clinic.errors import TransitionRefused, VersionMissing
from clinic.http import load, page, redirect_to, with_refusals
from clinic.models import Client
from treatments.choices import SessionState
from treatments.models import Session


def _reasons(session: Session, sheet: AftercareSheet | None) -> list[dict[str, str]]:
    here = reverse("session-detail", args=[session.id])
    links = {"review_missing": (here, "Waste and safety"), "not_finished": (here, "Open the session")}
    return [
        {
            "message": row.message,
            "reason": row.code,
            "url": links.get(row.code, ("", ""))[0],
            "label": links.get(row.code, ("", ""))[1],
        }
        for row in queries.why_not_close(session, sheet)
    ]


def _page(request: HttpRequest, session: Session, *, status: int = 200, **given: forms.Form) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    sheet = queries.sheet_of(session)
    is_signed = session.state == SessionState.SIGNED
    version = {"version": sheet.version if sheet else 0}
    context: dict[str, Any] = {
        "client": session.client,
        "active_tab": "aftercare",
        "session": session,
        "sheet": sheet,
        "shown": sheet.snapshot if sheet else None,
        "is_drafted": sheet is not None and sheet.standing == SheetState.DRAFTED,
        "is_issued": sheet is not None and sheet.standing == SheetState.ISSUED,
        "is_signed": is_signed,
        "reasons": [] if is_signed else _reasons(session, sheet),
        "may_issue": may(actor, Can.ISSUE_AFTERCARE, session),
        "may_close": may(actor, Can.SIGN_SESSION, session) and not is_signed,
        "may_report": may(actor, Can.REPORT_EVENT, session) and sheet is not None and sheet.state != SheetState.DRAFTED,
        "may_hand_over": may(actor, Can.HAND_OVER, session),
        "may_print": sheet is not None and may(actor, Can.PRINT_SHEET, sheet),
        "check_ins": _check_ins(sheet, given.get("check_in")),
        "reports": list(sheet.reports.order_by("reported_at")) if sheet else [],
        "compose_form": given.get("compose") or _compose_form(sheet),
        "issue_form": given.get("issue") or IssueForm(initial={**version, "channel": Channel.SCREEN}),
        "reason_form": given.get("reason") or ReasonForm(initial=version),
        "report_form": given.get("report") or ReportForm(),
        "close_form": given.get("close") or CloseForm(initial={"version": session.version}),
    }
    if sheet is not None:
        context["hand_over_url"] = reverse("handover-start", args=[session.client_id, "aftercare", sheet.id])
    return page(request, "aftercare/sheet.html", context, status=status)


def _check_ins(sheet: AftercareSheet | None, refused: forms.Form | None) -> list[dict[str, Any]]:
    """Each check-in with the form that records it; a refused form stands where it was."""
    if sheet is None or sheet.standing == SheetState.DRAFTED:
        return []
    asked = refused.data.get("follow_up") if refused is not None else None
    rows = []
    for check in queries.check_ins(sheet, clock.now(), next_at=queries.next_session_at(sheet)):
        key = check.due.follow_up.id
        form = refused if key == asked else CheckInForm(initial={"follow_up": key}, auto_id=f"id_{key}_%s")
        rows.append({"check": check, "form": form, "is_refused": key == asked})
    return rows


def _compose_form(sheet: AftercareSheet | None) -> ComposeForm:
    if sheet is None:
        return ComposeForm()
    return ComposeForm(initial={"version": sheet.version, "note": sheet.note, "ph_product": sheet.ph_product})


def session_aftercare(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """The sheet of a session, and what is left before it can be signed."""
    actor = request.actor  # type: ignore[attr-defined]
    session = load(Session, actor, Can.READ_CHART, session_id)
    audit.viewed(actor, session.client, at=clock.now())
    return _page(request, session)


def _verb(
    request: HttpRequest, session: Session, name: str, form: forms.Form, run: Callable[[dict[str, Any]], Any]
) -> HttpResponse:
    status = 422
    if form.is_valid():
        with with_refusals(form) as outcome:
            run(form.cleaned_data)
        if outcome.ok:
            return redirect_to("session-aftercare", session_id=session.id)
        status = outcome.status
        if outcome.error is not None and not form.errors:
            form.add_error(None, outcome.error.message)
    session.refresh_from_db()
    return _page(request, session, status=status, **{name: form})


def _sheet(session: Session) -> AftercareSheet:
    sheet = queries.sheet_of(session)
    if sheet is None:
        raise Http404
    return sheet


def sheet_compose(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Make the sheet from what was really done."""
    actor = request.actor  # type: ignore[attr-defined]
    session = load(Session, actor, Can.ISSUE_AFTERCARE, session_id)
    sheet = queries.sheet_of(session)

    def run(clean: dict[str, Any]) -> None:
        if sheet is not None and clean["version"] is None:
            raise VersionMissing
        services.compose_sheet(session, by=actor, at=clock.now(), **clean)

    return _verb(request, session, "compose", ComposeForm(request.POST), run)


def sheet_issue(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Give it to the client."""
    actor = request.actor  # type: ignore[attr-defined]
    session = load(Session, actor, Can.ISSUE_AFTERCARE, session_id)
    sheet = _sheet(session)

    def run(clean: dict[str, Any]) -> None:
        services.issue_sheet(sheet, by=actor, at=clock.now(), **clean)

    return _verb(request, session, "issue", IssueForm(request.POST), run)


def sheet_acknowledge(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Staff record why the client did not acknowledge it themselves."""
    actor = request.actor  # type: ignore[attr-defined]
    session = load(Session, actor, Can.ISSUE_AFTERCARE, session_id)
    sheet = _sheet(session)

    def run(clean: dict[str, Any]) -> None:
        services.acknowledge_sheet(sheet, by=actor, at=clock.now(), **clean)

    return _verb(request, session, "reason", ReasonForm(request.POST), run)


def session_close(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Sign the session (decision 49)."""
    actor = request.actor  # type: ignore[attr-defined]
    session = load(Session, actor, Can.SIGN_SESSION, session_id)

    def run(clean: dict[str, Any]) -> None:
        services.close_session(session, by=actor, at=clock.now(), **clean)

    return _verb(request, session, "close", CloseForm(request.POST), run)


def reaction_report(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """A client's report after leaving."""
    actor = request.actor  # type: ignore[attr-defined]
    session = load(Session, actor, Can.REPORT_EVENT, session_id)
    sheet = _sheet(session)

    def run(clean: dict[str, Any]) -> None:
        services.report_reaction(sheet, by=actor, at=clock.now(), **clean)

    return _verb(request, session, "report", ReportForm(request.POST), run)


def check_in_record(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """What came of asking how the client is."""
    actor = request.actor  # type: ignore[attr-defined]
    session = load(Session, actor, Can.REPORT_EVENT, session_id)
    sheet = _sheet(session)

    def run(clean: dict[str, Any]) -> None:
        services.record_check_in(sheet, by=actor, at=clock.now(), **clean)

    return _verb(request, session, "check_in", CheckInForm(request.POST, auto_id="id_check_in_%s"), run)


def sheet_print(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """The issued sheet for the printer of the desk."""
    actor = request.actor  # type: ignore[attr-defined]
    sheet = load(AftercareSheet, actor, Can.PRINT_SHEET, sheet_id)
    if sheet.standing == SheetState.DRAFTED:
        raise TransitionRefused("The sheet is not issued yet.", code="wrong_state", field="state")
    audit.viewed(actor, sheet.client, at=clock.now(), what="sheet")
    return page(request, "aftercare/print.html", {"client": sheet.client, "sheet": sheet, "shown": sheet.snapshot})


def client_aftercare(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """All sheets of a client with their check-ins."""
    actor = request.actor  # type: ignore[attr-defined]
    client = load(Client, actor, Can.READ_CHART, client_id)
    audit.viewed(actor, client, at=clock.now())
    asked = queries.check_ins_of(queries.sheets_of(client), clock.now())
    rows = [{"sheet": sheet, "check_ins": check_ins} for sheet, check_ins in asked]
    return page(request, "aftercare/list.html", {"client": client, "active_tab": "aftercare", "rows": rows})
