"""Addresses of the consent app, and of papers."""

from django.urls import URLPattern

from clinic.access import Can
from clinic.documents import urls as documents
from clinic.registry import route
from consent import api, views

_CLIENT = "clients/<uuid:client_id>/"
_ONE = _CLIENT + "consent/<uuid:consent_id>/"
urlpatterns: list[URLPattern] = [
    *documents.urlpatterns,
    route(_CLIENT + "consent/", views.consent_list, name="client-consents", get=Can.READ_CHART),
    route(_CLIENT + "plans/<uuid:plan_id>/consent/", views.consent_offer, name="consent-offer", post=Can.OFFER_CONSENT),
    route(_ONE, views.consent_detail, name="consent-detail", get=Can.READ_CHART),
    route(_ONE + "conversation/", views.consent_conversation, name="consent-conversation", post=Can.OFFER_CONSENT),
    route(_ONE + "confirm/", views.consent_confirm, name="consent-confirm", post=Can.OFFER_CONSENT),
    route(_ONE + "shorten/", views.consent_shorten, name="consent-shorten", post=Can.SHORTEN_REFLECTION),
    route(_ONE + "withdraw/", views.consent_withdraw, name="consent-withdraw", post=Can.WITHDRAW_CONSENT),
    route(_CLIENT + "permissions/", views.permission_answer, name="permission-answer", post=Can.WITHDRAW_CONSENT),
]
_API = "consents/<uuid:consent_id>/"
api_urlpatterns: list[URLPattern] = [
    route(_CLIENT + "consents/", api.ClientConsentsApi, name="api-consent-list", get=Can.READ_CHART),
    route("plans/<uuid:plan_id>/consents/", api.OfferApi, name="api-consent-offer", post=Can.OFFER_CONSENT),
    route(_API, api.ConsentApi, name="api-consent-detail", get=Can.READ_CHART),
    route(_API + "conversation/", api.ConversationApi, name="api-consent-conversation", post=Can.OFFER_CONSENT),
    route(_API + "confirm/", api.ConfirmApi, name="api-consent-confirm", post=Can.OFFER_CONSENT),
    route(_API + "shorten/", api.ShortenApi, name="api-consent-shorten", post=Can.SHORTEN_REFLECTION),
    route(_API + "withdraw/", api.WithdrawApi, name="api-consent-withdraw", post=Can.WITHDRAW_CONSENT),
    route(
        _CLIENT + "permissions/",
        api.PermissionsApi,
        name="api-permissions",
        get=Can.READ_CHART,
        post=Can.WITHDRAW_CONSENT,
    ),
]
