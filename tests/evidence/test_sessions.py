"""What evidence reads of the treatment record: depth, disposal, consultation, other work of the day."""

from __future__ import annotations

from datetime import timedelta

from clinic.actors import SYSTEM, acting_as
from evidence import coded
from evidence import sessions as reading
from tests.evidence import sessions
from tests.evidence.support import Centre
from tests.factories import NOW
from treatments.models import ChecklistEntry


def test_the_basis_holds_figures_and_no_text(centre: Centre) -> None:
    """REQ-S150 REQ-S58: deepest point in mm, stages of disposal, own consultation and analysis."""
    basis = reading.basis(sessions.sign(sessions.running(centre)))
    assert basis == {
        "on": "2026-11-16",
        "modalities": ["injection"],
        "deepest_mm": "1.5",
        "is_signed": True,
        "is_declared": True,
        "has_other_treatment": False,
        "disposal_stages": ["after", "preparation", "treatment"],
        "consultation": "full",
        "is_consultation_shared": False,
        "has_skin_analysis": True,
    }


def test_a_tick_taken_back_is_no_disposal(centre: Centre) -> None:
    """REQ-S58: the newest tick counts."""
    session = sessions.running(centre)
    with acting_as(SYSTEM):
        ChecklistEntry(
            organisation_id=session.organisation_id, client_id=session.client_id, session=session, item="KD01",
            phase="after", is_done=False, occurred_at=NOW + timedelta(minutes=1),
        ).save()  # fmt: skip
    assert reading.basis(session)["disposal_stages"] == ["preparation", "treatment"]


def test_a_second_session_of_the_day_on_the_same_area_is_another_treatment(centre: Centre) -> None:
    """REQ-S149: both sessions of the day lose their count."""
    first, second = sessions.running(centre), sessions.running(centre, modality="electro")
    found = reading.bases([first, second])
    assert [found[row.id]["has_other_treatment"] for row in (first, second)] == [True, True]


def test_a_consultation_used_before_is_not_the_sessions_own(centre: Centre) -> None:
    """REQ-S78: each treatment has its own."""
    first, second = sessions.running(centre), sessions.running(centre)
    second.consultation = first.consultation
    second.started_at = NOW
    with acting_as(SYSTEM):
        second.save()
    found = reading.bases([first, second])
    assert [found[row.id]["consultation"] for row in (first, second)] == ["full", ""]
    assert found[second.id]["is_consultation_shared"] is True
    assert found[second.id]["has_skin_analysis"] is False


def test_an_electro_session_is_shown_in_figures(centre: Centre) -> None:
    """REQ-S148: current, time and density, no depth."""
    shown = coded.coded(sessions.running(centre, modality="electro"))
    (work,) = shown.work
    assert [(fact.label, fact.value) for fact in work.figures][:2] == [("Current", "1.5 mA"), ("Time", "10 min")]
    assert "Deepest point" not in [fact.label for fact in shown.facts]
    assert [stage for stage, done in shown.disposal if done] == ["Preparation", "Treatment", "After"]


def test_the_rows_of_these_tests_are_true_to_the_catalogue() -> None:
    """REQ-S119: techniques named here are shipped."""
    assert sessions.known_techniques() == {"T03", "T14"}
