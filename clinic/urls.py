"""Addresses of the desk: clients, visits, the house."""

from clinic import api
from clinic.access import Can
from clinic.registry import route
from clinic.views import clients, house, visits

urlpatterns = [
    route("clients/", clients.client_list, name="client-list", get=Can.FIND_CLIENT, post=Can.FIND_CLIENT),
    route("clients/new/", clients.client_create, name="client-create", get=Can.CREATE_CLIENT, post=Can.CREATE_CLIENT),
    route(
        "clients/<uuid:client_id>/edit/",
        clients.client_edit,
        name="client-edit",
        get=Can.EDIT_CLIENT,
        post=Can.EDIT_CLIENT,
    ),
    route(
        "clients/<uuid:client_id>/visits/new/",
        visits.visit_create,
        name="visit-create",
        get=Can.BOOK_VISIT,
        post=Can.BOOK_VISIT,
    ),
    route("visits/<uuid:visit_id>/<slug:move>/", visits.visit_move, name="visit-move", post=Can.MOVE_VISIT),
    route("clinic/", house.clinic_home, name="clinic-home", get=Can.READ_CONTENT),
    route("clinic/sites/new/", house.site_create, name="site-create", get=Can.MANAGE_STAFF, post=Can.MANAGE_STAFF),
    route(
        "clinic/sites/<uuid:site_id>/kit/",
        house.kit_check,
        name="kit-check",
        get=Can.CHECK_EMERGENCY_KIT,
        post=Can.CHECK_EMERGENCY_KIT,
    ),
    route("clinic/content/", house.content_desk, name="content-desk", get=Can.READ_CONTENT),
    route("clinic/content/<uuid:version_id>/", house.content_detail, name="content-detail", get=Can.READ_CONTENT),
    route(
        "clinic/content/<uuid:version_id>/review/",
        house.content_review,
        name="content-review",
        post=Can.PUBLISH_CONTENT,
    ),
    route(
        "clinic/content/<uuid:version_id>/publish/",
        house.content_publish,
        name="content-publish",
        post=Can.PUBLISH_CONTENT,
    ),
]
api_urlpatterns = [
    route("clients/", api.ClientsApi, name="api-client-list", get=Can.FIND_CLIENT, post=Can.CREATE_CLIENT),
    route("clients/search/", api.ClientSearchApi, name="api-client-search", post=Can.FIND_CLIENT),
    route(
        "clients/<uuid:client_id>/",
        api.ClientApi,
        name="api-client-detail",
        get=Can.READ_CONTACT,
        patch=Can.EDIT_CLIENT,
    ),
    route("clients/<uuid:client_id>/visits/", api.ClientVisitsApi, name="api-visit-create", post=Can.BOOK_VISIT),
    route("visits/<uuid:visit_id>/<slug:move>/", api.VisitMoveApi, name="api-visit-move", post=Can.MOVE_VISIT),
    route("sites/", api.SitesApi, name="api-site-list", get=Can.READ_STAFF, post=Can.MANAGE_STAFF),
    route("sites/<uuid:site_id>/kit/", api.KitCheckApi, name="api-kit-check", post=Can.CHECK_EMERGENCY_KIT),
    route("staff/", api.StaffApi, name="api-staff-list", get=Can.READ_STAFF),
    route("content/", api.ContentApi, name="api-content-list", get=Can.READ_CONTENT),
    route(
        "content/<uuid:version_id>/review/", api.ContentReviewApi, name="api-content-review", post=Can.PUBLISH_CONTENT
    ),
    route(
        "content/<uuid:version_id>/publish/",
        api.ContentPublishApi,
        name="api-content-publish",
        post=Can.PUBLISH_CONTENT,
    ),
]
