"""A consultation as the demo plays it: answers, screen, skin analysis, photograph, decision, plan, signature."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from clinic.actors import Actor
from clinic.models import Client
from config.demo.stage import Stage, photograph
from consultations import example, library, rules, services
from consultations.models import Consultation
from consultations.services.analysis import SkinFindings

STAFF_ONLY = {"id_doc": "passport", "id_capacity": "yes"}
SCALES = ("PORE", "TEXTURE", "TONE")
FACE = ("forehead", "cheeks", "chin")
SCORES = {2: 1, 3: 2, 4: 2, 5: 3}
FROM_RECORD = ("id_name", "id_dob", "id_known_as", "id_contact", "id_sex", "id_needs", "id_emergency", "gp_name")


def answers_of(client: Client, changes: dict[str, Any], at: datetime) -> dict[str, Any]:
    """Safe answers to every question, the client's own facts left as prefilled, and what the story changes."""
    answers = example.healthy_answers(library.shipped_questionnaire(), at.date())
    for name in (*FROM_RECORD, *STAFF_ONLY):
        answers.pop(name, None)
    answers |= {"id_emergency": "A friend, 07700 900001", **changes}
    return {name: value for name, value in answers.items() if value is not None}


def play(stage: Stage, client: Client, step: dict[str, Any], *, by_key: str, changes: dict[str, Any]) -> Consultation:
    """The consultation of a story, as far as the story goes."""
    with stage.scene(step["days_ago"], step["at"]) as at:
        by = stage.actor(by_key)
        consultation = _answered(stage, client, step, by_key=by_key, changes=changes, at=at)
        if "decide" not in step:
            return consultation
        if step["decide"] == "suitable":
            _analyse(consultation, step, by, at)
            _photographs(consultation, step, by, at)
        _decide(consultation, step, by, at + timedelta(minutes=30))
        if "plan" in step:
            _plan(stage, client, consultation, step["plan"], by=by, at=at + timedelta(minutes=35))
        if "sign" in step:
            services.sign_consultation(consultation, summary=step["sign"], by=by, at=at + timedelta(minutes=45))
    return Consultation.objects.get(pk=consultation.pk)


def _answered(
    stage: Stage, client: Client, step: dict[str, Any], *, by_key: str, changes: dict[str, Any], at: datetime
) -> Consultation:
    by = stage.actor(by_key)
    consultation = services.start_consultation(
        client,
        kind=step.get("kind", "full"),
        practitioner=stage.people[by_key],
        interest=step["interest"],
        asked_by="aloud",
        by=by,
        at=at,
    )
    response = services.save_answers(consultation.response, answers_of(client, changes, at), by=by, at=at)
    response = services.submit_answers(response, by=by, at=at + timedelta(minutes=14))
    services.confirm_answers(response, STAFF_ONLY, by=by, at=at + timedelta(minutes=18))
    return Consultation.objects.get(pk=consultation.pk)


def _analyse(consultation: Consultation, step: dict[str, Any], by: Actor, at: datetime) -> None:
    phototype = step["phototype"]
    score = SCORES[phototype]
    seen = SkinFindings(
        phototype_items={f"fst_{number}": score for number in range(1, 11)},
        clinician_type=phototype,
        type_reason="Seen by eye in daylight.",
        pre_checks=tuple(check["id"] for check in library.shipped_instruments()["pre_checks"]),
        glogau=2,
        zones={scale: dict.fromkeys(FACE, grade) for scale, grade in zip(SCALES, (2, 2, 1), strict=True)},
        notes="Dry over the cheeks, fine lines at rest.",
    )
    services.record_skin_analysis(consultation, seen, by=by, at=at + timedelta(minutes=22))


def _decide(consultation: Consultation, step: dict[str, Any], by: Actor, at: datetime) -> None:
    """The conclusion and the decision; whoever is found suitable hopes for what treatment can do."""
    conclusion = rules.Conclusion(
        summary=step["reason"],
        methods={
            "questioning": "Answers gone through together.",
            "observation": "Face seen at rest and in movement, in daylight.",
        },
        expectation="realistic",
    )
    services.decide(consultation, kind=step["decide"], reason=step["reason"], conclusion=conclusion, by=by, at=at)


def _photographs(consultation: Consultation, step: dict[str, Any], by: Actor, at: datetime) -> None:
    names = step.get("photos", [])
    for name in names:
        services.take_photograph(
            consultation,
            BytesIO(photograph(name)),
            is_agreed=True,
            view="P03" if "left45" in name else "P01",
            by=by,
            at=at + timedelta(minutes=25),
        )
    if not names:
        services.refuse_photograph(consultation, by=by, at=at + timedelta(minutes=25))


def _plan(
    stage: Stage, client: Client, consultation: Consultation, given: dict[str, Any], *, by: Actor, at: datetime
) -> None:
    modality = "electro" if given["technique"] in {"T14", "T15"} else "injection"
    plan = services.draft_plan(
        consultation,
        modality=modality,
        technique=given["technique"],
        product=stage.products[given["product"]],
        zones=given["zones"],
        protocol=given["protocol"],
        sessions=given["sessions"],
        interval_days=given.get("interval_days", 14),
        price_pence=given["price"],
        aim=given["aim"],
        by=by,
        at=at,
    )
    services.agree_plan(plan, agreed_with=client.legal_name, by=by, at=at)
