"""The learner's half-full portfolio: observed and decided, waiting for a countersignature, offered as a product."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from clinic import content
from config.demo.stage import Stage
from evidence import services
from evidence.choices import How, Outcome
from evidence.models import Enrolment, Observation
from evidence.services import Judgement
from treatments.models import Session

STUDENT_NUMBER = "HS-2026-014"
SOUND = Judgement(is_valid=True, is_authentic=True, is_current=True, is_sufficient=True)


def enrol(stage: Stage) -> None:
    """Register the learner and verify the entry requirements."""
    with stage.scene(90, "09:00") as at:
        by = stage.actor("manager")
        enrolment = services.enrol_learner(
            stage.home,
            learner=stage.people["learner"],
            student_number=STUDENT_NUMBER,
            enrolled_on=at.date(),
            by=by,
            at=at,
        )
        seen = [key for key, _ in content.parsed(enrolment.pack).entry]
        services.verify_entry(enrolment, seen=seen, by=by, at=at)


def enrolment_of(stage: Stage) -> Enrolment:
    """The learner's registration."""
    return Enrolment.objects.get(organisation=stage.home, learner=stage.people["learner"])


def open_observation(stage: Stage, session: Session, step: dict[str, Any], at: datetime) -> Observation | None:
    """The assessor of the story watches, on their own sign-in, while the session runs."""
    if "assessed" not in step:
        return None
    session = Session.objects.get(pk=session.pk)
    return services.open_observation(
        session, enrolment=enrolment_of(stage), how=How.IN_PERSON, by=stage.actor(step["assessed"]), at=at
    )


def _met(stage: Stage) -> dict[str, str]:
    pack = content.parsed(enrolment_of(stage).pack)
    return {criterion.key: Outcome.MET.value for criterion in pack.criteria if criterion.is_practical}


def close_observation(stage: Stage, observation: Observation | None, step: dict[str, Any], at: datetime) -> None:
    """Tap what was seen, stop watching."""
    if observation is None:
        return
    by = stage.actor(step["assessed"])
    for key, outcome in list(_met(stage).items())[:6]:
        services.mark_seen(observation, criterion=key, outcome=outcome, by=by, at=at)
    services.close_observation(observation, by=by, at=at + timedelta(minutes=1))


def after(stage: Stage, session: Session, step: dict[str, Any], observation: Observation | None, at: datetime) -> None:
    """The decision with its feedback, its release by quality assurance, or the offer as a product."""
    session = Session.objects.get(pk=session.pk)
    if observation is not None and "comments" in step:
        observation.item.refresh_from_db()
        decision = services.decide(
            observation.item,
            marks=_met(stage),
            judgement=SOUND,
            comments=step["comments"],
            further_actions="Read the disposal policy again before the next session.",
            by=stage.actor(step["assessed"]),
            at=at,
        )
        if step.get("release"):
            by = stage.actor("iqa")
            sample = services.plan_sample(decision, moment="interim", by=by, at=at + timedelta(minutes=5))
            services.record_sample(
                sample,
                result="accept",
                comments="Form complete, marks follow the record.",
                by=by,
                at=at + timedelta(minutes=20),
            )
    if "product_to" in step:
        services.offer_product(
            session,
            enrolment=enrolment_of(stage),
            assessor=stage.people[step["product_to"]],
            by=stage.actor("learner"),
            at=at,
        )
