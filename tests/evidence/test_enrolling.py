"""Registration, entry, and the centre's readings."""

from dataclasses import replace
from decimal import Decimal

import pytest

from clinic.access import Refused
from clinic.errors import InvalidValue, RuleRefused, StaleRecord, TransitionRefused
from clinic.models import AuditEntry
from evidence import services
from evidence.queries import centre_settings
from evidence.services import CentreSettings
from tests.evidence.support import Centre, enrol
from tests.factories import NOW

SETTINGS = CentreSettings(superficial_limit_mm=Decimal("1.5"))


def test_a_registration_is_provisional_until_all_proofs_are_seen(centre: Centre) -> None:
    """REQ-S20 REQ-S26: part of the proofs is kept, all of them verify."""
    row = enrol(centre.world, "learner2", "L-0002", verified=False)
    by = centre.actor("manager")
    row = services.verify_entry(row, seen=["first_aid"], by=by, at=NOW, version=row.version)
    assert (row.is_verified, row.entry_seen) == (False, ["first_aid"])
    keys = ["level4", "first_aid", "life_support", "anaphylaxis", "experience"]
    assert services.verify_entry(row, seen=keys, by=by, at=NOW, version=row.version).is_verified


def test_the_student_number_is_unique_inside_the_centre(centre: Centre) -> None:
    """REQ-S27: a taken number is refused and named."""
    with pytest.raises(InvalidValue) as refusal:
        enrol(centre.world, "learner2", " L-0001 ")
    assert (refusal.value.code, refusal.value.field) == ("student_number_taken", "student_number")


def test_a_learner_is_registered_once(centre: Centre) -> None:
    """REQ-S28: one portfolio per learner and qualification."""
    with pytest.raises(TransitionRefused) as refusal:
        enrol(centre.world, "learner", "L-0009")
    assert refusal.value.code == "already_enrolled"


@pytest.mark.parametrize(("number", "code"), [("", "required"), ("9" * 41, "required")])
def test_a_student_number_is_needed(centre: Centre, number: str, code: str) -> None:
    """REQ-S27: empty and over-long numbers are refused."""
    with pytest.raises(InvalidValue) as refusal:
        enrol(centre.world, "learner2", number)
    assert refusal.value.code == code


def test_only_learners_of_the_centre_are_registered(centre: Centre) -> None:
    """REQ-S14: a person without the learner role is not registered."""
    with pytest.raises(InvalidValue) as refusal:
        enrol(centre.world, "reception", "L-0003")
    assert refusal.value.code == "not_a_learner"


def test_a_practitioner_registers_nobody(centre: Centre) -> None:
    """REQ-S27: only who may."""
    with pytest.raises(Refused):
        services.enrol_learner(
            centre.world.organisation, learner=centre.world.people["learner2"], student_number="L-2",
            enrolled_on=NOW.date(), by=centre.actor("practitioner"), at=NOW,
        )  # fmt: skip


def test_a_stale_entry_check_shows_both_versions(centre: Centre) -> None:
    """REQ-S26: two people verifying at once do not overwrite each other."""
    with pytest.raises(StaleRecord) as refusal:
        services.verify_entry(centre.enrolment, seen=[], by=centre.actor("manager"), at=NOW, version=1)
    assert refusal.value.current["entry_seen"]


def test_the_superficial_limit_is_the_centres(centre: Centre) -> None:
    """REQ-S150: the limit is stored in millimetres and read back exactly; the log says who set it."""
    services.set_centre_reading(centre.world.organisation, settings=SETTINGS, by=centre.actor("iqa"), at=NOW)
    centre.world.organisation.refresh_from_db()
    assert centre_settings(centre.world.organisation).reading.superficial_limit_mm == Decimal("1.5")
    assert AuditEntry.objects.filter(action="centre.reading_set").count() == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"superficial_limit_mm": Decimal(0)}, "superficial_limit_mm"),
        ({"superficial_limit_mm": Decimal("20.1")}, "superficial_limit_mm"),
        ({"coverage": "often"}, "coverage"),
        ({"disposal": "never"}, "disposal"),
        ({"kinds_off": ("observation",)}, "kinds_off"),
    ],
)
def test_a_reading_that_makes_no_sense_is_refused(centre: Centre, change: dict[str, object], field: str) -> None:
    """REQ-S29 REQ-S150: limits and readings are checked and the field is named."""
    with pytest.raises(InvalidValue) as refusal:
        services.set_centre_reading(
            centre.world.organisation, settings=replace(SETTINGS, **change), by=centre.actor("manager"), at=NOW
        )
    assert refusal.value.field == field


def test_a_clinic_without_a_centre_has_no_reading(centre: Centre) -> None:
    """REQ-S150: decision 60; settings of assessment belong to a centre."""
    from clinic.actors import SYSTEM

    with pytest.raises(RuleRefused) as refusal:
        services.set_centre_reading(centre.world.other_organisation, settings=SETTINGS, by=SYSTEM, at=NOW)
    assert refusal.value.code == "not_a_centre"
