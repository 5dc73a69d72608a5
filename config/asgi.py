"""ASGI entry."""

import os

from django.core.asgi import get_asgi_application

from clinic.keystore.checks import harden

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
harden()
application = get_asgi_application()
