"""Watching a session: who may, when, with which permissions; taps; closing; learner products."""

from datetime import timedelta

import pytest

from clinic.access import Refused
from clinic.errors import InvalidValue, RuleRefused, StaleRecord, TransitionRefused
from clinic.models import AuditEntry
from evidence import services
from evidence.choices import How, ItemState, ObservationState
from tests.evidence import sessions
from tests.evidence.support import Centre, watch
from tests.factories import NOW


def test_an_assessor_opens_an_observation_while_the_session_runs(centre: Centre) -> None:
    """REQ-S30: decision 41; who, how, when, the permissions of the day and the assessor's standing are kept."""
    observation = watch(centre, sessions.running(centre))
    assert observation.assessor_id == centre.world.people["assessor"].id
    assert (observation.observer_permitted, observation.evidence_permitted) == (True, True)
    assert observation.standing["items"]["insurance"] is True
    assert observation.item.state == ItemState.UNDER_REVIEW
    assert AuditEntry.objects.filter(action="observation.opened", client_id=observation.client_id).count() == 1


def test_a_session_that_does_not_run_is_not_observed(centre: Centre) -> None:
    """REQ-S30: decision 41; nobody observes what is over."""
    session = sessions.sign(sessions.running(centre))
    with pytest.raises(RuleRefused) as refusal:
        watch(centre, session)
    assert refusal.value.code == "cannot_observe"
    assert "not running" in refusal.value.message


def test_an_undeclared_session_is_not_observed(centre: Centre) -> None:
    """REQ-S149: decision 42; assessed sessions are declared before they start."""
    with pytest.raises(RuleRefused, match="not declared"):
        watch(centre, sessions.running(centre, declared=False))


@pytest.mark.parametrize("code", ["P5a", "P9b"])
def test_without_the_clients_permission_nobody_observes(centre: Centre, code: str) -> None:
    """REQ-S30: decision 45; presence in the room and use as evidence are separate permissions."""
    session = sessions.running(centre)
    sessions.withdraw(session.client, code)
    with pytest.raises(RuleRefused, match="client has not agreed"):
        watch(centre, session)


def test_expired_insurance_stops_an_observation(centre: Centre) -> None:
    """REQ-S158: decision 55; expired cover always blocks."""
    centre.world.people["assessor"].credentials.get(kind="insurance").delete()
    with pytest.raises(RuleRefused, match="Indemnity insurance"):
        watch(centre, sessions.running(centre))


def test_competence_is_asked_for_the_modality(centre: Centre) -> None:
    """REQ-S156 REQ-S165: cleared for injection and not for electro."""
    row = centre.world.people["assessor"].credentials.get(kind="experience")
    row.covers = ["injection"]
    row.save()
    with pytest.raises(RuleRefused, match="Competence"):
        watch(centre, sessions.running(centre, modality="electro"))


def test_live_video_only_where_the_centre_accepts_it(centre: Centre) -> None:
    """REQ-S30: decision 41; live video where the awarding body allows it."""
    session = sessions.running(centre)
    with pytest.raises(RuleRefused) as refusal:
        services.open_observation(
            session, enrolment=centre.enrolment, how=How.LIVE_VIDEO, by=centre.actor("assessor"), at=NOW
        )
    assert refusal.value.code == "live_video_not_accepted"


def test_a_session_is_observed_once(centre: Centre) -> None:
    """REQ-S147: a second assessor finds it observed."""
    session = sessions.running(centre)
    watch(centre, session)
    with pytest.raises(TransitionRefused) as refusal:
        watch(centre, session, assessor="assessor2")
    assert refusal.value.code == "already_observed"


def test_nobody_observes_for_another_learner(centre: Centre) -> None:
    """REQ-S169: the session must be the learner's own work."""
    session = sessions.running(centre, learner="learner2")
    with pytest.raises(RuleRefused) as refusal:
        watch(centre, session)
    assert refusal.value.code == "not_their_session"


def test_a_practitioner_opens_no_observation(centre: Centre) -> None:
    """REQ-S30: only assessors watch."""
    with pytest.raises(Refused):
        watch(centre, sessions.running(centre), assessor="practitioner")


def test_one_tap_marks_one_criterion_and_another_tap_takes_it_back(centre: Centre) -> None:
    """REQ-S30: met, not yet met, not seen."""
    observation = watch(centre, sessions.running(centre))
    by = centre.actor("assessor")
    for outcome, kept in (("met", {"U4-4.9": "met"}), ("not_yet_met", {"U4-4.9": "not_yet_met"}), ("", {})):
        observation = services.mark_seen(observation, criterion="U4-4.9", outcome=outcome, by=by, at=NOW)
        assert observation.seen == kept


