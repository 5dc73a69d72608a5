"""The one line a page shows after a verb, on its way to that page: in a cookie bound to this host (SEC-B9).

Django's own storage falls back on the session, whose rows lie in the clear in the database.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage


class HostCookieStorage(CookieStorage):
    """Signed, HttpOnly, gone once it was shown; named as the other cookies of this installation."""

    @property
    def cookie_name(self) -> str:  # type: ignore[override]
        """`__Host-` wherever there is HTTPS."""
        name: str = settings.MESSAGES_COOKIE_NAME
        return name
