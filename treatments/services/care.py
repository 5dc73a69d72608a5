"""Patch tests and prescriptions of a client."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from clinic import access, audit
from clinic.access import Can
from clinic.actors import Actor
from clinic.catalogue.models import Product
from clinic.errors import InvalidValue, RuleRefused
from clinic.models import Client
from treatments import upstream
from treatments.choices import PatchResult, SessionState
from treatments.guards import person
from treatments.models import PatchTest, Prescription, Session
from treatments.rules.measures import MAX_PRESCRIPTION_DAYS
from treatments.services.setup import screen_session


def _demand_product(client: Client, product: Product) -> None:
    if product.organisation_id != client.organisation_id:
        raise InvalidValue("Choose a product of this clinic.", code="wrong_product", field="product")


def _demand_words(words: str, field: str, message: str) -> str:
    if not words.strip():
        raise InvalidValue(message, code="required", field=field)
    return words.strip()


@audit.audited
def record_patch_test(
    client: Client,
    *,
    product: Product,
    site: str,
    placed_at: datetime,
    read_at: datetime,
    result: str,
    words: str = "",
    by: Actor,
    at: datetime,
) -> PatchTest:
    """Record a patch test that was read: where, when placed and read, calm or a reaction (R212).

    It counts when it was read 24 to 48 hours after it was placed and the skin was calm; the newest counts. A session
    that is prepared and was screened is screened again.
    Raises InvalidValue naming the field, RuleRefused `reason_required` for a reaction without words.
    """
    access.require(by, Can.RUN_SESSION, client)
    _demand_product(client, product)
    site = _demand_words(site, "site", "Write where the test was placed.")
    if result not in PatchResult.values:
        raise InvalidValue("Choose what the skin showed.", code="invalid_choice", field="result")
    if read_at > at:
        raise InvalidValue("The test cannot be read in the future.", code="out_of_range", field="read_at")
    if placed_at >= read_at:
        raise InvalidValue("The test is placed before it is read.", code="out_of_range", field="placed_at")
    if result == PatchResult.REACTION and not words.strip():
        raise RuleRefused("Write down what was seen.", code="reason_required", field="words")
    row = PatchTest(
        organisation_id=client.organisation_id,
        client_id=client.id,
        product=product,
        read_by_id=person(by),
        site=site,
        result=result,
        words=words.strip(),
        placed_at=placed_at,
        read_at=read_at,
        recorded_at=at,
    )
    row.save()
    audit.record(by, "patch_test.recorded", row, at=at, product=product.id)
    for session in Session.objects.filter(client_id=client.id, state=SessionState.PREPARED):
        if upstream.newest_run(session) is not None:
            screen_session(session, by=by, at=at)
    return row


@audit.audited
def record_prescription(
    client: Client,
    *,
    product: Product,
    seen_at: datetime,
    seen_where: str,
    dose: str,
    valid_until: date,
    instructions: str = "",
    by: Actor,
    at: datetime,
) -> Prescription:
    """Prescribe a product for a client the prescriber saw face to face (decision 53); the newest counts.

    Raises InvalidValue naming the field: no face-to-face meeting, no dose, or a last day that is over or too far away.
    """
    access.require(by, Can.PRESCRIBE, client)
    _demand_product(client, product)
    where = _demand_words(seen_where, "seen_where", "Write where you saw the client face to face.")
    amount = _demand_words(dose, "dose", "Write the dose.")
    if seen_at > at:
        raise InvalidValue("See the client face to face first.", code="out_of_range", field="seen_at")
    today = upstream.day_of(at)
    if not today <= valid_until <= today + timedelta(days=MAX_PRESCRIPTION_DAYS):
        raise InvalidValue("A prescription holds for at most six months.", code="out_of_range", field="valid_until")
    row = Prescription(
        organisation_id=client.organisation_id,
        client_id=client.id,
        product=product,
        prescriber_id=person(by),
        seen_at=seen_at,
        valid_until=valid_until,
        detail={"seen_where": where, "dose": amount, "instructions": instructions.strip()},
        prescribed_at=at,
        recorded_at=at,
    )
    row.save()
    audit.record(by, "prescription.recorded", row, at=at, product=product.id)
    return row
