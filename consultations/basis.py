"""What a plan rests on: the factors to consider, with what is known of each and what is still missing (S72, S120)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from consultations import findings, queries
from consultations.choices import Factor
from consultations.models import Consultation
from consultations.presenting import in_words

SHARED = ("goals", "budget", "comfort", "wanted")  # S268: decision factors the client's copy opens with
_QUESTIONS: Mapping[str, tuple[str, ...]] = {
    Factor.HISTORY: ("mh_heart", "rx_list", "gp_specialist"),
    Factor.GOALS: ("go_concern", "go_area", "go_why_now"),
    Factor.RESULT: ("go_outcome", "go_perfect"),
    Factor.EARLIER: ("px_meso", "px_bad", "px_bad_what"),
    Factor.LIFESTYLE: ("ls_sun", "ls_smoke", "ls_spf", "ls_sport"),
    Factor.TIME: ("go_event", "go_travel"),
    Factor.BUDGET: ("go_budget",),
    Factor.COMFORT: ("nd_fear", "nd_comfort"),
    Factor.ALTERNATIVES: ("go_alternatives",),
}
_SHARED_QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "goals": ("go_concern", "go_area"),
    "budget": ("go_budget",),
    "comfort": ("nd_fear", "nd_comfort"),
    "wanted": ("go_outcome",),
}
_BUDGET = {"yes": "Comfortable with the cost of a full course and upkeep", "no": "Not comfortable with the cost",
           "unsure": "Not sure about the cost"}  # fmt: skip


@dataclass(frozen=True)
class Basis:
    """One factor: its name, what is known of it in words; empty means that it is still missing."""

    id: str
    label: str
    words: str

    @property
    def is_missing(self) -> bool:
        """Whether nothing is known of it yet."""
        return not self.words


def basis_of(row: Consultation) -> list[Basis]:
    """Every factor with what history, analysis, findings and goals say about it; a fixed number of queries."""
    return [Basis(factor.value, factor.label, _words(row, factor)) for factor in Factor]


def _words(row: Consultation, factor: Factor) -> str:
    if factor == Factor.SKIN:
        analysis = queries.skin_analysis_of(row)
        return f"Phototype {analysis.scores['type']}, Glogau {analysis.scores['glogau']}" if analysis else ""
    if factor == Factor.FINDINGS:
        run = findings.latest_run(row)
        return ", ".join(item["rule"] for item in run.findings) or "No finding" if run else ""
    return "; ".join(_answers(row, _QUESTIONS[factor]))


def _answers(row: Consultation, names: tuple[str, ...]) -> list[str]:
    items, answers = queries.questionnaire_of(row.response).items, row.response.answers
    known = [(items[name], in_words(items[name], answers.get(name))) for name in names if name in items]
    return [f"{item.wording} {words}" for item, words in known if words]


def shared_decision(row: Consultation) -> dict[str, str]:
    """Goals, budget, comfort and wanted result in the client's words, from the answers (S268)."""
    items, answers = queries.questionnaire_of(row.response).items, row.response.answers
    found = {}
    for name, questions in _SHARED_QUESTIONS.items():
        parts = [in_words(items[question], answers.get(question)) for question in questions if question in items]
        found[name] = "; ".join(part for part in parts if part and part != "none")
    found["budget"] = _BUDGET.get(str(answers.get("go_budget")), "")
    fear = answers.get("nd_fear")
    if fear is not None:
        helps = in_words(items["nd_comfort"], answers.get("nd_comfort")) if "nd_comfort" in items else ""
        found["comfort"] = f"Fear of needles {fear} of 10" + (f"; helps: {helps}" if helps not in ("", "none") else "")
    return found
