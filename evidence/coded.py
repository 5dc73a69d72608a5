"""A session as evidence shows it: what was done, never for whom. The client is a code and an age band (SEC-A4).

Every value here is a number, a date, or a word from a shipped list. Free text of the chart has no way in.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.db.models import prefetch_related_objects

from clinic.catalogue import content as catalogue
from evidence import sessions
from treatments import library
from treatments.choices import Modality, Phase, SessionState
from treatments.models import ElectroPhase, Pass, Session

BAND_YEARS = 10
FIGURES = (
    ("current_ma", "Current", "mA"),
    ("minutes", "Time", "min"),
    ("modulation_frequency_hz", "Frequency", "Hz"),
    ("current_density_ma_cm2", "Density", "mA/cm²"),
    ("dose_ma_min", "Dose", "mA·min"),
    ("area_cm2", "Contact area", "cm²"),
    ("polarity", "Polarity", ""),
)


@dataclass(frozen=True)
class Fact:
    """One labelled value."""

    label: str
    value: str


@dataclass(frozen=True)
class CheckGroup:
    """One checklist with how many of its items were ticked."""

    label: str
    ticked: int
    total: int


@dataclass(frozen=True)
class Comfort:
    """One comfort score, 0 to 10, minutes after the start."""

    minute: int
    score: int


@dataclass(frozen=True)
class Work:
    """One pass of injection or one electro phase, in figures."""

    technique: str
    zone: str
    figures: tuple[Fact, ...]


@dataclass(frozen=True)
class CodedSession:
    """What an assessor, quality assurer or learner sees of a session in evidence."""

    client_code: str
    age_band: str
    on: date
    modality: str
    state: str
    facts: tuple[Fact, ...] = ()
    work: tuple[Work, ...] = ()
    checks: tuple[CheckGroup, ...] = ()
    comfort: tuple[Comfort, ...] = ()
    disposal: tuple[tuple[str, bool], ...] = field(default=())

    def plain(self) -> dict[str, Any]:
        """As plain data for the API."""
        body = asdict(self)
        body["on"] = self.on.isoformat()
        return body


def age_band(age_years: int) -> str:
    """Ten years wide, such as "30 to 39"; never an age or a birth date."""
    low = age_years // BAND_YEARS * BAND_YEARS
    return f"{low} to {low + BAND_YEARS - 1}"


def head(session: Session) -> CodedSession:
    """Only that there is a session: code, age band, day, modality, state."""
    on = sessions.day(session)
    return CodedSession(
        client_code=session.client.code,
        age_band=age_band(session.client.age_on(on)),
        on=on,
        modality=str(Modality(session.modality).label),
        state=str(SessionState(session.state).label),
    )


def coded(session: Session) -> CodedSession:
    """The whole session in figures and words from shipped lists."""
    prefetch_related_objects(
        [session], "passes__lot__product", "phases__device", "phases__lot__product", "ticks", "comfort", "checklists"
    )
    top = head(session)
    stages = sessions.disposal_stages(session)
    return CodedSession(
        client_code=top.client_code,
        age_band=top.age_band,
        on=top.on,
        modality=top.modality,
        state=top.state,
        facts=_facts(session),
        work=(*map(_pass, session.passes.all()), *map(_phase, session.phases.all())),
        checks=_checks(session),
        comfort=_comfort(session),
        disposal=tuple((str(phase.label), phase.value in stages) for phase in Phase),
    )


def _facts(session: Session) -> tuple[Fact, ...]:
    basis = sessions.basis(session)
    technique = catalogue.techniques().get(session.technique)
    found = [Fact("Technique", technique.label if technique else session.technique)]
    found.append(Fact("Areas", _zones(session.zones)))
    if session.ended_at and session.started_at:
        minutes = round((session.ended_at - session.started_at).total_seconds() / 60)
        found.append(Fact("Length", f"{minutes} min"))
    if basis["deepest_mm"] is not None:
        found.append(Fact("Deepest point", f"{float(basis['deepest_mm']):g} mm"))
    none = "Of an earlier session" if basis["is_consultation_shared"] else "None of its own"
    consultation = {"full": "Full, its own", "reassessment": "Re-assessment, its own", "": none}
    found.append(Fact("Consultation", consultation[basis["consultation"]]))
    found.append(Fact("Skin analysis", "Done" if basis["has_skin_analysis"] else "None of its own"))
    found.append(Fact("Declared for assessment", "Before the start" if basis["is_declared"] else "No"))
    return tuple(found)


def _zones(zones: Any) -> str:
    guides = library.zone_guides()
    return "; ".join(guides[zone].label if zone in guides else "an area" for zone in zones) or "None"


def _pass(row: Pass) -> Work:
    technique = catalogue.techniques().get(row.technique)
    count = len(row.points)
    figures = [
        Fact("Depth", f"{row.depth_mm:g} mm"),
        Fact("Points", str(count)),
        Fact("Per point", f"{row.volume_per_point_ml:g} ml"),
        Fact("Volume", f"{row.volume_ml:g} ml"),
    ]
    if row.lot:
        figures.append(Fact("Product", row.lot.product.name))
    return Work(technique.label if technique else row.technique, _zones([row.zone]), tuple(figures))


def _phase(row: ElectroPhase) -> Work:
    figures = [
        Fact(label, f"{row.setting[key]:g} {unit}" if unit else str(row.setting[key]))
        for key, label, unit in FIGURES
        if row.setting.get(key) not in (None, "")
    ]
    if row.lot:
        figures.append(Fact("Product", row.lot.product.name))
    return Work(row.mode.replace("_", " ").capitalize(), _zones(row.zones), tuple(figures))


def _checks(session: Session) -> tuple[CheckGroup, ...]:
    ticked = {item for (item, _), tick in sessions.newest_ticks(session).items() if tick.is_done}
    groups = []
    for row in library.checklists(session.checklists).values():
        items = [item for item in row.items if item.applies(session.modality)]
        if items and items[0].when not in ("disposal", "review"):
            groups.append(CheckGroup(row.title, sum(item.id in ticked for item in items), len(items)))
    return tuple(groups)


def _comfort(session: Session) -> tuple[Comfort, ...]:
    start = session.started_at
    return tuple(
        Comfort(round((row.occurred_at - start).total_seconds() / 60) if start else 0, int(row.score))
        for row in session.comfort.all()
    )
