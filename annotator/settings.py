"""Settings of the project. What may differ between machines comes from the environment, through `env`."""

import hashlib
import platform
from pathlib import Path
from typing import Any

import allauth
import django
import django_stubs_ext
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from annotator import env as environment

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
ENV = environment.read(base=BASE_DIR)

DEBUG = ENV.debug
SECRET_KEY = ENV.secret_key
PUBLIC_URL = ENV.public_url
DATA_DIR = ENV.data_dir

# Loopback names stay allowed beside the public one, so that a health check on the machine itself works.
ALLOWED_HOSTS = [ENV.host, "127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [ENV.public_url]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "template_partials",
    "rest_framework",
    "drf_spectacular",
    "django_tasks",
    "django_tasks_db",
    "statements",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "statements.middleware.compressed_pages",
    "statements.middleware.browser_rules",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "statements.middleware.whole_body",
    "statements.middleware.plain_session_key",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "statements.middleware.own_language",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "annotator.urls"
WSGI_APPLICATION = "annotator.wsgi.application"

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
                "statements.navigation.place",
            ],
        },
    },
]

# --- Threads ----------------------------------------------------------------------------------------------
# Of one worker process. A slow client holds a thread and nothing else, so each kind of waiting has threads
# of its own, and what comes beyond is told to come back: 503 with Retry-After. Measured with 60 half-sent
# headers (they take no thread), 40 slow bodies and 20 slow readers at once. A deadline for bodies is not to
# be had: granian's WSGI input cannot be interrupted, and reading it in a second thread freezes the worker.

STREAMS = max(2, ENV.threads // 2)  # exports that are being read
SENDERS = 4 * ENV.threads  # bodies that are still arriving
LARGE_SENDERS = 4  # of these, bodies that come onto the disk
THREADS = ENV.threads + STREAMS + SENDERS

# --- Database ---------------------------------------------------------------------------------------------
# `default` writes. `snapshot` reads one consistent state for as long as an export runs, without holding
# the write lock of SQLite: its transactions are deferred there, and REPEATABLE READ READ ONLY on PostgreSQL.


def _sqlite(mode: str, *, pragmas: str) -> dict[str, Any]:
    return {
        **ENV.database,
        "CONN_MAX_AGE": None,
        "OPTIONS": {"transaction_mode": mode, "timeout": 20, "init_command": pragmas},
    }


WRITES_AS, READS_AS = (
    "annotator",
    "annotator snapshot",
)  # names of connections, by which PostgreSQL shows them


def _postgres(name: str, *, pool: int, **options: Any) -> dict[str, Any]:
    given = {**ENV.database.get("OPTIONS", {}), "application_name": name}
    return {
        **ENV.database,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**given, **options, "pool": {"min_size": 1, "max_size": pool, "timeout": 10}},
    }


if ENV.is_postgres:
    from psycopg import IsolationLevel  # here, as it takes long to import and SQLite has no use for it

    DATABASES = {
        "default": _postgres(WRITES_AS, pool=ENV.threads),
        "snapshot": _postgres(
            READS_AS,
            pool=STREAMS,
            isolation_level=IsolationLevel.REPEATABLE_READ,
            options="-c default_transaction_read_only=on",
        ),
    }
else:
    # FULL: a decision that was acknowledged is on the disk, even if the power fails right after.
    DATABASES = {
        "default": _sqlite("IMMEDIATE", pragmas="PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL"),
        "snapshot": _sqlite("DEFERRED", pragmas="PRAGMA journal_mode=WAL; PRAGMA query_only=ON"),
    }
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
DATABASES["snapshot"].setdefault("TEST", {})["MIRROR"] = "default"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# What sign-in throttles count is kept where all workers see it.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
}

# --- People -----------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "statements.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
SESSION_ENGINE = "annotator.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
OPEN_SIGN_UP = ENV.open_sign_up

# Of allauth: sign-in and the second factor. Its sentences and pages are replaced by ours.
AUTHENTICATION_BACKENDS = ["statements.adapter.Accounts"]
ACCOUNT_ADAPTER = "statements.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_FORMS = {
    "login": "statements.forms.sign_in.SignInForm",
    "reauthenticate": "statements.forms.sign_in.ConfirmForm",
}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
MFA_ADAPTER = "statements.adapter.SecondFactorAdapter"
# Browsers make passkeys for names only, never for a bare IP address.
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", *(["webauthn"] if ENV.has_passkeys else [])]
MFA_TOTP_ISSUER = "Annotator"
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds that a phone's clock may be off
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an address is for mail only, nobody signs in with it
MFA_FORMS = {
    "authenticate": "statements.forms.second_factor.CodeForm",
    "reauthenticate": "statements.forms.second_factor.ConfirmCodeForm",
    "activate_totp": "statements.forms.second_factor.ActivateForm",
    "add_webauthn": "statements.forms.second_factor.AddPasskeyForm",
    "authenticate_webauthn": "statements.forms.second_factor.PasskeyForm",
    "reauthenticate_webauthn": "statements.forms.second_factor.ConfirmPasskeyForm",
    "edit_webauthn": "statements.forms.second_factor.RenamePasskeyForm",
}

