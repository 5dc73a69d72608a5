"""The catalogue that ships: complete, typed, sourced, consistent (clinical-content.md C, D, E, L)."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from clinic.catalogue import content

COUNTS = {
    "techniques": 15,
    "areas": 92,
    "protocols": 17,
    "ingredients": 64,
    "consumables": 12,
    "tags": 40,
    "electro_limits": 19,
    "legal": 6,
    "depth_limits": 4,
    "sources": 109,
}


@pytest.mark.parametrize(("name", "count"), COUNTS.items())
def test_each_file_has_all_its_rows(name: str, count: int) -> None:
    assert len(content.parser(name)(content.read(name))) == count


def test_all_references_between_files_exist() -> None:
    content.check_references()


@pytest.mark.parametrize("name", COUNTS)
def test_every_source_named_is_in_the_register(name: str) -> None:
    known = set(content.sources())
    for row in content.parser(name)(content.read(name)).values():
        named = {word.strip("();,.") for word in row.source.replace("(", " ").split()}
        assert {word for word in named if word[:1] == "S" and word[1:2].isdigit()} <= known, row.id


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda row: row.update(colour="red"), "unknown colour"),
        (lambda row: row.pop("label"), "missing label"),
        (lambda row: row.update(depth_max_mm="deep"), "depth_max_mm has the wrong kind"),
        (lambda row: row.update(needs_product="yes"), "needs_product has the wrong kind"),
        (lambda row: row.update(level=True), "level has the wrong kind"),
        (lambda row: row.update(evidence="X"), "evidence and source are needed"),
        (lambda row: row.update(evidence=""), "evidence and source are needed"),
        (lambda row: row.update(source=""), "evidence and source are needed"),
        (lambda row: row.update(id="T02"), "T02 appears twice"),
    ],
)
def test_a_row_that_does_not_fit_is_refused_by_name(change: object, message: str) -> None:
    body = copy.deepcopy(content.read("techniques"))
    change(body["rows"][0])  # type: ignore[operator]
    with pytest.raises(content.ContentError, match=message):
        content.parser("techniques")(body)


def test_a_file_of_another_format_is_refused() -> None:
    body = copy.deepcopy(content.read("techniques"))
    with pytest.raises(content.ContentError, match="not a tags/1 file"):
        content.parser("tags")(body)


def test_rows_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        content.techniques()["T01"] = None  # type: ignore[index]


def test_depths_are_millimetres_in_order() -> None:
    for row in content.techniques().values():
        assert 0 <= row.depth_min_mm <= row.depth_max_mm <= 13
    assert content.techniques()["T05"].depth_max_mm == 13.0
    assert content.techniques()["T02"].volume_max_ml == 0.02


def test_microneedling_depths_ship_for_t12_only() -> None:
    """Decision 31: 0.5, 1.0, 1.5 mm for levels 4, 5, 6, as guidance; nothing ships for injection."""
    rows = content.depth_limits().values()
    assert {row.technique for row in rows} == {"T12"}
    assert {row.level: row.depth_mm for row in rows} == {4: 0.5, 5: 1.0, 6: 1.5, 7: None}
    assert {row.force for row in rows} == {"guidance"}


def test_the_nose_is_never_treated() -> None:
    """Decision 32: the stricter of mesh and table wins; the nose is 0 mm although the mesh calls it treatable."""
    noses = [row for row in content.areas().values() if row.area == "nose"]
    assert len(noses) == 6
    assert all(not row.treatable and row.max_depth_mm == 0 for row in noses)


def test_areas_are_exactly_the_zones_of_the_mesh() -> None:
    """The chart's own data, when it lies in the repository, has the same zones and is never stricter than the table."""
    path = Path(__file__).parents[2] / "treatments" / "content" / "anatomy" / "anatomy.json"
    zones = {zone["id"]: zone for zone in json.loads(path.read_text(encoding="utf-8"))["zones"]}
    assert set(zones) == set(content.areas())
    for zone_id, zone in zones.items():
        area = content.areas()[zone_id]
        assert area.mesh_treatable == zone["treatable"]
        assert zone["treatable"] or not area.treatable


def test_what_is_not_treatable_has_no_depth_and_says_why() -> None:
    for row in content.areas().values():
        if not row.treatable:
            assert row.max_depth_mm == 0
            assert row.untreatable_because
            assert row.techniques == ()


