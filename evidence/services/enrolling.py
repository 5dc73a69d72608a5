"""Registering learners, verifying their entry requirements, and the centre's reading of what the pack leaves open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from clinic import access, audit, content
from clinic.access import Can
from clinic.actors import Actor
from clinic.choices import OrganisationKind, Role
from clinic.errors import InvalidValue, RuleRefused, TransitionRefused
from clinic.models import Membership, Organisation, Staff
from clinic.rules import check_version
from evidence.choices import Coverage, DisposalReading, EvidenceKind
from evidence.models import Enrolment
from evidence.pack import Pack
from evidence.people import person

MAX_LIMIT_MM = Decimal("20")


@dataclass(frozen=True)
class CentreSettings:
    """A centre's readings; `superficial_limit_mm` is the deepest point that still counts as superficial (S150)."""

    superficial_limit_mm: Decimal | None
    reassessment_counts: bool = False
    live_video: bool = False
    coverage: str = Coverage.TOGETHER
    disposal: str = DisposalReading.COUNTED
    kinds_off: tuple[str, ...] = ()


@audit.audited
def set_centre_reading(
    centre: Organisation, *, settings: CentreSettings, by: Actor, at: datetime, version: int | None = None
) -> Organisation:
    """Set how the centre reads the pack. Raises InvalidValue for a limit outside 0 to 20 mm or an unknown reading."""
    access.require(by, Can.SET_CENTRE, centre)
    locked: Organisation = Organisation.objects.locked(centre.pk)
    check_version(locked.version, version)
    if locked.kind == OrganisationKind.CLINIC:
        raise RuleRefused("This organisation is not an assessment centre.", code="not_a_centre")
    limit = settings.superficial_limit_mm
    if limit is not None and not 0 < limit <= MAX_LIMIT_MM:
        raise InvalidValue(
            "The limit is more than 0 and at most 20 mm.", code="out_of_range", field="superficial_limit_mm"
        )
    _check_readings(settings)
    locked.settings = {
        **locked.settings,
        "evidence": {
            "superficial_limit_mm": str(limit) if limit is not None else None,
            "reassessment_counts": settings.reassessment_counts,
            "live_video": settings.live_video,
            "coverage": str(settings.coverage),
            "disposal": str(settings.disposal),
            "kinds_off": sorted(settings.kinds_off),
        },
    }
    locked.save(update_fields=["settings"])
    audit.record(by, "centre.reading_set", locked, at=at, version=locked.version)
    return locked


def _check_readings(settings: CentreSettings) -> None:
    if settings.coverage not in Coverage.values:
        raise InvalidValue("Choose one of the readings.", code="invalid_choice", field="coverage")
    if settings.disposal not in DisposalReading.values:
        raise InvalidValue("Choose one of the readings.", code="invalid_choice", field="disposal")
    if not set(settings.kinds_off) <= set(EvidenceKind.values) - {EvidenceKind.OBSERVATION.value}:
        raise InvalidValue("Observation cannot be switched off.", code="invalid_choice", field="kinds_off")


@audit.audited
def enrol_learner(
    centre: Organisation, *, learner: Staff, student_number: str, enrolled_on: date, by: Actor, at: datetime
) -> Enrolment:
    """Register a learner for the centre's published qualification; provisional until the entry is verified (S26).

    Raises InvalidValue when the student number is taken (S27) or the person is no learner here, RuleRefused when the
    qualification takes no new learners (S8) or somebody registers themselves.
    """
    access.require(by, Can.ENROL_LEARNER, centre)
    if by.staff_id == learner.id:
        raise RuleRefused("Nobody registers themselves.", code="own_enrolment", field="learner")
    number = " ".join(student_number.split())
    version = content.published(centre, "qualification_pack")
    pack: Pack = content.parsed(version)
    if not pack.is_open:
        raise RuleRefused("This qualification takes no new learners.", code="qualification_closed")
    _check_new(centre, learner, number)
    if Enrolment.objects.filter(organisation=centre, learner=learner, pack=version).exists():
        raise TransitionRefused("This learner is registered already.", code="already_enrolled", field="learner")
    enrolment = Enrolment(
        organisation=centre,
        learner=learner,
        pack=version,
        student_number=number,
        enrolled_on=enrolled_on,
        recorded_at=at,
    )
    enrolment.save()
    audit.record(by, "learner.enrolled", enrolment, at=at, learner=learner.id, pack=version.number)
    return enrolment


def _check_new(centre: Organisation, learner: Staff, number: str) -> None:
    if not number or len(number) > 40:
        raise InvalidValue("Give the student number, up to 40 characters.", code="required", field="student_number")
    if Enrolment.objects.filter(organisation=centre, student_number=number).exists():
        raise InvalidValue(
            "This student number is taken at this centre.", code="student_number_taken", field="student_number"
        )
    if not Membership.objects.filter(organisation=centre, staff=learner, role=Role.LEARNER).exists():
        raise InvalidValue("This person is not a learner here.", code="not_a_learner", field="learner")


@audit.audited
def verify_entry(
    enrolment: Enrolment, *, seen: list[str], by: Actor, at: datetime, version: int | None = None
) -> Enrolment:
    """Record which proofs of the entry requirements were seen; all of them verify the registration (S20-S26)."""
    access.require(by, Can.ENROL_LEARNER, enrolment)
    locked: Enrolment = Enrolment.objects.locked(enrolment.pk)
    current: dict[str, Any] = {"version": locked.version, "entry_seen": locked.entry_seen}
    check_version(locked.version, version, now=dict(current), yours={"version": version, "entry_seen": seen})
    if by.staff_id == locked.learner_id:
        raise RuleRefused("Nobody verifies their own entry.", code="own_entry")
    pack: Pack = content.parsed(locked.pack)
    asked = [key for key, _ in pack.entry]
    if set(seen) - set(asked):
        raise InvalidValue("This is not an entry requirement.", code="invalid_choice", field="seen")
    locked.entry_seen = [key for key in asked if key in seen]
    complete = locked.entry_seen == asked
    locked.verified_at = at if complete else None
    locked.verified_by_id = person(by, Can.ENROL_LEARNER) if complete else None
    locked.save(update_fields=["entry_seen", "verified_at", "verified_by"])
    audit.record(by, "learner.entry_seen", locked, at=at, seen=len(locked.entry_seen), complete=complete)
    return locked
