"""The catalogue that ships with the program: checked once, kept for the life of the process. No Django here.

    techniques()["T03"].depth_max_mm   areas()["nose_tip"].treatable   protocols()["L01"].sessions_preset

Every row carries its evidence code and source (clinical-content.md 0.1). Unknown keys, wrong types and dangling
references are refused with the file, the row and the key.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml

from clinic.catalogue.content_rows import (
    Area,
    Consumable,
    ElectroLimit,
    Ingredient,
    LegalStatus,
    Protocol,
    ShippedDepth,
    Source,
    Tag,
    Technique,
)

FOLDER = Path(__file__).parent / "content"
EVIDENCE = frozenset({"L", "K", "CC", "SEED", "LAW"})
T = TypeVar("T")


class ContentError(ValueError):
    """Content that does not fit its schema; the message names file, row and key."""


def read(name: str) -> Any:
    """Plain data of a shipped file."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with (FOLDER / f"{name}.yaml").open(encoding="utf-8") as file:
        return yaml.load(file, Loader=loader)  # noqa: S506 - a safe loader


def _is_of(value: Any, kind: Any) -> bool:
    """Whether a plain value fits a field's type; whole numbers fit decimals, lists fit tuples."""
    if typing.get_origin(kind) in (types.UnionType, typing.Union):
        return any(_is_of(value, part) for part in typing.get_args(kind))
    if typing.get_origin(kind) is tuple:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if typing.get_origin(kind) is dict:
        return isinstance(value, dict) and all(isinstance(item, (int, float)) for item in value.values())
    if kind is type(None):
        return value is None
    if kind is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, kind)


def _row(kind: type[T], raw: Any, where: str) -> T:
    if not isinstance(raw, dict):
        raise ContentError(f"{where}: a row is a mapping.")
    hints = typing.get_type_hints(kind)
    unknown, missing = raw.keys() - hints.keys(), hints.keys() - raw.keys()
    if unknown or missing:
        names = ", ".join(sorted(map(str, unknown or missing)))
        raise ContentError(f"{where}: {'unknown' if unknown else 'missing'} {names}.")
    for name, hint in hints.items():
        if not _is_of(raw[name], hint):
            raise ContentError(f"{where}: {name} has the wrong kind of value ({raw[name]!r}).")
    codes = set(raw["evidence"].replace(";", " ").split())
    if not codes or not codes <= EVIDENCE or not raw["source"]:
        raise ContentError(f"{where}: evidence and source are needed.")
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in raw.items()})


def parse(kind: type[T], body: Any, name: str) -> Mapping[str, T]:
    """Rows of a body by their id. Raises ContentError."""
    allowed = {"format", "rows", "plain_statement"}
    if not isinstance(body, dict) or not body.keys() <= allowed or body.get("format") != f"{name}/1":
        raise ContentError(f"{name}: not a {name}/1 file.")
    found: dict[str, T] = {}
    for number, raw in enumerate(body["rows"], start=1):
        row = _row(kind, raw, f"{name} row {number}")
        key = str(raw["id"])
        if key in found:
            raise ContentError(f"{name} row {number}: {key} appears twice.")
        found[key] = row
    return types.MappingProxyType(found)


def _loader(kind: type[T], name: str) -> Callable[[], Mapping[str, T]]:
    @lru_cache(maxsize=1)
    def load() -> Mapping[str, T]:
        return parse(kind, read(name), name)

    load.__doc__ = f"Rows of {name}.yaml by id."
    return load


techniques = _loader(Technique, "techniques")
areas = _loader(Area, "areas")
protocols = _loader(Protocol, "protocols")
ingredients = _loader(Ingredient, "ingredients")
consumables = _loader(Consumable, "consumables")
tags = _loader(Tag, "tags")
electro_limits = _loader(ElectroLimit, "electro_limits")
legal_statuses = _loader(LegalStatus, "legal")
depth_limits = _loader(ShippedDepth, "depth_limits")
sources = _loader(Source, "sources")

KINDS: Mapping[str, type] = types.MappingProxyType(
    {
        "techniques": Technique,
        "areas": Area,
        "protocols": Protocol,
        "ingredients": Ingredient,
        "consumables": Consumable,
        "tags": Tag,
        "electro_limits": ElectroLimit,
        "legal": LegalStatus,
        "depth_limits": ShippedDepth,
        "sources": Source,
    }
)


def parser(name: str) -> Callable[[Any], Mapping[str, Any]]:
    """The function that checks and parses a body of this kind (for `clinic.content.register`)."""
    return lambda body: parse(KINDS[name], body, name)


@lru_cache(maxsize=1)
def contraindication_tags() -> frozenset[str]:
    """Every contraindication tag an ingredient can carry."""
    return frozenset(tag for row in ingredients().values() for tag in row.contraindication_tags)


def limits_for(mode: str) -> tuple[ElectroLimit, ...]:
    """Guard rails that hold for a device mode, those for any mode included."""
    return tuple(row for row in electro_limits().values() if mode in row.modes or "any" in row.modes)


def _demand(names: set[str] | frozenset[str], known: set[str], where: str) -> None:
    if not names <= known:
        raise ContentError(f"{where}: unknown {', '.join(sorted(names - known))}.")


def check_references() -> None:
    """Every tag and technique named in one file exists in the other. Raises ContentError."""
    known = set(tags())
    items: list[Ingredient | Consumable] = [*ingredients().values(), *consumables().values()]
    for item in items:
        _demand(item.tags | item.asks, known, item.id)
    for tag in tags().values():
        _demand({*tag.also_fires, *tag.check, *tag.does_not_fire}, known, tag.id)
    for area in areas().values():
        _demand({*area.techniques, *area.depth_exceptions_mm}, set(techniques()), area.id)
    _demand({row.technique for row in depth_limits().values()}, set(techniques()), "depth_limits")


def field_names(kind: type) -> tuple[str, ...]:
    """Columns of a kind of row, in order."""
    return tuple(item.name for item in dataclasses.fields(kind))
