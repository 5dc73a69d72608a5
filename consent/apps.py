"""The consent app."""

from typing import Any

from django.apps import AppConfig

_FROZEN = {
    "consent_consent": "state <> 'offered'",
    "consent_consentconversation": "TRUE",
    "consent_reflectionshortening": "TRUE",
    "consent_clientpermission": "TRUE",
    "consent_withdrawal": "TRUE",
}


class ConsentConfig(AppConfig):
    """Versioned consent texts, information, conversation, signature, permissions, withdrawal."""

    name = "consent"

    def ready(self) -> None:
        """Freeze decided rows; register the texts, seals, hand-over pages and providers."""
        from clinic import content, frozen

        for table, when in _FROZEN.items():
            frozen.register(table, when=when)
        content.register("consent_texts", app="consent", file="consent_texts.yaml", parse=_texts)
        from consent import registrations

        registrations.register()


def _texts(body: Any) -> Any:
    from consent import texts

    return texts.parse(body)
