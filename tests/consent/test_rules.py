"""Rules of consent, as tables."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from clinic import content
from consent import rules
from consent.rules import Cover, Hours, Signing
from consent.texts import TextsError, parse
from consent.wording import Planned, shown_text, statement_ids

AT = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)
HOURS = Hours(first_injection=168, first_electro=24, new_product=24, fresh_after_days=183)
HA, VITAMIN = UUID(int=1), UUID(int=2)
FACE = frozenset({"forehead", "cheek_left"})


def cover(modality: str = "injection", product: UUID | None = HA, technique: str = "T02", zones: Any = FACE) -> Cover:
    return Cover(modality, product, technique, frozenset(zones))


@pytest.mark.parametrize(
    ("wanted", "earlier", "hours"),
    [
        (cover(), (), 168),
        (cover("electro"), (), 24),
        (cover("electro"), (cover(),), 24),
        (cover(), (cover("electro"),), 168),
        (cover(product=VITAMIN), (cover(),), 24),
        (cover(), (cover(),), 0),
        (cover(technique="T01"), (cover(),), 0),
        (cover(), (cover(product=VITAMIN), cover()), 0),
    ],
)
def test_reflection_time(wanted: Cover, earlier: tuple[Cover, ...], hours: int) -> None:
    """RULE-R006, REQ-S193: 168 h before a first injection course, 24 h before a first electro course or new product."""
    assert rules.cooling_off_hours(wanted, earlier, HOURS) == hours


@pytest.mark.parametrize(
    ("changes", "shortens"),
    [
        ({}, True),
        ({"treated_at": None}, False),
        ({"treated_at": AT - timedelta(days=11)}, False),
        ({"treated_at": AT - timedelta(days=10)}, True),
        ({"treated_at": AT}, True),
        ({"treated_at": AT + timedelta(seconds=1)}, False),
        ({"withdrawn_at": AT}, False),
        ({"withdrawn_at": AT - timedelta(days=1)}, False),
        ({"withdrawn_at": AT + timedelta(seconds=1)}, True),
        ({"given_at": AT - timedelta(days=300), "treated_at": AT - timedelta(days=183)}, True),
        ({"given_at": AT - timedelta(days=300), "treated_at": AT - timedelta(days=183, seconds=1)}, False),
    ],
)
def test_only_treatment_under_a_consent_that_stands_shortens_reflection(
    changes: dict[str, Any], shortens: bool
) -> None:
    """RULE-R006, REQ-S193: never treated, treated before the consent or later than now, taken back, lapsed: not."""
    values: dict[str, Any] = {"given_at": AT - timedelta(days=10), "treated_at": AT - timedelta(days=9), **changes}
    assert rules.shortens_reflection(rules.Earlier(cover(), **values), AT, HOURS) is shortens


@pytest.mark.parametrize(
    ("wanted", "codes"),
    [
        (cover(), []),
        (cover(zones={"forehead"}), []),
        (cover(zones={"forehead", "neck"}), ["other_area"]),
        (cover(product=VITAMIN), ["other_product"]),
        (cover(product=None), ["other_product"]),
        (cover(technique="T01"), ["other_technique"]),
        (cover("electro", technique="T20"), ["other_modality", "other_technique"]),
    ],
)
def test_what_a_consent_covers(wanted: Cover, codes: list[str]) -> None:
    """RULE-R005: product, technique and area."""
    assert [reason.code for reason in rules.not_covered(cover(), wanted)] == codes


@pytest.mark.parametrize(("days", "too_old"), [(0, False), (183, False), (184, True)])
def test_six_months(days: int, too_old: bool) -> None:
    assert rules.is_too_old(AT - timedelta(days=days), AT, HOURS) is too_old


def test_a_clinic_sets_its_own_hours_and_nonsense_is_ignored() -> None:
    shipped = {"cooling_off_hours_first_injection": 168, "cooling_off_hours_first_electro": 24,
               "cooling_off_hours_new_product": 24, "fresh_after_days": 183}  # fmt: skip
    own = {
        "cooling_off_hours_first_injection": 336,
        "cooling_off_hours_first_electro": "never",
        "fresh_after_days": True,
    }
    assert rules.hours_from(shipped, own) == Hours(336, 24, 24, 183)


ALL_FOUR = {"understands": True, "retains": True, "weighs": True, "communicates": True}


@pytest.mark.parametrize(
    ("capacity", "codes"),
    [
        ({"doubt": False}, []),
        ({}, ["capacity_not_confirmed"]),
        ({"doubt": True}, ["capacity_support_missing"]),
        ({"doubt": True, "support": "Pictures", **ALL_FOUR}, []),
        ({"doubt": True, "support": "Pictures", **ALL_FOUR, "weighs": False}, ["capacity_doubt"]),
    ],
)
def test_capacity_is_presumed(capacity: dict[str, Any], codes: list[str]) -> None:
    """Decision 50."""
    assert [reason.code for reason in rules.capacity_reasons(capacity)] == codes


@pytest.mark.parametrize(
    ("name", "is_family", "note", "codes"),
    [
        ("", False, "", []),
        ("Ms Li", False, "", []),
        ("", True, "", ["interpreter_unnamed"]),
        ("Sister", True, "", ["interpreter_family"]),
        ("Sister", True, "She insists", []),
    ],
)
def test_interpreters(name: str, is_family: bool, note: str, codes: list[str]) -> None:
    """Decision 51."""
    found = rules.interpreter_reasons(name, is_family=is_family, client_insisted=note)
    assert [reason.code for reason in found] == codes


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"has_conversation": False}, ["no_conversation"]),
        ({"hours_since_info": 100.0}, ["reflection_time"]),
        ({"hours_since_info": 100.0, "is_shortened": True}, []),
        ({"has_conversation": False, "hours_since_info": 1.0}, ["no_conversation", "reflection_time"]),
        ({"capacity": {"doubt": True, "support": "x"}}, ["capacity_doubt"]),
    ],
)
def test_when_the_signature_is_open(changes: dict[str, Any], codes: list[str]) -> None:
    """REQ-S191, decision 51: after the performer's talk, and when the time to think is over or shortened."""
    case = {"has_conversation": True, "capacity": {"doubt": False}, "hours_since_info": 169.0, "cooling_off": 168,
            "is_shortened": False, **changes}  # fmt: skip
    assert [reason.code for reason in rules.why_not_sign(Signing(**case))] == codes


