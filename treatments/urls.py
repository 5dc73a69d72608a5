"""Addresses of treatments. A verb in an address is one of the session's own, so that other apps may have theirs."""

from django.urls import register_converter
from django.urls.converters import SlugConverter

from clinic.access import Can
from clinic.registry import route
from treatments import api, views
from treatments.verbs import VERBS


class SessionVerb(SlugConverter):
    """The name of a verb of a session."""

    regex = "|".join(sorted(VERBS))


register_converter(SessionVerb, "session_verb")

urlpatterns = [
    route("courses/", views.course_list, name="course-list", get=Can.READ_CHART),
    route(
        "clients/<uuid:client_id>/courses/",
        views.client_courses,
        name="client-courses",
        get=Can.READ_CHART,
        post=Can.START_COURSE,
    ),
    route("clients/<uuid:client_id>/sessions/", views.client_sessions, name="client-sessions", get=Can.READ_CHART),
    route("courses/<uuid:course_id>/", views.course_detail, name="course-detail", get=Can.READ_CHART),
    route("courses/<uuid:course_id>/stop/", views.course_stop, name="course-stop", post=Can.START_COURSE),
    route("courses/<uuid:course_id>/review/", views.course_review, name="course-review", post=Can.START_COURSE),
    route(
        "courses/<uuid:course_id>/maintenance/",
        views.course_maintenance,
        name="course-maintenance",
        post=Can.START_COURSE,
    ),
    route("courses/<uuid:course_id>/book/", views.course_book, name="course-book", post=Can.START_COURSE),
    route("clients/<uuid:client_id>/tests/", views.client_tests, name="client-tests", get=Can.READ_CHART),
    route(
        "clients/<uuid:client_id>/tests/patch/", views.patch_test_record, name="patch-test-record", post=Can.RUN_SESSION
    ),
    route(
        "clients/<uuid:client_id>/tests/prescription/",
        views.prescription_record,
        name="prescription-record",
        post=Can.PRESCRIBE,
    ),
    route("courses/<uuid:course_id>/sessions/", views.session_prepare, name="session-prepare", post=Can.RUN_SESSION),
    route("sessions/<uuid:session_id>/", views.session_detail, name="session-detail", get=Can.READ_CHART),
    route(
        "sessions/<uuid:session_id>/<session_verb:verb>/", views.session_verb, name="session-verb", post=Can.RUN_SESSION
    ),
    route("lots/", views.lot_list, name="lot-list", get=Can.READ_STOCK, post=Can.MANAGE_STOCK),
    route("lots/<uuid:lot_id>/<slug:verb>/", views.lot_verb, name="lot-verb", post=Can.MANAGE_STOCK),
]
api_urlpatterns = [
    route(
        "clients/<uuid:client_id>/courses/",
        api.ClientCoursesApi,
        name="api-client-courses",
        get=Can.READ_CHART,
        post=Can.START_COURSE,
    ),
    route("courses/<uuid:course_id>/stop/", api.CourseStopApi, name="api-course-stop", post=Can.START_COURSE),
    route("courses/<uuid:course_id>/review/", api.CourseReviewApi, name="api-course-review", post=Can.START_COURSE),
    route(
        "courses/<uuid:course_id>/maintenance/",
        api.CourseMaintenanceApi,
        name="api-course-maintenance",
        post=Can.START_COURSE,
    ),
    route(
        "courses/<uuid:course_id>/book/",
        api.CourseBookApi,
        name="api-course-book",
        get=Can.READ_CHART,
        post=Can.START_COURSE,
    ),
    route(
        "clients/<uuid:client_id>/patch-tests/",
        api.PatchTestsApi,
        name="api-patch-tests",
        get=Can.READ_CHART,
        post=Can.RUN_SESSION,
    ),
    route(
        "clients/<uuid:client_id>/prescriptions/",
        api.PrescriptionsApi,
        name="api-prescriptions",
        get=Can.READ_CHART,
        post=Can.PRESCRIBE,
    ),
    route(
        "courses/<uuid:course_id>/sessions/", api.CourseSessionsApi, name="api-session-prepare", post=Can.RUN_SESSION
    ),
    route("sessions/<uuid:session_id>/", api.SessionApi, name="api-session-detail", get=Can.READ_CHART),
    route("sessions/<uuid:session_id>/passes/", api.PassesApi, name="api-pass-create", post=Can.RUN_SESSION),
    route(
        "sessions/<uuid:session_id>/passes/<uuid:pass_id>/",
        api.PassApi,
        name="api-pass-update",
        put=Can.RUN_SESSION,
    ),
    route(
        "sessions/<uuid:session_id>/<session_verb:verb>/",
        api.SessionVerbApi,
        name="api-session-verb",
        post=Can.RUN_SESSION,
    ),
    route("clients/<uuid:client_id>/events/", api.ClientEventsApi, name="api-client-events", post=Can.REPORT_EVENT),
    route("events/<uuid:event_id>/entries/", api.EventEntriesApi, name="api-event-entry", post=Can.REPORT_EVENT),
    route("lots/", api.LotsApi, name="api-lots", get=Can.READ_STOCK, post=Can.MANAGE_STOCK),
    route("lots/<uuid:lot_id>/<slug:verb>/", api.LotVerbApi, name="api-lot-verb", post=Can.MANAGE_STOCK),
]
