"""Addresses of the aftercare app."""

from django.urls import URLPattern

from aftercare import api, views
from clinic.access import Can
from clinic.registry import route

_SESSION = "aftercare/sessions/<uuid:session_id>/"
_SHEET = "aftercare/sheets/<uuid:sheet_id>/"
urlpatterns: list[URLPattern] = [
    route("clients/<uuid:client_id>/aftercare/", views.client_aftercare, name="client-aftercare", get=Can.READ_CHART),
    route(_SESSION, views.session_aftercare, name="session-aftercare", get=Can.READ_CHART),
    route(_SESSION + "compose/", views.sheet_compose, name="sheet-compose", post=Can.ISSUE_AFTERCARE),
    route(_SESSION + "issue/", views.sheet_issue, name="sheet-issue", post=Can.ISSUE_AFTERCARE),
    route(_SESSION + "acknowledge/", views.sheet_acknowledge, name="sheet-acknowledge", post=Can.ISSUE_AFTERCARE),
    route(_SHEET + "print/", views.sheet_print, name="sheet-print", get=Can.PRINT_SHEET),
    route(_SESSION + "close/", views.session_close, name="session-close", post=Can.SIGN_SESSION),
    route(_SESSION + "report/", views.reaction_report, name="reaction-report", post=Can.REPORT_EVENT),
    route(_SESSION + "check-in/", views.check_in_record, name="check-in-record", post=Can.REPORT_EVENT),
]
api_urlpatterns: list[URLPattern] = [
    route(_SESSION, api.SheetApi, name="api-sheet", get=Can.READ_CHART, post=Can.ISSUE_AFTERCARE),
    route(_SESSION + "close/", api.CloseApi, name="api-session-close", post=Can.SIGN_SESSION),
    route(_SHEET + "issue/", api.IssueApi, name="api-sheet-issue", post=Can.ISSUE_AFTERCARE),
    route(_SHEET + "acknowledge/", api.AcknowledgeApi, name="api-sheet-acknowledge", post=Can.ISSUE_AFTERCARE),
    route(_SHEET + "report/", api.ReportApi, name="api-reaction-report", post=Can.REPORT_EVENT),
    route(_SHEET + "check-in/", api.CheckInApi, name="api-check-in-record", post=Can.REPORT_EVENT),
]
