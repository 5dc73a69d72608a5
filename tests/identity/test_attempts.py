"""The counter: at most the free tries are evaluated, however many come at once (SEC-B5)."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections, transaction

from clinic.identity import attempts, rules
from clinic.identity.choices import AttemptKind
from clinic.identity.models import Attempt
from tests.factories import NOW


def take(*, account="a@b.example", device="tablet", at=NOW, kind=AttemptKind.PASSWORD) -> None:
    attempts.take(kind, account=account, device=device, at=at)


def tries_until_locked(**who) -> int:
    """How many tries are let through."""
    done = 0
    try:
        for _ in range(100):
            take(**who)
            done += 1
    except rules.TooManyTries:
        return done
    return done


@pytest.mark.django_db
@pytest.mark.parametrize("kind", list(AttemptKind))
def test_five_tries_then_a_minute_then_one_more_and_two(kind):
    assert tries_until_locked(kind=kind) == 5
    minute = NOW + timedelta(minutes=1)
    assert tries_until_locked(kind=kind, at=minute - timedelta(seconds=1)) == 0
    assert tries_until_locked(kind=kind, at=minute) == 1
    with pytest.raises(rules.TooManyTries) as locked:
        take(kind=kind, at=minute)
    assert locked.value.details == {"minutes": 2}
    assert tries_until_locked(kind=kind, at=minute + timedelta(minutes=2)) == 1


@pytest.mark.django_db
def test_kinds_and_accounts_count_apart_and_capitals_do_not():
    assert tries_until_locked() == 5
    assert tries_until_locked(account=" A@B.example") == 0
    assert tries_until_locked(account="other@b.example") == 5
    assert tries_until_locked(kind=AttemptKind.CODE) == 5


@pytest.mark.django_db
def test_a_device_that_tries_many_accounts_is_locked():
    done = sum(tries_until_locked(account=f"{number}@b.example") for number in range(20))
    assert done == 25  # six tries at each of five accounts, the sixth of each refused, make thirty
    assert tries_until_locked(account="fresh@b.example", device="another") == 5


@pytest.mark.django_db
def test_success_starts_afresh_and_gives_the_device_its_try_back():
    for _ in range(200):
        take()
        attempts.succeeded(AttemptKind.PASSWORD, account="a@b.example", device="tablet")
    assert tries_until_locked() == 5


@pytest.mark.django_db
def test_a_day_of_quiet_is_forgotten_and_swept():
    assert tries_until_locked() == 5
    later = NOW + timedelta(hours=25)
    assert tries_until_locked(at=later) == 5
    assert attempts.sweep(later) == 0
    assert attempts.sweep(later + timedelta(hours=25)) == 2
    assert not Attempt.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_outer_transaction_cannot_take_a_try_back():
    """A door that rolls back would otherwise give every guess for nothing."""
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        take()


@pytest.mark.django_db(transaction=True)
def test_fifty_guesses_at_once_get_five_tries():
    """SEC-B5: the race, on whichever database the suite runs."""
    start, evaluated = threading.Barrier(10), []

    def guess(_: int) -> None:
        start.wait(timeout=30)
        try:
            for _ in range(5):
                take(at=NOW)
                evaluated.append(1)
        except rules.TooManyTries:
            pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=10) as pool:
        list(pool.map(guess, range(10)))
    assert len(evaluated) == 5
    assert Attempt.objects.get(tries=5).locked_until == NOW + timedelta(minutes=1)
