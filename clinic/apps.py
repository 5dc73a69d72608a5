"""The base layer."""

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate


def _install_triggers(sender: object, using: str, **kwargs: object) -> None:
    from clinic import frozen

    if using == "default":
        frozen.install(using)


class ClinicConfig(AppConfig):
    """People, places, and the quiet machinery."""

    name = "clinic"

    def ready(self) -> None:
        """Freeze the log, register checks."""
        from clinic import frozen, registry

        frozen.register("clinic_auditentry", when="TRUE")
        frozen.register("clinic_signedroot", when="TRUE")
        frozen.register("clinic_document", when="TRUE")
        frozen.register("clinic_contentreview", when="TRUE")
        frozen.register("clinic_kitcheck", when="TRUE")
        checks.register(registry.check_routes)
        checks.register(frozen.check_installed, checks.Tags.database)
        post_migrate.connect(_install_triggers, dispatch_uid="clinic-frozen-triggers")
