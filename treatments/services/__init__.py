"""Every write of treatments: one verb, one audited function."""

from treatments.services.care import record_patch_test, record_prescription
from treatments.services.courses import plan_visit, start_course, stop_course
from treatments.services.events import add_event_entry, report_event
from treatments.services.phases import check_skin, look_at_skin, record_phase
from treatments.services.reviews import book_next, plan_maintenance, review_course
from treatments.services.run import (
    cancel_session,
    finish_session,
    pause_session,
    resume_session,
    sign_session,
    start_session,
    stop_session,
)
from treatments.services.setup import (
    choose_device,
    choose_lot,
    confirm_today,
    declare_for_assessment,
    prepare_session,
    score_hazards,
    screen_session,
    set_zones,
    tick,
)
from treatments.services.stock import count_stock, quarantine_lot, recall_lot, receive_lot, release_lot
from treatments.services.work import note_adaptation, place_pass, record_comfort, review_safety

__all__ = [
    "add_event_entry",
    "book_next",
    "cancel_session",
    "check_skin",
    "choose_device",
    "choose_lot",
    "confirm_today",
    "count_stock",
    "declare_for_assessment",
    "finish_session",
    "look_at_skin",
    "note_adaptation",
    "pause_session",
    "place_pass",
    "plan_maintenance",
    "plan_visit",
    "prepare_session",
    "quarantine_lot",
    "recall_lot",
    "receive_lot",
    "record_comfort",
    "record_patch_test",
    "record_phase",
    "record_prescription",
    "release_lot",
    "report_event",
    "resume_session",
    "review_course",
    "review_safety",
    "score_hazards",
    "screen_session",
    "set_zones",
    "sign_session",
    "start_course",
    "start_session",
    "stop_course",
    "stop_session",
    "tick",
]
