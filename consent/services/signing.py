"""The client's own verbs, with the tablet in their hands: tick, sign, decline."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from clinic import access, audit, content, seals
from clinic.access import Can
from clinic.actors import Actor
from clinic.documents import store
from clinic.errors import InvalidValue, RuleRefused, TransitionRefused
from clinic.models import HandOver
from clinic.rules import check_move, check_version
from clinic.services.handover import finish_handover
from consent import papers, queries, rules, wording
from consent.choices import ConsentState
from consent.models import ClientPermission, Consent
from consent.signatures import Signature


def _handed(consent: Consent, can: Can, by: Actor, version: int | None) -> Consent:
    """The consent, locked, if it is the very document in the client's hands."""
    access.require(by, can, consent)
    if by.kind == "client" and by.document_id != consent.id:
        raise TransitionRefused("This is not in your hands.", code="not_handed")
    locked: Consent = (
        Consent.objects.select_for_update(of=("self",))
        .select_related("client", "organisation", "performer", "content")
        .get(pk=consent.pk)
    )
    check_version(
        locked.version,
        version,
        now={"version": locked.version, "state": locked.state, **locked.draft},
        yours={"version": version},
    )
    return locked


def _clean_ticks(consent: Consent, ticks: Mapping[str, Any]) -> dict[str, Any]:
    known = set(wording.statement_ids(consent.snapshot))
    codes = set(wording.permission_codes(consent.snapshot))
    statements, answers = ticks.get("statements", []), ticks.get("permissions", {})
    if not isinstance(statements, list) or not set(map(str, statements)) <= known:
        raise InvalidValue("Unknown statement.", code="unknown_field", field="statements")
    if not isinstance(answers, dict) or not answers.keys() <= codes:
        raise InvalidValue("Unknown permission.", code="unknown_field", field="permissions")
    if not all(value is None or isinstance(value, bool) for value in answers.values()):
        raise InvalidValue("A permission is yes, no, or not answered.", code="wrong_type", field="permissions")
    return {"statements": [row for row in wording.statement_ids(consent.snapshot) if row in statements],
            "permissions": dict(answers)}  # fmt: skip


@audit.audited
def save_ticks(
    consent: Consent, ticks: Mapping[str, Any], *, by: Actor, at: datetime, version: int | None = None
) -> Consent:
    """Keep what is ticked so far, so that a reload loses nothing: {"statements": [ids], "permissions": {code: yes/no}}.

    A draft keeps no history. Raises StaleRecord with both versions, InvalidValue, TransitionRefused once decided.
    """
    locked = _handed(consent, Can.ANSWER_HANDED, by, version)
    if locked.state != ConsentState.OFFERED:
        raise TransitionRefused("This was decided already.", code="wrong_state", field="state")
    locked.draft = _clean_ticks(locked, ticks)
    locked.skip_history_when_saving = True  # type: ignore[attr-defined]
    locked.save(update_fields=["draft"])
    audit.record(by, "consent.ticked", locked, at=at, version=locked.version)
    return locked


def _check_text(consent: Consent, text_digest: str) -> None:
    """The text signed is the text shown, and the one still in force (SEC-D2)."""
    published = content.published(consent.organisation_id, queries.KIND)
    if text_digest != consent.text_digest or published.id != consent.content_id:
        raise TransitionRefused(
            "The text of this form was changed after it was shown. Nothing was signed. Staff give you the new text.",
            code="text_changed",
            details={"shown": text_digest[:12], "current": published.number},
        )


def _check_signing(consent: Consent, statements: Collection[str], at: datetime) -> None:
    reasons = rules.why_not_sign(queries.signing_case(consent, at))
    if reasons:
        listed = [{"code": reason.code, "message": reason.message} for reason in reasons]
        raise RuleRefused(reasons[0].message, code=reasons[0].code, details=listed)
    missing = [row for row in wording.statement_ids(consent.snapshot) if row not in statements]
    if missing:
        raise RuleRefused(
            f"{len(missing)} statement{'s are' if len(missing) > 1 else ' is'} not ticked yet. "
            "If you cannot agree to it, speak with us or decline.",
            code="statements_missing",
            field="statements",
            details=missing,
        )