def shown(modality: str = "injection", **changes: bool) -> dict[str, Any]:
    kinds = {"is_lipolysis": False, "is_scalp": False, "is_prescription": False, **changes}
    return shown_text(parse(content.shipped("consent_texts")), Planned(modality, facts={}, **kinds))


def _risks(text: dict[str, Any]) -> set[str]:
    return {item["id"] for group in text["risks"]["groups"] for item in group["items"]}


def test_the_text_follows_the_treatment() -> None:
    """REQ-S124, REQ-S143: risks by modality; fat and electro risks only where they belong."""
    assert {"K01", "K17", "K20"} <= _risks(shown())
    assert not {"K19", "K21", "K22"} & _risks(shown())
    assert {"K21", "K22", "K18"} <= _risks(shown("electro"))
    assert "K12" not in _risks(shown("electro"))
    assert "K19" in _risks(shown(is_lipolysis=True))
    assert "ST15" in statement_ids(shown(is_prescription=True))
    assert "ST15" not in statement_ids(shown())


def test_benefits_limits_and_honest_evidence_are_always_there() -> None:
    """REQ-S111, REQ-S212, REQ-S117: what it may do, what it may not, and that many doctors doubt it."""
    for modality in ("injection", "electro"):
        words = " ".join(part for section in shown(modality)["information"] for part in section["paragraphs"])
        assert "Nothing is guaranteed" in words
        assert "The evidence is mixed" in words
        assert "Many doctors in the United Kingdom doubt" in words
        assert any("doing nothing" in section["items"] for section in shown(modality)["information"])


def test_permissions_are_those_of_decision_45() -> None:
    codes = [row["code"] for row in shown()["permissions"]]
    assert sorted(codes) == sorted(
        ["P1", "P2", "P3", "P4", "P5a", "P5b", "P5c", "P6", "P7", "P8", "P9a", "P9b", "P10", "P11", "P12"]
    )


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: body.update(format="other/1"),
        lambda body: body["risks"][0].update(word="often"),
        lambda body: body["risks"][0].update(evidence="guess"),
        lambda body: body["risks"][0].update(source=""),
        lambda body: body["risks"][0].pop("note"),
        lambda body: body["statements"].append(dict(body["statements"][0])),
        lambda body: body["settings"].pop("fresh_after_days"),
        lambda body: body["permissions"][0].update(colour="red"),
    ],
)
def test_texts_that_do_not_fit_are_refused(spoil: Any) -> None:
    body = copy.deepcopy(content.shipped("consent_texts"))
    spoil(body)
    with pytest.raises(TextsError):
        parse(body)
