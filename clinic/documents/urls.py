"""Addresses of papers."""

from clinic.access import Can
from clinic.documents import doors
from clinic.registry import route

urlpatterns = [
    route(
        "documents/<uuid:document_id>/<slug:copy>.pdf", doors.download, name="document-download", get=Can.READ_DOCUMENT
    ),
]
