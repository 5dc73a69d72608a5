"""The erasure app."""

from django.apps import AppConfig


class ErasureConfig(AppConfig):
    """Legal holds, erasure by key destruction, the ledger."""

    name = "clinic.erasure"
    label = "erasure"

    def ready(self) -> None:
        """A lifted hold and a decision stay as they are; the ledger is checked with the records."""
        from clinic import frozen, verification
        from clinic.erasure import ledger, running

        frozen.register("erasure_legalhold", when="lifted_at IS NOT NULL")
        frozen.register("erasure_erasure", when="TRUE")
        verification.register(ledger.faults)
        verification.register(running.faults)
