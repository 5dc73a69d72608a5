"""Every free-text column is sealed, or listed in `clear_columns.csv` with the reason (decision 16, SEC-5)."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from tests.architecture import LAYERS

LIST = Path(__file__).with_name("clear_columns.csv")
FREE = (models.CharField, models.TextField, models.JSONField)


def clear_columns() -> dict[str, str]:
    """Pattern `app.Model.field` → reason; a comma in the reason needs no quotes."""
    lines = LIST.read_text(encoding="utf-8").splitlines()[1:]
    return {line.split(",", 1)[0]: line.split(",", 1)[1].strip() for line in lines if "," in line}


def own_models() -> list[type[models.Model]]:
    """Models of the project, history included."""
    return [model for model in apps.get_models() if model.__module__.split(".")[0] in LAYERS]


def free_columns(model: type[models.Model]) -> list[str]:
    """Names of columns that hold free text in the clear; choices are vocabulary, and history stands with its record."""
    app, name = model._meta.label.split(".")
    return [
        f"{app}.{name.removeprefix('Historical')}.{field.name}"
        for field in model._meta.concrete_fields
        if isinstance(field, FREE) and not field.choices and field.name != "history_change_reason"
    ]


def unexplained(columns: list[str], reasons: dict[str, str]) -> list[str]:
    """Columns that no pattern explains."""
    return sorted({column for column in columns if not any(fnmatch(column, pattern) for pattern in reasons)})


def test_every_free_text_column_is_sealed_or_explained() -> None:
    """A new text column is sealed unless somebody writes down why not."""
    columns = [column for model in own_models() for column in free_columns(model)]
    assert unexplained(columns, clear_columns()) == []


def test_every_reason_explains_something() -> None:
    """The list does not outlive its columns."""
    columns = [column for model in own_models() for column in free_columns(model)]
    stale = [pattern for pattern in clear_columns() if not any(fnmatch(column, pattern) for column in columns)]
    assert stale == []
    assert all(len(reason) > 3 for reason in clear_columns().values())


@pytest.mark.parametrize("column", ["consultations.Consultation.summary", "clinic.Client.note"])
def test_an_unlisted_column_is_found(column: str) -> None:
    """A planted clear note is reported."""
    assert unexplained([column], clear_columns()) == [column]


def test_change_reasons_of_history_are_never_written() -> None:
    """The one free column of every history table stays empty, because nothing in the code sets it."""
    root = Path(__file__).resolve().parent.parent
    own = [path for layer in LAYERS for path in (root / layer).rglob("*.py") if "migrations" not in path.parts]
    assert [str(path) for path in own if "_change_reason =" in path.read_text(encoding="utf-8")] == []
