"""
All settings of the portal, read from the environment and from `.env` in the project, when there is one.

A value that cannot be meant is refused at start, so nothing runs on half a configuration. `docs/running.md` lists them.
"""

import ipaddress
from pathlib import Path
from zoneinfo import available_timezones

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse_lazy
from environs import Env, validate

from payouts_portal import secrets_file
from payouts_portal.embedded import Cluster

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()
env.read_env(BASE_DIR / ".env", recurse=False)


def folder(name, default):
    return Path(env.str(name, "") or default).expanduser().absolute()


# Where it runs

PORTAL_HOME = folder("PORTAL_HOME", BASE_DIR / "var")
PORT = env.int("PORT", 8000, validate=validate.Range(1, 65535))
DEBUG = env.bool("DEBUG", False)
LIVE = env.bool("LIVE", False)  # real money: no partner or bank account of the sandbox, no control of its clock
DEMO = env.bool("DEMO", False)  # invented people, whose passwords stand on the page to sign in
INSECURE_HTTP = env.bool("PORTAL_INSECURE_HTTP", False)  # plain http, for a portal only this machine can reach
BEHIND_PROXY = env.bool("PORTAL_BEHIND_PROXY", False)  # a proxy ends TLS and sets X-Forwarded-Proto itself
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", [])
if LIVE and (DEBUG or DEMO or INSECURE_HTTP):
    raise ImproperlyConfigured("LIVE excludes DEBUG, DEMO and PORTAL_INSECURE_HTTP.")
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the portal's hosts; '*' would let any name in.")

# What it does

BANK_FOLDER = folder("BANK_FOLDER", PORTAL_HOME / "bank")
SANDBOX_INSTANT_PORT = env.int("SANDBOX_INSTANT_PORT", 8010, validate=validate.Range(1, 65535))
# What a bank's API for instant payments knows its customer by, for each folder of a live bank account.
INSTANT_TOKENS = env.dict("INSTANT_TOKENS", {})
EPOCH_FILE = folder("EPOCH_FILE", PORTAL_HOME / "epoch.json")  # how far the database had come; never in its backup
SWEEP_SECONDS = env.float("SWEEP_SECONDS", 15, validate=validate.Range(min=0.1, max=3600))
WORKERS = env.int("WORKERS", 2, validate=validate.Range(1, 64))

# Changed account details rest for so long before money follows them; a first account does not.
# So many whole account numbers one person is shown within any hour.
REVEALS_PER_HOUR = env.int("REVEALS_PER_HOUR", 20, validate=validate.Range(0, 10_000))
# So many requests a key of the API may make in a minute, unless it has a number of its own.
API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", 3000, validate=validate.Range(1, 1_000_000))
# A payout that waits longer for money, or for a hold to be lifted, expires.
PAYOUT_WAIT_SECONDS = env.int("PAYOUT_WAIT_SECONDS", 30 * 24 * 3600, validate=validate.Range(3600, 366 * 24 * 3600))

# Webhooks never reach private addresses, except in these networks (a demo's receiver on 127.0.0.1).
WEBHOOK_ALLOWED_NETWORKS = [ipaddress.ip_network(network) for network in env.list("WEBHOOK_ALLOWED_NETWORKS", [])]
if LIVE and WEBHOOK_ALLOWED_NETWORKS:
    raise ImproperlyConfigured("LIVE excludes WEBHOOK_ALLOWED_NETWORKS.")

# Secrets, from the environment or drawn once into a file that only its owner can read

SECRETS = {name: env.str(name, "") for name in secrets_file.DRAWN}
if not all(SECRETS.values()):
    if LIVE:
        raise ImproperlyConfigured(f"LIVE needs {', '.join(SECRETS)} in the environment.")
    SECRETS = secrets_file.load_or_draw(PORTAL_HOME / "secrets.env") | {k: v for k, v in SECRETS.items() if v}
