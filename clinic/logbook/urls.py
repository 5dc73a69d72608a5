"""Addresses of the log."""

from clinic.access import Can
from clinic.logbook import api, doors
from clinic.registry import route

urlpatterns = [
    route("log/", doors.log_search, name="log-search", get=Can.READ_LOG),
    route("log/mine/", doors.log_own, name="log-own", get=Can.READ_OWN_LOG),
    route("log/alarms/", doors.alarm_list, name="alarm-list", get=Can.READ_LOG),
    route("log/alarms/<uuid:alarm_id>/", doors.alarm_answer, name="alarm-answer", post=Can.ACKNOWLEDGE_ALARM),
    route("log/clients/<uuid:client_id>/", doors.who_looked, name="who-looked", get=Can.READ_WHO_LOOKED),
]
api_urlpatterns = [
    route("log/", api.LogSearchApi, name="api-log-search", get=Can.READ_LOG),
    route("log/mine/", api.LogOwnApi, name="api-log-own", get=Can.READ_OWN_LOG),
    route("log/alarms/", api.AlarmsApi, name="api-alarm-list", get=Can.READ_LOG),
    route("log/alarms/<uuid:alarm_id>/", api.AlarmApi, name="api-alarm-answer", post=Can.ACKNOWLEDGE_ALARM),
    route("log/clients/<uuid:client_id>/", api.WhoLookedApi, name="api-who-looked", get=Can.READ_WHO_LOOKED),
]
