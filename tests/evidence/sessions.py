"""Treatment sessions in the states an assessor meets: rows as the treatments app keeps them, one fact at a time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from clinic.actors import SYSTEM, acting_as
from clinic.catalogue import content as catalogue
from clinic.models import Client
from consent.models import ClientPermission
from consultations.models import Consultation, ServicePlan, SkinAnalysis
from tests.evidence.support import Centre
from tests.factories import NOW
from treatments.models import ChecklistEntry, ComfortScore, Course, ElectroPhase, Pass, Session

START = NOW - timedelta(minutes=20)
STAGES = ("preparation", "treatment", "after")
TECHNIQUE_BY_MODALITY = {"injection": "T03", "electro": "T14"}


def allow(client: Client, *codes: str, answer: bool = True) -> None:
    """The client answers separate permissions."""
    with acting_as(SYSTEM):
        for code in codes:
            ClientPermission(
                organisation_id=client.organisation_id, client=client, code=code, answer=answer, decided_at=START,
                recorded_at=NOW,
            ).save()  # fmt: skip


def withdraw(client: Client, code: str) -> None:
    """The client takes a permission back."""
    with acting_as(SYSTEM):
        ClientPermission(
            organisation_id=client.organisation_id, client=client, code=code, answer=False, is_withdrawal=True,
            decided_at=NOW,
        ).save()  # fmt: skip


def consulted(client: Client, practitioner: Any, *, kind: str = "full", analysed: bool = True) -> Consultation:
    """A signed consultation with its skin analysis."""
    base = {"organisation_id": client.organisation_id, "client": client}
    row = Consultation(
        **base, kind=kind, state="signed", practitioner=practitioner, started_at=START, decided_at=START,
        signed_at=START, signed_by=practitioner, summary="Talked about the cheeks.",
    )  # fmt: skip
    row.save()
    if analysed:
        SkinAnalysis(
            **base, consultation=row, analysed_at=START, analysed_by=practitioner, frozen_at=START,
            notes="Amara's sister said it too.",
        ).save()  # fmt: skip
    return row


def running(
    centre: Centre,
    *,
    learner: str = "learner",
    client: str = "own",
    modality: str = "injection",
    declared: bool = True,
    depth_mm: float = 1.5,
    stages: tuple[str, ...] = STAGES,
    consultation: str = "full",
    analysed: bool = True,
    permitted: bool = True,
) -> Session:
    """A session that runs, with everything an observation needs unless told otherwise."""
    about, by = getattr(centre.world, client), centre.world.people[learner]
    if permitted:
        allow(about, "P5a", "P9b")
    with acting_as(SYSTEM):
        talked = consulted(about, by, kind=consultation, analysed=analysed) if consultation else None
        session = _session(about, by, talked, modality, declared)
        base = {"organisation_id": about.organisation_id, "client": about, "session": session}
        for phase in stages:
            ChecklistEntry(**base, item="KD01", phase=phase, is_done=True, occurred_at=START).save()
        ComfortScore(**base, score=3, words="Amara says it tickles.", occurred_at=NOW).save()
        _work(base, session, depth_mm)
    return session


def _session(about: Client, by: Any, talked: Consultation | None, modality: str, declared: bool) -> Session:
    base = {"organisation_id": about.organisation_id, "client": about}
    technique = TECHNIQUE_BY_MODALITY[modality]
    plan = ServicePlan(
        **base, consultation=talked or consulted(about, by), modality=modality, technique=technique, protocol="L01",
        zones=["cheek_left"], sessions=3, state="agreed", agreed_at=START, agreed_by=by,
    )  # fmt: skip
    plan.save()
    course = Course(
        **base, plan=plan, practitioner=by, modality=modality, technique=technique, protocol="L01", sessions_planned=3,
        interval_days=14, earliest_days=10, latest_days=21, starts_on=NOW.date(),
    )  # fmt: skip
    course.save()
    session = Session(
        **base, course=course, consultation=talked, practitioner=by, modality=modality, technique=technique,
        protocol="L01", state="started", for_assessment=declared, prepared_at=START, started_at=START,
        zones=["cheek_left"], notes="Amara asked about her holiday.",
    )  # fmt: skip
    session.save()
    return session


def _work(base: dict[str, Any], session: Session, depth_mm: float) -> None:
    if session.modality == "injection":
        Pass(
            **base, position=1, technique=session.technique, zone="cheek_left",
            setting={"depth_mm": depth_mm, "volume_per_point_ml": 0.02, "reason": "Amara prefers it."},
            points=[[1, 0.2, 0.3, 1, 2, 3]] * 32, anatomy_format="points/1", anatomy_digest="0" * 64, occurred_at=NOW,
        ).save()  # fmt: skip
        return
    from clinic.catalogue.models import Device

    device = Device(
        organisation_id=session.organisation_id, make="Ionto", model="One", serial="42", modes=["iontophoresis"]
    )
    device.save()
    ElectroPhase(
        **base, position=1, device=device, mode="iontophoresis", zones=["cheek_left"], occurred_at=NOW,
        setting={"current_ma": 1.5, "minutes": 10, "current_density_ma_cm2": 0.1, "reason": "Amara prefers it."},
    ).save()  # fmt: skip


def sign(session: Session) -> Session:
    """The session is finished and signed."""
    with acting_as(SYSTEM):
        session.state, session.ended_at, session.signed_at = "signed", NOW, NOW
        session.signed_by_id = session.practitioner_id
        session.save()
    return session


def known_techniques() -> set[str]:
    """Shipped techniques, so that these rows stay true to the catalogue."""
    return {*catalogue.techniques()} & {*TECHNIQUE_BY_MODALITY.values()}


__all__ = ["allow", "known_techniques", "running", "sign", "withdraw"]
