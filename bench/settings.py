"""The site's own settings, with the floor beside it and a header that counts statements."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS, MIDDLEWARE

INSTALLED_APPS = [*INSTALLED_APPS, "bench.floor"]
MIDDLEWARE = ["bench.counting.count_statements", *MIDDLEWARE]
ROOT_URLCONF = "bench.urls"
