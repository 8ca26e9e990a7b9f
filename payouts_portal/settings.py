"""
All settings of the portal, read from the environment (and from `.env` in the project, when there is one).

A value that cannot be meant is refused at start, so nothing runs on half a configuration.
"""

from pathlib import Path

from environs import Env, validate

from payouts_portal import embedded, secrets_file

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()
env.read_env(BASE_DIR / ".env", recurse=False)

# Where it runs
PORTAL_HOME = Path(env.str("PORTAL_HOME", str(BASE_DIR / "var"))).expanduser().resolve()
PORT = env.int("PORT", 8000, validate=validate.Range(1, 65535))
DEBUG = env.bool("DEBUG", False)
INSECURE_HTTP = env.bool("PORTAL_INSECURE_HTTP", False)  # plain http, for a portal that only this machine reaches
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", [])
BANK_FOLDER = Path(env.str("BANK_FOLDER", str(PORTAL_HOME / "bank"))).expanduser().resolve()
SWEEP_SECONDS = env.float("SWEEP_SECONDS", 15, validate=validate.Range(min=0.1, max=3600))
WEBHOOK_ALLOWED_NETWORKS = env.list("WEBHOOK_ALLOWED_NETWORKS", [])

# Secrets
_drawn = secrets_file.load_or_draw(PORTAL_HOME / "secrets.env") if not env.str("SECRET_KEY", "") else {}
SECRET_KEY = env.str("SECRET_KEY", "") or _drawn["SECRET_KEY"]
FIELD_KEYS = [
    (key_id, bytes.fromhex(key))
    for key_id, _, key in (item.partition(":") for item in env.list("FIELD_KEYS", [_drawn.get("FIELD_KEYS", "")]))
]
INDEX_KEY = bytes.fromhex(env.str("INDEX_KEY", "") or _drawn["INDEX_KEY"])

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
    "apps.recipients",
    "apps.compliance",
    "apps.payouts",
    "apps.reconciliation",
    "apps.audit",
    "apps.sandbox",
    "apps.api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
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
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Database
EMBEDDED = not env.str("DATABASE_URL", "")
EMBEDDED_HOME = PORTAL_HOME / "pg"
DATABASES = embedded.databases(EMBEDDED_HOME, env.str("DATABASE_NAME", "payouts"))

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = PORTAL_HOME / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]

# django-q2 carries nudges only; the rows of the portal are the work list.
Q_CLUSTER = {
    "name": "payouts",
    "orm": "default",
    "workers": env.int("WORKERS", 2, validate=validate.Range(1, 64)),
    "timeout": 60,
    "retry": 3600,
    "max_attempts": 1,
    "ack_failures": True,
    "save_limit": -1,
    "bulk": 10,
    "poll": 0.2,
    "catch_up": False,
    "recycle": 500,
}

# The partners' API
REST_FRAMEWORK = {}
SPECTACULAR_SETTINGS = {}
