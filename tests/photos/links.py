"""Links to pictures for one browser: they hold for the person and the session that were shown them."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.test import Client as Browser

from clinic import photos
from clinic.actors import Actor
from clinic.identity import sessions
from clinic.models import Photo, Staff
from tests.factories import NOW

_PICTURE = re.compile(r"/photos/(?P<photo>[0-9a-f-]{36})/(?P<size>thumbnail|display)/[^/]+/")


def viewer(browser: Browser) -> Actor | None:
    """Who is signed in there; None when nobody is."""
    if settings.SESSION_COOKIE_NAME not in browser.cookies:
        return None
    session = browser.session
    if SESSION_KEY not in session:
        return None
    standing = Staff.objects.get(pk=session[SESSION_KEY]).standing
    if session[sessions.STANDING] != standing:  # the next request would bring a new key; a page's links come after it
        session[sessions.STANDING] = standing
        session.save()
    return Actor(kind="staff", staff_id=UUID(session[SESSION_KEY]), session=sessions.key_hash(session.session_key))


def link(browser: Browser, photo: Photo, size: str = "thumbnail", *, at: datetime = NOW) -> str:
    """The address of a picture as this browser's pages show it."""
    by = viewer(browser)
    assert by is not None, "sign in first"
    return photos.address(photo, size, to=by, at=at)


def signed_for(browser: Browser, url: str) -> str:
    """The address of a picture made anew for this browser; any other address, or nobody signed in: as it was."""
    found = _PICTURE.search(url)
    by = viewer(browser) if found else None
    if found is None or by is None:
        return url
    return photos.address(Photo(id=UUID(found["photo"])), found["size"], to=by, at=NOW)
