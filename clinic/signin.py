"""Sign-in through allauth: no sign-up, no social accounts, every try counted before the password is looked at."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from clinic import audit, clock
from clinic.actors import Actor
from clinic.identity import attempts, rules, sessions
from clinic.identity.choices import AttemptKind
from clinic.middleware import actor_of_staff
from clinic.models import Staff

_WRONG = "The e-mail address or the password is not right."
NOBODY = Actor(kind="nobody")


class StaffAccountAdapter(DefaultAccountAdapter):
    """Staff are invited by a manager; nobody signs up."""

    error_messages = {**DefaultAccountAdapter.error_messages, "email_password_mismatch": _WRONG}

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Closed."""
        return False

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Back to the sign-in page."""
        return "/sign-in/"

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """There are no user names."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """None: the log tells."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """The person with this address and password, or None. Unknown addresses and closed accounts get the same
        answer after the same work; so do locked ones. Raises ValidationError while locked.
        """
        email = str(credentials.get("email", ""))
        device = sessions.device_of(request)
        try:
            attempts.take(AttemptKind.PASSWORD, account=email, device=device, at=clock.now())
        except rules.TooManyTries as error:
            make_password(str(credentials.get("password", "")))
            note_refusal(email, "too_many_tries")
            raise self.validation_error("too_many_login_attempts", error) from error
        found: Any = super().authenticate(request, **credentials)
        if found is None or not found.is_active or found.is_system:
            note_refusal(email, "wrong_password")
            return None
        attempts.succeeded(AttemptKind.PASSWORD, account=email, device=device)
        return found

    def validation_error(self, code: str, *args: Any) -> Any:
        """Our words for a lock-out."""
        error = super().validation_error(code)
        if args and isinstance(args[0], rules.TooManyTries):
            error.message = args[0].message
        return error


def note_refusal(email: str, reason: str) -> None:
    """An entry about a failed sign-in: in the person's own clinic when there is such a person."""
    staff = Staff.objects.filter(email__iexact=email.strip(), is_system=False).first()
    organisation_id = actor_of_staff(staff).organisation_id if staff else None
    audit.record(NOBODY, "signin.refused", staff, outcome="denied", organisation_id=organisation_id, reason=reason)
