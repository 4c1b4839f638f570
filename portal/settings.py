"""Django's settings, made from `portal.config`; nothing here is read from anywhere else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONE, SELF

from portal import config, logs, secrets

HOSO = config.load()
BASE_DIR = Path(__file__).resolve().parent
DEBUG = HOSO.debug
SECRET_KEY = HOSO.secret_key or secrets.secret_key(HOSO.data)
ALLOWED_HOSTS = ["127.0.0.1", "localhost", HOSO.bind]
if HOSO.public_url:
    ALLOWED_HOSTS.append(urlsplit(HOSO.public_url).hostname or "")
    CSRF_TRUSTED_ORIGINS = [HOSO.public_url.rstrip("/")]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "oauth2_provider",
    "accounts",
    "storage",
    "dossiers",
    "workers",
    "portal",
    "portal.api",
]
MIDDLEWARE = [
    "portal.middleware.metrics.MetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.middleware.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.middleware.errors.ErrorMiddleware",
    "portal.middleware.session.IdleLockMiddleware",
    "portal.middleware.access.AccessMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [
            BASE_DIR / "templates",
            *(BASE_DIR / area / "templates" for area in ("desk", "agents", "people", "citizen", "verify", "api")),
        ],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.shell",
            ]
        },
    }
]


def _database() -> dict[str, object]:
    if HOSO.db_url:
        url = urlsplit(HOSO.db_url)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": url.path.lstrip("/"),
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or ""),
            "HOST": url.hostname or "",
            "PORT": str(url.port or ""),
            "OPTIONS": dict(parse_qsl(url.query)),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(HOSO.data / "hoso.sqlite3"),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }


DATABASES = {"default": _database()}
# What is counted of each address that asks must outlive the questions of many others; by default 300 are kept.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 20_000}},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
# QCVN 12:2026/BCA, section 3: a lock after five wrong passwords, an idle lock within fifteen minutes.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = ["username"]
# The account is locked, not the address: a whole office stands behind one.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "portal.account.locked"
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
IDLE_LOCK = timedelta(minutes=15)
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.error_pages.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if HOSO.public_url.startswith("https://"):
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Nothing inline and nothing from elsewhere;
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# Systems: client credentials only, tokens kept as digests, each client's scopes as registered (portal.api).
OAUTH2_PROVIDER = {
    "SCOPES_BACKEND_CLASS": "portal.api.scopes.ClientScopes",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 30 * 60,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
}
OAUTH2_PROVIDER_APPLICATION_MODEL = "oauth2_provider.Application"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [BASE_DIR / "locale", *(BASE_DIR / area / "locale" for area in ("citizen", "verify"))]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
STATIC_URL = "/static/"
# Served as they lie in the package: no collectstatic step that could be forgotten.
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 300

LOGGING = logs.config()


def _broker_folder() -> dict[str, object]:
    """Where messages lie when no broker is set; Celery does not make the folders by itself."""
    queue, control = HOSO.data / "broker" / "queue", HOSO.data / "broker" / "control"
    for folder in (queue, control):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return {
        "data_folder_in": str(queue),
        "data_folder_out": str(queue),
        "processed_folder": str(control),
        "control_folder": str(control),
        "polling_interval": 0.05,
    }


CELERY_BROKER_URL = HOSO.broker_url or "folder://"
# A message is sent while somebody waits for an answer: one short attempt must do, the sweeper makes the others.
_ONE_ATTEMPT = {"max_retries": 0, "socket_connect_timeout": 2.0, "socket_timeout": 30.0, "socket_keepalive": True}
CELERY_BROKER_TRANSPORT_OPTIONS = _ONE_ATTEMPT if HOSO.broker_url else _broker_folder()
CELERY_BROKER_CONNECTION_TIMEOUT = 2.0
# The workers, though, wait for their broker for as long as it takes; left alone they end after a hundred attempts.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_SERIALIZER = CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "hoso"
# The ledger knows what is to be done: a message is forgotten as soon as a worker has it.
CELERY_TASK_ACKS_LATE = False
# A task that hangs is killed; the ledger counts it as a death of its worker.
CELERY_TASK_TIME_LIMIT = 2 * 60 * 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
