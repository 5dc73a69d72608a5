"""Pages of the log."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from clinic import audit, clock, http
from clinic.access import Can, may
from clinic.actors import Actor
from clinic.logbook import forms, queries, services
from clinic.logbook.choices import Answer
from clinic.models import Client

EMPTY = queries.LogPage([], "")


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def recorded_search(actor: Actor, search: queries.Search) -> queries.LogPage:
    """The search, which is an entry itself: about the client when it is about one."""
    page = queries.search_log(actor, search)
    about = Client.objects.filter(pk=search.client_id).first() if search.client_id else None
    audit.record(actor, "log.searched", about, at=clock.now(), outcome_asked=search.outcome)
    return page


def _next(request: HttpRequest, name: str, page: queries.LogPage) -> str:
    if not page.next_before:
        return ""
    kept = {key: request.GET[key] for key in forms.SearchForm.base_fields if request.GET.get(key)}
    return f"{reverse(name)}?{urlencode({**kept, 'before': page.next_before})}"


def log_search(request: HttpRequest) -> HttpResponse:
    """The data protection lead's search; the search itself is an entry."""
    actor = _actor(request)
    form = forms.SearchForm(request.GET, actor=actor)
    page = recorded_search(actor, form.search()) if form.is_valid() else EMPTY
    context = {
        "form": form,
        "page": page,
        "people": [(str(key), name) for key, name in queries.people(actor)],
        "open_alarms": sum(alarm.answered_at is None for alarm in queries.alarms(actor)),
        "next_url": _next(request, "log-search", page),
    }
    return http.page(request, "log/search.html", context, status=200 if form.is_valid() else 422)


def log_own(request: HttpRequest) -> HttpResponse:
    """What I did."""
    form = forms.SearchForm(request.GET, actor=_actor(request))
    before = form.cleaned_data.get("before") if form.is_valid() else None
    page = queries.own_actions(_actor(request), before=before)
    return http.page(request, "log/own.html", {"page": page, "next_url": _next(request, "log-own", page)})


def who_looked(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Who opened a client's record, and who was kept from it; asking is an entry."""
    actor = _actor(request)
    client = http.load(Client, actor, Can.READ_WHO_LOOKED, client_id)
    audit.record(actor, "log.who_looked", client, at=clock.now())
    context = {
        "client_code": client.code,
        "lookers": queries.who_looked(client),
        "client_url": reverse("client-detail", args=[client.pk]) if may(actor, Can.READ_CONTACT, client) else "",
    }
    return http.page(request, "log/who_looked.html", context)


def alarm_list(request: HttpRequest) -> HttpResponse:
    """Alarms, the open ones first."""
    return _alarms(request)


def _alarms(
    request: HttpRequest, form: forms.AnswerForm | None = None, about: str = "", status: int = 200
) -> HttpResponse:
    shown = queries.alarms(_actor(request))
    context = {
        "open": [alarm for alarm in shown if alarm.answered_at is None],
        "answered": [alarm for alarm in shown if alarm.answered_at is not None],
        "answers": Answer.choices,
        "form": form,
        "about": about,
    }
    return http.page(request, "log/alarms.html", context, status=status)


def alarm_answer(request: HttpRequest, alarm_id: UUID) -> HttpResponse:
    """Say what came of an alarm."""
    actor, form = _actor(request), forms.AnswerForm(request.POST)
    organisation = queries.organisation_of_alarm(actor, alarm_id)
    status = 422
    if form.is_valid():
        with http.with_refusals(form) as outcome:
            answer = form.cleaned_data["answer"]
            services.acknowledge(organisation, alarm_id, answer=answer, by=actor, at=clock.now())
        if outcome.ok:
            messages.success(request, "The answer is in the log.")
            return http.redirect_to("alarm-list")
        status = outcome.status
    return _alarms(request, form, str(alarm_id), status)
