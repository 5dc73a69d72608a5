"""What every page prints around its content: import map, icons, rail, client banner and tabs."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from config import staticfiles
from config.pages import banner

register = template.Library()

RAIL = (
    ("today", "Today", "calendar3", ("today",)),
    ("clients", "Clients", "people", ("client-list",)),
    ("courses", "Courses", "signpost-split", ("course-list",)),
    ("products", "Products", "capsule", ("product-list", "stock-list", "lot-list")),
    ("evidence", "Evidence", "patch-check", ("evidence-home", "portfolio-list", "evidence-list")),
    ("clinic", "Clinic", "hospital", ("clinic-home",)),
)
TABS = (
    ("timeline", "Timeline", "client-detail"),
    ("consultations", "Consultations", "client-consultations"),
    ("consent", "Consent", "client-consents"),
    ("courses", "Courses", "client-courses"),
    ("sessions", "Sessions", "client-sessions"),
    ("photos", "Photos", "client-photos"),
    ("aftercare", "Aftercare", "client-aftercare"),
)


@register.simple_tag(takes_context=True)
def importmap(context: dict[str, Any]) -> SafeString:
    """The import map: bare names of packages, and our modules' plain addresses sent to the hashed files."""
    imports = {name: static(path) for name, path in staticfiles.MODULES.items() if _is_collected(path)}
    for plain in getattr(staticfiles_storage, "hashed_files", {}):
        if plain.startswith(staticfiles.OWN_MODULES) and plain.endswith(".js"):
            imports[f"{settings.STATIC_URL}{plain}"] = static(plain)
    body = json.dumps({"imports": imports}).replace("<", "\\u003c")
    nonce = str(getattr(context["request"], "csp_nonce", ""))
    return mark_safe(f'<script type="importmap" nonce="{nonce}">{body}</script>')  # noqa: S308  (JSON with < escaped)


def _is_collected(path: str) -> bool:
    hashed = getattr(staticfiles_storage, "hashed_files", None)
    return not hashed or path in hashed


@cache
def _drawing(name: str) -> str:
    """The inner part of an icon of bootstrap-icons. Raises ValueError for a name that is not a plain word."""
    if not re.fullmatch(r"[a-z0-9-]+", name):
        raise ValueError(f"{name!r} is not the name of an icon.")
    path = staticfiles.node_modules() / staticfiles.ICONS / f"{name}.svg"
    if not path.exists():
        return '<circle cx="8" cy="8" r="3"/>'
    found = re.search(r"<svg[^>]*>(.*)</svg>", path.read_text(encoding="utf-8"), re.DOTALL)
    return found.group(1).strip() if found else ""


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon drawn in the text's colour; decorative unless it is given a label."""
    drawing = mark_safe(_drawing(name or "dot"))  # noqa: S308  (a file of the pinned package)
    if label:
        return format_html('<svg class="icon" viewBox="0 0 16 16" role="img" aria-label="{}">{}</svg>', label, drawing)
    return format_html('<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{}</svg>', drawing)


def _address(names: tuple[str, ...], **kwargs: Any) -> str:
    for name in names:
        try:
            return reverse(name, kwargs=kwargs or None)
        except NoReverseMatch:
            continue
    return ""


@register.inclusion_tag("components/rail.html", takes_context=True)
def main_rail(context: dict[str, Any]) -> dict[str, Any]:
    """The rail: what this person may open, with the present place marked."""
    may_see = context.get("rail") or {}
    current = context.get("section") or _section(context["request"].path)
    items = [
        {"label": label, "icon": symbol, "url": _address(names), "is_current": key == current}
        for key, label, symbol, names in RAIL
        if may_see.get(key)
    ]
    return {
        "items": [item for item in items if item["url"]],
        "actor": context.get("actor"),
        "me": _first_name(context.get("actor")),
        "request": context["request"],
    }


def _first_name(actor: Any) -> str:
    """What colleagues call the person who is signed in; titles are left out."""
    words = [word for word in (actor.name if actor else "").split() if word not in ("Dr", "Mr", "Mrs", "Ms", "Prof")]
    return words[0] if words else ""


def _section(path: str) -> str:
    first = path.strip("/").split("/")[0]
    known = {
        "": "today", "today": "today", "visits": "today", "clients": "clients", "consultations": "clients",
        "courses": "courses", "sessions": "courses", "products": "products", "lots": "products", "stock": "products",
        "catalogue": "products", "evidence": "evidence", "portfolios": "evidence", "observations": "evidence",
        "clinic": "clinic", "content": "clinic", "staff": "clinic", "sites": "clinic",
    }  # fmt: skip
    return known.get(first, "")


@register.inclusion_tag("components/banner.html", takes_context=True)
def client_banner(context: dict[str, Any], client: Any) -> dict[str, Any]:
    """Who this is: photograph, name, age, code, allergies spelled out, open stops. Reception sees no clinical part."""
    shown = banner.of(client, context["request"].actor, context.get("client_facts"))
    return {"banner": shown, "client": client, "request": context["request"]}


@register.inclusion_tag("components/tabs.html", takes_context=True)
def client_tabs(context: dict[str, Any], client: Any) -> dict[str, Any]:
    """The tabs of a client's pages; a kind without a page of its own is a filter of the timeline."""
    timeline = _address(("client-detail",), client_id=client.id)
    active = context.get("active_tab") or "timeline"
    tabs = [
        {
            "label": label,
            "url": _address((name,), client_id=client.id) or f"{timeline}?show={key}",
            "is_current": key == active,
        }
        for key, label, name in TABS
    ]
    return {"tabs": tabs if banner.shows_chart(client, context["request"].actor) else tabs[:1]}


@register.filter
def in_words(name: str) -> str:
    """`adverse_events` as people write it: Adverse events."""
    return name.replace("_", " ").capitalize()


@register.filter
def field_kind(bound: Any) -> str:
    """How a form field is drawn: choices, check, area, select, file or input."""
    widget = bound.field.widget.__class__.__name__
    kinds = {
        "RadioSelect": "choices", "CheckboxSelectMultiple": "choices", "CheckboxInput": "check", "Textarea": "area",
        "Select": "select", "FileInput": "file", "HiddenInput": "hidden",
    }  # fmt: skip
    return kinds.get(widget, "input")


@register.filter
def as_json(value: Any) -> str:
    """Plain data for a `data-` attribute; the template escapes it."""
    return json.dumps(value, default=dict)


@register.simple_tag
def draw(bound: Any) -> SafeString:
    """The input of a field with what ears need: the hint and the error are named, a wrong value is marked."""
    named = [f"{bound.auto_id}-hint"] if bound.help_text else []
    named += [f"{bound.auto_id}-error"] if bound.errors else []
    attrs = {"aria-describedby": " ".join(named)} if named else {}
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return SafeString(bound.as_widget(attrs=attrs))
