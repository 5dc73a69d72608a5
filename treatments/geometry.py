"""The anatomical surface in plain Python: stored points, true distances, fill points, and what a pass amounts to.

A point is `[triangle, b1, b2, x, y, z, order, touched]`: the weights of the triangle's second and third corner (the
first has the rest), its place in tenths of a millimetre, its order, and whether a person placed it (1) or it was copied
and nobody has confirmed it yet (0). The surface is decoded once per process from `content/anatomy/`.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate
from pathlib import Path
from statistics import median
from typing import Any

from clinic.errors import InvalidValue

FOLDER = Path(__file__).resolve().parent / "content" / "anatomy"
MAX_POINTS = 600  # a pass; 100–300 a session is usual (design.md 5)
PLACE_TOLERANCE = 10.0  # tenths of a millimetre between the stored place and the one its triangle gives
Place = tuple[float, float, float]


@dataclass(frozen=True)
class Zone:
    """A treatment zone of the mesh; it owns triangles `first` to `first + count - 1`. Area in cm²."""

    id: str
    label: str
    side: str
    group: str
    area_cm2: float
    treatable: bool
    first: int
    count: int


@dataclass(frozen=True)
class Point:
    """A stored point."""

    triangle: int
    b1: float
    b2: float
    x: float
    y: float
    z: float
    order: int
    touched: bool = True

    @property
    def place(self) -> Place:
        """Tenths of a millimetre."""
        return self.x, self.y, self.z

    def row(self) -> list[float | int]:
        """The compact array that is stored."""
        weights = [round(self.b1, 4), round(self.b2, 4)]
        return [self.triangle, *weights, round(self.x), round(self.y), round(self.z), self.order, int(self.touched)]


@dataclass(frozen=True)
class PassFacts:
    """What a pass amounts to. Spacing in mm, `covered` is the share (0–1) of the zone within one spacing of a point."""

    count: int
    untouched: int
    volume_ml: float
    spacing_mm: float | None
    nearest_mm: float | None
    points_per_cm2: float
    covered: float


class Anatomy:
    """The decoded surface: corners of triangles in tenths of a millimetre, zones, cameras, fill points."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        raw = (folder / "anatomy.json").read_bytes()
        self.digest = hashlib.sha256(raw).hexdigest()
        self.raw: dict[str, Any] = json.loads(raw)
        self.format: str = self.raw["format"]
        self.zones = {row["id"]: Zone(**row) for row in self.raw["zones"]}
        self.views: list[dict[str, Any]] = self.raw["views"]
        self._owners = sorted(self.zones.values(), key=lambda zone: zone.first)

    @cached_property
    def triangles(self) -> list[int]:
        """Vertex numbers, three a triangle."""
        return list(accumulate(self.raw["triangles"]))

    @cached_property
    def vertices(self) -> list[Place]:
        """Places of the vertices."""
        steps = self.raw["vertices"]
        columns = (accumulate(steps[axis::3]) for axis in range(3))
        return [(float(x), float(y), float(z)) for x, y, z in zip(*columns, strict=True)]

    @cached_property
    def samples(self) -> dict[str, Any]:
        """Fill points of the treatable zones."""
        data: dict[str, Any] = json.loads((self.folder / "samples.json").read_bytes())
        return data

    def corners(self, triangle: int) -> tuple[Place, Place, Place]:
        """The three corners of a triangle."""
        a, b, c = self.triangles[3 * triangle : 3 * triangle + 3]
        return self.vertices[a], self.vertices[b], self.vertices[c]

    def zone(self, zone_id: str) -> Zone:
        """A zone by its id. Raises InvalidValue."""
        found = self.zones.get(zone_id)
        if found is None:
            raise InvalidValue("This is not a zone of the chart.", code="unknown_zone", field="zone")
        return found

    def zone_of(self, triangle: int) -> Zone:
        """The zone that owns a triangle. Raises InvalidValue."""
        for zone in self._owners:
            if zone.first <= triangle < zone.first + zone.count:
                return zone
        raise InvalidValue("A point lies outside the chart.", code="outside_chart", field="points")

    def place(self, triangle: int, b1: float, b2: float) -> Place:
        """Where barycentric weights fall, in tenths of a millimetre."""
        a, b, c = self.corners(triangle)
        b0 = 1.0 - b1 - b2
        return (
            a[0] * b0 + b[0] * b1 + c[0] * b2,
            a[1] * b0 + b[1] * b1 + c[1] * b2,
            a[2] * b0 + b[2] * b1 + c[2] * b2,
        )


