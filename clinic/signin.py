"""Sign-in through allauth: no sign-up, no social accounts."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAccountAdapter(DefaultAccountAdapter):
    """Staff are invited by a manager; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Closed."""
        return False

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Back to the sign-in page."""
        return "/sign-in/"

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """There are no user names."""
