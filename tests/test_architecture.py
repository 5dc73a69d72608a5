"""The house rules, run over the checkout, and each rule proved on a planted violation."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests import architecture as rules

ROOT = Path(__file__).resolve().parent.parent
# Where statements that pass by version, seals and history are right, and why.
BULK_ALLOWED = {
    "clinic/audit.py": "the log's own rows and its chain heads",
    "clinic/frozen.py": "installs and checks triggers",
    "clinic/keystore/": "the key store holds keys, not records",
    "clinic/erasure/scrub.py": "what is left when the keys are gone; nothing that could be sealed again",
    "clinic/rotation/": "the same values under a newer key; no version, no history",
    "clinic/seals.py": "chain heads",
    "clinic/roots.py": "signed roots",
    "tests/": "tests tamper with rows on purpose",
}
Check = Callable[[str, str], list[str]]


@cache
def checkout() -> tuple[str, ...]:
    """Every file of the checkout that is, or could be, committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    names = listed.stdout.splitlines() if listed.returncode == 0 else []
    names = names or [str(p.relative_to(ROOT)) for p in ROOT.rglob("*") if ".venv" not in p.parts]
    return tuple(sorted(name for name in set(names) if (ROOT / name).is_file() and "node_modules" not in name))


def sources(*suffixes: str, migrations: bool = False) -> list[str]:
    """Files with a suffix; migrations are generated and left out."""
    return [n for n in checkout() if n.endswith(suffixes) and (migrations or "/migrations/" not in n)]


def run(check: Check, paths: list[str]) -> list[str]:
    """All findings of a check."""
    return [finding for path in paths for finding in check((ROOT / path).read_text(encoding="utf-8"), path)]


def own_code() -> list[str]:
    """Python of the site itself."""
    return [path for path in sources(".py") if path.split("/")[0] in rules.LAYERS]


def allowed(finding: str, places: dict[str, str]) -> bool:
    """Whether a finding stands where the rule does not apply."""
    return any(finding.startswith(place) for place in places)


def test_imports_point_downwards() -> None:
    """config → evidence → aftercare → treatments → consent → consultations → clinic."""
    assert run(rules.wrong_layers, own_code()) == []


def test_no_app_uses_another_apps_doors() -> None:
    """Views, API and forms belong to their app."""
    assert run(rules.foreign_doors, own_code()) == []


def test_rules_are_pure() -> None:
    """No database, no clock, no settings, no disk in rules."""
    assert run(rules.impure_rules, [path for path in own_code() if rules.is_pure(path)]) == []


def test_every_public_service_is_audited() -> None:
    """A verb that records nothing must not commit (SEC-3)."""
    assert run(rules.unaudited_services, [path for path in own_code() if rules.is_service(path)]) == []


def test_records_are_saved_one_by_one() -> None:
    """No queryset update, bulk method or raw SQL outside the places listed above."""
    found = [line for line in run(rules.bulk_writes, own_code()) if not allowed(line, BULK_ALLOWED)]
    assert found == []


def test_files_and_functions_stay_short() -> None:
    """At most 400 lines a file, 40 a function (the builder of the anatomy data is a long recipe)."""
    python = sources(".py")
    assert run(rules.long_file, [*python, *sources(".js", ".html")]) == []
    assert run(rules.long_functions, [path for path in python if not path.startswith("bench/anatomy/")]) == []


def test_modules_and_public_names_say_what_they_are() -> None:
    """A docstring on every module, public function and class of the site."""
    assert run(rules.undocumented, own_code()) == []


def test_nothing_is_unfinished_or_left_out() -> None:
    """No leftover notes, no waiting by the clock, no test that is passed over."""
    text = sources(".py", ".js", ".html", ".css", ".yaml", ".toml")
    assert run(lambda source, path: rules.matches(rules.UNFINISHED, source, path), text) == []
    assert run(lambda source, path: rules.matches(rules.SKIPPED, source, path), sources(".py")) == []


def test_locks_hold_hashes_and_no_address() -> None:
    """The registry is the machine's business."""
    locks = ["package-lock.json", ".npmrc", *sources(".lock")]
    assert run(rules.addresses, locks) == []
    assert all("--hash=sha256:" in (ROOT / lock).read_text(encoding="utf-8") for lock in sources(".lock"))


