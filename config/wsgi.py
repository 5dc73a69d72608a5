"""WSGI entry."""

import os

from django.core.wsgi import get_wsgi_application

from clinic.keystore.checks import harden

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
harden()
application = get_wsgi_application()

from clinic import frozen  # noqa: E402 - its models can be imported only now

frozen.demand()
