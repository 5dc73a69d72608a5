"""The evidence app."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Content kinds, frozen rows and seals of evidence; see design.md 8 for what this app holds."""

    name = "evidence"

    def ready(self) -> None:
        """Register what the base layer needs to know."""
        from clinic import content, frozen, providers, seals
        from evidence import erasing, exports, pack, payloads
        from evidence.models import Appeal, Countersignature, Decision, FeedbackForm, Observation

        content.register("qualification_pack", app="evidence", file="qualification_pack.yaml", parse=pack.parse)
        content.register("command_words", app="evidence", file="command_words.yaml", parse=pack.parse_words)
        frozen.register("evidence_observation", when="state = 'closed'")
        frozen.register("evidence_decision", when="state IN ('effective', 'returned')")
        frozen.register("evidence_countersignature", when="TRUE")
        frozen.register("evidence_feedbackform", when="TRUE")
        frozen.register("evidence_appeal", when="state = 'answered'")
        frozen.register("evidence_sampling", when="state = 'reported'")
        providers.register_export(exports.of_client)
        providers.register_erase(erasing.of_client)
        seals.register(Observation, payloads.observation)
        seals.register(Decision, payloads.decision)
        seals.register(Countersignature, payloads.countersignature)
        seals.register(FeedbackForm, payloads.feedback)
        seals.register(Appeal, payloads.appeal)
