"""The path of a consent: information, talk, signature, paper, withdrawal; and every refusal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from clinic import access, clock, verification
from clinic.access import Refused
from clinic.documents import keyring, making, sealing, store
from clinic.errors import DomainError
from clinic.middleware import actor_of_handover
from clinic.models import AuditEntry
from clinic.services import handover, house
from consent import queries, registrations, services, signatures, wording
from consent.models import Consent
from consent.signatures import Signature
from tests.consultations import support as consultations
from tests.documents.examples import png_signature
from tests.factories import NOW, World

LATER = NOW + timedelta(hours=169)
TYPED = Signature("typed", name="Amara Okafor")


@pytest.fixture
def plan(world: World) -> Any:
    consultations.open_world(world)
    return consultations.planned(world).plans.get()


@pytest.fixture
def offered(world: World, plan: Any) -> Consent:
    return services.offer_consent(plan, performer=world.people["practitioner"], by=world.actor("practitioner"), at=NOW)


def talk(world: World, consent: Consent, role: str = "practitioner", **changes: Any) -> Any:
    said = {"how": "in_person", "matters": "No bruises before a wedding.", "capacity": {"doubt": False}, **changes}
    return services.record_conversation(consent, by=world.actor(role), at=NOW, **said)


def tablet(world: World, consent: Consent, at: Any = LATER) -> Any:
    _, token = handover.start_handover(consent.client, "consent", consent.id, by=world.actor("practitioner"), at=at)
    with clock.set_to(at):
        actor = actor_of_handover(token)
    assert actor is not None
    return actor


def sign(world: World, consent: Consent, at: Any = LATER, **changes: Any) -> Consent:
    given = {
        "statements": wording.statement_ids(consent.snapshot), "permissions": {"P1": True, "P5a": False},
        "signature": TYPED, "text_digest": consent.text_digest, **changes,
    }  # fmt: skip
    return services.sign_consent(consent, by=tablet(world, consent, at), at=at, **given)


def code_of(verb: Any, *args: Any, **values: Any) -> str:
    with pytest.raises(DomainError) as caught:
        verb(*args, **values)
    return caught.value.code


def standing(world: World, consent: Consent, at: Any = LATER, **changes: Any) -> queries.ConsentStanding:
    wanted = {
        "product": consent.product, "technique": consent.technique, "zones": consent.zones,
        "performer": consent.performer, **changes,
    }  # fmt: skip
    return queries.consent_standing(consent.client, at=at, **wanted)


def test_information_starts_the_clock(world: World, offered: Consent) -> None:
    """REQ-S191, REQ-S193, REQ-S194."""
    assert (offered.cooling_off_hours, offered.info_given_at, offered.state) == (168, NOW, "offered")
    assert "sessions" in offered.snapshot["facts"]["course"]
    assert [r.code for r in queries.why_not_sign(offered, NOW)] == ["no_conversation", "reflection_time"]
    assert code_of(
        services.offer_consent, offered.plan, performer=offered.performer, by=world.actor("practitioner"), at=NOW
    ) == "already_offered"  # fmt: skip


def test_a_signed_consent_is_a_sealed_frozen_paper(world: World, offered: Consent) -> None:
    """REQ-S191, SEC-S19: signature, paper, seal, permissions, log; nothing can be changed afterwards."""
    talk(world, offered)
    ink = signatures.drawn("data:image/png;base64," + __import__("base64").b64encode(png_signature()).decode())
    consent = sign(world, offered, signature=ink)
    assert consent.state == "given"
    pdf = store.open_pdf(consent.document)
    assert sealing.verify(pdf, keyring.trust_root(world.organisation)).good
    assert queries.permission(world.own, "P1") is True
    assert queries.permission(world.own, "P5a") is False
    assert queries.permission(world.own, "P7") is None
    assert AuditEntry.objects.filter(action="record.sealed", object_id=consent.id).exists()
    assert list(verification.faults()) == []
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE consent_consent SET technique = 'T99'")


def test_the_gate(world: World, offered: Consent) -> None:
    """RULE-R005, RULE-R006, decision 51."""
    assert standing(world, offered).reasons[0].code == "not_signed"
    talk(world, offered)
    consent = sign(world, offered)
    assert standing(world, consent).ok
    assert standing(world, consent, technique="T03").reasons[0].code == "other_technique"
    assert [r.code for r in standing(world, consent, zones=["neck_front"]).reasons] == ["other_area"]
    other = standing(world, consent, performer=world.people["colleague"])
    assert [r.code for r in other.reasons] == ["other_performer"]
    talk(world, consent, "colleague")
    assert standing(world, consent, performer=world.people["colleague"]).ok
    late = LATER + timedelta(days=184)
    assert standing(world, consent, late).reasons[0].code == "too_old"
    assert standing(world, consent, late, last_treated_at=LATER + timedelta(days=20)).ok


def test_the_signature_waits_for_the_talk_and_the_time(world: World, offered: Consent) -> None:
    assert code_of(sign, world, offered) == "no_conversation"
    talk(world, offered)
    assert code_of(sign, world, offered, NOW + timedelta(hours=2)) == "reflection_time"
    assert Consent.objects.get(pk=offered.pk).state == "offered"


def test_a_lead_shortens_with_a_visible_reason(world: World, offered: Consent) -> None:
    """REQ-S193."""
    talk(world, offered)
    with pytest.raises(Refused):
        services.shorten_reflection(offered, reason="Travels tomorrow", by=world.actor("practitioner"), at=NOW)
    assert code_of(services.shorten_reflection, offered, reason="ok", by=world.actor("lead"), at=NOW) == "required"
    services.shorten_reflection(offered, reason="Lives abroad and asked to.", by=world.actor("lead"), at=NOW)
    soon = NOW + timedelta(hours=2)
    consent = sign(world, offered, soon)
    found = standing(world, consent, soon)
    assert (found.ok, found.cooling_off_hours, found.asked_hours) == (True, 0, 168)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"text_digest": "0" * 64}, "text_changed"),
        ({"statements": ["ST02"]}, "statements_missing"),
        ({"permissions": {"P99": True}}, "unknown_field"),
        ({"permissions": {"P1": "yes"}}, "wrong_type"),
        ({"version": 77}, "stale"),
    ],
)
def test_what_cannot_be_signed(world: World, offered: Consent, changes: dict[str, Any], code: str) -> None:
    """SEC-A10: another text, missing ticks, unknown permissions, a stale page."""
    talk(world, offered)
    assert code_of(sign, world, offered, **changes) == code


def test_a_text_published_after_display_cannot_be_signed(world: World, offered: Consent) -> None:
    """D2 of security.md: 409, and the new text is given first."""
    talk(world, offered)
    body = {**offered.content.body, "title": "Another title"}
    lead = world.actor("lead")
    version = house.draft_content(world.organisation, "consent_texts", body, by=lead, at=NOW)
    house.review_content(version, house.unreviewed_rows(version), by=lead, at=NOW)
    house.publish_content(version, by=lead, at=NOW)
    with pytest.raises(DomainError) as caught:
        sign(world, offered)
    assert (caught.value.code, caught.value.status) == ("text_changed", 409)


def test_declining_is_as_easy_and_needs_no_talk(world: World, offered: Consent) -> None:
    soon = NOW + timedelta(minutes=5)
    declined = services.decline_consent(offered, by=tablet(world, offered, soon), at=soon)
    assert declined.state == "declined"
    assert sealing.verify(store.open_pdf(declined.document), keyring.trust_root(world.organisation)).good
    assert standing(world, declined).reasons[0].code == "declined"


def test_withdrawal_is_a_row_of_its_own(world: World, offered: Consent) -> None:
    """Decision 46: never backwards."""
    talk(world, offered)
    consent = sign(world, offered)
    after = LATER + timedelta(hours=1)
    services.withdraw_consent(consent, reason="Changed my mind", by=world.actor("practitioner"), at=after)
    assert standing(world, consent, LATER).ok
    assert standing(world, consent, after).reasons[0].code == "withdrawn"
    assert Consent.objects.get(pk=consent.pk).state == "given"
    again = code_of(services.withdraw_consent, consent, by=world.actor("practitioner"), at=after)
    assert again == "wrong_state"


def test_a_permission_is_taken_back_alone(world: World, offered: Consent) -> None:
    """REQ-S192, decision 45."""
    talk(world, offered)
    consent = sign(world, offered)
    by = world.actor("practitioner")
    row = services.answer_permission(world.own, code="P1", answer=False, by=by, at=LATER + timedelta(minutes=1))
    assert row.is_withdrawal
    assert queries.permission(world.own, "P1") is False
    assert standing(world, consent).ok
    assert code_of(services.answer_permission, world.own, code="P0", answer=True, by=by, at=LATER) == "invalid_choice"


def test_ticks_are_kept_without_history(world: World, offered: Consent) -> None:
    """Decision 20."""
    actor, rows = tablet(world, offered, NOW), offered.history.count()
    saved = services.save_ticks(offered, {"statements": ["ST03"], "permissions": {"P1": True}}, by=actor, at=NOW)
    assert saved.draft == {"statements": ["ST03"], "permissions": {"P1": True}}
    assert saved.history.count() == rows
    assert code_of(services.save_ticks, offered, {"statements": ["X"]}, by=actor, at=NOW) == "unknown_field"


def test_nobody_but_the_client_with_this_paper_signs(world: World, offered: Consent) -> None:
    talk(world, offered)
    values = {"statements": [], "permissions": {}, "signature": TYPED, "text_digest": offered.text_digest, "at": LATER}
    with pytest.raises(Refused):
        services.sign_consent(offered, by=world.actor("practitioner"), **values)
    assert not access.may(world.actor("lead"), access.Can.SIGN_HANDED, offered)


def test_a_doubt_about_capacity_stops(world: World, offered: Consent) -> None:
    """Decision 50: recorded, and nobody signs for an adult."""
    parts = {"understands": True, "retains": False, "weighs": True, "communicates": True}
    talk(world, offered, capacity={"doubt": True, "support": "Pictures and time", **parts})
    assert code_of(sign, world, offered) == "capacity_doubt"


@pytest.mark.parametrize("url", ["", "data:image/png;base64,AAAA", "data:image/gif;base64,R0lG", "javascript:1"])
def test_what_is_no_signature_is_refused(url: str) -> None:
    assert code_of(signatures.of, data_url=url, typed_name="") == "invalid_signature"


def test_a_check_on_the_day_is_nobodys_conversation(world: World, offered: Consent) -> None:
    """Decision 51, RULE-R005: whoever takes over records their own talk before start; a tick on the day is not one."""
    talk(world, offered)
    consent = sign(world, offered)
    services.confirm_today(consent, capacity={"doubt": False}, by=world.actor("colleague"), at=LATER)
    other = standing(world, consent, performer=world.people["colleague"])
    assert [reason.code for reason in other.reasons] == ["other_performer"]
    after = LATER + timedelta(minutes=5)
    said = {"how": "in_person", "matters": "No bruises.", "capacity": {"doubt": False}}
    services.record_conversation(consent, by=world.actor("colleague"), at=after, **said)
    assert not standing(world, consent, performer=world.people["colleague"]).ok
    assert standing(world, consent, after, performer=world.people["colleague"]).ok


def test_a_doubt_on_the_day_stops_although_the_talk_was_well(world: World, offered: Consent) -> None:
    """Decision 50: the newest judgement of this performer counts, whichever kind it is."""
    talk(world, offered)
    consent = sign(world, offered)
    doubt = {"doubt": True, "support": "Time and pictures", "understands": False}
    services.confirm_today(consent, capacity=doubt, by=world.actor("practitioner"), at=LATER)
    assert [reason.code for reason in standing(world, consent).reasons] == ["capacity_doubt"]


def test_a_talk_opens_the_signature_from_when_it_was_recorded(world: World, offered: Consent) -> None:
    """Decision 51."""
    row = talk(world, offered)
    assert queries.signing_case(offered, NOW).has_conversation
    assert not queries.signing_case(offered, row.recorded_at - timedelta(seconds=1)).has_conversation


def test_the_export_holds_the_talk_that_was_sealed(world: World, offered: Consent) -> None:
    """SEC-S19: what was said after the signature does not change the record the paper was made of."""
    talk(world, offered)
    consent = sign(world, offered)
    after = LATER + timedelta(hours=1)
    services.confirm_today(
        consent, capacity={"doubt": False}, matters="Later words", by=world.actor("practitioner"), at=after
    )
    said = {"how": "video", "matters": "Even later words.", "capacity": {"doubt": False}}
    services.record_conversation(consent, by=world.actor("practitioner"), at=after, **said)
    exported = dict(registrations.export(world.own))[f"consent/{consent.id}.json"]
    assert exported["conversation"]["matters"] == "No bruises before a wedding."
    assert making.sha256_of(making.canonical_json(exported)) == Consent.objects.get(pk=consent.pk).record_sha256
