"""What every test shares: both databases, no network, a frozen clock, a tablet-sized Chromium."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test.testcases import TransactionTestCase

from tests import databases

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
NOW = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)  # a Monday; summer time is over, so London reads 10:00 too
DATABASE_FIXTURES = {
    "db",
    "transactional_db",
    "live_server",
    "django_db_reset_sequences",
    "world",
    "client",
    "admin_user",
}
BROWSER_FIXTURES = {"page", "context", "browser", "live_server", "site"}
BOTH = ["default", "keys"]
HERE = Path(__file__).parent
# Repeated on PostgreSQL (decision 38): where the database itself matters (locks, triggers, seals, keys, counters), and
# one path through each app. What doors and rules decide does not depend on it.
ON_POSTGRESQL = (
    "clinic", "keys", "logbook", "identity", "devices", "catalogue", "documents", "test_databases.py",
    "photos/test_photos.py", "consultations/test_verbs.py", "consent/test_path.py", "treatments/test_session_path.py",
    "treatments/test_electro_and_stock.py", "evidence/test_deciding.py", "aftercare/test_sheet_holds.py",
)  # fmt: skip


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--rows SEC-A1` runs the tests whose docstring names such a row."""
    parser.addoption("--rows", default="", help="only tests whose docstring holds this text, e.g. SEC- or REQ-S66")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what touches a database and what drives a browser; give every database test both databases."""
    if wanted := config.getoption("--rows"):
        items[:] = [item for item in items if wanted in (getattr(item, "obj", None).__doc__ or "")]
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if names & BROWSER_FIXTURES:
            item.add_marker(pytest.mark.browser)
        marker = item.get_closest_marker("django_db")
        if marker is None and not names & {"db", "transactional_db", "live_server"}:
            continue
        options: dict[str, Any] = {"databases": BOTH, **(marker.kwargs if marker else {})}
        item.add_marker(pytest.mark.django_db(**options), append=False)
        if not names & BROWSER_FIXTURES and any(item.path.is_relative_to(HERE / name) for name in ON_POSTGRESQL):
            item.add_marker(pytest.mark.db)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: Any
) -> Iterator[None]:
    """The migrated databases, and a template of each for transactional tests."""
    with django_db_blocker.unblock():
        databases.create()
        databases.keep_templates()
    TransactionTestCase._fixture_teardown = lambda self: databases.restore_templates()  # type: ignore[method-assign]
    yield
    with django_db_blocker.unblock():
        databases.drop_templates()


@pytest.fixture(scope="session", autouse=True)
def throw_away_data() -> Iterator[None]:
    """Nothing of a test run stays behind."""
    yield
    shutil.rmtree(settings.TEST_DATA, ignore_errors=True)


@pytest.fixture(autouse=True)
def no_state_known() -> None:
    """The factories of this test start from empty databases."""
    from tests import replay

    replay.forget()


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Only this machine may be spoken to."""
    connect = socket.socket.connect

    def local_only(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise OSError(f"Tests have no network: {address[0]}")
        connect(self, address)

    socket.socket.connect = local_only  # type: ignore[method-assign,assignment]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


@pytest.fixture
def at() -> datetime:
    """The instant all tests happen at."""
    return NOW


@pytest.fixture(autouse=True)
def frozen_clock(request: pytest.FixtureRequest) -> Iterator[None]:
    """The clinic's clock stands still, except where a real server runs in its own thread."""
    if BROWSER_FIXTURES & set(request.fixturenames):
        yield
        return
    from clinic import clock

    with clock.set_to(NOW):
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium; `--no-sandbox` is needed when the tests run as root."""
    if CHROMIUM is None:
        pytest.fail("Chromium is needed: sudo apt-get install chromium (or set CHROMIUM).")
    options = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "headless": True, "args": options}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A tablet in landscape, touched by fingers."""
    return {
        **browser_context_args,
        "viewport": {"width": 1180, "height": 820},
        "has_touch": True,
        "device_scale_factor": 2,
        "locale": "en-GB",
        "timezone_id": "Europe/London",
        "service_workers": "allow",
    }


@pytest.fixture(scope="session")
def live_server(django_db_setup: None) -> Iterator[Any]:
    """The site in a thread, on localhost (a relying party needs a name), static files by WhiteNoise."""
    from django.contrib.staticfiles import handlers
    from pytest_django.live_server_helper import LiveServer

    original, handlers.StaticFilesHandler = handlers.StaticFilesHandler, lambda app: app
    try:
        server = LiveServer("localhost")
    finally:
        handlers.StaticFilesHandler = original
    yield server
    server.stop()


@pytest.fixture
def world(db: None) -> Any:
    """Clinic A with a person for each role, clinic B next door, a client of each kind (tests/factories.py)."""
    from tests.factories import make_world

    return make_world()


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return Path(settings.BASE_DIR)