def test_quick_taps_on_other_criteria_are_not_stale(centre: Centre) -> None:
    """REQ-S30: each cell guards itself; two fingers on two cells are both kept."""
    observation = watch(centre, sessions.running(centre))
    by = centre.actor("assessor")
    services.mark_seen(observation, criterion="U4-4.9", outcome="met", was="", by=by, at=NOW)
    second = services.mark_seen(observation, criterion="U4-4.8", outcome="met", was="", by=by, at=NOW)
    assert set(second.seen) == {"U4-4.8", "U4-4.9"}
    with pytest.raises(StaleRecord) as refusal:
        services.mark_seen(observation, criterion="U4-4.9", outcome="not_yet_met", was="", by=by, at=NOW)
    assert refusal.value.current == {"U4-4.9": "met"}


@pytest.mark.parametrize(
    ("criterion", "outcome", "field"), [("U1-1.1", "met", "criterion"), ("U4-4.9", "good", "outcome")]
)
def test_only_criteria_of_the_observation_are_marked(centre: Centre, criterion: str, outcome: str, field: str) -> None:
    """REQ-S39 REQ-S11: knowledge is not observed, and there are no grades."""
    observation = watch(centre, sessions.running(centre))
    with pytest.raises(InvalidValue) as refusal:
        services.mark_seen(observation, criterion=criterion, outcome=outcome, by=centre.actor("assessor"), at=NOW)
    assert refusal.value.field == field


def test_another_assessor_does_not_mark(centre: Centre) -> None:
    """REQ-S30: an observation is one person's; to a colleague it is not there."""
    from django.http import Http404

    observation = watch(centre, sessions.running(centre))
    with pytest.raises(Http404):
        services.mark_seen(observation, criterion="U4-4.9", outcome="met", by=centre.actor("assessor2"), at=NOW)


def test_a_closed_observation_takes_no_more_marks(centre: Centre) -> None:
    """REQ-S30: from when to when; after that nothing is added."""
    observation = watch(centre, sessions.running(centre))
    by = centre.actor("assessor")
    closed = services.close_observation(observation, note="Steady hands.", by=by, at=NOW + timedelta(minutes=40))
    assert (closed.state, closed.note) == (ObservationState.CLOSED, "Steady hands.")
    with pytest.raises(TransitionRefused):
        services.mark_seen(closed, criterion="U4-4.9", outcome="met", by=by, at=NOW)
    with pytest.raises(TransitionRefused):
        services.close_observation(closed, by=by, at=NOW)


def test_a_note_that_names_the_client_is_refused(centre: Centre) -> None:
    """SEC-A4: decision 57; the words are named and nothing is kept."""
    observation = watch(centre, sessions.running(centre))
    with pytest.raises(RuleRefused) as refusal:
        services.close_observation(observation, note="Amara was calm.", by=centre.actor("assessor"), at=NOW)
    assert (refusal.value.code, refusal.value.field) == ("names_client", "note")
    assert refusal.value.details == {"words": ["Amara"]}


def test_a_signed_session_nobody_observed_is_offered_as_product(centre: Centre) -> None:
    """REQ-S32: decision 41; the learner names the assessor who shall see it."""
    session = sessions.sign(sessions.running(centre))
    item = services.offer_product(
        session,
        enrolment=centre.enrolment,
        assessor=centre.world.people["assessor"],
        by=centre.actor("learner"),
        at=NOW,
    )
    assert (item.kind, item.state) == ("product", "offered")
    with pytest.raises(TransitionRefused):
        services.offer_product(
            session, enrolment=centre.enrolment, assessor=centre.world.people["assessor"],
            by=centre.actor("learner"), at=NOW,
        )  # fmt: skip


def test_an_unsigned_or_foreign_session_is_not_offered(centre: Centre) -> None:
    """REQ-S32: only one's own signed work."""
    world = centre.world
    options = {"enrolment": centre.enrolment, "assessor": world.people["assessor"], "at": NOW}
    with pytest.raises(RuleRefused) as refusal:
        services.offer_product(sessions.running(centre), by=centre.actor("learner"), **options)
    assert refusal.value.code == "not_signed"
    other = sessions.sign(sessions.running(centre, learner="learner2"))
    with pytest.raises(RuleRefused) as refusal:
        services.offer_product(other, by=centre.actor("learner"), **options)
    assert refusal.value.code == "not_their_session"


def test_an_assessor_who_is_the_learner_cannot_be_named(centre: Centre) -> None:
    """REQ-S169: nobody assesses their own work."""
    session = sessions.sign(sessions.running(centre))
    with pytest.raises(InvalidValue):
        services.offer_product(
            session, enrolment=centre.enrolment, assessor=centre.world.people["learner"],
            by=centre.actor("learner"), at=NOW,
        )  # fmt: skip
