"""Answering the questionnaire: the shipped file names a safe answer for each question, and two answers are not safe."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from playwright.sync_api import Locator, Page, expect

from tests.journey.walk import Walk

FILE = Path(__file__).resolve().parents[2] / "consultations" / "content" / "questionnaire.yaml"
ILLUSTRATED = ("A1", "A3", "A9")
TELEPHONES = TELEPHONE, SISTER = "07700 900461", "07700 900462"
MILD = {
    "nd_eaten": False,
    "ls_sport": "yes",
}  # R221 and R133: cautions, the treating person may clear them


def birth_date() -> date:
    """The client of the journey is 34."""
    return datetime.now(UTC).date() - timedelta(days=365 * 34 + 40)


def all_answers(client: str) -> dict[str, Any]:
    """Question → answer, safe but for two mild ones; dates are days before today."""
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    items = [item for group in data["groups"] for item in group["items"]]
    answers = {item["id"]: item["safe"] for item in items if "safe" in item}
    own = {"id_name": client, "id_known_as": client.split(maxsplit=1)[0], "id_dob": birth_date().isoformat()}
    contact = {"id_contact": TELEPHONE, "id_emergency": f"Sister, {SISTER}", "id_sex": "female"}
    return answers | own | contact | MILD


def answer_all(walk: Walk, answers: dict[str, Any]) -> None:
    """Every group, one a page, until the last."""
    page = walk.page
    for _ in range(60):
        group = page.locator("[data-group]:not([hidden])")
        name = group.get_attribute("data-group") or ""
        answer_group(page, answers)
        if name in ILLUSTRATED:
            walk.shot(3, f"questions-{name}", sizes=name == "A3")
        following = page.locator('.actions [data-go="next"]')
        if not following.is_visible():
            break
        following.click()
        expect(page.locator(f'[data-group="{name}"]')).to_be_hidden()
    expect(page.locator('[data-module="saved"]')).to_have_attribute("data-state", "saved")


def answer_group(page: Page, answers: dict[str, Any]) -> None:
    """Every question on the page that is shown; a follow-up may appear while answering."""
    done: set[str] = set()
    while True:
        shown = page.locator("[data-question]:visible")
        names = [shown.nth(n).get_attribute("data-question") or "" for n in range(shown.count())]
        waiting = [name for name in names if name not in done]
        if not waiting:
            return
        for name in waiting:
            done.add(name)
            _give(page.locator(f'[data-question="{name}"]'), name, answers.get(name))


def _give(question: Locator, name: str, answer: Any) -> None:
    kind = question.get_attribute("data-kind") or ""
    if not question.is_visible():
        return
    if kind == "group":
        question.locator(f'[name="q_{name}_none"]').check(force=True)
    elif kind == "sign":
        question.locator("input[type=checkbox]").check(force=True)
    elif kind in ("choices", "checks", "scale", "dn"):
        _choose(question, name, answer)
    elif answer is not None:
        question.locator(f'[name="q_{name}"]').fill(_text(answer))


def _choose(question: Locator, name: str, answer: Any) -> None:
    wanted = answer if isinstance(answer, list) else [_word(answer)]
    for word in wanted:
        option = question.locator(f'input[name="q_{name}"][value="{word}"]')
        if option.count() == 0 and _is_days(answer):
            question.locator(f'input[name="q_{name}"][value="date"]').check(force=True)
            question.locator(f'[name="q_{name}_on"]').fill(_text(answer))
        elif option.count():
            option.first.check(force=True)


def _word(answer: Any) -> str:
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    return str(answer)


def _is_days(answer: Any) -> bool:
    return isinstance(answer, str) and answer.startswith("-") and answer[1:].isdigit()


def _text(answer: Any) -> str:
    if _is_days(answer):
        return (datetime.now(UTC).date() - timedelta(days=int(answer[1:]))).isoformat()
    return str(answer)
