"""The desk's API: the same verbs as the pages."""

from clinic.api.clients import ClientApi, ClientsApi, ClientSearchApi
from clinic.api.house import ContentApi, ContentPublishApi, ContentReviewApi, KitCheckApi, SitesApi, StaffApi
from clinic.api.visits import ClientVisitsApi, VisitMoveApi

__all__ = [
    "ClientApi",
    "ClientSearchApi",
    "ClientVisitsApi",
    "ClientsApi",
    "ContentApi",
    "ContentPublishApi",
    "ContentReviewApi",
    "KitCheckApi",
    "SitesApi",
    "StaffApi",
    "VisitMoveApi",
]
