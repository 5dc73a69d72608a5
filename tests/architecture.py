"""The house rules as pure functions over source text; `test_architecture.py` runs them over the checkout."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

LAYERS = ("config", "evidence", "aftercare", "treatments", "consent", "consultations", "clinic")
DOORS = ("views", "api", "forms")
IMPURE = ("django", "rest_framework", "simple_history", "os", "pathlib", "random", "time", "requests", "socket")
IMPURE_MODULES = ("models", "queries", "services", "views", "api", "forms", "clock", "audit", "http", "records")
PURE_FOLDERS = ("rules", "rule_language", "screening")
MAX_FILE_LINES, MAX_FUNCTION_LINES = 400, 40
# Written in pieces, so that this file does not contain what it forbids.
UNFINISHED = re.compile(
    "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error", r"time\.sl" + "eep"))
)
SKIPPED = re.compile("|".join((r"mark\.sk" + "ip", r"mark\.xf" + "ail", r"pytest\.sk" + "ip", r"importor" + "skip")))
HOSTS = re.compile(
    "|".join(("registry.npm" + "js", "py" + r"pi\.org", "pythonho" + "sted", "unp" + "kg", "jsde" + "livr"))
)
MACHINE = re.compile("|".join(("/wo" + "rk/", "/ho" + "me/", "/ro" + "ot/", "/tm" + "p/team")))
INLINE = re.compile(r"""\sstyle\s*=\s*["']|\son[a-z]+\s*=\s*["']|<style[\s>]|<script(?![^>]*\b(?:src|nonce)=)""")


def app_of(module: str) -> str:
    """The app a dotted module belongs to, or nothing."""
    first = module.split(".", maxsplit=1)[0]
    return first if first in LAYERS else ""


def module_of(path: str) -> str:
    """Dotted name of a file."""
    return ".".join(PurePosixPath(path).with_suffix("").parts).removesuffix(".__init__")


def imports(source: str, path: str) -> Iterator[tuple[int, str]]:
    """Every imported dotted name with its line; `from a import b` counts as `a.b`, relative imports too."""
    package = module_of(path).split(".")
    if not path.endswith("__init__.py"):
        package = package[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*parts, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def wrong_layers(source: str, path: str) -> list[str]:
    """Imports that point upwards."""
    own = app_of(module_of(path))
    if not own:
        return []
    return [
        f"{path}:{line}: {own} must not import {name}"
        for line, name in imports(source, path)
        if app_of(name) and LAYERS.index(app_of(name)) < LAYERS.index(own)
    ]


def foreign_doors(source: str, path: str) -> list[str]:
    """Views, API or forms of another app."""
    own = app_of(module_of(path))
    return [
        f"{path}:{line}: {own} must not use {name}, a door of another app"
        for line, name in imports(source, path)
        if own and app_of(name) and app_of(name) != own and set(name.split(".")[1:]) & set(DOORS)
    ]


def is_pure(path: str) -> bool:
    """Whether a file holds rules."""
    parts = PurePosixPath(path).with_suffix("").parts
    return bool(set(parts[1:]) & set(PURE_FOLDERS)) and "tests" not in parts and "management" not in parts


def impure_rules(source: str, path: str) -> list[str]:
    """Rules that see the database, the clock, settings or the disk."""
    found = []
    for line, name in imports(source, path):
        parts = name.split(".")
        if parts[0] in IMPURE or (app_of(name) and set(parts[1:]) & set(IMPURE_MODULES)):
            found.append(f"{path}:{line}: rules must not import {name}")
    clocks = [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("now", "today")
    ]
    return found + [f"{path}:{line}: rules must not read the clock" for line in clocks]


def is_service(path: str) -> bool:
    """Whether a file holds services."""
    parts = PurePosixPath(path).with_suffix("").parts
    return app_of(parts[0]) != "" and "services" in parts[1:]


def unaudited_services(source: str, path: str) -> list[str]:
    """Public functions of a service module that are not `@audited`."""
    found = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            names = {ast.unparse(decorator).split("(")[0].split(".")[-1] for decorator in node.decorator_list}
            if "audited" not in names:
                found.append(f"{path}:{node.lineno}: {node.name} is public and not @audited")
    return found


def bulk_writes(source: str, path: str) -> list[str]:
    """Writes that pass by version, seals and history: queryset updates, bulk methods, raw SQL."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        name = node.func.attr
        on_queryset = name == "update" and node.keywords and not node.args and "objects" in ast.unparse(node.func)
        if on_queryset or name in ("bulk_create", "bulk_update", "cursor", "raw", "extra", "executescript"):
            found.append(f"{path}:{node.lineno}: {name} passes by version, seals and history")
    return found


def long_functions(source: str, path: str) -> list[str]:
    """Functions whose body, without signature and docstring, is over the limit."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
            lines = (node.end_lineno or 0) - body[0].lineno + 1
            if lines > MAX_FUNCTION_LINES:
                found.append(f"{path}:{node.lineno}: {node.name} has {lines} lines")
    return found


def long_file(source: str, path: str) -> list[str]:
    """A file over the limit."""
    lines = source.count("\n")
    return [f"{path}: {lines} lines, at most {MAX_FILE_LINES}"] if lines > MAX_FILE_LINES else []


def matches(pattern: re.Pattern[str], source: str, path: str) -> list[str]:
    """Lines that hold what they must not."""
    return [
        f"{path}:{number}: {found[0].strip()}"
        for number, line in enumerate(source.splitlines(), 1)
        if (found := pattern.search(line))
    ]


def addresses(source: str, path: str) -> list[str]:
    """Lines of a lock that hold an address."""
    return matches(re.compile("://"), source, path)


def inline_code(source: str, path: str) -> list[str]:
    """Inline style, script or event handlers in a template."""
    return matches(INLINE, source, path)


def undocumented(source: str, path: str) -> list[str]:
    """Modules and public functions without a docstring."""
    tree = ast.parse(source)
    found = [] if not tree.body or ast.get_docstring(tree) else [f"{path}:1: the module has no docstring"]
    for node in tree.body:
        is_public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        if is_public and not ast.get_docstring(node):
            found.append(f"{path}:{node.lineno}: {node.name} has no docstring")
    return found
