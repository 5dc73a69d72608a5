"""Addresses of the hand-over."""

from clinic.access import Can
from clinic.handover import doors
from clinic.registry import route

urlpatterns = [
    route(
        "clients/<uuid:client_id>/hand-over/<slug:kind>/<uuid:document_id>/",
        doors.start,
        name="handover-start",
        post=Can.HAND_OVER,
    ),
    route("handover/", doors.form, name="handover-form", handed=True, get=Can.ANSWER_HANDED),
    route("handover/submit/", doors.submit, name="handover-submit", handed=True, post=Can.ANSWER_HANDED),
    route("handover/sign/", doors.sign, name="handover-sign", handed=True, post=Can.SIGN_HANDED),
    route("handover/decline/", doors.decline, name="handover-decline", handed=True, post=Can.ANSWER_HANDED),
    route("handover/end/", doors.end, name="handover-end", handed=True, post=Can.ANSWER_HANDED),
]
api_urlpatterns = [
    route(
        "handover/answers/",
        doors.HandedState,
        name="api-handover-answers",
        handed=True,
        get=Can.ANSWER_HANDED,
        put=Can.ANSWER_HANDED,
    ),
]
