"""Tables of the base layer."""

from clinic.models.clients import AllergyEntry, CareRelation, Client, HandOver, KitCheck, Visit
from clinic.models.content import ContentReview, ContentVersion
from clinic.models.files import Document, Photo
from clinic.models.log import AuditEntry, ChainHead, SignedRoot
from clinic.models.people import Credential, Membership, Organisation, Site, Staff, Supervision
from clinic.models.requests import IdempotentAnswer, NameGeneration

__all__ = [
    "AllergyEntry",
    "AuditEntry",
    "CareRelation",
    "ChainHead",
    "Client",
    "ContentReview",
    "ContentVersion",
    "Credential",
    "Document",
    "HandOver",
    "IdempotentAnswer",
    "KitCheck",
    "Membership",
    "NameGeneration",
    "Organisation",
    "Photo",
    "SignedRoot",
    "Site",
    "Staff",
    "Supervision",
    "Visit",
]
