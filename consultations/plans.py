"""What is planned, as the screen needs it: filled from a plan, or by treatments before a session. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from consultations.case import PlannedConsumable, PlannedProduct


@dataclass(frozen=True)
class ScreenPlan:
    """One modality on one day.

    `facts` maps full fact names (`f.emergency_ready`, `d.setting`, `session.modalities`, `u.level`) to values; None is
    unknown.
    `is_session`: everything counts as chosen, so a fact that is missing fires. `subject_id` is the session's id.
    `chosen` names lots and device by id; it is kept with the run, so that a later change shows that the run is stale.
    """

    modality: str
    on: date
    technique: str = ""
    zones: tuple[str, ...] = ()
    protocol: str = ""
    products: tuple[PlannedProduct, ...] = ()
    consumables: tuple[PlannedConsumable, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    is_session: bool = False
    chosen: Mapping[str, Any] = field(default_factory=dict)
    subject_id: UUID | None = None
