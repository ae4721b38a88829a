"""Settings. What a deployment changes is an environment variable; `docs/operations.md` lists them all."""

import os
import secrets
from pathlib import Path

import dj_database_url
from django.utils.csp import CSP

HERE = Path(__file__).resolve().parent
DATA_DIR = Path(os.environ.get("SUMMITRY_DATA", "summitry-data")).resolve()


def _flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, str(default)).lower() in {"1", "true", "yes", "on"}


def _list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def _secret() -> str:
    """The deployment's secret: from the environment, else made once and kept in the data folder."""
    if given := os.environ.get("SECRET_KEY"):
        return given
    kept = DATA_DIR / "keys" / "secret.key"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = kept.with_suffix(f".{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        try:
            os.link(fresh, kept)  # atomic: of two processes that start at once, one wins
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return kept.read_text()


# -- the deployment -------------------------------------------------------------------------------
SECRET_KEY = _secret()
DEBUG = _flag("DEBUG")
DEMO = _flag("SUMMITRY_DEMO")
ALLOWED_HOSTS = _list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver")
CSRF_TRUSTED_ORIGINS = _list("CSRF_TRUSTED_ORIGINS")
BASE_URL = os.environ.get("BASE_URL", "http://127.0.0.1:8000")  # in mails, feeds and the record
# The record's name in its checkpoints (C2SP "origin"); never change it once entries exist.
RECORD_ORIGIN = os.environ.get("RECORD_ORIGIN", "summitry.example/record")
RECORD_KEY = Path(os.environ.get("RECORD_KEY", str(DATA_DIR / "keys" / "record.key")))
HTTPS = BASE_URL.startswith("https://")

# -- the house ------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "summitry.site",
    "summitry.desk",
    "summitry.api",
    "summitry.demo",
    "summitry.atlas",
    "summitry.gatherings",
    "summitry.calls",
    "summitry.documents",
    "summitry.opinions",
    "summitry.people",
    "summitry.record",
    "summitry.text",
    "summitry.kept",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "django_tasks_db",
    "rules.apps.AutodiscoverRulesConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "summitry.site.policy.StylePolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "summitry.urls"
WSGI_APPLICATION = "summitry.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # An institution's own drawing, mark and theme: DATA_DIR/templates/site/{scene,mark,head}.html
        "DIRS": [DATA_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "summitry.site.context.frame",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "summitry.text.templatetags.text",
                "summitry.site.templatetags.ui",
            ],
        },
    }
]

FORM_RENDERER = "summitry.site.forms.Renderer"

# -- data -----------------------------------------------------------------------------------------
DATABASES = {
    "default": dj_database_url.config(
        default=f"sqlite:///{DATA_DIR / 'summitry.sqlite3'}", conn_max_age=600, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # deferred ones fail under load: a read cannot become a write
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=134217728;"
        " PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;",
    }
elif DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # A statement that a connection has seen is not planned again: half of the database's work for a vote.
    DATABASES["default"].setdefault("OPTIONS", {}).update(server_side_binding=True, prepare_threshold=5)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": os.environ["CACHE_URL"]}
        if os.environ.get("CACHE_URL")
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}
# Published pages are kept here; what retires them is counted in a file, or in Redis for several machines.
KEPT_DIR = DATA_DIR / "kept"
KEPT_LANES = ["summitry.opinions.lane.VoteLane"]  # what the porch answers beside kept pages
KEPT_COUNTERS = os.environ.get("CACHE_URL", "")
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
# The scheduler of a Dask cluster on which opinion maps are counted ("tcp://10.0.0.5:8786"); else here.
SUMMITRY_DASK = os.environ.get("SUMMITRY_DASK", "")
# Machine translation: dotted path of a provider (text/machine/asking.py); none by default.
SUMMITRY_TRANSLATOR = os.environ.get("SUMMITRY_TRANSLATOR", "")
MEDIA_ROOT = DATA_DIR / "files"
MEDIA_URL = "/files/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_URL = "/static/"
_BUILT = (STATIC_ROOT / "staticfiles.json").exists()
STORAGES = {
    "default": (
        {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": {"bucket_name": os.environ["S3_BUCKET"]}}
        if os.environ.get("S3_BUCKET")
        else {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    ),
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _BUILT
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not _BUILT
UPLOAD_MAX_BYTES = int(os.environ.get("UPLOAD_MAX_BYTES", 20 * 1024 * 1024))
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# -- languages ------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [  # the interface, each by its own name
    ("ar", "العربية"),
    ("zh-hans", "中文"),
    ("en", "English"),
    ("fr", "Français"),
    ("ru", "Русский"),
    ("es", "Español"),
]
# Content: what the institution writes in, and where a reader is led when her language is missing.
CONTENT_LANGUAGES = _list("CONTENT_LANGUAGES", "en,zh-hans,ar,fr,ru,es")
CONTENT_FALLBACKS = _list("CONTENT_FALLBACKS", "en,zh-hans,fr,es,ru,ar")
LOCALE_PATHS = [HERE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = "summitry.formats"  # dates and times as the house writes them: 24 hours, day first

# -- accounts -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "people:me"
ACCOUNT_ADAPTER = "summitry.people.adapter.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "summitry.people.adapter.SocialAccountAdapter"
MFA_ADAPTER = "summitry.people.adapter.MFAAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "summitry.people.forms.SignupForm"
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a letter when a password, an address or a second factor changes
# Proxies in front whose X-Forwarded-For is believed, for rate limits; else the sender's address counts.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("PROXY_COUNT", "1" if _flag("BEHIND_PROXY") else "0"))
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_PROVIDERS = (
    {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": os.environ.get("OIDC_NAME", "OpenID Connect"),
                    "client_id": os.environ["OIDC_CLIENT_ID"],
                    "secret": os.environ.get("OIDC_SECRET", ""),
                    "settings": {"server_url": os.environ.get("OIDC_SERVER", "")},
                }
            ]
        }
    }
    if os.environ.get("OIDC_CLIENT_ID")
    else {}
)

# -- mail -----------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = os.environ.get("MAIL_FROM", "Summitry <secretariat@localhost>")
MAILERS = {
    "default": (
        {"BACKEND": "summitry.demo.mail.MailboxBackend"}
        if DEMO
        else {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {
                "host": os.environ.get("SMTP_HOST", "localhost"),
                "port": int(os.environ.get("SMTP_PORT", "25")),
                "username": os.environ.get("SMTP_USER", ""),
                "password": os.environ.get("SMTP_PASSWORD", ""),
                "use_tls": _flag("SMTP_TLS"),
            },
        }
    )
}

# -- safety ---------------------------------------------------------------------------------------
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "summitry.site.views.errors.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS and not _flag("BEHIND_PROXY")
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _flag("BEHIND_PROXY") else None
SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
    "loggers": {"django": {"level": os.environ.get("LOG_LEVEL", "WARNING")}},  # else it tells of each task
}
