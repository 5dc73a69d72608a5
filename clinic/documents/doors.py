"""The one way out for a paper: policy, log, then the bytes, as an attachment that runs nothing."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from clinic import audit, clock, headers, http
from clinic.access import Can
from clinic.documents import store
from clinic.models import Document

COPIES = {"sealed": False, "reading": True}


def download(request: HttpRequest, document_id: UUID, copy: str) -> HttpResponse:
    """GET: the sealed or the reading copy; every download is in the log."""
    actor = request.actor  # type: ignore[attr-defined]
    if copy not in COPIES:
        raise Http404
    document = http.load(Document, actor, Can.READ_DOCUMENT, document_id)
    pdf = store.open_pdf(document, reading=COPIES[copy])
    audit.record(actor, "document.read", document, at=clock.now(), copy=copy)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{document.kind}-{str(document.id)[:8]}-{copy}.pdf"'
    headers.protect_file(response)
    return response
