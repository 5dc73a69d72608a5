"""Addresses of going live."""

from clinic.access import Can
from clinic.golive import doors
from clinic.registry import route

_MANAGE = Can.MANAGE_STAFF
urlpatterns = [
    route("clinic/going-live/", doors.home, name="going-live", get=_MANAGE, post=_MANAGE),
    route("clinic/going-live/copies/", doors.copy_make, name="escrow-make", post=_MANAGE),
    route("clinic/going-live/copies/check/", doors.copy_check, name="escrow-check", post=_MANAGE),
]
api_urlpatterns = [
    route("going-live/", doors.GoingLiveApi, name="api-going-live", get=_MANAGE, post=_MANAGE),
    route("going-live/copies/", doors.CopiesApi, name="api-escrow-make", post=_MANAGE),
    route("going-live/copies/check/", doors.CopyCheckApi, name="api-escrow-check", post=_MANAGE),
]
