"""The evidence app."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Content kinds of the evidence app."""

    name = "evidence"

    def ready(self) -> None:
        """Register what the base layer needs to know."""
        from clinic import content  # noqa: PLC0415 - after the app registry is ready
        from evidence import pack  # noqa: PLC0415 - after the app registry is ready

        content.register("qualification_pack", app="evidence", file="qualification_pack.yaml", parse=pack.parse)
        content.register("command_words", app="evidence", file="command_words.yaml", parse=pack.parse_words)
