"""The anatomical surface: the shipped files are sound, points are checked against them, facts of a pass are true."""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path

import pytest

from clinic.errors import InvalidValue
from treatments import geometry

ROOT = Path(__file__).resolve().parents[2]


def _rows(points: tuple[geometry.Point, ...]) -> list[list[float]]:
    return [point.row() for point in points]


def test_the_shipped_anatomy_is_sound() -> None:
    """REQ-S141: the builder's own checker, run on what ships."""
    spec = importlib.util.spec_from_file_location("check_anatomy", ROOT / "bench/anatomy/check_anatomy.py")
    assert spec is not None
    assert spec.loader is not None
    checker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(checker)
    surface = checker.Map(geometry.FOLDER / "anatomy.json")
    checker.check_zones(surface)
    checker.check_symmetry(surface)
    assert checker.check_samples(surface, geometry.FOLDER / "samples.json") > 10_000
    assert checker.check_stored_points(surface) < 0.5


def test_zone_areas_agree_with_the_triangles() -> None:
    surface = geometry.anatomy()
    zone = surface.zone("cheek_left")
    area = sum(share * 4 for _, share in list(geometry._probes(surface, zone))[::4]) / 1e4
    assert area == pytest.approx(zone.area_cm2, abs=0.05)


def test_a_fill_keeps_its_spacing_and_covers_the_zone() -> None:
    points = geometry.fill_zone("cheek_left", 10)
    gaps = geometry.nearest_spacings_mm(points)
    assert min(gaps) >= 9.9
    facts = geometry.pass_facts(points, zone_id="cheek_left", volume_per_point_ml=0.02, spacing_mm=10)
    assert facts.count == len(points)
    assert facts.volume_ml == pytest.approx(0.02 * len(points))
    assert facts.covered > 0.7
    assert facts.untouched == 0


def test_points_survive_being_stored_and_checked() -> None:
    points = geometry.fill_zone("forehead", 15)
    digest = geometry.anatomy().digest
    read = geometry.read_points(_rows(points), zone_id="forehead", digest=digest)
    assert [p.triangle for p in read] == [p.triangle for p in points]
    assert max(geometry.distance_mm(a, b) for a, b in zip(read, points, strict=True)) < 0.2
    assert geometry.stored_points(_rows(read)) == tuple(geometry.stored_points(_rows(points)))


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("text", "malformed_point"),
        ([1, 2], "malformed_point"),
        ([1, "a", 0, 0, 0, 0], "malformed_point"),
        ([1, math.nan, 0, 0, 0, 0], "malformed_point"),
        ([10**6, 0.3, 0.3, 0, 0, 0], "outside_chart"),
        ([-1, 0.3, 0.3, 0, 0, 0], "outside_chart"),
        ([0, 0.9, 0.9, 0, 0, 0], "outside_triangle"),
        ([0, 0.3, 0.3, 0, 0, 0], "moved_point"),
    ],
)
def test_bad_points_are_named(row: object, code: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        geometry.read_points([row], zone_id="forehead", digest=geometry.anatomy().digest)
    assert refusal.value.code == code
    assert refusal.value.field == "points"


def test_a_point_of_another_zone_is_refused() -> None:
    rows = _rows(geometry.fill_zone("chin", 12))
    with pytest.raises(InvalidValue) as refusal:
        geometry.read_points(rows, zone_id="forehead", digest=geometry.anatomy().digest)
    assert refusal.value.code == "outside_zone"


def test_points_of_another_chart_and_too_many_points_are_refused() -> None:
    with pytest.raises(InvalidValue) as refusal:
        geometry.read_points([], zone_id="chin", digest="0" * 64)
    assert refusal.value.code == "other_anatomy"
    row = geometry.centre_point("chin").row()
    with pytest.raises(InvalidValue) as refusal:
        geometry.read_points([row] * 601, zone_id="chin", digest=geometry.anatomy().digest)
    assert refusal.value.code == "too_many_points"


@pytest.mark.parametrize(("zone", "spacing"), [("upper_eyelid_left", 10), ("chin", 1), ("chin", 60), ("nowhere", 10)])
def test_what_cannot_be_filled_is_refused(zone: str, spacing: float) -> None:
    with pytest.raises(InvalidValue):
        geometry.fill_zone(zone, spacing)


def test_facts_of_nothing_and_of_one_point() -> None:
    nothing = geometry.pass_facts((), zone_id="chin", volume_per_point_ml=0.05)
    assert (nothing.count, nothing.covered, nothing.spacing_mm) == (0, 0.0, None)
    one = geometry.pass_facts((geometry.centre_point("chin"),), zone_id="chin", volume_per_point_ml=0.05, spacing_mm=10)
    assert 0 < one.covered < 1
    assert one.nearest_mm is None
    assert geometry.anatomy().zone_of(geometry.centre_point("chin").triangle).id == "chin"
