"""Addresses of erasure."""

from clinic.access import Can
from clinic.erasure import doors
from clinic.registry import route

_ERASE = Can.ERASE_CLIENT
urlpatterns = [
    route("erasures/", doors.erasures, name="erasure-list", get=_ERASE, post=_ERASE),
    route("erasures/<uuid:client_id>/", doors.erasure_decide, name="erasure-decide", get=_ERASE, post=_ERASE),
    route("erasures/<uuid:client_id>/hold/", doors.hold_place, name="hold-place", post=_ERASE),
    route("holds/<uuid:hold_id>/lift/", doors.hold_lift, name="hold-lift", post=_ERASE),
]
api_urlpatterns = [
    route("erasures/", doors.ErasuresApi, name="api-erasure-list", get=_ERASE),
    route("clients/<uuid:client_id>/erasure/", doors.ErasureApi, name="api-erasure", get=_ERASE, post=_ERASE),
    route("clients/<uuid:client_id>/holds/", doors.HoldsApi, name="api-hold-place", post=_ERASE),
    route("holds/<uuid:hold_id>/lift/", doors.HoldLiftApi, name="api-hold-lift", post=_ERASE),
]
