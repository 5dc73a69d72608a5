"""Addresses of account and people for the access matrix."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator

from tests.factories import World
from tests.identity.support import with_app


def objects(world: World) -> dict[str, dict[str, dict[str, Any]]]:
    """For each route the address of the own, the colleague's and the other clinic's record."""
    factors = {}
    for relation, role in (("own", "practitioner"), ("colleague", "colleague"), ("other", "outsider")):
        with_app(world.people[role])
        factors[relation] = {"factor_id": Authenticator.objects.get(user=world.people[role]).pk}
    return {"factor-remove": factors}
