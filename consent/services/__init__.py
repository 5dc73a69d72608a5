"""The verbs of consent."""

from consent.services.offering import offer_consent
from consent.services.signing import decline_consent, save_ticks, sign_consent
from consent.services.talking import confirm_today, record_conversation, shorten_reflection
from consent.services.withdrawing import answer_permission, withdraw_consent

__all__ = [
    "answer_permission",
    "confirm_today",
    "decline_consent",
    "offer_consent",
    "record_conversation",
    "save_ticks",
    "shorten_reflection",
    "sign_consent",
    "withdraw_consent",
]
