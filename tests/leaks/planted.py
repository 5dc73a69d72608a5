"""What is planted: one readable text for each kind of personal or clinical field, typed through the real doors."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client as Browser

from aftercare import services as aftercare
from clinic import photos
from clinic.clock import set_to
from clinic.erasure import services as erasure
from clinic.identity.services import glass
from clinic.middleware import actor_of_handover
from clinic.models import Client
from clinic.services import clients, handover, visits
from consent import services as consenting
from consent import wording
from consent.signatures import Signature
from consultations import findings
from consultations import services as consulting
from consultations.models import Consultation
from tests.consultations import support as consultations
from tests.factories import NOW, World
from tests.photos import samples
from tests.photos.corpus.parts import noise
from tests.treatments import support
from treatments import services as treating

DAY = timedelta(days=1)
PERSON = {
    "legal_name": "Zephyrine Quillfeather", "known_as": "Zeffie Quill", "phone": "07700 900987",
    "email": "zephyrine.quill@client.example", "address": "Old Lighthouse 17, Vellum Bay",
    "emergency_contact": "Barnabas Quillfeather 07700 900654", "gp_practice": "Dr Vellumtree, Saltmarsh Surgery",
}  # fmt: skip
_PLACES = """
visit note; allergy words; allergy correction; known allergy; medicine name; medicine dose; hormones;
override reason; skin notes; decision reason; decision advice; conclusion; method shown; expectation; plan aim;
wanted result; information note; what matters; questions asked; interpreter name; day check; comfort words;
comfort action; adaptation; session notes; end check; safety review; sheet note; skin pH product; reaction;
check-in; event; patch site; patch words; prescribing place; dose; instructions; photograph note; hold reason;
withdrawal reason; chart closed; course end
"""
WORDS = {place: f"Zqx {place} vellum" for place in (" ".join(one.split()) for one in _PLACES.split(";"))}
PLANTED = (*PERSON.values(), *WORDS.values())


def plant(world: World, browser: Browser) -> None:
    """A client's whole way, each word typed once. `browser` is signed in as reception."""
    support.make_house(world)
    support.make_standing(world)
    sent = browser.post("/api/v1/clients/", {**PERSON, "birth_date": "1990-02-03"}, content_type="application/json")
    assert sent.status_code == 201, sent.content
    world.own = Client.objects.get(pk=sent.json()["id"])
    _before(world)
    row = _consult(world)
    session = _treat(world, row)
    _after(world, session)


def _before(world: World) -> None:
    by, own = world.actor("practitioner"), world.own
    visits.book_visit(
        own, site=world.site, practitioner=world.people["practitioner"], kind="consultation", planned_at=NOW + DAY,
        note=WORDS["visit note"], by=world.actor("reception"), at=NOW,
    )  # fmt: skip
    entry = clients.record_allergy(own, tag="nuts", words=WORDS["allergy words"], by=by, at=NOW)
    clients.correct_allergy(entry, reason=WORDS["allergy correction"], by=world.actor("lead"), at=NOW)
    picture = samples.saved(noise(640, 480))
    photos.store(picture, client=own, by=by, at=NOW, view="P01", stage="before", note=WORDS["photograph note"],
                 is_agreed=True)  # fmt: skip


def _consult(world: World) -> Consultation:
    by = world.actor("practitioner")
    row = consultations.answered(
        world, id_name=PERSON["legal_name"], id_known_as=PERSON["known_as"], id_dob="1990-02-03",
        id_contact=PERSON["phone"], id_emergency=PERSON["emergency_contact"], al_any="yes",
        al_list=[{"what": WORDS["known allergy"], "severity": "mild"}], pr_hormones=WORDS["hormones"],
        rx_list=[{"name": WORDS["medicine name"], "dose": WORDS["medicine dose"]}], mh_bleed="yes",
    )  # fmt: skip
    consulting.code_allergy(row, question="al_list", position=0, tags=["fish"], by=by, at=NOW)
    consulting.record_skin_analysis(row, consultations.skin(notes=WORDS["skin notes"]), by=by, at=NOW)
    run = findings.latest_run(row)
    assert run is not None
    consulting.override_finding(run, rule="R070", reason=WORDS["override reason"], by=world.actor("lead"), at=NOW)
    conclusion = consultations.conclusion(
        summary=WORDS["conclusion"], methods={"questioning": WORDS["method shown"]}, expectation="partly",
        expectation_words=WORDS["expectation"],
    )  # fmt: skip
    consultations.decide(
        world, row, reason=WORDS["decision reason"], recommendation=WORDS["decision advice"], conclusion=conclusion
    )
    return Consultation.objects.get(pk=row.pk)


