"""Lock-outs that grow, codes, names in passwords: tables without a database."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.totp.internal import auth as totp

from clinic.identity import demo, factors, rules

AT = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tries", "minutes"), [(1, None), (4, None), (5, 1), (6, 2), (7, 4), (8, 8), (9, 16), (10, 32), (11, 60), (500, 60)]
)
def test_a_lock_grows_with_every_try(tries, minutes):
    """SEC-B5."""
    assert rules.lock_after(tries, 5) == (timedelta(minutes=minutes) if minutes else None)


@pytest.mark.parametrize(
    ("password", "found"),
    [
        ("harbour-skin-2026!", ["harbour", "skin"]),
        ("xx H.A.R.B.O.U.R xx 19", ["harbour"]),
        ("my-okafor-password", ["okafor"]),
        ("kzxw-9471-vqjy-8265", []),
        ("amy-and-the-long-boat", []),  # three letters are not a word
    ],
)
def test_names_are_found_whatever_stands_between_their_letters(password, found):
    assert rules.forbidden_words(password, ["Harbour Skin", "Amy Okafor"]) == found


@pytest.mark.parametrize(("seconds", "accepted"), [(0, True), (29, True), (-30, True), (60, False), (-61, False)])
def test_a_code_holds_for_its_step_and_the_neighbours(seconds, accepted):
    secret = "JBSWY3DPEHPK3PXP"
    code = totp.format_hotp_value(totp.hotp_value(secret, int(AT.timestamp()) // 30))
    later = AT + timedelta(seconds=seconds)
    assert (factors.step_of(secret, f"{code[:3]} {code[3:]}", later) is not None) is accepted


def test_recovery_codes_are_hashed_per_person_and_read_as_typed():
    assert rules.recovery_hash("a", "abcd-efgh") == rules.recovery_hash("a", "ABCD EFGH")
    assert rules.recovery_hash("a", "ABCD-EFGH") != rules.recovery_hash("b", "ABCD-EFGH")


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("[::1]", True),
        ("10.0.0.5", False),
        ("clinic.example", False),
        ("", False),
    ],
)
def test_the_demo_is_for_this_machine(host, here):
    assert demo.is_loopback(host) is here


def test_demo_mode_on_an_outside_address_does_not_start(settings):
    assert demo.check_loopback(None) == []
    settings.ALLOWED_HOSTS = ["localhost", "clinic.example"]
    assert [error.id for error in demo.check_loopback(None)] == ["identity.E001"]
    settings.DEMO = False
    assert demo.check_loopback(None) == []
