"""The catalogue app."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Ingredients, products, techniques, areas, devices, protocols."""

    name = "clinic.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        """The shipped files are content that a clinical lead reviews and publishes."""
        from clinic import content as versions
        from clinic.catalogue import content

        for kind in content.KINDS:
            if kind != "sources":
                versions.register(kind, app="catalogue", file=f"{kind}.yaml", parse=content.parser(kind))