SECRET_KEY = SECRETS["SECRET_KEY"]
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", [])
FIELD_KEYS = secrets_file.read_field_keys(SECRETS["FIELD_KEYS"])  # the first encrypts, all of them decrypt
INDEX_KEY = secrets_file.read_key("INDEX_KEY", SECRETS["INDEX_KEY"])

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_q",
    "import_export",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "apps.core",
    "apps.users",
    "apps.partners",
    "apps.events",
    "apps.ledger",
    "apps.approvals",
    "apps.rails",
    "apps.pricing",
    "apps.recipients",
    "apps.compliance",
    "apps.payouts",
    "apps.reconciliation",
    "apps.audit",
    "apps.sandbox",
    "apps.api",
]

MIDDLEWARE = [
    "apps.api.middleware.ProblemResponses",
    "apps.events.middleware.Refusals",
    "django.middleware.security.SecurityMiddleware",
    "payouts_portal.middleware.browser_safety",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.api.middleware.LeanApi",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "apps.users.middleware.SignIns",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "payouts_portal.urls"
WSGI_APPLICATION = "payouts_portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = ["apps.users.backends.Browsers"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Database: the customer's own PostgreSQL, 15 or newer, or else the embedded one.
# The product works as a role that owns nothing (alias `default`), migrations as the owner (alias `owner`).

DATABASE_URL = env.str("DATABASE_URL", "")
EMBEDDED = not DATABASE_URL
CLUSTER = Cluster(PORTAL_HOME / "pg", durable=env.bool("EMBEDDED_DURABLE", True)) if EMBEDDED else None
if LIVE and EMBEDDED and not env.bool("ALLOW_EMBEDDED_LIVE", False):
    raise ImproperlyConfigured(
        "LIVE needs DATABASE_URL, or ALLOW_EMBEDDED_LIVE=true on a host nobody else can log in to."
    )


def database(url, embedded_user, options):
    if EMBEDDED:
        place = {"NAME": env.str("DATABASE_NAME", "payouts"), "USER": embedded_user, "CLUSTER": CLUSTER}
    else:
        place = dj_database_url.parse(url)
        if place["ENGINE"] != "django.db.backends.postgresql" or not place["NAME"]:
            raise ImproperlyConfigured("DATABASE_URL must be postgresql://login:password@host:port/database.")
    return place | {
        "ENGINE": "payouts_portal.database",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": place.get("OPTIONS", {}) | {"application_name": "payouts_portal"} | options,
    }


DATABASES = {
    "default": database(
        DATABASE_URL,
        "payouts_app",
        {"options": "-c role=payouts_app -c synchronous_commit=on -c plan_cache_mode=force_generic_plan"},
    ),
    "owner": database(env.str("DATABASE_OWNER_URL", "") or DATABASE_URL, "payouts_owner", {}),
}

# The zone in which the pages show times to whoever has not chosen one. Days, the API and the books know UTC only.
PEOPLE_TIME_ZONE = env.str("PEOPLE_TIME_ZONE", "UTC", validate=validate.OneOf(available_timezones()))

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

# Static files

STATIC_URL = "/static/"
STATIC_ROOT = PORTAL_HOME / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Browsers

LOGIN_URL = LOGIN_REDIRECT_URL = "/admin/"
SESSION_COOKIE_AGE = env.int("SESSION_SECONDS", 12 * 3600, validate=validate.Range(60, 24 * 3600))
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", 30 * 60, validate=validate.Range(120, 24 * 3600))
# A second factor that was given longer ago is asked for again before what matters (apps/users/roles.py).
CONFIRMATION_SECONDS = env.int("CONFIRMATION_SECONDS", 5 * 60, validate=validate.Range(30, 3600))
# So many wrong attempts close an account, or an address to call from, for so long.
SIGN_IN_ATTEMPTS = env.int("SIGN_IN_ATTEMPTS", 5, validate=validate.Range(2, 20))
SIGN_IN_ATTEMPTS_PER_ADDRESS = env.int("SIGN_IN_ATTEMPTS_PER_ADDRESS", 30, validate=validate.Range(2, 1000))
SIGN_IN_CLOSED_SECONDS = env.int("SIGN_IN_CLOSED_SECONDS", 15 * 60, validate=validate.Range(60, 24 * 3600))
SESSION_COOKIE_NAME = "session" if INSECURE_HTTP else "__Host-session"
SESSION_COOKIE_SECURE = not INSECURE_HTTP
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
CSRF_USE_SESSIONS = True
CSRF_COOKIE_SECURE = not INSECURE_HTTP
SECURE_SSL_REDIRECT = not INSECURE_HTTP
SECURE_REDIRECT_EXEMPT = [r"^api/"]  # a key that came over plain http is refused, not led on
SECURE_HSTS_SECONDS = 0 if INSECURE_HTTP else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = not INSECURE_HTTP
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # the list browsers preload is the decision of the domain's owner

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# The queue carries nudges only; the rows of the portal are the work list (apps/core/queue.py).
# `retry` counts from when a task is fetched, so it must outlast everything a worker fetched before it.

Q_CLUSTER = {
    "name": "payouts",
    "orm": "default",
    "broker_class": "apps.core.broker.Nudges",
    "workers": WORKERS,
    "queue_limit": WORKERS * 2,
    "bulk": 10,
    "poll": 0.2,
    "timeout": 60,
    "retry": 3600,
    "max_attempts": 1,
    "ack_failures": True,
    "save_limit": -1,
    "catch_up": False,
    "scheduler": False,
    "recycle": 500,
}

# The partners' API

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["apps.api.authentication.KeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [],  # every endpoint names its permission (apps/api/doors.py)
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [],  # bodies are read strictly (apps/api/parsers.py)
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "apps.api.openapi.EndpointSchema",
    "EXCEPTION_HANDLER": "apps.api.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Payouts Portal",
    "DESCRIPTION": "Pay people, and know at any moment where the money is, why, and whom it waits for.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "PREPROCESSING_HOOKS": [],
    "POSTPROCESSING_HOOKS": ["apps.api.openapi.complete"],
}

# The admin's theme; what depends on the person is in payouts_portal/admin_site.py

UNFOLD = {
    "SITE_TITLE": "Payouts Portal",
    "SITE_HEADER": "Payouts Portal",
    "SITE_URL": None,
    "SITE_ICON": "payouts_portal.admin_site.icon",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "payouts_portal.admin_site.icon"}],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": False,
    "BORDER_RADIUS": "6px",
    "ENVIRONMENT": "payouts_portal.admin_site.environment",
    "GLOBAL_CALLBACK": "payouts_portal.admin_site.every_page",
    "DASHBOARD_CALLBACK": "payouts_portal.dashboard.today",
    "ACCOUNT": {"navigation": [{"title": "My account", "link": reverse_lazy("account")}]},
    "STYLES": ["payouts_portal.admin_site.stylesheet"],
    "SCRIPTS": ["payouts_portal.admin_site.send_once", "payouts_portal.admin_site.open_by_keys"],
    "SIDEBAR": {"show_search": False, "navigation": "payouts_portal.admin_site.navigation"},
    "COLORS": {
        "primary": {
            "50": "#eff8f8",
            "100": "#d8eeee",
            "200": "#b3dcdd",
            "300": "#82c3c6",
            "400": "#4aa2a8",
            "500": "#2c868d",
            "600": "#1f6c74",
            "700": "#1d585f",
            "800": "#1c484e",
            "900": "#1b3d43",
            "950": "#0b252a",
        },
    },
}

# Logs go to standard error, one line per event

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.log_level("LOG_LEVEL", "INFO")},
    "loggers": {
        name: {"handlers": ["stderr"], "level": "WARNING", "propagate": False} for name in ("django", "django-q")
    },
}

env.seal()
