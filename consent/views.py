"""Pages of consent for staff: offer, talk, hand over, shorten, confirm, withdraw, permissions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from clinic import audit, clock
from clinic import queries as clinic_queries
from clinic.access import Can, may
from clinic.http import load, page, redirect_to, with_refusals
from clinic.models import Client
from clinic.versions import rows_of
from consent import facts, queries, services, wording
from consent.choices import ConsentState, ConversationHow
from consent.forms import CapacityForm, ConversationForm, OfferForm, PermissionForm, ShortenForm, WithdrawForm
from consent.models import Consent
from consent.papers import ANSWERS, local
from consultations.choices import PlanState
from consultations.models import ServicePlan


def _open_plans(client: Client, rows: list[Consent]) -> list[ServicePlan]:
    """Agreed plans of a client that have no consent standing or open, newest first."""
    taken = {row.plan_id for row in rows if queries.standing_word(row) in (ConsentState.OFFERED, ConsentState.GIVEN)}
    plans = ServicePlan.objects.for_client(client).filter(state=PlanState.AGREED).select_related("product")
    return [plan for plan in plans.order_by("-agreed_at", "-id") if plan.id not in taken and not plan.is_superseded]


def _permission_rows(client: Client) -> list[dict[str, Any]]:
    _, texts = queries.texts_of(client.organisation_id)
    answers = queries.permissions(client)
    return [
        {"row": row, "answer": answers.get(row.id), "word": ANSWERS[answers.get(row.id)]} for row in texts.permissions
    ]


def _offer_form(client: Client, actor: Any, data: Any = None) -> OfferForm:
    performers = clinic_queries.practitioners(client.organisation_id)
    return OfferForm(data, performers=performers, initial={"form": "screen", "performer": actor.staff_id})


def _list(
    request: HttpRequest, client: Client, *, form: OfferForm | None = None, plan: Any = None, status: int = 200
) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    rows = queries.consents_of(client)
    context = {
        "client": client,
        "active_tab": "consent",
        "consents": [{"consent": row, "word": queries.standing_word(row)} for row in rows],
        "plans": [
            {
                "plan": found,
                "areas": facts.area_words(found.zones),
                "course": facts.course_words(found),
                "form": form if form and plan == found else _offer_form(client, actor),
            }
            for found in _open_plans(client, rows)
        ],
        "permissions": _permission_rows(client) if rows else [],
        "may_offer": may(actor, Can.OFFER_CONSENT, client),
        "may_withdraw": may(actor, Can.WITHDRAW_CONSENT, client),
    }
    return page(request, "consent/list.html", context, status=status)


def consent_list(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """All consents and separate permissions of a client, and plans that wait for information to be given."""
    actor = request.actor  # type: ignore[attr-defined]
    client = load(Client, actor, Can.READ_CHART, client_id)
    audit.viewed(actor, client, at=clock.now())
    return _list(request, client)


def consent_offer(request: HttpRequest, client_id: UUID, plan_id: UUID) -> HttpResponse:
    """The written information was given: the clock starts."""
    actor = request.actor  # type: ignore[attr-defined]
    plan = load(ServicePlan, actor, Can.OFFER_CONSENT, plan_id, client_id=client_id)
    form = _offer_form(plan.client, actor, request.POST)
    status = 422
    if form.is_valid():
        with with_refusals(form) as outcome:
            consent = services.offer_consent(plan, by=actor, at=clock.now(), **form.cleaned_data)
        if outcome.ok:
            return redirect_to("consent-detail", client_id=client_id, consent_id=consent.id)
        status = outcome.status
    return _list(request, plan.client, form=form, plan=plan, status=status)


def _forms(request: HttpRequest, consent: Consent, given: dict[str, forms.Form]) -> dict[str, Any]:
    blank = {"version": consent.version}
    return {
        "conversation_form": given.get("conversation")
        or ConversationForm(initial={**blank, "how": ConversationHow.IN_PERSON}),
        "shorten_form": given.get("shorten") or ShortenForm(initial=blank),
        "withdraw_form": given.get("withdraw") or WithdrawForm(),
        "confirm_form": given.get("confirm") or CapacityForm(prefix="confirm"),
    }


def _links(consent: Consent, reasons: tuple[Any, ...]) -> list[dict[str, str]]:
    anchors = {
        "no_conversation": ("#conversation", "Record it"),
        "reflection_time": ("#shorten", "See the time to think"),
    }
    return [
        {
            "message": row.message,
            "reason": row.code,
            "url": anchors.get(row.code, ("", ""))[0],
            "label": anchors.get(row.code, ("", ""))[1],
        }
        for row in reasons
    ]


def _detail(
    request: HttpRequest, consent: Consent, *, status: int = 200, versions: Any = (), **given: forms.Form
) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    is_open = consent.state == ConsentState.OFFERED
    reasons = queries.why_not_sign(consent, clock.now()) if is_open else ()
    word = queries.standing_word(consent)
    context = {
        "client": consent.client,
        "active_tab": "consent",
        "consent": consent,
        "versions": versions,
        "shown": consent.snapshot,
        "facts": consent.snapshot["facts"],
        "word": word,
        "is_open": is_open,
        "is_given": word == ConsentState.GIVEN,
        "reasons": _links(consent, reasons),
        "reflection_open": any(row.code == "reflection_time" for row in reasons),
        "opens_at": local(queries.opens_at(consent)),
        "conversations": sorted(consent.conversations.select_related("performer"), key=lambda row: row.held_at),
        "shared": wording.shared_rows(consent.snapshot),
        "has_talk": queries.conversation_of(consent) is not None,
        "asks_talk": _asks_talk(consent, actor, word),
        "shortening": queries.shortening_of(consent),
        "withdrawals": list(consent.withdrawals.select_related("received_by")),
        "may_offer": may(actor, Can.OFFER_CONSENT, consent),
        "may_shorten": may(actor, Can.SHORTEN_REFLECTION, consent),
        "may_withdraw": may(actor, Can.WITHDRAW_CONSENT, consent),
        "may_hand_over": may(actor, Can.HAND_OVER, consent),
        "hand_over_url": reverse("handover-start", args=[consent.client_id, "consent", consent.id]),
        **_forms(request, consent, given),
    }
    return page(request, "consent/detail.html", context, status=status)


def _asks_talk(consent: Consent, actor: Any, word: str) -> bool:
    """Whether this person may still record their own talk: before the signature, or taking over (decision 51)."""
    stands = word in (ConsentState.OFFERED, ConsentState.GIVEN)
    if not stands or actor.staff_id is None or not may(actor, Can.OFFER_CONSENT, consent):
        return False
    return queries.conversation_of(consent, actor.staff_id) is None


def consent_detail(request: HttpRequest, client_id: UUID, consent_id: UUID) -> HttpResponse:
    """One consent: text as shown, the talk, what is missing, the decision and its papers."""
    actor = request.actor  # type: ignore[attr-defined]
    consent = load(Consent, actor, Can.READ_CHART, consent_id, client_id=client_id)
    audit.viewed(actor, consent.client, at=clock.now())
    return _detail(request, consent)


def _with_version(form: forms.Form, version: int) -> Any:
    """What was typed, to be saved again on the version that is kept now."""
    data: Any = form.data.copy()  # type: ignore[attr-defined]
    data[form.add_prefix("version")] = str(version)
    return data


def _verb(request: HttpRequest, consent: Consent, name: str, form: forms.Form, run: Any) -> HttpResponse:
    """Check the form, run the verb, go back to the page; on a refusal the page keeps what was typed."""
    status, versions = 422, []
    if form.is_valid():
        with with_refusals(form) as outcome:
            run(form)
        if outcome.ok:
            return redirect_to("consent-detail", client_id=consent.client_id, consent_id=consent.id)
        status = outcome.status
        versions = rows_of(outcome.error)
        if versions:
            consent.refresh_from_db()
            form.data = _with_version(form, consent.version)
    return _detail(request, consent, status=status, versions=versions, **{name: form})


def consent_conversation(request: HttpRequest, client_id: UUID, consent_id: UUID) -> HttpResponse:
    """The person who treats records their talk."""
    actor = request.actor  # type: ignore[attr-defined]
    consent = load(Consent, actor, Can.OFFER_CONSENT, consent_id, client_id=client_id)

    def run(form: Any) -> None:
        services.record_conversation(
            consent, by=actor, at=clock.now(), version=form.cleaned_data["version"], **form.said()
        )

    return _verb(request, consent, "conversation", ConversationForm(request.POST), run)


def consent_confirm(request: HttpRequest, client_id: UUID, consent_id: UUID) -> HttpResponse:
    """The check on the day of a session."""
    actor = request.actor  # type: ignore[attr-defined]
    consent = load(Consent, actor, Can.OFFER_CONSENT, consent_id, client_id=client_id)

    def run(form: Any) -> None:
        services.confirm_today(consent, capacity=form.capacity(), by=actor, at=clock.now())

    return _verb(request, consent, "confirm", CapacityForm(request.POST, prefix="confirm"), run)


def consent_shorten(request: HttpRequest, client_id: UUID, consent_id: UUID) -> HttpResponse:
    """A clinical lead shortens the time to think, with a reason."""
    actor = request.actor  # type: ignore[attr-defined]
    consent = load(Consent, actor, Can.SHORTEN_REFLECTION, consent_id, client_id=client_id)

    def run(form: Any) -> None:
        services.shorten_reflection(consent, by=actor, at=clock.now(), **form.cleaned_data)

    return _verb(request, consent, "shorten", ShortenForm(request.POST), run)


def consent_withdraw(request: HttpRequest, client_id: UUID, consent_id: UUID) -> HttpResponse:
    """The client no longer agrees."""
    actor = request.actor  # type: ignore[attr-defined]
    consent = load(Consent, actor, Can.WITHDRAW_CONSENT, consent_id, client_id=client_id)

    def run(form: Any) -> None:
        services.withdraw_consent(consent, by=actor, at=clock.now(), **form.cleaned_data)

    return _verb(request, consent, "withdraw", WithdrawForm(request.POST), run)


def permission_answer(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """One permission, given or taken back."""
    actor = request.actor  # type: ignore[attr-defined]
    client = load(Client, actor, Can.WITHDRAW_CONSENT, client_id)
    form = PermissionForm(request.POST)
    if not form.is_valid():
        return _list(request, client, status=422)
    answer = form.cleaned_data["answer"] == "yes"
    with with_refusals(None) as outcome:
        services.answer_permission(client, code=form.cleaned_data["code"], answer=answer, by=actor, at=clock.now())
    if outcome.ok:
        return redirect_to("client-consents", client_id=client_id)
    return _list(request, client, status=outcome.status)
