"""A decision is final only when countersigned where needed and released by quality assurance (decision 47)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from clinic.actors import SYSTEM
from clinic.choices import Role
from clinic.errors import RuleRefused
from clinic.services import house
from evidence import queries, services
from evidence.choices import ItemState, SamplingState
from evidence.models import Decision, Sampling
from tests.evidence import sessions
from tests.evidence.support import GOOD, Centre, all_met, decide, give_standing, watch
from tests.evidence.test_pages import see
from tests.factories import LONG_AGO, NOW, make_staff

LATER = NOW + timedelta(hours=1)


def decided(centre: Centre) -> Decision:
    """An effective decision."""
    session = sessions.running(centre)
    row = watch(centre, session)
    sessions.sign(session)
    return decide(centre, row)


def sampled(centre: Centre, decision: Decision, result: str) -> Sampling:
    """Planned and recorded by the quality assurer of the centre."""
    by = centre.actor("iqa")
    planned = services.plan_sample(decision, moment="interim", by=by, at=LATER)
    return services.record_sample(planned, result=result, comments="Form against record.", by=by, at=LATER)


def test_accepting_releases_a_decision(centre: Centre) -> None:
    """REQ-S174: decided, then final; the learner and the assessor read which."""
    decision = decided(centre)
    ids = {"item_id": decision.item_id}
    assert not queries.is_final(decision)
    assert "Decided, not released" in see(centre, "learner", "evidence-detail", **ids)
    sampled(centre, decision, "accept")
    assert queries.is_final(Decision.objects.get(pk=decision.pk))
    page = see(centre, "learner", "evidence-detail", **ids)
    assert "Final" in page
    assert "Released" in page


def test_action_stops_the_count_until_decided_anew(centre: Centre) -> None:
    """REQ-S174: the old row stays as it is, the assessor reads why and decides again, and that one counts."""
    decision = decided(centre)
    sampled(centre, decision, "action")
    tally = queries.portfolio(centre.enrolment, at=LATER).tally
    assert tally.counter_by_key["injection"].have == 0
    item = Decision.objects.get(pk=decision.pk).item
    assert item.state == ItemState.UNDER_REVIEW
    page = see(centre, "assessor", "evidence-detail", item_id=item.id)
    assert "Form against record." in page
    assert "Action asked" in page
    anew = services.decide(
        item, marks=all_met(centre.enrolment), judgement=GOOD, comments="Looked at again.", by=centre.actor("assessor"),
        at=LATER + timedelta(minutes=5),
    )  # fmt: skip
    assert queries.portfolio(centre.enrolment, at=LATER).tally.counter_by_key["injection"].have == 1
    assert (Decision.objects.filter(item=item).count(), queries.is_final(anew)) == (2, False)


def second_iqa(centre: Centre) -> None:
    """A trainee quality assurer beside the qualified one."""
    staff = make_staff("Trainee Assurer", "iqa2@harbour.example", centre.world.organisation, Role.IQA)
    centre.world.people["iqa2"] = staff
    give_standing(centre.world, staff)


def test_a_trainees_result_waits_and_is_found_by_a_qualified_colleague(centre: Centre) -> None:
    """REQ-S167: it releases nothing until countersigned, and stands in the colleague's inbox."""
    second_iqa(centre)
    decision, by = decided(centre), centre.actor("iqa2")
    planned = services.plan_sample(decision, moment="interim", by=by, at=LATER)
    row = services.record_sample(planned, result="accept", comments="Form against record.", by=by, at=LATER)
    assert row.state == SamplingState.AWAITING_COUNTERSIGNATURE
    assert not queries.is_final(decision)
    assert queries.inbox(by, LATER).samples_to_countersign == ()
    assert "Results to countersign" in see(centre, "iqa", "evidence-home")
    services.countersign_sample(row, by=centre.actor("iqa"), at=LATER)
    assert queries.is_final(Decision.objects.get(pk=decision.pk))


def test_who_had_a_hand_in_it_does_not_countersign_the_sample(centre: Centre) -> None:
    """REQ-S169: a tutor of the learner is no second pair of eyes either."""
    second_iqa(centre)
    decision, by = decided(centre), centre.actor("iqa2")
    planned = services.plan_sample(decision, moment="interim", by=by, at=LATER)
    row = services.record_sample(planned, result="accept", comments="Form against record.", by=by, at=LATER)
    house.name_supervisor(
        centre.world.organisation, learner=centre.world.people["learner"], supervisor=centre.world.people["iqa"],
        from_on=LONG_AGO, by=SYSTEM, at=NOW,
    )  # fmt: skip
    with pytest.raises(RuleRefused, match="learner they teach"):
        services.countersign_sample(row, by=centre.actor("iqa"), at=LATER)
