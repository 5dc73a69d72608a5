"""The catalogue app."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Ingredients, products, techniques, areas, devices, protocols."""

    name = "clinic.catalogue"
    label = "catalogue"
