"""The treatments app."""

from django.apps import AppConfig


class TreatmentsConfig(AppConfig):
    """Lots, courses, sessions, the injection map, adverse events."""

    name = "treatments"

    def ready(self) -> None:
        """Declare content, freeze signed rows, register seals and what pages of every app need."""
        from clinic import content, frozen
        from treatments import library, registrations

        for kind, parse in library.KINDS.items():
            content.register(kind, app="treatments", file=f"{kind}.yaml", parse=parse)
        for table, when in (
            ("treatments_session", "signed_at IS NOT NULL"),
            ("treatments_pass", "frozen_at IS NOT NULL"),
            ("treatments_electrophase", "frozen_at IS NOT NULL"),
            ("treatments_lotuse", "frozen_at IS NOT NULL"),
            ("treatments_checklistentry", "TRUE"),
            ("treatments_comfortscore", "TRUE"),
            ("treatments_daycheck", "TRUE"),
            ("treatments_stockmove", "TRUE"),
            ("treatments_evententry", "TRUE"),
            ("treatments_outcomereview", "TRUE"),
            ("treatments_patchtest", "TRUE"),
            ("treatments_prescription", "TRUE"),
        ):
            frozen.register(table, when=when)
        registrations.register()
