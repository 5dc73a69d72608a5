"""Whether a client's chart is closed, on every page of the client."""

from __future__ import annotations

from typing import Any

from django import template

from clinic.access import Can, may

register = template.Library()


@register.inclusion_tag("identity/closed_notice.html", takes_context=True)
def closed_notice(context: dict[str, Any], client: Any) -> dict[str, Any]:
    """Says that a chart is closed, or stands open for this person; leads the clinical lead to the glass."""
    actor = context.get("actor")
    if actor is None or actor.kind != "staff":
        return {}
    return {
        "client": client,
        "is_closed": client.id in actor.closed,
        "is_open_to_me": client.id in actor.closed & actor.glass,
        "may_break": may(actor, Can.BREAK_GLASS, client),
    }


def _may_close(actor: Any, client: Any) -> bool:
    return actor is not None and client.id not in actor.closed and may(actor, Can.CLOSE_CHART, client)


@register.inclusion_tag("identity/close_link.html", takes_context=True)
def close_link(context: dict[str, Any], client: Any) -> dict[str, Any]:
    """For the clinical lead: the way to close this client's chart."""
    actor = context.get("actor")
    return {"client": client, "may_close": _may_close(actor, client)}
