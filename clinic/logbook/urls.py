"""Addresses of the log."""

from clinic.access import Can
from clinic.logbook import doors
from clinic.registry import route

urlpatterns = [
    route("log/", doors.log_search, name="log-search", get=Can.READ_LOG),
    route("log/mine/", doors.log_own, name="log-own", get=Can.READ_OWN_LOG),
]
api_urlpatterns = [
    route("log/", doors.LogSearchApi, name="api-log-search", get=Can.READ_LOG),
    route("log/mine/", doors.LogOwnApi, name="api-log-own", get=Can.READ_OWN_LOG),
]
