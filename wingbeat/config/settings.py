"""Django's settings, made from the options table; nothing else reads the environment."""

from __future__ import annotations

from hashlib import sha256
from importlib.util import find_spec
from os import environ
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from wingbeat.config import home
from wingbeat.config.database import database
from wingbeat.config.options import OPTIONS as ALL_OPTIONS, openid_apps, read_options

WINGBEAT = read_options()
# Of each its default, how it is written now, and whether it is a secret.
OPTIONS = {one.variable: (one.default, one.written(environ), one.is_secret) for one in ALL_OPTIONS}
PACKAGE = Path(__file__).resolve().parent.parent
# The API's own pages and their scripts. As an app the package would load with every desk, and cost
# a third of its start: here it is only found, and loads with the first request for the API.
_ninja = find_spec("ninja")
API_PAGES = [Path(place) for place in (_ninja and _ninja.submodule_search_locations) or ()]
HOME: Path = WINGBEAT["home"]
BLOBS = Path(WINGBEAT["blobs"]) if WINGBEAT["blobs"] else HOME / "blobs"

SECRET_KEY: str = WINGBEAT["key"] or home.desk_key(HOME)
DEBUG: bool = WINGBEAT["debug"]
DESK_ADDRESS: str = WINGBEAT["address"]
_address = urlsplit(DESK_ADDRESS)
ALLOWED_HOSTS = [
    "localhost",
    "127.0.0.1",
    "[::1]",
    *([_address.hostname] if _address.hostname else []),
    *WINGBEAT["hosts"],
]
CSRF_TRUSTED_ORIGINS = [f"{_address.scheme}://{_address.netloc}"] if DESK_ADDRESS else []

INSTALLED_APPS = [
    "wingbeat.desk.journal",
    "wingbeat.desk.people",
    "wingbeat.desk.customers",
    "wingbeat.desk.conversations",
    "wingbeat.desk.macros",
    "wingbeat.desk.knowledge",
    "wingbeat.desk.care",
    "wingbeat.desk.insights",
    "wingbeat.desk.moving",
    "wingbeat.channels.mail",
    "wingbeat.channels.privacy",
    "wingbeat.channels.api",
    "wingbeat.channels.webhooks",
    "wingbeat.channels.context",
    "wingbeat.desk.automation",
    "wingbeat.config.jobs",
    "wingbeat.config.demo",
    "wingbeat.screens",
    "wingbeat.screens.agent",
    "wingbeat.screens.customer",
    "wingbeat.screens.setup",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wingbeat.screens.entering.spoken_to",
    "allauth.account.middleware.AccountMiddleware",
    "wingbeat.screens.second_factors.required_by_role",
]
ROOT_URLCONF = "wingbeat.config.urls"
WSGI_APPLICATION = "wingbeat.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [path / "templates" for path in API_PAGES],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ]
        },
    }
]
DATABASES = {"default": database(WINGBEAT["database_url"], HOME)}
_MEMORY = "django.core.cache.backends.locmem.LocMemCache"
CACHES = {  # apart, so that panels looked at never push out how often a stranger has tried
    "default": {"BACKEND": _MEMORY, "LOCATION": "counts", "OPTIONS": {"MAX_ENTRIES": 50_000}},
    "panels": {"BACKEND": _MEMORY, "LOCATION": "panels", "OPTIONS": {"MAX_ENTRIES": 1_000}},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Agent"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
CSRF_FAILURE_VIEW = "wingbeat.screens.entering.refuse_forged"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # agents are invited by an admin, never sign up
ACCOUNT_ADAPTER = "wingbeat.screens.accounts.AgentsOnly"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _address.scheme or "http"
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True  # light agents come rarely and keep no password
# Strangers get no mail, but their requests make the same job as those of agents: see `mailing`.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
ACCOUNT_FORMS = {"reset_password": "wingbeat.screens.account_forms.AskForLink"}
# Tries: against one address, from one computer. Counted in each process that serves pages.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "request_login_code": "20/m/ip,3/m/key",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
}
# Two factors: an app's codes, passkeys, and codes on paper for the day both are lost.
MFA_ADAPTER = "wingbeat.screens.second_factors.SealedFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # admins give addresses; nobody claims one
MFA_TOTP_ISSUER = _address.hostname or "Wingbeat"
MFA_FORMS = {
    "authenticate": "wingbeat.screens.second_factors.Authenticating",
    "reauthenticate": "wingbeat.screens.second_factors.AuthenticatingAgain",
}
MFA_TOTP_PERIOD = 30  # seconds
MFA_TOTP_TOLERANCE = 1  # clocks of telephones are half a minute wrong
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _address.scheme != "https"  # browsers insist on localhost then
# One door more, if the owner names a provider: for invited addresses only, see the adapter.
SOCIALACCOUNT_ADAPTER = "wingbeat.screens.entering_elsewhere.InvitedOnly"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form that leads elsewhere is forbidden by our own policy
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": openid_apps(WINGBEAT)}}
PASSWORD_RESET_TIMEOUT = 3 * 24 * 60 * 60  # seconds; the mails and pages say three days

# The desk's own mail leaves through an inbox's account, in whose name it is then written.
EMAIL_BACKEND = "wingbeat.channels.mail.own_mail.DeskBackend"
DEFAULT_FROM_EMAIL = "desk@localhost"

# Browsers send a cookie to every port of a host, so two desks on one machine need two names.
SESSION_COOKIE_NAME = f"wingbeat_{sha256(SECRET_KEY.encode()).hexdigest()[:8]}"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _address.scheme == "https"
SECURE_HSTS_SECONDS = 30 * 24 * 60 * 60 if _address.scheme == "https" else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        # Mail keeps a short list of harmless inline properties, which the sanitizer enforces.
        "style-src": [SELF, NONCE],
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

STATIC_URL = "static/"
STATICFILES_DIRS = [path / "static" for path in API_PAGES]
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = False
WHITENOISE_MAX_AGE = 3600
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["map", "png", "svgz", "ico", "woff2", "gz"]
# Words only: files are written to disk. Anybody may send a form, and each holds it in memory.
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

USE_TZ = True
TIME_ZONE: str = WINGBEAT["zone"]
USE_I18N = True
LANGUAGE_CODE: str = WINGBEAT["language"]
LANGUAGES = [
    ("en", _("English")),
    ("de", _("German")),
    ("hu", _("Hungarian")),
    ("ru", _("Russian")),
]
LOCALE_PATHS = [PACKAGE / "screens" / "locale"]

TASKS = {"default": {"BACKEND": "wingbeat.config.jobs.backend.LeasedBackend"}}
SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "mail.log": {"level": "ERROR"},  # aiosmtpd tells every command at INFO
        "django.request": {"level": "ERROR"},
        "uvicorn": {"level": "WARNING"},
        "httpx2": {"level": "WARNING"},  # it tells addresses, which may hold secrets
    },
}
