"""The catalogue app."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Ingredients, products, techniques, areas, devices, protocols."""

    name = "clinic.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        """The shipped files are content a clinical lead publishes; photographs offer facts and checks."""
        from clinic import content as versions
        from clinic import providers, verification
        from clinic.catalogue import content
        from clinic.photos import queries, storing

        for kind in content.KINDS:
            if kind != "sources":
                versions.register(kind, app="catalogue", file=f"{kind}.yaml", parse=content.parser(kind))
        providers.register_facts(queries.facts)
        providers.register_timeline(queries.timeline)
        providers.register_export(storing.exported)
        verification.register(storing.faults)