def test_left_and_right_are_alike() -> None:
    for zone_id, row in content.areas().items():
        if row.side == "left":
            twin = content.areas()[zone_id.removesuffix("_left") + "_right"]
            assert (row.max_depth_mm, row.region, row.treatable, row.electrode_site, row.keloid_prone) == (
                twin.max_depth_mm,
                twin.region,
                twin.treatable,
                twin.electrode_site,
                twin.keloid_prone,
            )


@pytest.mark.parametrize(
    ("zone", "site"),
    [
        ("upper_eyelid_left", "eyelid or orbit"),
        ("temple_right", "across temples"),
        ("neck_anterior", "front of neck or carotid"),
        ("neck_lateral_left", "front of neck or carotid"),
        ("decollete", "chest"),
        ("vermilion", "mouth"),
        ("cheek_left", None),
        ("forehead", None),
    ],
)
def test_electrode_sites(zone: str, site: str | None) -> None:
    """RULE-R052 reads these."""
    assert content.areas()[zone].electrode_site == site


def test_area_flags_the_rules_read() -> None:
    """RULE-R114, RULE-R119, RULE-R046, RULE-R091."""
    areas = content.areas()
    assert areas["upper_lip"].near_mouth
    assert not areas["forehead"].near_mouth
    prone = {"decollete", "shoulder_left", "jawline_left", "ear_left", "upper_back"}
    assert all(areas[zone].keloid_prone for zone in prone)
    assert not areas["cheek_left"].keloid_prone
    assert areas["lower_abdomen"].region == "pelvis or abdomen"
    assert areas["neck_anterior"].region == "front of neck"


def test_depth_in_an_area_may_depend_on_the_technique() -> None:
    submental = content.areas()["submental"]
    assert submental.depth_limit_mm("T01") == 1.5
    assert submental.depth_limit_mm("T09") == 13.0
    assert content.areas()["thigh_lateral_left"].depth_limit_mm("T05") is None


def test_the_seed_protocol() -> None:
    """Sessions 14 days apart, 10 to 21 days, upkeep 8 to 13 weeks, 28 days to the review."""
    seed = content.protocols()["L01"]
    assert (seed.sessions_preset, seed.interval_preset_days, seed.earliest_days, seed.latest_days) == (3, 14, 10, 21)
    assert (seed.maintenance_min_days, seed.maintenance_max_days) == (56, 91)
    assert seed.review_days_after_last == 28
    assert seed.min_days == 7


def test_protocol_numbers_are_in_order() -> None:
    for row in content.protocols().values():
        assert row.sessions_min <= row.sessions_preset <= row.sessions_max, row.id
        assert row.interval_min_days <= row.interval_preset_days <= row.interval_max_days, row.id
        assert row.earliest_days <= row.interval_min_days <= row.latest_days, row.id
        assert (row.min_days or 0) <= row.interval_min_days, row.id


def test_tags_that_depend_on_the_product_are_asked() -> None:
    vitamin_c = content.ingredients()["I06"]
    assert vitamin_c.tags == frozenset()
    assert vitamin_c.asks == {"sulphite", "edta"}
    assert content.ingredients()["I03"].tags == {"fish"}
    assert content.consumables()["Q07"].asks == {"nickel"}


def test_ingredient_names_are_unique_words() -> None:
    """RULE-R023 names an ingredient."""
    names = [row.name for row in content.ingredients().values()]
    assert len(set(names)) == 64
    assert content.ingredients()["I22"].name == "glutathione"


def test_cross_relations() -> None:
    """RULE-R189, RULE-R185."""
    tags = content.tags()
    assert "hyaluronidase" in tags["hymenoptera"].also_fires
    assert "ester_la" in tags["paba"].also_fires
    assert tags["fish"].does_not_fire == ("chitosan",)


def test_electro_guard_rails() -> None:
    limits = content.electro_limits()
    assert (limits["D01"].soft_max, limits["D01"].hard_max) == (0.3, 0.5)
    assert (limits["D02"].default_max, limits["D02"].hard_max) == (1.0, 4.0)
    assert limits["D08"].hard_max is None
    assert limits["D08"].hard_max_is_device
    assert {row.id for row in content.limits_for("microcurrent")} == {"D15", "D16", "D18", "D19"}


def test_guard_rails_are_in_order() -> None:
    for row in content.electro_limits().values():
        known = [value for value in (row.default_max, row.soft_max, row.hard_max) if value is not None]
        assert known == sorted(known), row.id


def test_legal_status_says_what_may_be_injected() -> None:
    """RULE-R011: a cosmetic or an unknown product is never injected."""
    injectable = {row.id for row in content.legal_statuses().values() if row.may_be_injected}
    assert injectable == {"POM", "device", "unlicensed"}