def _treat(world: World, row: Consultation) -> Any:
    by, product = world.actor("practitioner"), consultations.make_product(world)
    shared = {"wanted": WORDS["wanted result"], "goals": WORDS["wanted result"]}
    terms = {**consultations.PLAN, "aim": WORDS["plan aim"], "shared": shared}
    plan = consulting.draft_plan(row, product=product, by=by, at=NOW, **terms)
    plan = consulting.agree_plan(plan, agreed_with=PERSON["legal_name"], by=by, at=NOW)
    _consent(world, plan)
    course = treating.start_course(plan, by=by, at=NOW)
    session = treating.prepare_session(course, by=by, at=NOW)
    treating.confirm_today(session, kind="answers", outcome="unchanged", words=WORDS["day check"], by=by, at=NOW)
    support.get_ready(world, session)
    session = treating.start_session(support.fresh(session), by=by, at=NOW)
    support.place(session, world)
    treating.record_comfort(
        session, score=2, words=WORDS["comfort words"], action=WORDS["comfort action"], by=by, at=NOW
    )
    treating.note_adaptation(session, adapted_because=WORDS["adaptation"], notes=WORDS["session notes"], by=by, at=NOW)
    support.tick_phase(session, "treatment", by)
    check = {"bleeding_stopped": True, "seen": WORDS["end check"]}
    later = NOW + timedelta(minutes=12)
    session = treating.finish_session(session, end_check=check, by=by, at=later)
    treating.review_safety(session, waste=["KD01"], words=WORDS["safety review"], by=by, at=later)
    return session


def _consent(world: World, plan: Any) -> None:
    told, signed, by = NOW - 8 * DAY, NOW - DAY, world.actor("practitioner")
    offered = consenting.offer_consent(
        plan, performer=world.people["practitioner"], note=WORDS["information note"], by=by, at=told
    )
    consenting.record_conversation(
        offered, how="in_person", matters=WORDS["what matters"], questions=WORDS["questions asked"],
        interpreter=WORDS["interpreter name"], capacity={"doubt": False}, by=by, at=told,
    )  # fmt: skip
    with set_to(signed):
        _, token = handover.start_handover(world.own, "consent", offered.id, by=by, at=signed)
        holder = actor_of_handover(token)
        assert holder is not None
        consenting.sign_consent(
            offered, statements=wording.statement_ids(offered.snapshot),
            permissions=dict.fromkeys(wording.permission_codes(offered.snapshot), True),
            signature=Signature("typed", name=PERSON["legal_name"]), text_digest=offered.text_digest, by=holder,
            at=signed,
        )  # fmt: skip
    world.extra["consent"] = offered


def _after(world: World, session: Any) -> None:
    by, at, own = world.actor("practitioner"), NOW + timedelta(minutes=20), world.own
    sheet = aftercare.compose_sheet(
        session, note=WORDS["sheet note"], ph_product=WORDS["skin pH product"], by=by, at=at
    )
    sheet = aftercare.issue_sheet(sheet, by=by, at=at)
    soon = at + timedelta(hours=3)
    aftercare.report_reaction(sheet, kind="swelling", words=WORDS["reaction"], is_growing=True, by=by, at=soon)
    aftercare.record_check_in(
        sheet, follow_up="A22s", reached="answered", words=WORDS["check-in"], by=by, at=sheet.ended_at + 38 * DAY / 24
    )
    treating.report_event(own, kind="E04", grade=1, description=WORDS["event"], by=by, at=soon)
    treating.record_patch_test(
        own, product=session.course.plan.product, site=WORDS["patch site"], placed_at=NOW - 2 * DAY, read_at=NOW - DAY,
        result="reaction", words=WORDS["patch words"], by=by, at=at,
    )  # fmt: skip
    treating.record_prescription(
        own, product=session.course.plan.product, seen_at=NOW - DAY, seen_where=WORDS["prescribing place"],
        dose=WORDS["dose"], instructions=WORDS["instructions"], valid_until=NOW.date() + 30 * DAY,
        by=world.actor("prescriber"), at=at,
    )  # fmt: skip
    treating.sign_session(support.fresh(session), sheet_id=sheet.id, by=by, at=at)
    consenting.withdraw_consent(world.extra["consent"], reason=WORDS["withdrawal reason"], by=by, at=soon)
    treating.stop_course(session.course, reason=WORDS["course end"], by=by, at=soon)
    erasure.place_hold(own, reason=WORDS["hold reason"], by=world.actor("protection"), at=soon)
    glass.close_chart(
        own, treated_by=world.people["practitioner"], reason=WORDS["chart closed"], by=world.actor("lead"), at=soon
    )
