"""The policy is the table written by hand, deny wins, unknown is deny; every mutant of it is caught (decision 6)."""

from __future__ import annotations

import pytest

from clinic import access
from clinic.choices import Role
from tests.access import mutants, policy


@pytest.mark.parametrize("judge", policy.JUDGES, ids=lambda judge: judge.__name__)
def test_the_policy(judge):
    """SEC-A1 SEC-A7 SEC-A8 SEC-A15 SEC-S3: every role × relation × verb, denials, empty sets, other organisations."""
    judge()


def test_the_table_names_only_roles_and_relations_there_are():
    """SEC-S3: a misspelt row would allow nothing and hide that."""
    roles, relations = {*Role.values, access.HANDED_ROLE}, set(access.Relation)
    assert [cell for cell in policy.WRITTEN if cell[0] not in roles or cell[1] not in relations] == []


def test_the_policy_fits_in_six_hundred_lines():
    """SEC-S6."""
    assert len(mutants.SOURCE.read_text(encoding="utf-8").splitlines()) <= 600


def test_every_mutant_of_the_policy_is_caught():
    """SEC-A15 SEC-S6: flipped comparisons, dropped and added grants, swapped and/or, removed denials."""
    found = mutants.run()
    assert found.survivors == []
    assert found.total > 400
