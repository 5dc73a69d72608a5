"""What the evidence tests share."""

from __future__ import annotations

import pytest

from tests.evidence.support import Centre, make_centre


@pytest.fixture
def centre(db: None) -> Centre:
    """A centre in working order."""
    return make_centre()
