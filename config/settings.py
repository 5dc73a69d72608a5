"""Settings of one installation; everything that differs between machines is read from the environment.

Environment: MESORECORD_DATA (folder of all data, default `var/`), MESORECORD_DEMO=1 (demo clinic, loopback only,
sign-in without a second factor), MESORECORD_DB=postgresql with PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE and
MESORECORD_KEYS_DATABASE, MESORECORD_HOSTS (comma separated), MESORECORD_KEK (base64, else a 0600 file in the
data folder).
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("MESORECORD_DATA") or BASE_DIR / "var").resolve()
DEMO = os.environ.get("MESORECORD_DEMO") == "1"
DEBUG = False
DATA_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)


def _secret_key() -> str:
    """The signing secret of sessions: a 0600 file in the data folder, made at first start."""
    path = DATA_DIR / "keys" / "secret_key"
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    value = secrets.token_urlsafe(64)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(value)
    return value


SECRET_KEY = os.environ.get("MESORECORD_SECRET_KEY") or _secret_key()
ALLOWED_HOSTS = [host for host in os.environ.get("MESORECORD_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if host]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "drf_spectacular",
    "simple_history",
    "django_htmx",
    "template_partials",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "clinic.keystore",
    "clinic",
    "clinic.identity",
    "clinic.devices",
    "clinic.catalogue",
    "clinic.rotation",
    "clinic.erasure",
    "clinic.golive",
    "consultations",
    "consent",
    "treatments",
    "aftercare",
    "evidence",
    "config",
]

MIDDLEWARE = [
    "clinic.middleware.request_context",
    "clinic.alarms.raising",
    "csp.middleware.CSPMiddleware",  # before whatever answers by itself: static files and redirects have a policy too
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "clinic.identity.middleware.SessionMiddleware",
    "clinic.devices.middleware.DeviceMiddleware",
    "clinic.middleware.ActorMiddleware",
    "clinic.handover.middleware.ReturnMiddleware",
    "clinic.devices.middleware.LockMiddleware",
    "clinic.identity.middleware.FactorMiddleware",
    "clinic.middleware.GuardMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "clinic.http.frame",
            ],
        },
    }
]

POSTGRESQL = os.environ.get("MESORECORD_DB") == "postgresql"


def _postgresql(name: str) -> dict[str, Any]:
    """One PostgreSQL database, reached as libpq's own environment says."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "HOST": os.environ.get("PGHOST", ""),
        "PORT": os.environ.get("PGPORT", ""),
        "USER": os.environ.get("PGUSER", ""),
        "PASSWORD": os.environ.get("PGPASSWORD", ""),
        "CONN_MAX_AGE": 60,
        "OPTIONS": {"options": "-c log_parameter_max_length=0 -c timezone=UTC"},
    }


def _sqlite(name: str) -> dict[str, Any]:
    """One SQLite file in the data folder; `IMMEDIATE` takes the write lock at the start of every transaction."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / name,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;",
        },
        "TEST": {"NAME": None},
    }


if POSTGRESQL:
    DATABASES = {
        "default": _postgresql(os.environ.get("PGDATABASE", "mesorecord")),
        "keys": _postgresql(os.environ.get("MESORECORD_KEYS_DATABASE", "mesorecord_keys")),
    }
else:
    DATA_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    DATABASES = {"default": _sqlite("mesorecord.sqlite3"), "keys": _sqlite("keys.sqlite3")}
DATABASE_ROUTERS = ["clinic.keystore.router.KeyStoreRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Sign-in
AUTH_USER_MODEL = "clinic.Staff"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {"NAME": "clinic.identity.passwords.NamesValidator"},
    {"NAME": "clinic.identity.passwords.LengthenedValidator"},
]
ACCOUNT_ADAPTER = "clinic.signin.StaffAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": None}  # tries are counted by clinic.identity.attempts
MFA_ADAPTER = "clinic.identity.sealing.StaffMFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/sign-in/"

# Cookies and headers
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_USE_SESSIONS = False
CSRF_FAILURE_VIEW = "clinic.http.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = not DEMO
SESSION_COOKIE_NAME = "sid" if DEMO else "__Host-sid"
CSRF_COOKIE_NAME = "csrf" if DEMO else "__Host-csrf"
INTAKE_COOKIE_NAME = "intake" if DEMO else "__Host-intake"
DEVICE_COOKIE_NAME = "device" if DEMO else "__Host-device"
MESSAGES_COOKIE_NAME = "messages" if DEMO else "__Host-messages"
MESSAGE_STORAGE = "clinic.flash.HostCookieStorage"
SECURE_HSTS_SECONDS = 0 if DEMO else 2 * 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEMO
SECURE_REFERRER_POLICY = "same-origin"  # docs/decisions: "no-referrer" makes browsers send forms with Origin: null
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if os.environ.get("MESORECORD_BEHIND_PROXY") == "1":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 26 * 1024 * 1024  # kept in memory: no plaintext temporary files
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]

# Languages, time
LANGUAGE_CODE = "en-gb"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/London"
DATE_FORMAT = "j M Y"
DATETIME_FORMAT = "j M Y, H:i"
TIME_FORMAT = "H:i"
FORMAT_MODULE_PATH = None

# Static files
STATIC_URL = "/static/"
WHITENOISE_ALLOW_ALL_ORIGINS = False
STATIC_ROOT = BASE_DIR / "build" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.staticfiles.NodeModulesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA_DIR / "files"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["clinic.api_auth.ActorAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["clinic.api_auth.Guarded"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "EXCEPTION_HANDLER": "clinic.api_base.answer_error",
    "DEFAULT_SCHEMA_CLASS": "clinic.openapi.VerbSchema",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "MesoRecord",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [],
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "session": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE_NAME},
            "handover": {"type": "apiKey", "in": "cookie", "name": INTAKE_COOKIE_NAME},
        }
    },
    "ENABLE_DJANGO_DEPLOY_CHECK": False,
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
EMAIL_BACKEND = (
    "django.core.mail.backends.locmem.EmailBackend" if DEMO else "django.core.mail.backends.smtp.EmailBackend"
)
SILENCED_SYSTEM_CHECKS = ["security.W002"]  # framing is refused by the CSP's frame-ancestors

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "clinic.logs.AllowListFormatter"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["out"], "level": "WARNING"},
    "loggers": {
        "mesorecord": {"handlers": ["out"], "level": "INFO", "propagate": False},
        "django": {"handlers": ["out"], "level": "ERROR", "propagate": False},
        "django.request": {"handlers": ["out"], "level": "ERROR", "propagate": False},
    },
}
