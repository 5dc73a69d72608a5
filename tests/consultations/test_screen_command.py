"""`manage.py screen FILE.json` as docs/screen-format.md says."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultations import library
from consultations.screening import ORDER, WHO_MAY_CLEAR
from tests.consultations.test_rule_table import as_input, run

HEALTHY = {"baseline": "healthy", "modality": "injection", "on": "2026-11-30"}


def _run(tmp_path: Path, body: Any, capsys: pytest.CaptureFixture[str]) -> Any:
    file = tmp_path / "cases.json"
    file.write_text(json.dumps(body), encoding="utf-8")
    call_command("screen", str(file))
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("modality", ["injection", "electro"])
def test_nothing_fires_for_the_healthy_example(
    modality: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = _run(tmp_path, {"id": "well", "input": HEALTHY | {"modality": modality}}, capsys)
    assert found == [{"id": "well", "findings": [], "worst": "none"}]


def test_findings_come_worst_first_with_all_their_fields(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers = {"nd_eaten": False, "rx_anticoag": "warfarin", "in_hsv_now": "yes", "sk_lesion": "yes"}
    found = _run(tmp_path, [{"id": "many", "input": HEALTHY | {"answers": answers}}], capsys)[0]
    assert [row["rule"] for row in found["findings"]] == ["R083", "R071", "R113", "R221"]
    assert found["worst"] == "absolute"
    assert found["findings"][0] == {
        "rule": "R083",
        "severity": "absolute",
        "message": "Unexplained skin lesion in the area",
        "action": "Do not treat near it; advise GP promptly, urgent if pigmented, bleeding or growing",
        "source": "CC; K (NICE suspected cancer)",
        "fired_by": ["sk_lesion"],
        "who_may_clear": "nobody",
        "until": "when: until diagnosed",
    }


WRONG = [
    ({"answers": {"mh_fit": "yes"}}, "mh_fit"),
    ({"answers": {"mh_fits": "perhaps"}}, "perhaps"),
    ({"answers": {"mh_heart": ["strong"]}}, "strong"),
    ({"answers": {"mh_heart": ["none", "other"]}}, "none"),
    ({"answers": {"ls_weight": "heavy"}}, "ls_weight"),
    ({"answers": {"px_laser": "last week"}}, "last week"),
    ({"answers": {"fst_1": 7}}, "fst_1"),
    ({"facts": {"agee": 3}}, "agee"),
    ({"facts": {"age": "old"}}, "f.age"),
    ({"facts": {"country": "Atlantis"}}, "Atlantis"),
    ({"device": {"colour": 3}}, "colour"),
    ({"session": {"mood": 3}}, "mood"),
    ({"course": {"mood": 3}}, "mood"),
    ({"practitioner": {"mood": 3}}, "mood"),
    ({"protocol": {"mood": 3}}, "mood"),
    ({"protocol": "L99"}, "L99"),
    ({"products": [{"ingredients": ["I99"]}]}, "I99"),
    ({"products": [{"ingredients": ["I01"], "legal": "fine"}]}, "fine"),
    ({"products": [{"ingredients": ["I01"], "colour": "red"}]}, "colour"),
    ({"products": [{"ingredients": ["I01"], "tags": {"peanut": True}}]}, "peanut"),
    ({"products": [{"ingredients": ["I01"], "lot": {"batch": 3}}]}, "batch"),
    ({"consumables": ["Q99"]}, "Q99"),
    ({"allergies": ["peanut"]}, "peanut"),
    ({"technique": "T99"}, "T99"),
    ({"area": "elbow"}, "elbow"),
    ({"client": {"height": 3}}, "height"),
    ({"baseline": "ill"}, "ill"),
    ({"modality": "laser"}, "laser"),
    ({"on": "tomorrow"}, "tomorrow"),
    ({"answer": {}}, "answer"),
    ({"technique": ["T01"]}, "technique ['T01']"),
    ({"area": {"id": "cheek_left"}}, "area {'id'"),
    ({"protocol": {"id": ["L01"]}}, "protocol ['L01']"),
    ({"products": 5}, "products is not a list: 5"),
    ({"products": None}, "products is not a list: None"),
    ({"products": [{"ingredients": [{"id": "I01"}]}]}, "ingredient {'id': 'I01'}"),
    ({"products": [{"ingredients": "I01"}]}, "ingredients is not a list: 'I01'"),
    ({"consumables": 5}, "consumables is not a list: 5"),
    ({"consumables": [["Q04"]]}, "consumable ['Q04']"),
    ({"consumables": [{"id": {"id": "Q04"}}]}, "consumable {'id': 'Q04'}"),
    ({"allergies": "latex"}, "allergies is not a list: 'latex'"),
    ({"allergies": [["latex"]]}, "tag ['latex']"),
    ({"allergies": [None]}, "tag None"),
    ({"answers": {"go_area": [["face"]]}}, "go_area"),
    ({"answers": {"fst_1": [1]}}, "fst_1"),
    ({"answers": {"ls_weight": 10**400}}, "ls_weight"),
    ({"facts": {"age": 10**400}}, "f.age"),
    ({"facts": {"country": ["Wales"]}}, "f.country"),
    ({"modality": ["injection"]}, "modality ['injection']"),
    ({"baseline": ["healthy"]}, "baseline ['healthy']"),
    ({"on": ["2026-11-30"]}, "on is not a date: ['2026-11-30']"),
    ({"session": 5}, "session is not an object"),
]


@pytest.mark.parametrize(("change", "word"), WRONG, ids=[row[1] for row in WRONG])
def test_an_unknown_name_is_an_error_that_names_it_and_the_case(
    change: dict[str, Any], word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError) as error:
        _run(tmp_path, [{"id": "case-7", "input": HEALTHY | change}], capsys)
    assert word in str(error.value)
    assert "case-7" in str(error.value)


def test_a_file_that_is_no_json_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "cases.json"
    file.write_text("{", encoding="utf-8")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("screen", str(file))


@pytest.mark.parametrize("text", ['{"id": ' + "9" * 5000 + "}", "[" * 100_000], ids=["digits", "depth"])
def test_a_file_beyond_any_reader_is_an_error(text: str, tmp_path: Path) -> None:
    file = tmp_path / "cases.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("screen", str(file))


def test_without_a_baseline_a_blank_case_is_stopped() -> None:
    """A missing required answer blocks as unsure does; unknown facts fire."""
    found = {finding.rule for finding in run({"modality": "electro", "on": "2026-11-30"})}
    assert {"R002", "R003", "R004", "R005", "R017", "R040", "R041", "R083", "R102"} <= found


def test_who_may_clear_follows_the_severity() -> None:
    """Decision 33."""
    answers = {"sk_lesion": "yes", "mh_bleed": "yes", "in_skin": "yes", "nd_eaten": False}
    by_rule = {finding.rule: finding.who_may_clear for finding in run(as_input("i", {"a": answers}))}
    assert by_rule == {
        "R083": "nobody", "R070": "lead or prescriber", "R110": "lead", "R221": "treating person",
    }  # fmt: skip


def test_a_mixture_is_searched_through_every_ingredient_of_every_product() -> None:
    """REQ-S208."""
    mixture = [{"ingredients": ["I01", "I18"]}, {"ingredients": ["I60", "I03"]}]
    found = run(as_input("i", {"allergies": ["fish"]}) | {"products": mixture})
    assert [finding.rule for finding in found] == ["R180", "R183"]
    assert found[0].fired_by == ("allergy('fish')", "p.has('fish')")


def _values(item: Any) -> st.SearchStrategy[Any]:
    words = list(item.options) or ["yes", "no", "unsure"]
    by_type = {
        "ynu": st.sampled_from(["yes", "no", "unsure"]),
        "bool": st.booleans(),
        "single": st.sampled_from(words),
        "multi": st.sampled_from(words).map(lambda word: [word]),
        "date": st.dates(min_value=date(1950, 1, 1), max_value=date(2027, 6, 1)).map(str),
        "dn": st.sampled_from(["none", "unsure", "2026-11-29", "2026-12-04", "2020-01-01"]),
    }
    return st.none() | by_type.get(item.type, st.none())


ANSWERS = st.fixed_dictionaries({}, optional={i.id: _values(i) for i in library.shipped_questionnaire().items.values()})
TAGS = st.lists(st.sampled_from(["fish", "latex:unsure", "amide_la", "nickel"]), unique=True)
PRODUCTS = st.lists(st.sampled_from(["I01", "I03", "I09", "I22", "I25", "I32", "I41", "I46", "I48"]), max_size=3)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    answers=ANSWERS, tags=TAGS, ingredients=PRODUCTS, modality=st.sampled_from(["injection", "electro"]),
    healthy=st.booleans(),
)  # fmt: skip
def test_the_screen_never_raises_and_keeps_its_order(
    answers: dict[str, Any], tags: list[str], ingredients: list[str], modality: str, healthy: bool
) -> None:
    given_input = {"modality": modality, "on": "2026-11-30", "answers": answers, "allergies": tags}
    if healthy:
        given_input["baseline"] = "healthy"
    if ingredients:
        given_input["products"] = [{"ingredients": ingredients}]
    found = run(given_input)
    keys = [(ORDER[finding.severity], finding.rule) for finding in found]
    assert keys == sorted(keys)
    assert len({finding.rule for finding in found}) == len(found)
    assert all(finding.fired_by and finding.who_may_clear == WHO_MAY_CLEAR[finding.severity] for finding in found)
