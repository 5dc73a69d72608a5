"""Addresses of photographs."""

from clinic.access import Can
from clinic.photos import api, views
from clinic.registry import route

urlpatterns = [
    route(
        "clients/<uuid:client_id>/photos/",
        views.client_photos,
        name="client-photos",
        get=Can.READ_PHOTO,
        post=Can.TAKE_PHOTO,
    ),
    route("photos/<uuid:photo_id>/", views.photo_detail, name="photo-detail", get=Can.READ_PHOTO),
    route("photos/<uuid:photo_id>/<slug:size>/<str:link>/", views.photo_image, name="photo-image", get=Can.READ_PHOTO),
]
api_urlpatterns = [
    route(
        "clients/<uuid:client_id>/photos/",
        api.ClientPhotosApi,
        name="api-client-photos",
        get=Can.READ_PHOTO,
        post=Can.TAKE_PHOTO,
    ),
    route("photos/<uuid:photo_id>/", api.PhotoApi, name="api-photo-detail", get=Can.READ_PHOTO),
]
