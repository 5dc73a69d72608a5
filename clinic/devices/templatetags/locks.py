"""The lock over every page of staff."""

from __future__ import annotations

from typing import Any

from django import template

from clinic.devices import enrolment, rules

register = template.Library()


@register.inclusion_tag("devices/lock_layer.html", takes_context=True)
def lock_layer(context: dict[str, Any]) -> dict[str, Any]:
    """What covers the page after a rest; for staff only."""
    request, actor = context.get("request"), context.get("actor")
    if request is None or actor is None or actor.kind != "staff":
        return {"seconds": 0}
    rest = rules.idle_after(is_shared=enrolment.is_shared(request))
    return {"seconds": int(rest.total_seconds()), "token": context.get("csrf_token")}
