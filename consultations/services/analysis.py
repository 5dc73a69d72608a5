"""Verbs about what is seen: skin analysis, photograph, refusal of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from clinic import access, audit, content, photos
from clinic.access import Can
from clinic.actors import Actor
from clinic.errors import InvalidValue, TransitionRefused
from clinic.models import Staff
from clinic.rules import check_version
from consultations import queries, rules, steps
from consultations.choices import ConsultationState, Trigger
from consultations.instruments import Instruments
from consultations.models import Consultation, ConsultationPhoto, PhotographRefusal, SkinAnalysis
from consultations.services import screen


@dataclass(frozen=True)
class SkinFindings:
    """What was seen. `phototype_items` maps fst_1 … fst_10 to 0–4; `zones` maps scale to zone to grade 0–4.

    `clinician_type` is 1–6 and wins over the score; a difference needs `type_reason` (clinical-content.md F1).
    `pre_checks` are the ids of what was seen to first (S69); one left out needs `pre_checks_reason`.
    """

    phototype_items: Mapping[str, int]
    clinician_type: int
    glogau: int
    zones: Mapping[str, Mapping[str, int]]
    pre_checks: tuple[str, ...] = ()
    pre_checks_reason: str = ""
    type_reason: str = ""
    laxity: int | None = None
    notes: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


@audit.audited
def record_skin_analysis(
    consultation: Consultation, seen: SkinFindings, *, by: Actor, at: datetime, version: int | None = None
) -> SkinAnalysis:
    """Record (or, until signing, correct) the skin analysis and run the rules again with the phototype.

    The clinic's instruments in force are used, and the record names their version. `version` is that of the analysis
    when one exists, 0 when none did. Raises InvalidValue naming the field, RuleRefused, TransitionRefused, StaleRecord.
    """
    access.require(by, Can.WRITE_CONSULTATION, consultation)
    row = steps.locked(consultation)
    _require_screened(row)
    scores = _scores(seen, row)
    analysis = queries.skin_analysis_of(row)
    if analysis is None:
        check_version(0, version)
        analysis = SkinAnalysis(
            organisation_id=row.organisation_id, client_id=row.client_id, consultation=row, recorded_at=at,
        )  # fmt: skip
    else:
        current = {"version": analysis.version, "scores": analysis.scores}
        check_version(analysis.version, version, now=current, yours={"version": version, "scores": scores})
    analysis.scores, analysis.notes = scores, seen.notes.strip()
    analysis.analysed_at, analysis.analysed_by = at, Staff.objects.get(pk=by.staff_id)
    analysis.save()
    audit.record(by, "skin_analysis.recorded", analysis, at=at, version=analysis.version)
    plans = queries.plans_to_screen(row, at)
    screen.run_screen(row, plan=plans, trigger=Trigger.ANALYSIS, by=by, at=at)
    return analysis


def _require_screened(row: Consultation) -> None:
    steps.require_open(row)
    if row.state not in (ConsultationState.SCREENED, ConsultationState.DECIDED):
        raise TransitionRefused("Confirm the answers first.", code="wrong_state", field="state")


def _scores(seen: SkinFindings, row: Consultation) -> dict[str, Any]:
    made_with = content.published(row.organisation_id, "instruments")
    instruments: Instruments = content.parsed(made_with)
    _check_before(seen, instruments)
    items = {f"fst_{number}": seen.phototype_items.get(f"fst_{number}") for number in range(1, 11)}
    for name, grade in items.items():
        _in_range(name, grade, rules.GRADES)
    _in_range("clinician_type", seen.clinician_type, rules.PHOTOTYPES)
    _in_range("glogau", seen.glogau, rules.GLOGAU)
    for scale in rules.ZONE_SCALES:
        for zone in rules.ZONES:
            _in_range(f"{scale.lower()}_{zone}", seen.zones.get(scale, {}).get(zone), rules.GRADES)
    if seen.laxity is not None:
        _in_range("laxity", seen.laxity, rules.GRADES)
    score = sum(grade for grade in items.values() if grade is not None)
    by_score = instruments.type_of(score)
    if by_score != seen.clinician_type and not seen.type_reason.strip():
        raise InvalidValue("Say why your type differs from the score.", code="required", field="type_reason")
    return {
        "instrument": "FST-10", "items": items, "score": score, "type_by_score": by_score, "type": seen.clinician_type,
        "type_reason": seen.type_reason.strip(), "glogau": seen.glogau, "laxity": seen.laxity,
        "zones": {scale: {zone: seen.zones[scale][zone] for zone in rules.ZONES} for scale in rules.ZONE_SCALES},
        "pre_checks": sorted(seen.pre_checks), "pre_checks_reason": seen.pre_checks_reason.strip(),
        "instruments": {"id": str(made_with.pk), "number": made_with.number},
    }  # fmt: skip


def _check_before(seen: SkinFindings, instruments: Instruments) -> None:
    """Skin cleansed, light, tools, touch, photograph permitted or refused (S69); what is left out needs a reason."""
    known = set(instruments.pre_checks)
    if set(seen.pre_checks) - known:
        raise InvalidValue("Choose from the list.", code="invalid_choice", field="pre_checks")
    if known - set(seen.pre_checks) and not seen.pre_checks_reason.strip():
        raise InvalidValue(
            "Tick everything you saw to first, or say why something is left out.",
            code="required",
            field="pre_checks_reason",
        )


def _in_range(name: str, value: int | None, allowed: range) -> None:
    if value is None:
        raise InvalidValue("Choose a value.", code="required", field=name)
    if isinstance(value, bool) or value not in allowed:
        raise InvalidValue(f"Choose {allowed[0]} to {allowed[-1]}.", code="out_of_range", field=name)


@audit.audited
def take_photograph(
    consultation: Consultation,
    upload: Any,
    *,
    is_agreed: bool,
    view: str = "P01",
    zone: str = "",
    by: Actor,
    at: datetime,
) -> ConsultationPhoto:
    """Keep one before photograph, re-encoded and sealed, if the client agrees to it for their record (S192).

    `view` is a view of the photo protocol (G1). Raises InvalidValue `not_agreed`, PhotoRefused, TransitionRefused.
    """
    access.require(by, Can.TAKE_PHOTO, consultation)
    row = steps.locked(consultation)
    steps.require_open(row)
    if not is_agreed:
        raise InvalidValue("Tick that the client agrees to this photograph.", code="not_agreed", field="is_agreed")
    photo = photos.store(upload, client=row.client, by=by, at=at, view=view, zone=zone, stage="before", is_agreed=True)
    kept = ConsultationPhoto(
        organisation_id=row.organisation_id, client_id=row.client_id, consultation=row, photo=photo, recorded_at=at
    )
    kept.save()
    audit.record(by, "photograph.taken", kept, at=at, view=view)
    return kept


@audit.audited
def refuse_photograph(consultation: Consultation, *, by: Actor, at: datetime) -> PhotographRefusal:
    """The client does not want a photograph; recorded once, blocks nothing (S192, decision 62)."""
    access.require(by, Can.WRITE_CONSULTATION, consultation)
    row = steps.locked(consultation)
    steps.require_open(row)
    found = PhotographRefusal.objects.filter(consultation=row).first()
    if found is None:
        found = PhotographRefusal(
            organisation_id=row.organisation_id, client_id=row.client_id, consultation=row, refused_at=at,
            recorded_at=at,
        )  # fmt: skip
        found.save()
    audit.record(by, "photograph.refused", found, at=at)
    return found
