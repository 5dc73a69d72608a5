"""The aftercare app."""

from typing import Any

from django.apps import AppConfig


class AftercareConfig(AppConfig):
    """Sheets, acknowledgement, closing of a session, check-ins, reported reactions."""

    name = "aftercare"

    def ready(self) -> None:
        """Freeze issued sheets; register the texts, seals, hand-over pages and providers."""
        from clinic import content, frozen

        frozen.register("aftercare_aftercaresheet", when="state <> 'drafted'")
        frozen.register("aftercare_acknowledgement", when="TRUE")
        frozen.register("aftercare_reactionreport", when="TRUE")
        frozen.register("aftercare_checkincall", when="TRUE")
        content.register("aftercare_texts", app="aftercare", file="aftercare_texts.yaml", parse=_texts)
        from aftercare import registrations

        registrations.register()


def _texts(body: Any) -> Any:
    from aftercare import texts

    return texts.parse(body)
