"""Plain data for templates and the API: the questionnaire as pages, findings as groups, steps of a consultation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse

from clinic.catalogue import content as catalogue
from clinic.clock import LONDON
from clinic.errors import DomainError
from clinic.versions import rows_of
from consultations import library, queries
from consultations.choices import ConsultationState, Severity
from consultations.findings import Standing
from consultations.models import Consultation, QuestionnaireResponse
from consultations.questionnaire import Group, Item, Questionnaire
from consultations.rule_language import as_data

TONES = {Severity.ABSOLUTE: "stop", Severity.RELATIVE: "refer", Severity.DEFER: "defer", Severity.CAUTION: "caution"}
MODALITY_WORDS = {"injection": "injection only", "electro": "electro only"}
YES_NO = (("yes", "Yes"), ("no", "No"))
YES_NO_UNSURE = (*YES_NO, ("unsure", "Not sure"))
DN = (("none", "Not at all, or not recently"), ("unsure", "Not sure when"), ("date", "On a date"))
KINDS = {
    "bool": "choices", "ynu": "choices", "single": "choices", "multi": "checks", "text": "text", "long": "long",
    "date": "date", "dn": "dn", "int": "number", "dec": "number", "s10": "scale", "group": "group", "sign": "sign",
}  # fmt: skip


# questionnaire --------------------------------------------------------------------------------------------------------
def groups_for(response: QuestionnaireResponse, *, is_handed: bool) -> tuple[Group, ...]:
    """Groups that can be asked here; staff-only items are left out of what a client holds (decision 50)."""
    shown, setting = queries.questionnaire_of(response), queries.setting_of(response.consultation)
    found = []
    for group in shown.groups:
        items = tuple(
            item
            for item in group.items
            if setting.covers(group.asked) and setting.covers(item.asked) and not (is_handed and item.is_staff_only)
        )
        if items:
            found.append(Group(group.id, group.title, group.asked, items))
    return tuple(found)


def shown_items(response: QuestionnaireResponse, *, is_handed: bool) -> dict[str, Item]:
    """Items of those groups by id."""
    return {item.id: item for group in groups_for(response, is_handed=is_handed) for item in group.items}


def _options(item: Item) -> tuple[tuple[str, str], ...]:
    if item.type == "bool":
        return YES_NO
    if item.type == "ynu":
        return YES_NO_UNSURE
    if item.type == "dn":
        return DN
    return tuple((word, word[:1].upper() + word[1:]) for word in item.options)


def in_words(item: Item, value: Any) -> str:
    """An answer as a person would say it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(_row_words(part) for part in value) or "none"
    if item.type in ("date", "dn") and str(value)[:1].isdigit():
        return until_in_words(str(value))
    words = {"none": "not recently", "unsure": "not sure"} if item.type == "dn" else {}
    return words.get(str(value), f"{value}{f' {item.unit}' if item.unit else ''}")


def _row_words(part: Any) -> str:
    return ", ".join(str(word) for word in part.values()) if isinstance(part, Mapping) else str(part)


def item_data(item: Item, response: QuestionnaireResponse, answers: Mapping[str, Any]) -> dict[str, Any]:
    """One question as the template and the script draw it."""
    value = answers.get(item.id)
    last = in_words(item, response.previous.get(item.id)) if item.id in response.previous else ""
    chosen = "yes" if value is True else "no" if value is False else value
    is_dated = item.type == "dn" and value not in (None, "none", "unsure")
    return {
        "id": item.id, "wording": item.wording, "kind": KINDS[item.type], "type": item.type,
        "options": _options(item), "required": item.is_required, "unit": item.unit, "value": value,
        "chosen": "date" if is_dated else chosen, "date": value if is_dated or item.type == "date" else "",
        "low": item.range[0] if item.range else None, "high": item.range[1] if item.range else None,
        "scale": range(11), "fields": [field for field in item.fields if field.id != "tag"], "last_time": last,
        "when": as_data(item.when) if item.when else None, "is_staff_only": item.is_staff_only,
        "rows": _rows(value) if item.type == "group" else (), "why": item.why,
    }  # fmt: skip


def _rows(value: Any) -> list[Mapping[str, Any]]:
    given = list(value or [])
    return given + [{}] * max(0, 3 - len(given))


