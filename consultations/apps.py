"""The consultations app."""

from typing import Any

from django.apps import AppConfig

_FROZEN = {
    "consultations_consultation": "signed_at IS NOT NULL",
    "consultations_questionnaireresponse": "confirmed_at IS NOT NULL",
    "consultations_skinanalysis": "frozen_at IS NOT NULL",
    "consultations_serviceplan": "agreed_at IS NOT NULL",
    "consultations_screeningrun": "TRUE",
    "consultations_clearance": "TRUE",
    "consultations_allergycoding": "TRUE",
    "consultations_override": "TRUE",
    "consultations_suitabilitydecision": "TRUE",
    "consultations_photographrefusal": "TRUE",
    "consultations_consultationphoto": "TRUE",
    "consultations_plansupersession": "TRUE",
}


class ConsultationsConfig(AppConfig):
    """Questionnaire, screening, skin analysis, decision and service plan."""

    name = "consultations"

    def ready(self) -> None:
        """Freeze signed rows; register content, seals, pages of the hand-over and providers."""
        from clinic import content, frozen

        for table, when in _FROZEN.items():
            frozen.register(table, when=when)
        content.register("questionnaire", app="consultations", file="questionnaire.yaml", parse=_questionnaire)
        content.register("rules", app="consultations", file="rules.yaml", parse=_rules, beside="questionnaire")
        content.register("instruments", app="consultations", file="instruments.yaml", parse=_instruments)
        content.register("photo_protocol", app="consultations", file="photo_protocol.yaml")
        from consultations import registrations

        registrations.register()


def _questionnaire(body: Any) -> Any:
    from consultations import questionnaire

    return questionnaire.parse(body)


def _instruments(body: Any) -> Any:
    from consultations import instruments

    return instruments.parse(body)


def _rules(body: Any, *asked: Any) -> Any:
    from consultations import library

    return library.parse_rules(body, *asked)
