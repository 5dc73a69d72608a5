"""Addresses of devices, PIN and lock. Devices are the manager's, as the people who use them are."""

from clinic.access import Can
from clinic.devices import api, views
from clinic.registry import route

_STAFF = Can.MANAGE_STAFF

urlpatterns = [
    route("clinic/tablets/", views.device_list, name="tablet-list", get=_STAFF),
    route("clinic/tablets/enrol/", views.device_enrol, name="tablet-enrol", get=_STAFF, post=_STAFF),
    route("clinic/tablets/<uuid:device_id>/revoke/", views.device_revoke, name="tablet-revoke", post=_STAFF),
    route("account/pin/", views.pin_set, name="pin-set", signed_in=True),
    route("lock/", views.lock, name="lock", signed_in=True),
    route("locked/", views.unlock, name="unlock", signed_in=True),
]
api_urlpatterns = [
    route("tablets/", api.DevicesApi, name="api-tablet-list", get=_STAFF, post=_STAFF),
    route("tablets/<uuid:device_id>/revoke/", api.DeviceRevokeApi, name="api-tablet-revoke", post=_STAFF),
    route("account/pin/", api.PinApi, name="api-pin-set", post=Can.READ_OWN_LOG),
    route("lock/", api.LockApi, name="api-lock", post=Can.SIGN_OUT),
    route("unlock/", api.UnlockApi, name="api-unlock", post=Can.SIGN_OUT),
    route("still-here/", api.StillHereApi, name="api-still-here", post=Can.SIGN_OUT),
]