def answer_versions(
    error: DomainError | None, response: QuestionnaireResponse, typed: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    """Rows for components/versions.html after a stale save: each answer that differs from what is kept now."""
    items = queries.questionnaire_of(response).items if rows_of(error) else {}
    kept = response.answers
    return [
        {"label": items[name].wording, "now": in_words(items[name], kept.get(name)),
         "yours": in_words(items[name], value), "differs": True}
        for name, value in (typed or {}).items() if name in items and value != kept.get(name)
    ] + rows_of(error)  # fmt: skip


def questionnaire_page(
    response: QuestionnaireResponse,
    *,
    is_handed: bool,
    error: DomainError | None = None,
    typed: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Context of the questionnaire: all pages in one form, so that a lost network loses nothing."""
    answers = {**response.answers, **(typed or {})}
    groups: list[dict[str, Any]] = [
        {"id": group.id, "title": group.title, "items": [item_data(item, response, answers) for item in group.items]}
        for group in groups_for(response, is_handed=is_handed)
    ]
    conditions = {item["id"]: item["when"] for group in groups for item in group["items"] if item["when"]}
    return {
        "response": response, "consultation": response.consultation, "groups": groups, "conditions": conditions,
        "error": error, "missing": _missing(error), "saved_at": _clock_words(response),
        "is_handed": is_handed, "versions": answer_versions(error, response, typed),
    }  # fmt: skip


def _missing(error: DomainError | None) -> list[dict[str, Any]]:
    return list(error.details or []) if error is not None and error.code == "incomplete" else []


def _clock_words(response: QuestionnaireResponse) -> str:
    return response.saved_at.astimezone(LONDON).strftime("%H:%M") if response.saved_at else ""


def saved_state(response: QuestionnaireResponse) -> dict[str, Any]:
    """What an autosave answers."""
    return {"version": response.version, "saved_at": _clock_words(response), "state": response.state}


def questionnaire_state(response: QuestionnaireResponse, *, is_handed: bool) -> dict[str, Any]:
    """The whole document for the API."""
    shown = shown_items(response, is_handed=is_handed)
    return {
        **saved_state(response),
        "id": str(response.pk),
        "groups": [
            {"id": group.id, "title": group.title, "items": [_api_item(item) for item in group.items]}
            for group in groups_for(response, is_handed=is_handed)
        ],
        "answers": {name: value for name, value in response.answers.items() if name in shown},
        "previous": {name: value for name, value in response.previous.items() if name in shown},
    }


def _api_item(item: Item) -> dict[str, Any]:
    return {
        "id": item.id, "wording": item.wording, "type": item.type, "required": item.is_required,
        "options": list(item.options), "unit": item.unit, "range": list(item.range) if item.range else None,
        "when": as_data(item.when) if item.when else None,
        "fields": [{"id": field.id, "wording": field.wording, "type": field.type, "options": list(field.options)}
                   for field in item.fields if field.id != "tag"],
    }  # fmt: skip


def answers_in_words(response: QuestionnaireResponse) -> list[dict[str, Any]]:
    """Every asked question with its answer, by group, as the practitioner reads it with the client."""
    shown: Questionnaire = queries.questionnaire_of(response)
    asked = shown.asked(response.answers, queries.setting_of(response.consultation), while_filling=True)
    groups: dict[str, Any] = {}
    titles = {group.id: group.title for group in shown.groups}
    for item in asked:
        group = groups.setdefault(item.group, {"id": item.group, "title": titles[item.group], "rows": []})
        words = in_words(item, response.answers.get(item.id))
        before = in_words(item, response.previous.get(item.id)) if item.id in response.previous else ""
        is_new = bool(response.previous) and words != before
        group["rows"].append({"item": item, "words": words, "before": before, "has_changed": is_new})
    return list(groups.values())


# findings -------------------------------------------------------------------------------------------------------------
def finding_data(item: Standing, response: QuestionnaireResponse) -> dict[str, Any]:
    """One finding for the page and the API."""
    finding = item.finding
    return {
        "rule": finding.rule, "tone": TONES[finding.severity], "severity": str(finding.severity),
        "title": finding.message, "action": finding.action, "source": finding.source,
        "because": "; ".join(filter(None, (_because(name, response) for name in finding.fired_by))),
        "who": finding.who_may_clear,
        "until": until_in_words(finding.until), "until_on": finding.until, "fired_by": list(finding.fired_by),
        "unknown": list(finding.unknown), "is_open": item.is_open, "is_over": item.is_over,
        "is_override": item.is_override, "answer": item.answer, "is_absolute": finding.severity is Severity.ABSOLUTE,
        "awaits_facts": finding.awaits_facts,
        "modality": MODALITY_WORDS.get(finding.modality, ""),
    }  # fmt: skip


def _because(name: str, response: QuestionnaireResponse) -> str:
    shown = queries.questionnaire_of(response)
    item = shown.items.get(name)
    if item is None:
        return FACT_WORDS.get(name) or _form_words(name)
    words = in_words(item, response.answers.get(name))
    return f"{item.wording} {words[:1].upper()}{words[1:]}" if words else f"{item.wording} Not answered"


def _form_words(name: str) -> str:
    """`p.has('fish')` and plain facts as a person reads them."""
    meaning = library.fact_meanings().get(name)
    if meaning:
        return f"{meaning[:1].upper()}{meaning[1:]}"
    form, _, tag = name.removesuffix("')").partition("('")
    label = catalogue.tags()[tag].label if tag in catalogue.tags() else tag.replace("_", " ")
    words = {
        "allergy": "Allergic to",
        "p.has": "The product or a consumable carries",
        "p.contra": "The product is marked",
    }
    return f"{words[form]}: {label}" if form in words else name


FACT_WORDS = {
    "f.allergies_coded": "Not coded to tags yet",
    "m": "",
    "f.consent_valid_for_plan": "Consent is not given yet",
    "f.emergency_ready": "The emergency kit and training are checked before the session",
    "f.insurer_excludes": "Insurance cover for this treatment is not recorded",
    "f.days_since_other_modality": "Days since the other modality are not known",
    "f.bls_in_date": "Life support training is checked before the session",
    "f.fitzpatrick": "The phototype",
    "p.batch_recorded": "The lot is chosen at the session",
    "p.vial_opened_for_other_client": "Whether the vial is fresh is recorded at the session",
    "u.depth_limit_mm": "Your recorded depth limit for this technique",
}


def until_in_words(until: str | None) -> str:
    """`2026-11-30` as 30 Nov 2026; `when: until healed` as until healed."""
    if not until:
        return ""
    if until.startswith("when: "):
        return until.removeprefix("when: ")
    return f"{date.fromisoformat(until):%-d %b %Y}"


SECTIONS = (
    (Severity.ABSOLUTE, "Stop: no treatment while these stand"),
    (Severity.RELATIVE, "Needs clearance from a lead or prescriber"),
    (Severity.DEFER, "Wait"),
    (Severity.CAUTION, "Take care"),
)


def finding_groups(standing: tuple[Standing, ...], response: QuestionnaireResponse) -> list[dict[str, Any]]:
    """Findings that rest on answers, by severity; those that wait for facts of the session come separately."""
    groups = []
    for severity, title in SECTIONS:
        rows = [item for item in standing if item.finding.severity is severity and not item.finding.awaits_facts]
        if rows:
            data = [finding_data(item, response) for item in rows]
            open_rows = len([row for row in data if row["is_open"]])
            groups.append({"tone": TONES[severity], "title": title, "findings": data, "open": open_rows})
    return groups


def waiting_for_facts(standing: tuple[Standing, ...], response: QuestionnaireResponse) -> list[dict[str, Any]]:
    """Findings that only wait for something recorded before or at the session."""
    return [finding_data(item, response) for item in standing if item.finding.awaits_facts]


# the path of a consultation -------------------------------------------------------------------------------------------
def steps_of(row: Consultation, *, has_analysis: bool, has_plan: bool) -> list[dict[str, Any]]:
    """The steps on top of every page of a consultation, with what is done."""
    order = [ConsultationState.DRAFT, ConsultationState.ANSWERED, ConsultationState.SCREENED, ConsultationState.DECIDED]
    place = order.index(ConsultationState(row.state)) if row.state in order else len(order)
    done = {
        "questions": place >= 1, "findings": place >= 2, "skin": has_analysis,
        "decision": place >= 3, "plan": has_plan, "sign": row.state == ConsultationState.SIGNED,
    }  # fmt: skip
    names = (
        ("questions", "Questions", "consultation-detail"), ("findings", "Findings", "consultation-findings"),
        ("skin", "Skin and photograph", "consultation-skin"), ("decision", "Decision", "consultation-decision"),
        ("plan", "Plan", "consultation-plan"), ("sign", "Sign", "consultation-sign"),
    )  # fmt: skip
    now = next((key for key, _, _ in names if not done[key]), "sign")
    return [
        {
            "label": label,
            "url": reverse(name, kwargs={"consultation_id": row.pk}),
            "state": "done" if done[key] else "now" if key == now else "next",
        }
        for key, label, name in names
    ]
