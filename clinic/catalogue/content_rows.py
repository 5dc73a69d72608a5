"""Rows of the shipped catalogue content as frozen dataclasses. Depth in mm, volume in ml, spacing in cm."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Technique:
    """A row of table C2. `level` is information, never a gate (decision 31)."""

    id: str
    label: str
    description: str
    modality: str
    kind: str
    depth_min_mm: float
    depth_max_mm: float
    needle: str
    angle: str
    volume_min_ml: float | None
    volume_max_ml: float | None
    volume_per: str
    volume_text: str
    spacing_min_cm: float | None
    spacing_max_cm: float | None
    spacing_text: str
    indications: str
    level: int | None
    level_text: str
    needs_product: bool
    needs_device: bool
    prescriber_only: bool
    record_only: bool
    evidence: str
    source: str


@dataclass(frozen=True)
class Area:
    """A zone of the mesh with its area guidance; `max_depth_mm` None: by level, 0: not treated (decision 32)."""

    id: str
    label: str
    group: str
    side: str
    area: str
    region: str
    mesh_treatable: bool
    treatable: bool
    untreatable_because: str
    max_depth_mm: float | None
    depth_exceptions_mm: dict[str, float] = field(hash=False)
    techniques: tuple[str, ...]
    skin_note: str
    avoid: str
    electrode_site: str | None
    limb: str | None
    near_mouth: bool
    near_eye: bool
    keloid_prone: bool
    evidence: str
    source: str

    def depth_limit_mm(self, technique_id: str) -> float | None:
        """Deepest guidance in mm for a technique here; None when the area sets none (clinic's own row decides)."""
        return self.depth_exceptions_mm.get(technique_id, self.max_depth_mm)


@dataclass(frozen=True)
class Protocol:
    """A row of table L: sessions, days between them, the window of early and late, review and upkeep."""

    id: str
    label: str
    modality: str
    sessions_min: int
    sessions_max: int
    sessions_preset: int
    sessions_text: str
    interval_min_days: int
    interval_max_days: int
    interval_preset_days: int
    interval_text: str
    min_days: int | None
    earliest_days: int
    latest_days: int
    review_days_after_last: int | None
    review_after_session: int | None
    review_every_days: int | None
    review_text: str
    maintenance_min_days: int | None
    maintenance_max_days: int | None
    maintenance_text: str
    prescriber_only: bool
    information_only: bool
    evidence: str
    source: str


@dataclass(frozen=True)
class Ingredient:
    """A row of table E2. `tags` it always carries, `asks` are tags the product must answer."""

    id: str
    name: str
    label: str
    kind: str
    purpose: str
    concentration: str
    pom: str
    pom_text: str
    counts_as_filler: bool
    allergen_tags: tuple[str, ...]
    contraindication_tags: tuple[str, ...]
    evidence: str
    source: str

    @property
    def tags(self) -> frozenset[str]:
        """Allergen tags that every product with this ingredient carries."""
        return frozenset(tag for tag in self.allergen_tags if not tag.endswith("?"))

    @property
    def asks(self) -> frozenset[str]:
        """Allergen tags that depend on the product: it must answer yes or no."""
        return frozenset(tag[:-1] for tag in self.allergen_tags if tag.endswith("?"))


@dataclass(frozen=True)
class Consumable:
    """A row of table E2b: something that touches the skin and carries allergen tags."""

    id: str
    label: str
    use: str
    allergen_tags: tuple[str, ...]
    note: str
    evidence: str
    source: str

    @property
    def tags(self) -> frozenset[str]:
        """Allergen tags it always carries."""
        return frozenset(tag for tag in self.allergen_tags if not tag.endswith("?"))

    @property
    def asks(self) -> frozenset[str]:
        """Allergen tags that depend on the item."""
        return frozenset(tag[:-1] for tag in self.allergen_tags if tag.endswith("?"))


@dataclass(frozen=True)
class Tag:
    """A row of table E3. An allergy to this tag `also_fires` for products with these tags; `check` asks."""

    id: str
    label: str
    also_fires: tuple[str, ...]
    check: tuple[str, ...]
    does_not_fire: tuple[str, ...]
    also_fires_text: str
    does_not_fire_text: str
    evidence: str
    source: str


@dataclass(frozen=True)
class ElectroLimit:
    """A row of table D1: default range, soft maximum (warn), hard maximum (refuse) in `unit`, for some modes."""

    id: str
    modes: tuple[str, ...]
    mode_text: str
    parameter: str
    label: str
    unit: str
    default_min: float | None
    default_max: float | None
    default_text: str
    soft_max: float | None
    hard_max: float | None
    hard_max_is_device: bool
    hard_text: str
    evidence: str
    source: str


@dataclass(frozen=True)
class LegalStatus:
    """A row of table E1."""

    id: str
    meaning: str
    rule: str
    may_be_injected: bool
    needs_prescriber: bool
    evidence: str
    source: str


@dataclass(frozen=True)
class ShippedDepth:
    """A row of table C1: depth in mm by level for microneedling; None means the clinic sets its own figure."""

    id: str
    technique: str
    level: int
    depth_mm: float | None
    wording: str
    force: str
    action: str
    evidence: str
    source: str


@dataclass(frozen=True)
class Source:
    """A row of the source register N."""

    id: str
    title: str
    read: str
    used_for: str
    evidence: str
    source: str
