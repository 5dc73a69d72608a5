"""The rule language: what is refused at load, and how truth behaves when something is unknown, blank or not asked."""

from __future__ import annotations

import pytest

from consultations import library
from consultations.rule_language import RuleError, Truth, parse, tree
from consultations.rule_language.evaluate import Outcome, both, either

REFUSED = [
    ("yes(q.mh_fit)", "q.mh_fit", "unknown question"),
    ("is(q.mh_diabetes,'type 3')", "type 3", "unknown option"),
    ("any(q.mh_heart,'none','broken')", "broken", "unknown option"),
    ("f.agee < 18", "f.agee", "unknown fact"),
    ("allergy('peanut')", "peanut", "unknown allergen tag"),
    ("p.has('nuts')", "nuts", "unknown allergen tag"),
    ("p.contra('danger')", "danger", "unknown contraindication tag"),
    ("p.legal == 'pom'", "pom", "unknown option"),
    ("m == 'laser'", "laser", "unknown option"),
    ("a.electrode_site in ['nose']", "nose", "unknown option"),
    ("f.age ~ 18", "~ 18", "cannot be read"),
    ("f.age = 18", "= 18", "cannot be read"),
    ("yes(q.mh_fits) && yes(q.mh_clot)", "&& yes(q.mh_clot)", "cannot be read"),
    ("yes(q.mh_fits) xor yes(q.mh_clot)", "xor", "nothing more expected"),
    ("maybe(q.mh_fits)", "maybe", "unknown form"),
    ("__import__('os')", "__import__", "unknown form"),
    ("yes(q.mh_diabetes)", "q.mh_diabetes", "cannot read a question of type single"),
    ("within(q.mh_fits, 3)", "q.mh_fits", "cannot read a question of type ynu"),
    ("answered(q.mh_fits)", "q.mh_fits", "cannot read a question of type ynu"),
    ("q.mh_fits", "q.mh_fits", "has no bare value"),
    ("q.ls_weight", "ls_weight", "is a value, not a condition"),
    ("f.age", "f.age", "is a value, not a condition"),
    ("f.age + 'x' > 3", "x", "expected a number"),
    ("f.age in ['1']", "f.age", "expected a word or words"),
    ("f.country < 3", "f.country", "expected a number"),
    ("yes(q.mh_fits) and", "end of condition", "was expected"),
    ("(yes(q.mh_fits)", "end of condition", "expected )"),
    ("not", "end of condition", "was expected"),
    ("", "end of condition", "was expected"),
    ("is(q.mh_diabetes)", ")", "expected a word to compare with"),
    ("min(3) > 2", ")", "need two numbers"),
    ("allergy(tag)", "tag", "only inside any tag:"),
    ("d.setting outside 3", "value", None),
    ("fits", "fits", "unknown name"),
    ("any", "any", "out of place"),
    ("((((((((((yes(q.mh_fits)))))))))))", "(", "brackets"),
]


@pytest.mark.parametrize(("condition", "word", "reason"), REFUSED, ids=[row[0] or "empty" for row in REFUSED])
def test_a_wrong_word_is_refused_when_the_rule_is_loaded(condition: str, word: str, reason: str | None) -> None:
    """REQ-S208: an unknown word can never pass as a rule that does not fire."""
    with pytest.raises(RuleError) as refused:
        parse("R999", condition, library.vocabulary(library.shipped_questionnaire()))
    assert refused.value.owner == "R999"
    if reason:
        assert refused.value.word == word
        assert reason in refused.value.reason


def test_and_binds_closer_than_or_and_not_closest() -> None:
    vocabulary = library.vocabulary(library.shipped_questionnaire())
    node = parse("x", "not yes(q.mh_fits) and yes(q.mh_clot) or yes(q.mh_bleed)", vocabulary)
    fits, clot, bleed = tree.Yes("mh_fits"), tree.Yes("mh_clot"), tree.Yes("mh_bleed")
    assert node == tree.Or((tree.And((tree.Not(fits), clot)), bleed))


def test_multiplication_binds_closer_than_addition() -> None:
    vocabulary = library.vocabulary(library.shipped_questionnaire())
    node = parse("x", "q.ls_weight + 2 * 3 > 4", vocabulary)
    product = tree.Arithmetic("*", (tree.Number(2), tree.Number(3)))
    assert node == tree.Compare(">", tree.Arithmetic("+", (tree.Question("ls_weight"), product)), tree.Number(4))


T, F, U, A = (Outcome(truth) for truth in (Truth.TRUE, Truth.FALSE, Truth.UNKNOWN, Truth.ABSENT))


@pytest.mark.parametrize(
    ("one", "other", "conjunction", "disjunction"),
    [
        (T, T, "true", "true"), (T, F, "false", "true"), (F, F, "false", "false"), (T, U, "unknown", "true"),
        (F, U, "false", "unknown"), (U, U, "unknown", "unknown"), (T, A, "absent", "true"), (F, A, "false", "false"),
        (U, A, "absent", "unknown"), (A, A, "absent", "absent"),
    ],
)  # fmt: skip
def test_the_four_truths_combine_as_written(one: Outcome, other: Outcome, conjunction: str, disjunction: str) -> None:
    for pair in ([one, other], [other, one]):
        assert both(pair).truth == conjunction
        assert either(pair).truth == disjunction
