"""Pages of photographs, and the one way out for their bytes: policy, log, bytes."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse

from clinic import access, audit, clock, headers
from clinic.access import Can
from clinic.actors import Actor
from clinic.errors import KeyStoreAway
from clinic.http import load, page, redirect_to, with_refusals
from clinic.models import Client, Photo
from clinic.photos import choices, permission, queries, storing
from clinic.photos.forms import PhotoForm
from clinic.photos.ingest import PhotoRefused


def client_photos(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """GET: the client's photographs and first-and-last pairs. POST: take one in."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    can = Can.TAKE_PHOTO if request.method == "POST" else Can.READ_PHOTO
    client = load(Client, actor, can, client_id)
    if request.method != "POST":
        audit.viewed(actor, client, what="photos")
        return _photos_page(request, client, PhotoForm())
    form = PhotoForm(request.POST, request.FILES)
    if is_too_long(request):
        form.add_error("photo", PhotoRefused("photo_too_large").message)
    if not form.is_valid():
        return _photos_page(request, client, form, status=422)
    with with_refusals(form) as outcome:
        storing.store(form.cleaned_data.pop("photo"), client=client, by=actor, at=clock.now(), **form.cleaned_data)
    if outcome.ok:
        messages.success(request, "The photograph is stored.")
        return redirect_to("client-photos", client_id=client.id)
    return _photos_page(request, client, form, status=outcome.status)


def is_too_long(request: HttpRequest) -> bool:
    """Whether the request is larger than the upload handler takes (the file is then missing from it)."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return length.isdecimal() and int(length) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE


def _photos_page(request: HttpRequest, client: Client, form: PhotoForm, *, status: int = 200) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows, at = queries.photos(client, actor), clock.now()
    is_refused = permission.is_restricted(client, at)
    context = {
        "client": client,
        "active_tab": "photos",
        "form": form,
        "is_refused": is_refused,
        "restricted": queries.count_restricted(client, at),
        "asks_agreement": permission.is_asked_for(client, at),
        "photos": [queries.shown(photo, to=actor, at=at) for photo in rows],
        "pairs": [tuple(queries.shown(photo, to=actor, at=at) for photo in pair) for pair in queries.pairs(rows)],
        "may_take": access.may(actor, Can.TAKE_PHOTO, client) and not is_refused,
    }
    return page(request, "photos/client_photos.html", context, status=status)


def load_photo(actor: Actor, photo_id: UUID) -> Photo:
    """The photograph, if this person may see it and the client still permits it. Raises Http404, PermissionDenied."""
    photo = load(Photo, actor, Can.READ_PHOTO, photo_id, queryset=Photo.objects.select_related("client"))
    if permission.is_restricted(photo.client, clock.now()):
        raise Http404
    return photo


def photo_detail(request: HttpRequest, photo_id: UUID) -> HttpResponse:
    """One photograph, large."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    photo = load_photo(actor, photo_id)
    audit.viewed(actor, photo.client, what="photos")
    context = {
        "client": photo.client,
        "active_tab": "photos",
        "photo": queries.shown(photo, to=actor, at=clock.now()),
        "note": photo.note,
    }
    return page(request, "photos/photo_detail.html", context)


def photo_image(request: HttpRequest, photo_id: UUID, size: str, link: str) -> HttpResponse:
    """The bytes of one size, to a person the policy lets see it, through a link of the last minute (SEC-A10, SEC-D9).

    The link holds for the person and the session it was shown to. Only pictures inside our own pages: a copied
    address in a window of its own is not answered. The master stays.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    photo = load_photo(actor, photo_id)
    is_ours = size in choices.SERVED and storing.is_fresh(photo, size, link, to=actor, at=clock.now())
    if not is_ours or _is_elsewhere(request):
        raise Http404
    try:
        if size == "display":
            audit.record(actor, "photo.viewed", photo, at=clock.now(), size=size)
        else:
            audit.viewed(actor, photo.client, what="thumbnails")
    except DatabaseError as error:
        raise KeyStoreAway("The access log cannot be written. Nothing is shown.") from error
    response = HttpResponse(storing.open_photo(photo, size), content_type="image/jpeg")
    headers.protect_file(response)
    return response


def _is_elsewhere(request: HttpRequest) -> bool:
    """Whether the browser says that the picture is not wanted by one of our pages."""
    wanted = request.headers.get("Sec-Fetch-Dest", "image") in ("image", "empty")
    return not wanted or request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin"
