"""The consent form in the client's hands: read, tick, sign or decline; works without JavaScript."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from clinic import clock
from clinic.actors import Actor
from clinic.errors import DomainError
from clinic.http import redirect_to
from clinic.models import HandOver
from consent import facts, queries, services, signatures, wording
from consent.models import Consent
from consent.papers import local


def _consent(handover: HandOver) -> Consent:
    rows = Consent.objects.select_related("client", "organisation", "performer", "content")
    found: Consent | None = rows.filter(pk=handover.document_id, client_id=handover.client_id).first()
    if found is None:
        raise Http404
    return found


def _typed(request: HttpRequest) -> dict[str, Any]:
    answers = {key.removeprefix("permission-"): value == "yes" for key, value in request.POST.items()
               if key.startswith("permission-") and value in ("yes", "no")}  # fmt: skip
    return {"statements": request.POST.getlist("statement"), "permissions": answers}


def _version(request: HttpRequest) -> int | None:
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() else -1


def _page(request: HttpRequest, consent: Consent, *, error: DomainError | None = None) -> HttpResponse:
    ticks = _typed(request) if request.method == "POST" else consent.draft
    answers = ticks.get("permissions", {})
    conversation = queries.conversation_of(consent)
    under = facts.details(
        consent,
        matters=conversation.matters if conversation else "",
        given=local(consent.info_given_at),
        decided=f"Today: {local(clock.now())}.",
    )
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in consent.snapshot["permissions"]:
        groups.setdefault(row["group"], []).append({**row, "answer": answers.get(row["code"])})
    statements = [
        {**row, "detail": under[row["detail"]], "ticked": row["id"] in ticks.get("statements", [])}
        for row in consent.snapshot["statements"]
    ]
    context = {
        "consent": consent,
        "shown": consent.snapshot,
        "shared": wording.shared_rows(consent.snapshot),
        "statements": statements,
        "groups": [{"name": name, "rows": rows} for name, rows in groups.items()],
        "reasons": [
            {"message": row.message, "reason": row.code, "url": ""}
            for row in queries.why_not_sign(consent, clock.now())
        ],
        "typed_name": request.POST.get("typed_name", ""),
        "decline_reason": request.POST.get("decline_reason", ""),
        "error": error,
    }
    return render(request, "consent/handed.html", context, status=error.status if error else 200)


def show(request: HttpRequest, handover: HandOver) -> HttpResponse:
    """GET: the form."""
    return _page(request, _consent(handover))


def sign(request: HttpRequest, handover: HandOver) -> HttpResponse:
    """POST: the client signs."""
    consent = _consent(handover)
    ticks = _typed(request)
    try:
        services.sign_consent(
            consent,
            statements=ticks["statements"],
            permissions=ticks["permissions"],
            signature=signatures.of(
                data_url=request.POST.get("signature", ""), typed_name=request.POST.get("typed_name", "")
            ),
            text_digest=request.POST.get("text_digest", ""),
            by=request.actor,  # type: ignore[attr-defined]
            at=clock.now(),
            version=_version(request),
        )
    except DomainError as error:
        return _page(request, consent, error=error)
    return redirect_to("handover-form")


def decline(request: HttpRequest, handover: HandOver) -> HttpResponse:
    """POST: the client says no."""
    consent = _consent(handover)
    try:
        services.decline_consent(
            consent,
            reason=request.POST.get("decline_reason", ""),
            by=request.actor,  # type: ignore[attr-defined]
            at=clock.now(),
            version=_version(request),
        )
    except DomainError as error:
        return _page(request, consent, error=error)
    return redirect_to("handover-form")


def state(actor: Actor, handover: HandOver) -> dict[str, Any]:
    """Everything the page needs to draw itself again."""
    consent = _consent(handover)
    return {
        "version": consent.version,
        "state": consent.state,
        "text": consent.snapshot,
        "text_digest": consent.text_digest,
        "ticks": consent.draft,
        "why_not_sign": [
            {"code": row.code, "message": row.message} for row in queries.why_not_sign(consent, clock.now())
        ],
    }


def answer(actor: Actor, handover: HandOver, values: dict[str, Any], version: int | None) -> dict[str, Any]:
    """PUT: keep the ticks."""
    saved = services.save_ticks(_consent(handover), values, by=actor, at=clock.now(), version=version)
    return {"version": saved.version, "ticks": saved.draft}
