"""What treatments read of consultations and consent: consent, screening, answers, analysis, permissions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from clinic.choices import ContentState
from clinic.clock import LONDON
from clinic.models import ContentVersion
from consent import queries as consent_queries
from consultations import queries as consultation_queries
from consultations.models import Consultation, SkinAnalysis

RULES_HOLD_DAYS = 366  # design.md 4: the rule set is confirmed this year
REFLECTION = "reflection_time"  # the reason consent gives for time to think
PERMISSION_OBSERVER, PERMISSION_EVIDENCE = "P9b", "P5a"  # clinical-content.md H5


@dataclass(frozen=True)
class ConsentView:
    """Whether the consent covers what is planned, and how the reflection time stands (hours).

    `ok`: everything holds. `covers`: it holds apart from the time to think, which is a gate of its own.
    """

    ok: bool
    covers: bool
    reasons: tuple[str, ...]
    hours_since_info: float | None
    cooling_off_hours: float
    reflection_over: bool
    confirmed_today: bool


@dataclass(frozen=True)
class ScreenView:
    """The newest run of the rules and what is still open in it."""

    screened: bool
    open_findings: tuple[str, ...]
    run: Any = None
    findings: tuple[Any, ...] = ()
    is_stale: bool = False


def day_of(at: datetime) -> Any:
    """The clinic's calendar day of an instant."""
    return at.astimezone(LONDON).date()


def consent(session: Any, at: datetime) -> ConsentView:
    """Standing of the consent for the session's product, technique, areas and performer."""
    done = session.course.sessions.filter(started_at__isnull=False).exclude(pk=session.pk)
    standing = consent_queries.consent_standing(
        session.client,
        product=session.course.plan.product,
        technique=session.technique,
        zones=session.zones,
        performer=session.practitioner,
        at=at,
        last_treated_at=max(done.values_list("started_at", flat=True), default=None),
    )
    others = [reason for reason in standing.reasons if reason.code != REFLECTION]
    return ConsentView(
        ok=standing.ok,
        covers=not others,
        reasons=tuple(reason.message for reason in others),
        hours_since_info=standing.hours_since_info,
        cooling_off_hours=float(standing.cooling_off_hours),
        reflection_over=len(others) == len(standing.reasons),
        confirmed_today=standing.confirmed_at is not None and day_of(standing.confirmed_at) == day_of(at),
    )


def permission(client: Any, code: str, at: datetime) -> bool:
    """Whether a separate permission is given; not asked is no."""
    return consent_queries.permission(client, code, at) is True


def newest_consultation(client_id: Any) -> Consultation | None:
    """The consultation a session rests on: the newest one that was not abandoned."""
    rows = Consultation.objects.filter(client_id=client_id).exclude(state="abandoned")
    found: Consultation | None = rows.order_by("-started_at", "-id").first()
    return found


def chosen(session: Any) -> dict[str, Any]:
    """What a run for this session is about: areas, technique, lots and device, by id."""
    return {
        "zones": list(session.zones),
        "technique": session.technique,
        "lots": sorted(str(use.lot_id) for use in session.lot_uses.all()),
        "device": str(session.device_id or ""),
    }


def newest_run(session: Any) -> Any:
    """The newest run of the rules for this session, or None."""
    if session.consultation is None:
        return None
    return consultation_queries.latest_run(session.consultation, subject_id=session.id)


def _is_stale(session: Any, run: Any) -> bool:
    """Whether what was chosen, the answers or the allergies are no longer those the run judged."""
    inputs, response = run.inputs, getattr(session.consultation, "response", None)
    return bool(
        inputs["plans"][0].get("chosen") != chosen(session)
        or (response is not None and inputs.get("response_version") != response.version)
        or inputs.get("allergies") != sorted(consultation_queries.allergy_tags(session.client))
    )


def screening(session: Any, at: datetime) -> ScreenView:
    """Open absolute, relative and deferred findings of the newest run for this session, made today for what is chosen.

    A run that judged something else counts as none.
    """
    run = newest_run(session)
    if run is None or day_of(run.ran_at) != day_of(at):
        return ScreenView(False, ())
    if _is_stale(session, run):
        return ScreenView(False, (), is_stale=True)
    found = [f for f in consultation_queries.open_findings(session.client, run, day_of(at)) if f.is_blocking]
    return ScreenView(True, tuple(f"{f.rule} {f.message}" for f in found), run, tuple(found))


def answers_confirmed_on(session: Any, at: datetime) -> bool:
    """Whether the practitioner confirmed the questionnaire of the session's consultation on the day."""
    response = getattr(session.consultation, "response", None) if session.consultation else None
    return bool(response and response.confirmed_at and day_of(response.confirmed_at) == day_of(at))


def has_skin_analysis(session: Any) -> bool:
    """Whether the consultation the session rests on holds a skin analysis (S70, S78)."""
    return (
        bool(session.consultation_id) and SkinAnalysis.objects.filter(consultation_id=session.consultation_id).exists()
    )


def rule_set_confirmed(organisation_id: Any, at: datetime) -> bool:
    """Whether the clinic's rule set was published within the last year."""
    since = at - timedelta(days=RULES_HOLD_DAYS)
    return ContentVersion.objects.filter(
        organisation_id=organisation_id, kind="rules", state=ContentState.PUBLISHED, published_at__gte=since
    ).exists()