def test_no_registry_and_no_machine_is_named() -> None:
    """Nothing in the checkout knows where it was written."""
    text = [
        path for path in checkout() if not path.endswith((".png", ".webp", ".jpg", ".pdf", ".gz", ".woff2", ".npz"))
    ]
    found = []
    for path in text:
        source = (ROOT / path).read_bytes().decode("utf-8", "replace")
        found += rules.matches(rules.HOSTS, source, path) + rules.matches(rules.MACHINE, source, path)
    assert found == []


def test_templates_hold_no_inline_code() -> None:
    """The policy of the pages refuses inline style and script (SEC-5)."""
    assert run(rules.inline_code, sources(".html")) == []


UP = "from consent.models import Consent\n"
PLANTED: list[tuple[Check, str, str]] = [
    (rules.wrong_layers, UP, "clinic/queries.py"),
    (rules.wrong_layers, "import evidence\n", "treatments/models.py"),
    (rules.wrong_layers, "def verb():\n    from aftercare import services\n", "consent/services.py"),
    (rules.foreign_doors, "from consent import views\n", "treatments/urls.py"),
    (rules.foreign_doors, "from clinic.services import forms\n", "consent/views.py"),
    (rules.impure_rules, "from django.utils import timezone\n", "clinic/rules.py"),
    (rules.impure_rules, "from clinic.models import Client\n", "consent/rules.py"),
    (rules.impure_rules, "from . import models\n", "consent/rules.py"),
    (rules.impure_rules, "import datetime\nx = datetime.datetime.now()\n", "evidence/rules/tally.py"),
    (rules.unaudited_services, "def sign(record):\n    pass\n", "consent/services.py"),
    (rules.unaudited_services, "@atomic\ndef sign(record):\n    pass\n", "consent/services/sign.py"),
    (rules.bulk_writes, "Client.objects.filter(a=1).update(b=2)\n", "clinic/queries.py"),
    (rules.bulk_writes, "Client.objects.bulk_create(rows)\n", "clinic/queries.py"),
    (rules.bulk_writes, "connection.cursor()\n", "clinic/queries.py"),
    (rules.long_file, "x = 1\n" * 401, "clinic/models.py"),
    (rules.long_functions, "def f():\n" + "    x = 1\n" * 41, "clinic/models.py"),
    (rules.undocumented, "def verb():\n    pass\n", "clinic/models.py"),
    (rules.addresses, "x==1 --index-url https" + "://example.org\n", "requirements/run.lock"),
    (rules.inline_code, '<p style="color:red">\n', "templates/a.html"),
    (rules.inline_code, "<script>go()</script>\n", "templates/a.html"),
    (rules.inline_code, '<a onclick="go()">\n', "templates/a.html"),
    (lambda s, p: rules.matches(rules.UNFINISHED, s, p), "# TO" + "DO later\n", "a.py"),
    (lambda s, p: rules.matches(rules.SKIPPED, s, p), "@pytest.mark.sk" + "ip\n", "a.py"),
    (lambda s, p: rules.matches(rules.HOSTS, s, p), "https" + "://" + "registry." + "npm" + "js.org/\n", "a.json"),
    (lambda s, p: rules.matches(rules.MACHINE, s, p), "/wo" + "rk/main\n", "a.py"),
]


@pytest.mark.parametrize(("check", "source", "path"), PLANTED)
def test_each_check_finds_a_planted_violation(check: Check, source: str, path: str) -> None:
    """A rule that cannot fail proves nothing."""
    assert check(source, path)


FINE: list[tuple[Check, str, str]] = [
    (rules.wrong_layers, "from clinic import access\n", "consent/models.py"),
    (rules.foreign_doors, "from consent import views\n", "consent/urls.py"),
    (
        rules.impure_rules,
        "from clinic.errors import InvalidValue\nfrom consent.choices import State\n",
        "consent/rules.py",
    ),
    (rules.unaudited_services, "@audited\ndef sign(record):\n    pass\ndef _own():\n    pass\n", "consent/services.py"),
    (rules.bulk_writes, "facts.update(other)\n", "clinic/queries.py"),
    (rules.inline_code, '<script type="module" src="a.js"></script>\n<p data-on="x">\n', "templates/a.html"),
]


@pytest.mark.parametrize(("check", "source", "path"), FINE)
def test_no_check_cries_wolf(check: Check, source: str, path: str) -> None:
    """Ordinary code passes."""
    assert check(source, path) == []
