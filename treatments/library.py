"""The data this app ships: checklists, hazards, adverse events, the words of gates; read from published versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clinic import content
from clinic.catalogue import content as catalogue
from clinic.catalogue.content_rows import Technique
from clinic.errors import InvalidValue
from treatments.choices import Phase
from treatments.geometry import anatomy

SAFETY_REVIEW = "safety_review"  # decision 49: waste and safety review before signing
HAZARD_ITEM = "KA13"


@dataclass(frozen=True)
class Item:
    """One line of a checklist. `when` is a phase, `disposal` (each phase), `review` or `steps`."""

    id: str
    text: str
    criterion: str
    stop: bool
    modality: str
    when: str
    evidence: str
    source: str
    stream: str = ""
    every: str = ""
    record: str = ""

    def applies(self, modality: str) -> bool:
        """Whether the item is asked for a modality."""
        return self.modality in {"both", modality}

    def fits(self, phase: str) -> bool:
        """Whether the item is ticked at a phase; disposal is ticked at all three (decision 44)."""
        return self.when == phase if self.when in {Phase.PREPARATION, Phase.TREATMENT} else True


@dataclass(frozen=True)
class Checklist:
    """A titled list of items."""

    id: str
    title: str
    criterion: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Hazard:
    """A preloaded hazard with likelihood and harm before and after controls."""

    id: str
    label: str
    modality: str
    before: tuple[int, int]
    after: tuple[int, int]


@dataclass(frozen=True)
class GateWords:
    """Words of one readiness gate."""

    id: str
    label: str
    messages: Mapping[str, str]
    clear: str
    who: str


@dataclass(frozen=True)
class EventKind:
    """A row of the taxonomy of adverse events."""

    id: str
    label: str
    modality: str
    onset: str
    course: str
    first_action: str
    refer: str
    evidence: str
    source: str


@dataclass(frozen=True)
class EventBook:
    """Grades, kinds and follow-up of adverse events."""

    grades: Mapping[int, Mapping[str, Any]]
    kinds: Mapping[str, EventKind]
    outcomes: tuple[str, ...]
    follow_up_hours: tuple[int, ...]
    follow_up_from_grade: int


def parse_checklists(body: Any) -> Mapping[str, Checklist]:
    """Checklists by id. Raises TypeError for an unknown column."""
    lists = {}
    for row in body["lists"]:
        items = tuple(Item(**item) for item in row["items"])
        lists[row["id"]] = Checklist(row["id"], row["title"], row["criterion"], items)
    return lists


def parse_hazards(body: Any) -> tuple[Hazard, ...]:
    """Hazards in their order."""
    return tuple(
        Hazard(row["id"], row["label"], row["modality"], tuple(row["before"]), tuple(row["after"]))
        for row in body["rows"]
    )


def parse_gates(body: Any) -> Mapping[str, GateWords]:
    """Words by gate."""
    return {
        row["id"]: GateWords(row["id"], row["label"], row["messages"], row["clear"], row["who"]) for row in body["rows"]
    }


def parse_events(body: Any) -> EventBook:
    """The event book."""
    return EventBook(
        grades={row["grade"]: row for row in body["grades"]},
        kinds={row["id"]: EventKind(**row) for row in body["events"]},
        outcomes=tuple(body["outcomes"]),
        follow_up_hours=tuple(body["follow_up_hours"]),
        follow_up_from_grade=body["follow_up_from_grade"],
    )


@dataclass(frozen=True)
class SkinLayer:
    """A layer of the skin down to a depth in mm."""

    id: str
    label: str
    to_mm: float


def parse_layers(body: Any) -> tuple[SkinLayer, ...]:
    """Layers from the surface down."""
    return tuple(SkinLayer(row["id"], row["label"], row["to_mm"]) for row in body["rows"])


KINDS = {
    "skin_layers": parse_layers,
    "checklists": parse_checklists,
    "hazards": parse_hazards,
    "gates": parse_gates,
    "adverse_events": parse_events,
}


def shipped(kind: str) -> Any:
    """The parsed form of what ships."""
    if kind not in _shipped:
        _shipped[kind] = content.parse(kind, content.shipped(kind))
    return _shipped[kind]


_shipped: dict[str, Any] = {}


def checklists(version: Any) -> Mapping[str, Checklist]:
    """The checklists of a session's version."""
    lists: Mapping[str, Checklist] = content.parsed(version) if version is not None else shipped("checklists")
    return lists


def item(version: Any, item_id: str) -> Item:
    """One item by id. Raises InvalidValue."""
    for row in checklists(version).values():
        for found in row.items:
            if found.id == item_id:
                return found
    raise InvalidValue("This is not on the checklist.", code="unknown_item", field="item")


@dataclass(frozen=True)
class ZoneGuide:
    """A zone as mesh and area table together see it; the stricter wins (decision 32). Depth in mm."""

    id: str
    label: str
    group: str
    treatable: bool
    because: str
    skin_note: str
    avoid: str
    max_depth_mm: float | None

    def depth_limit_mm(self, technique: str) -> float | None:
        """Deepest guidance for a technique; None: the clinic's own row decides."""
        area = catalogue.areas().get(self.id)
        return area.depth_limit_mm(technique) if area else None


def zone_guides() -> Mapping[str, ZoneGuide]:
    """All zones of the chart."""
    if not _guides:
        areas = catalogue.areas()
        for zone in anatomy().zones.values():
            area = areas.get(zone.id)
            is_treated = zone.treatable and area is not None and area.treatable and area.max_depth_mm != 0
            _guides[zone.id] = ZoneGuide(
                id=zone.id,
                label=zone.label,
                group=zone.group,
                treatable=is_treated,
                because="" if is_treated else _why_not(zone.treatable, area),
                skin_note=area.skin_note if area else "",
                avoid=area.avoid if area else "",
                max_depth_mm=area.max_depth_mm if area else 0,
            )
    return _guides


def _why_not(on_mesh: bool, area: Any) -> str:
    if area is not None and area.untreatable_because:
        return str(area.untreatable_because)
    return str(area.avoid) if area is not None and on_mesh else "not a treatment area"


_guides: dict[str, ZoneGuide] = {}


def treated_zone(zone_id: str) -> ZoneGuide:
    """A zone that may be treated. Raises InvalidValue (`unknown_zone`, `zone_blocked`)."""
    guide = zone_guides().get(zone_id)
    if guide is None:
        raise InvalidValue("This is not a zone of the chart.", code="unknown_zone", field="zone")
    if not guide.treatable:
        raise InvalidValue(f"{guide.label} is not treated: {guide.because}.", code="zone_blocked", field="zone")
    return guide


def technique(technique_id: str) -> Technique:
    """A technique. Raises InvalidValue."""
    found = catalogue.techniques().get(technique_id)
    if found is None:
        raise InvalidValue("Choose a technique.", code="unknown_technique", field="technique")
    return found