def _decide(consent: Consent, state: ConsentState, *, by: Actor, at: datetime) -> None:
    """Fill what a decision has in common and write paper, row and seal."""
    consent.state, consent.decided_at = state, at
    consent.handover_id, consent.draft = by.handover_id, {}
    paper, consent.record_sha256 = papers.paper_of(
        consent, queries.conversation_of(consent), queries.shortening_of(consent)
    )
    sealed, reading = store.make_pair("consent", paper, consent.organisation, at=at)
    consent.document = store.store_pdf(
        consent.client,
        "consent",
        sealed,
        by=by,
        at=at,
        reading=reading,
        title=paper["document"]["title"],
        about=consent,
        facts={"record_sha256": consent.record_sha256},
    )
    consent.save()
    seals.seal(consent, by=by, at=at)


def _give_back(by: Actor, outcome: str, at: datetime) -> None:
    if by.kind == "client" and by.handover_id is not None:
        finish_handover(HandOver.objects.get(pk=by.handover_id), outcome=outcome, by=by, at=at)


@audit.audited
def sign_consent(
    consent: Consent,
    *,
    statements: Collection[str],
    permissions: Mapping[str, bool | None],
    signature: Signature,
    text_digest: str,
    by: Actor,
    at: datetime,
    version: int | None = None,
) -> Consent:
    """The client says yes: all statements ticked, permissions answered one by one, signature; a sealed paper is made.

    Raises TransitionRefused `text_changed` (409), `wrong_state`, `not_handed`; RuleRefused `no_conversation`,
    `reflection_time`, `capacity_doubt`, `statements_missing`; InvalidValue; StaleRecord.
    """
    locked = _handed(consent, Can.SIGN_HANDED, by, version)
    check_move(rules.NEXT, ConsentState(locked.state), ConsentState.GIVEN)
    _check_text(locked, text_digest)
    ticks = _clean_ticks(locked, {"statements": list(statements), "permissions": dict(permissions)})
    _check_signing(locked, ticks["statements"], at)
    codes = wording.permission_codes(locked.snapshot)
    locked.statements = ticks["statements"]
    locked.permissions = {code: ticks["permissions"].get(code) for code in codes}
    locked.signed_how, locked.signed_name, locked.signature = signature.how, signature.name, signature.stored
    _decide(locked, ConsentState.GIVEN, by=by, at=at)
    for code in codes:
        _answer(locked, code, locked.permissions[code], at)
    audit.record(by, "consent.given", locked, at=at, how=signature.how, document=locked.document_id)
    _give_back(by, "given", at)
    return locked


def _answer(consent: Consent, code: str, answer: bool | None, at: datetime) -> None:
    ClientPermission(
        organisation_id=consent.organisation_id,
        client_id=consent.client_id,
        consent=consent,
        code=code,
        answer=answer,
        decided_at=at,
        recorded_at=at,
    ).save()


@audit.audited
def decline_consent(
    consent: Consent, *, by: Actor, at: datetime, version: int | None = None, reason: str = ""
) -> Consent:
    """The client says no; at any time before signing, no reason needed. Raises TransitionRefused, StaleRecord."""
    locked = _handed(consent, Can.ANSWER_HANDED, by, version)
    check_move(rules.NEXT, ConsentState(locked.state), ConsentState.DECLINED)
    locked.decline_reason = reason.strip()[:1000]
    _decide(locked, ConsentState.DECLINED, by=by, at=at)
    audit.record(by, "consent.declined", locked, at=at, document=locked.document_id)
    _give_back(by, "declined", at)
    return locked
