"""Every verb of the evidence app."""

from evidence.services.appealing import answer_appeal, appeal_decision
from evidence.services.countersigning import countersign
from evidence.services.deciding import Judgement, decide
from evidence.services.enrolling import CentreSettings, enrol_learner, set_centre_reading, verify_entry
from evidence.services.observing import close_observation, mark_seen, offer_product, open_observation
from evidence.services.sampling import countersign_sample, plan_sample, record_sample, report_sample

__all__ = [
    "CentreSettings",
    "Judgement",
    "answer_appeal",
    "appeal_decision",
    "close_observation",
    "countersign",
    "countersign_sample",
    "decide",
    "enrol_learner",
    "mark_seen",
    "offer_product",
    "open_observation",
    "plan_sample",
    "record_sample",
    "report_sample",
    "set_centre_reading",
    "verify_entry",
]
