"""Settings of the test run: the real ones, in demo mode, with all data in a throw-away folder."""

import os
import shutil
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
_FOLDER = Path(os.environ.get("MESORECORD_TEST_DATA") or _ROOT / "build" / "test-data") / f"{os.getpid()}-{_WORKER}"
shutil.rmtree(_FOLDER, ignore_errors=True)
_FOLDER.mkdir(parents=True, mode=0o700)
os.environ["MESORECORD_DATA"] = str(_FOLDER)
os.environ["MESORECORD_DEMO"] = "1"
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # sync Playwright keeps an event loop in the test's thread

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, MIDDLEWARE, POSTGRESQL  # noqa: E402

TEST_DATA = _FOLDER
ESCROW_WORK = 2  # scrypt made quick; tests of the boxes themselves say what the real one is
MIDDLEWARE = list(MIDDLEWARE)
if not POSTGRESQL:
    for _alias, _database in DATABASES.items():
        # A file, not memory: write-ahead log and locking are exercised; nothing needs to survive a power cut.
        _database["TEST"] = {"NAME": str(_FOLDER / f"test-{_alias}.sqlite3")}
        _database["OPTIONS"] = {
            **_database["OPTIONS"],
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF;PRAGMA foreign_keys=ON;",
        }
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ACCOUNT_RATE_LIMITS = False
PASSWORD_HASHERS = ["tests.fast_passwords.QuickArgon2", *PASSWORD_HASHERS]  # noqa: F405
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if (_ROOT / "build" / "static" / "staticfiles.json").exists():
    STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
