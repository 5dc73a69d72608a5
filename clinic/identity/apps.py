"""The identity app."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Sign-in, second factors, attempts, invitations, sessions, break-glass."""

    name = "clinic.identity"
    label = "identity"

    def ready(self) -> None:
        """Every way of signing in stamps its session; demo mode is refused beyond the loopback."""
        from django.contrib.auth.signals import user_logged_in
        from django.core import checks

        from clinic import frozen
        from clinic.identity import demo, sessions

        user_logged_in.connect(sessions.begin, dispatch_uid="identity-session-begins")
        frozen.register("identity_brokenglass", when="TRUE")
        checks.register(demo.check_loopback)
