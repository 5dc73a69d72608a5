"""Free text is searched for the client's names before it becomes evidence."""

import pytest

from evidence.rules.identity import Identity, found_in

AMARA = Identity(("Amara Okafor", "Amy"), ("07700 900100", "amara@client.example", "4 Quay Street"), "1988-05-04")
WILL = Identity(("Will Long",))
ZOE = Identity(("Zoë Li",))

CASES = [
    ("Even coverage, good pace.", AMARA, ()),
    ("Amara was comfortable.", AMARA, ("Amara",)),
    ("amara was comfortable.", AMARA, ("amara",)),
    ("Told Ms OKAFOR about bruising.", AMARA, ("OKAFOR",)),
    ("Called her Amy twice, Amy.", AMARA, ("Amy",)),
    ("Rang 07700900100 before.", AMARA, ("07700 900100",)),
    ("Rang 07700-900-100 before.", AMARA, ("07700 900100",)),
    ("Wrote to AMARA@client.example", AMARA, ("AMARA", "amara@client.example")),
    ("Lives at 4 quay street.", AMARA, ("4 Quay Street",)),
    ("Born 04/05/1988.", AMARA, ("04/05/1988",)),
    ("Born 4/5/1988.", AMARA, ("4/5/1988",)),
    ("Zoe sat up.", ZOE, ("Zoe",)),
    ("Li sat up.", ZOE, ("Li",)),
    ("Will need more practice; it took long.", WILL, ()),
    ("Later Will sat up.", WILL, ("Will",)),
    ("", AMARA, ()),
]


@pytest.mark.parametrize(("text", "identity", "hits"), CASES)
def test_what_gives_a_client_away_is_found(text: str, identity: Identity, hits: tuple[str, ...]) -> None:
    """SEC-A4: names in any case and without accents, numbers without spaces, dates in usual forms."""
    assert found_in(text, identity) == hits
