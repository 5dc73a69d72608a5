"""Addresses of the pages that need every app, and of the way in."""

from clinic.access import Can
from clinic.registry import route
from config.pages import allergies, api, client_page, schema, signin, today

urlpatterns = [
    route("", today.today, name="today", signed_in=True),
    route("sign-in/", signin.SignIn, name="account_login", public=True),
    route("sign-out/", signin.sign_out, name="account_logout", signed_in=True),
    route("clients/<uuid:client_id>/", client_page.client_detail, name="client-detail", get=Can.READ_CONTACT),
    route(
        "clients/<uuid:client_id>/allergies/",
        allergies.allergy_list,
        name="client-allergies",
        get=Can.READ_CHART,
        post=Can.CODE_ALLERGY,
    ),
    route(
        "clients/<uuid:client_id>/allergies/<uuid:entry_id>/correct/",
        allergies.allergy_correct,
        name="allergy-correct",
        get=Can.CORRECT_ALLERGY,
        post=Can.CORRECT_ALLERGY,
    ),
]
api_urlpatterns = [
    route("schema/", schema.SchemaApi, name="api-schema", signed_in=True),
    route("today/", api.TodayApi, name="api-today", get=Can.READ_VISITS),
    route("clients/<uuid:client_id>/timeline/", api.TimelineApi, name="api-client-timeline", get=Can.READ_CHART),
    route(
        "clients/<uuid:client_id>/allergies/",
        api.AllergiesApi,
        name="api-client-allergies",
        get=Can.READ_CHART,
        post=Can.CODE_ALLERGY,
    ),
    route(
        "clients/<uuid:client_id>/allergies/<uuid:entry_id>/correct/",
        api.AllergyCorrectApi,
        name="api-allergy-correct",
        post=Can.CORRECT_ALLERGY,
    ),
]