# Failures within 15 minutes after which sign-in is refused, right password or not; successes do not count.
# `pair` stops who guesses. A group behind one address shares `address`, so it is wide. `account` stops who
# guesses from many addresses, at the price that they can keep its owner out for a quarter of an hour.
SIGN_IN_FAILURES = {"address": "100/15m/key", "account": "50/15m/key", "pair": "10/15m/key"}
# Of the account page and of forgotten passwords.
ACCOUNT_LIMITS = {
    "old_password": "10/15m/key",
    "forgotten_address": "5/h/key",
    "forgotten_account": "5/h/key",
}
ACCOUNT_RATE_LIMITS = {
    "login": None,  # counts successes too: a class that begins together would be kept out
    "login_failed": "10/15m/key",  # wrong codes, by person; wrong passwords have the limits above
    "reauthenticate": "10/m/user",
    "signup": "30/h/ip",
}
ALLAUTH_TRUSTED_PROXY_COUNT = ENV.trusted_proxies
ALLAUTH_RATE_LIMIT_IPV6_PREFIX = 64  # what one household or one server is given

# --- The browser ------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "statements.views.errors.csrf_failure"

if ENV.is_https:
    # Only a proxy on this machine can reach the server, so what it says of the scheme is believed.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"

# --- Languages and time -----------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "statements" / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
FORMAT_MODULE_PATH = "statements.locale"  # dates in English as they are written in Europe
USE_TZ = True
TIME_ZONE = "UTC"

# --- Files ------------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
# Of the packages only what their pages use: the API browser of the REST framework alone would be megabytes.
STATICFILES_DIRS = [
    BASE_DIR / "static",
    Path(django.__file__).parent / "contrib/admin/static",
    Path(allauth.__file__).parent / "mfa/static",
]
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "annotator.storage.StaticFiles"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# A statement is a text of some pages, seldom a report of hundreds: what is larger is a mistake or an attack.
MAX_STATEMENT_BYTES = 10_000_000
MAX_STATEMENT_SENTENCES = 100_000
MAX_UPLOAD_BYTES = 100_000_000
MAX_UNPACKED_BYTES = 200_000_000  # of an archive
MAX_UPLOAD_FILES = 1_000  # with those in archives
MAX_UPLOAD_STATEMENTS = 100_000
MAX_UPLOAD_SENTENCES = 1_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 4_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500  # 20 labels in 5 languages are 400
DATA_UPLOAD_MAX_NUMBER_FILES = MAX_UPLOAD_FILES
FILE_UPLOAD_HANDLERS = ["statements.arrival.Files"]
# What is larger than the memory for a body comes onto the disk first.
ARRIVING_DIR = DATA_DIR / "arriving"
SENDING_GRACE_SECONDS = 30  # after which a large body must have come at this pace:
SLOWEST_BYTES_A_SECOND = 1_000

# --- Jobs -------------------------------------------------------------------------------------------------
# Kept in the database, so that no broker is needed; what `manage.py work` does, which `serve` keeps running.

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
# The same when it is started again on the same data, so that it goes on with what it was at.
WORKER_NAME = hashlib.sha256(f"{platform.node()}:{DATA_DIR}".encode()).hexdigest()[:16]
NUDGE = DATA_DIR / "worker.nudge"  # touched when there is a job

# --- REST API ---------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "statements.api.access.BearerToken",
        "statements.api.access.Session",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["statements.api.parsers.StrictJSON"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "statements.api.negotiation.OneRenderer",
    "URL_FORMAT_OVERRIDE": None,  # ?format= belongs to the export
    "EXCEPTION_HANDLER": "statements.api.errors.problem",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Annotator",
    "DESCRIPTION": "Corpora of public statements, sentence by sentence, and what reviewers say about them.",
    "VERSION": "1",
    "SERVERS": [{"url": ENV.public_url}],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_PATCH": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": [],  # choices stay where they are: many of ours share names
    "PREPROCESSING_HOOKS": ["statements.api.schema.only_the_api"],
}

# --- Mail and log -----------------------------------------------------------------------------------------

if ENV.email:
    globals().update(ENV.email)
    DEFAULT_FROM_EMAIL = ENV.email["EMAIL_HOST_USER"] or ""
    if "@" not in DEFAULT_FROM_EMAIL:
        DEFAULT_FROM_EMAIL = f"annotator@{ENV.host}"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"secrets": {"()": "annotator.log.WithoutSecrets"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["secrets"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