@lru_cache(maxsize=1)
def anatomy() -> Anatomy:
    """The surface that ships with the program; its digest is stored with every pass."""
    return Anatomy(FOLDER)


def _refuse(message: str, code: str) -> InvalidValue:
    return InvalidValue(message, code=code, field="points")


def _read_row(surface: Anatomy, row: Any, order: int) -> Point:
    if not isinstance(row, (list, tuple)) or len(row) not in {6, 7, 8}:
        raise _refuse("A point must hold its triangle, two weights, and its place.", "malformed_point")
    if not all(isinstance(n, (int, float)) and math.isfinite(n) for n in row):
        raise _refuse("A point must hold numbers only.", "malformed_point")
    triangle, b1, b2 = row[0], float(row[1]), float(row[2])
    if triangle != int(triangle) or not 0 <= triangle < len(surface.triangles) // 3:
        raise _refuse("A point lies outside the chart.", "outside_chart")
    if min(b1, b2, 1.0 - b1 - b2) < -0.001:
        raise _refuse("A point lies outside its triangle.", "outside_triangle")
    found = surface.place(int(triangle), b1, b2)
    if math.dist(found, (float(row[3]), float(row[4]), float(row[5]))) > PLACE_TOLERANCE:
        raise _refuse("A point does not lie where it says; reload the chart.", "moved_point")
    touched = bool(row[7]) if len(row) == 8 else True
    return Point(int(triangle), b1, b2, float(row[3]), float(row[4]), float(row[5]), order, touched)


def read_points(rows: Iterable[Any], *, zone_id: str, digest: str, surface: Anatomy | None = None) -> tuple[Point, ...]:
    """Check points of one zone against the mesh. Raises InvalidValue (`outside_zone`, `moved_point`, …)."""
    surface = surface or anatomy()
    if digest != surface.digest:
        raise InvalidValue(
            "These points were placed on another version of the chart; reload it.",
            code="other_anatomy",
            field="anatomy_digest",
        )
    zone, rows = surface.zone(zone_id), list(rows)
    if len(rows) > MAX_POINTS:
        raise _refuse(f"A pass holds at most {MAX_POINTS} points.", "too_many_points")
    points = tuple(_read_row(surface, row, order) for order, row in enumerate(rows, start=1))
    if any(not zone.first <= point.triangle < zone.first + zone.count for point in points):
        raise _refuse(f"A point lies outside “{zone.label}”.", "outside_zone")
    return points


def stored_points(rows: Iterable[Sequence[float]]) -> tuple[Point, ...]:
    """Points as they were stored; they were checked when they were written."""
    return tuple(
        Point(int(r[0]), r[1], r[2], r[3], r[4], r[5], int(r[6]), bool(r[7]) if len(r) > 7 else True) for r in rows
    )


def distance_mm(one: Point, other: Point) -> float:
    """Straight distance between two points, in mm."""
    return math.dist(one.place, other.place) / 10


def fill_zone(zone_id: str, spacing_mm: float, *, surface: Anatomy | None = None) -> tuple[Point, ...]:
    """Evenly scattered points of a zone no closer than `spacing_mm`. Raises InvalidValue."""
    surface = surface or anatomy()
    zone = surface.zone(zone_id)
    if not 2.0 <= spacing_mm <= 40.0:
        raise InvalidValue("Choose a spacing between 2 and 40 mm.", code="out_of_range", field="spacing_mm")
    rows = surface.samples["zones"].get(zone_id)
    if rows is None:
        raise InvalidValue(f"“{zone.label}” is not treated.", code="zone_blocked", field="zone")
    steps, points = surface.samples["bary_steps"], list[Point]()
    for local, w1, w2, gap in zip(rows["triangle"], rows["b1"], rows["b2"], rows["gap"], strict=True):
        if gap < 10 * spacing_mm or len(points) == MAX_POINTS:
            break
        triangle, b1, b2 = zone.first + local, w1 / steps, w2 / steps
        points.append(Point(triangle, b1, b2, *surface.place(triangle, b1, b2), order=len(points) + 1))
    return tuple(points)


