"""What the pages around a course print: booking the next session, the outcome review, tests and prescriptions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from clinic import access
from clinic.access import Can
from clinic.actors import Actor
from clinic.catalogue.models import Product
from clinic.clock import LONDON
from clinic.models import Client
from treatments import forms, queries
from treatments.choices import CourseState
from treatments.models import Course
from treatments.rules.measures import MAX_PRESCRIPTION_DAYS

REVIEWABLE = frozenset({CourseState.REVIEW_DUE, CourseState.MAINTENANCE})
CLOSED = frozenset({CourseState.COMPLETED, CourseState.STOPPED})


def booking(course: Course, actor: Actor) -> dict[str, Any] | None:
    """The next session to book, with a form that is filled in; None when there is nothing to book."""
    if course.state in CLOSED:
        return None
    found = queries.booking_proposal(course)
    if found is None:
        return None
    may = access.may(actor, Can.START_COURSE, course)
    form = forms.BookNextForm(initial={"on": found["due_on"], "planned_time": found["time"]})
    return {**found, "form": form, "may_book": may, "is_maintenance": course.is_maintenance(found["planned"])}


def review_form(course: Course, actor: Actor, bound: Any = None) -> Any:
    """The form of an outcome review while one is possible for this person."""
    if course.state not in REVIEWABLE or not access.may(actor, Can.START_COURSE, course):
        return None
    return bound or forms.ReviewCourseForm()


def products_for(actor: Actor) -> Any:
    """Products to choose from."""
    return Product.objects.visible_to(actor, Can.READ_CATALOGUE).filter(is_active=True).order_by("name")


def tests_screen(client: Client, actor: Actor, at: datetime, bound: Mapping[str, Any]) -> dict[str, Any]:
    """Patch tests and prescriptions of a client, with the forms this person may use."""
    products, now = products_for(actor), at.astimezone(LONDON).replace(second=0, microsecond=0, tzinfo=None)
    patch = forms.PatchTestForm(products=products, initial={"read_at": now, "placed_at": now - timedelta(hours=24)})
    until = (now + timedelta(days=MAX_PRESCRIPTION_DAYS)).date()
    prescription = forms.PrescriptionForm(products=products, initial={"seen_at": now, "valid_until": until})
    return {
        "client": client,
        "active_tab": "courses",
        "patch_tests": queries.patch_tests_of(client, actor),
        "prescriptions": queries.prescriptions_of(client, actor),
        "today": at.astimezone(LONDON).date(),
        "patch_form": bound.get("patch", patch) if access.may(actor, Can.RUN_SESSION, client) else None,
        "prescription_form": bound.get("prescription", prescription)
        if access.may(actor, Can.PRESCRIBE, client)
        else None,
    }
