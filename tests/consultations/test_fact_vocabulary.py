"""Words of facts and words of the catalogue are one vocabulary."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from clinic.catalogue import choices
from clinic.catalogue import content as catalogue
from consultations import library

FROM_CATALOGUE: dict[str, Iterable[str]] = {
    "d.mode": choices.Mode.values,
    "p.legal": choices.Legal.values,
    "p.polarity": choices.Polarity.values,
    "p.strength": choices.Strength.values,
    "p.origin": set(choices.Origin.values) - {choices.Origin.NONE},  # no origin is an empty list
    "a.electrode_site": {row.electrode_site or "other" for row in catalogue.areas().values()},
}
ONLY_HERE = {"f.immune_severity", "f.country"}  # a clinician's word, and where the clinic is; no word of the catalogue


@pytest.mark.parametrize("name", sorted(FROM_CATALOGUE))
def test_a_facts_words_are_those_of_the_catalogue(name: str) -> None:
    """RULE-R057: a device in mode `pulsed_wave` is no word the rules do not know."""
    assert set(library.fact_types()[name].options) == set(FROM_CATALOGUE[name])


def test_every_enumerated_fact_is_compared() -> None:
    listed = {name for name, kind in library.fact_types().items() if kind.options}
    assert listed == set(FROM_CATALOGUE) | ONLY_HERE


def test_every_guard_rail_is_about_a_mode_of_the_catalogue() -> None:
    """Table D1."""
    named = {mode for row in catalogue.electro_limits().values() for mode in row.modes}
    assert named - {"any"} == set(choices.Mode.values)
