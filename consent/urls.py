"""Addresses of the consent app."""

from django.urls import URLPattern

from clinic.documents import urls as documents

urlpatterns: list[URLPattern] = [*documents.urlpatterns]
api_urlpatterns: list[URLPattern] = []
