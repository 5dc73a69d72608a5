"""What holds of a sheet: words, versions, permission, frozen rows, numbers of queries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from aftercare import queries, services
from aftercare.models import AftercareSheet
from aftercare.registrations import export, timeline
from clinic import clock, verification
from clinic.errors import DomainError, StaleRecord
from clinic.models import AuditEntry
from tests.factories import NOW, World
from tests.treatments import support
from treatments import services as treatments
from treatments.models import Session

AFTER = NOW + timedelta(minutes=20)
REASON = "Left at once for a train"


@pytest.fixture
def session(world: World) -> Session:
    with clock.set_to(NOW):
        return support.make_finished(world)


@pytest.fixture
def sheet(world: World, session: Session) -> AftercareSheet:
    return services.compose_sheet(
        session, note="Rest today.\nCall on Friday.", ph_product="Mist 5.0", by=world.actor("practitioner"), at=AFTER
    )


def text_of(sheet: AftercareSheet) -> str:
    return str(sheet.snapshot)


def test_note_and_ph_product_stand_on_the_sheet(sheet: AftercareSheet) -> None:
    """REQ-S118, REQ-S146: what restored the skin's pH, and the treating person's own words."""
    assert {"label": "Skin pH restored with", "value": "Mist 5.0"} in sheet.snapshot["done"]
    assert sheet.snapshot["intro"][1:] == ["Rest today.", "Call on Friday."]


def test_every_sheet_has_skincare_sun_ph_and_contact(sheet: AftercareSheet) -> None:
    """REQ-S117, REQ-S118, REQ-S207, REQ-S270: comprehensive, whatever the other specification says."""
    headings = {section["heading"] for section in sheet.snapshot["sections"] if section["lines"]}
    assert {"Looking after your skin", "Sun protection"} <= headings
    assert "acid film" in text_of(sheet)
    assert sheet.snapshot["contact"]["telephone"] == "020 7946 0100"


def test_usual_bruises_and_swelling(sheet: AftercareSheet) -> None:
    """REQ-S203, REQ-S204."""
    usual = {row["what"]: row["text"] for row in sheet.snapshot["usual"]}
    assert "few days" in usual["Small bruises"]
    assert "12 to 36 hours" in usual["A little swelling"]


def test_a_clinic_without_a_number_gives_no_sheet(world: World, session: Session) -> None:
    """REQ-S207: a working contact."""
    organisation = session.organisation
    organisation.telephone = "none yet"
    organisation.save()
    with pytest.raises(DomainError) as caught:
        services.compose_sheet(Session.objects.get(pk=session.pk), by=world.actor("practitioner"), at=AFTER)
    assert caught.value.code == "contact_missing"


def test_a_stale_draft_shows_both_versions(world: World, sheet: AftercareSheet) -> None:
    by = world.actor("practitioner")
    services.compose_sheet(sheet.session, note="Newer.", by=by, at=AFTER, version=sheet.version)
    with pytest.raises(StaleRecord) as caught:
        services.compose_sheet(sheet.session, note="Mine.", by=by, at=AFTER, version=sheet.version)
    assert (caught.value.current["note"], caught.value.yours["note"]) == ("Newer.", "Mine.")
    with pytest.raises(StaleRecord):
        services.issue_sheet(sheet, by=by, at=AFTER, version=sheet.version)


@pytest.mark.parametrize(
    ("who", "refusal"), [("reception", PermissionDenied), ("manager", PermissionDenied), ("outsider", Http404)]
)
def test_who_may_not(world: World, sheet: AftercareSheet, who: str, refusal: type[Exception]) -> None:
    by = world.actor(who)
    verbs: tuple[Any, ...] = (
        lambda: services.compose_sheet(sheet.session, by=by, at=AFTER),
        lambda: services.issue_sheet(sheet, by=by, at=AFTER),
        lambda: services.acknowledge_sheet(sheet, reason=REASON, by=by, at=AFTER),
        lambda: services.report_reaction(sheet, kind="pain", words="It throbs.", by=by, at=AFTER),
        lambda: services.close_session(sheet.session, by=by, at=AFTER),
    )
    for verb in verbs:
        with pytest.raises(refusal):
            verb()


def test_an_issued_sheet_never_changes(world: World, sheet: AftercareSheet) -> None:
    """Design 3: frozen when issued; the acknowledgement is a row of its own (decision 18)."""
    by = world.actor("practitioner")
    issued = services.issue_sheet(sheet, by=by, at=AFTER)
    for statement in (
        "UPDATE aftercare_aftercaresheet SET state = 'drafted'",
        "DELETE FROM aftercare_aftercaresheet",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    before = AftercareSheet.objects.get().version
    services.acknowledge_sheet(issued, reason=REASON, by=by, at=AFTER)
    assert AftercareSheet.objects.get().version == before
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE aftercare_acknowledgement SET how = 'client'")
    assert list(verification.faults()) == []


def test_waste_is_asked_before_the_signature(world: World, session: Session, sheet: AftercareSheet) -> None:
    """Decision 49: no stream ticked after treatment is named, and so is a second signature."""
    by = world.actor("practitioner")
    issued = services.issue_sheet(sheet, by=by, at=AFTER)
    services.acknowledge_sheet(issued, reason=REASON, by=by, at=AFTER)
    treatments.review_safety(session, words="Nothing to change.", by=by, at=AFTER)
    with pytest.raises(DomainError) as caught:
        services.close_session(session, by=by, at=AFTER)
    assert caught.value.code == "waste_missing"
    treatments.review_safety(session, waste=["KD01"], words="Sharps.", by=by, at=AFTER)
    with pytest.raises(StaleRecord):
        services.close_session(session, by=by, at=AFTER, version=999)
    services.close_session(session, by=by, at=AFTER)
    assert AuditEntry.objects.filter(action="session.closed").count() == 1


def test_a_reason_of_staff_is_typed_words(world: World, sheet: AftercareSheet) -> None:
    by = world.actor("practitioner")
    issued = services.issue_sheet(sheet, by=by, at=AFTER)
    with pytest.raises(DomainError):
        services.acknowledge_sheet(issued, reason="busy", by=by, at=AFTER)
    services.acknowledge_sheet(issued, reason=REASON, by=by, at=AFTER)
    again = AftercareSheet.objects.get()
    with pytest.raises(DomainError) as caught:
        services.acknowledge_sheet(again, reason=REASON, by=by, at=AFTER)
    assert caught.value.code == "wrong_state"


def test_timeline_and_export(world: World, sheet: AftercareSheet) -> None:
    by = world.actor("practitioner")
    issued = services.issue_sheet(sheet, by=by, at=AFTER)
    services.acknowledge_sheet(issued, reason=REASON, by=by, at=AFTER)
    services.report_reaction(issued, kind="bruise", words="Small.", by=by, at=AFTER)
    kinds = [event.kind for event in timeline(sheet.client, by)]
    assert (kinds.count("check_in"), kinds.count("aftercare")) == (4, 3)
    assert list(timeline(sheet.client, world.actor("reception"))) == []
    files = dict(export(sheet.client))
    assert {name.rsplit(".")[-1] for name in files} == {"json", "pdf"}
    record = next(value for name, value in files.items() if name.endswith("json"))
    assert record["acknowledgement"]["reason"] == REASON


def test_the_desk_prints_an_issued_sheet_and_sees_no_chart(world: World, sheet: AftercareSheet) -> None:
    browser = Browser()
    browser.force_login(world.people["reception"])
    here = reverse("sheet-print", args=[sheet.id])
    assert browser.get(here).status_code == 409
    services.issue_sheet(sheet, by=world.actor("practitioner"), at=AFTER)
    assert b"Sun protection" in browser.get(here).content
    assert browser.get(reverse("session-aftercare", args=[sheet.session_id])).status_code == 403


def test_a_draft_is_changed_only_with_its_version(world: World, sheet: AftercareSheet) -> None:
    browser = Browser()
    browser.force_login(world.people["practitioner"])
    here = reverse("sheet-compose", args=[sheet.session_id])
    assert browser.post(here, {"note": "No version."}).status_code == 428
    assert browser.post(here, {"note": "Old.", "version": "99"}).status_code == 409
    assert browser.post(here, {"note": "Yes.", "version": str(sheet.version)}).status_code == 303
    api = f"/api/v1/aftercare/sessions/{sheet.session_id}/"
    assert browser.post(api, {"note": "No."}, content_type="application/json").status_code == 428
    assert AftercareSheet.objects.get().note == "Yes."


def test_the_page_asks_no_more_with_more_reports(world: World, sheet: AftercareSheet) -> None:
    by = world.actor("practitioner")
    issued = services.issue_sheet(sheet, by=by, at=AFTER)
    browser = Browser()
    browser.force_login(world.people["practitioner"])
    counts = []
    for number in (1, 4):
        for _ in range(number):
            services.report_reaction(issued, kind="bruise", words="Small.", by=by, at=AFTER)
        for name, key in (("session-aftercare", sheet.session_id), ("client-aftercare", sheet.client_id)):
            browser.get(reverse(name, args=[key]))
            with CaptureQueriesContext(connection) as found:
                browser.get(reverse(name, args=[key]))
            counts.append(len(found))
    assert counts[:2] == counts[2:]
    assert len(queries.sheets_of(sheet.client)) == 1