def centre_point(zone_id: str, *, surface: Anatomy | None = None) -> Point:
    """The point of a zone nearest to its middle, for people who do not tap."""
    surface = surface or anatomy()
    zone = surface.zone(zone_id)
    numbers = range(zone.first, zone.first + zone.count)
    places = {number: surface.place(number, 1 / 3, 1 / 3) for number in numbers}
    mean = tuple(sum(place[axis] for place in places.values()) / len(places) for axis in range(3))
    nearest = min(numbers, key=lambda number: math.dist(places[number], mean))
    return Point(nearest, 1 / 3, 1 / 3, *places[nearest], order=1)


def nearest_spacings_mm(points: Sequence[Point]) -> list[float]:
    """For each point the distance to its nearest neighbour, in mm; empty for fewer than two points."""
    if len(points) < 2:
        return []
    places = [point.place for point in points]
    best = [math.inf] * len(places)
    for i, place in enumerate(places):
        for j in range(i):
            gap = math.dist(place, places[j])
            best[i], best[j] = min(best[i], gap), min(best[j], gap)
    return [gap / 10 for gap in best]


def _probes(surface: Anatomy, zone: Zone) -> Iterable[tuple[Place, float]]:
    """Places all over a zone with the area each stands for: four in each triangle."""
    for number in range(zone.first, zone.first + zone.count):
        a, b, c = surface.corners(number)
        u, v = [b[k] - a[k] for k in range(3)], [c[k] - a[k] for k in range(3)]
        cross = (u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0])
        share = math.hypot(*cross) / 8
        for b1, b2 in ((1 / 3, 1 / 3), (1 / 6, 1 / 6), (2 / 3, 1 / 6), (1 / 6, 2 / 3)):
            yield surface.place(number, b1, b2), share


def covered_share(points: Sequence[Point], zone_id: str, spacing_mm: float, *, surface: Anatomy | None = None) -> float:
    """Share (0–1) of a zone's area that lies within one spacing of a point (criterion Y 4.5)."""
    surface = surface or anatomy()
    if not points or spacing_mm <= 0:
        return 0.0
    reach = spacing_mm * 10
    cells: dict[tuple[int, ...], list[Place]] = defaultdict(list)
    for point in points:
        cells[tuple(int(n // reach) for n in point.place)].append(point.place)
    near = [(i, j, k) for i in (-1, 0, 1) for j in (-1, 0, 1) for k in (-1, 0, 1)]
    total = within = 0.0
    for place, share in _probes(surface, surface.zone(zone_id)):
        home = tuple(int(n // reach) for n in place)
        total += share
        around = (cells.get((home[0] + i, home[1] + j, home[2] + k), ()) for i, j, k in near)
        within += share if any(math.dist(place, p) <= reach for group in around for p in group) else 0.0
    return within / total


def pass_facts(
    points: Sequence[Point],
    *,
    zone_id: str,
    volume_per_point_ml: float,
    spacing_mm: float | None = None,
    surface: Anatomy | None = None,
) -> PassFacts:
    """Count, total volume (ml), spacing (mm), density (per cm²) and coverage of a pass."""
    surface = surface or anatomy()
    gaps = nearest_spacings_mm(points)
    typical = median(gaps) if gaps else None
    reach = spacing_mm or typical or 0.0
    return PassFacts(
        count=len(points),
        untouched=sum(not point.touched for point in points),
        volume_ml=round(len(points) * volume_per_point_ml, 4),
        spacing_mm=None if typical is None else round(typical, 1),
        nearest_mm=round(min(gaps), 1) if gaps else None,
        points_per_cm2=round(len(points) / surface.zone(zone_id).area_cm2, 2),
        covered=round(covered_share(points, zone_id, reach, surface=surface), 3),
    )
