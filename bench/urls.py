"""The site's addresses and the floor's two."""

from bench.floor import views
from clinic.registry import route
from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as site

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    *site,
    route("bench/floor/", views.read, name="bench-floor-read", signed_in=True),
    route("bench/floor/write/", views.write, name="bench-floor-write", signed_in=True),
]
