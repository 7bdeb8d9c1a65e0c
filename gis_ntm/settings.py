"""Settings of gis-ntm, all from the environment.

Without GIS_NTM_DEBUG the process refuses to start unless a secret key, the allowed hosts and a database
are named: a server never runs on a development secret.
"""

from datetime import timedelta
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env

from gis_ntm.limits import read_limits

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()

DEBUG = env.bool("GIS_NTM_DEBUG", False)
LIMITS = read_limits(env)

DEVELOPMENT_KEY = "development-only-" + "0" * 40
SECRET_KEY = env.str("GIS_NTM_SECRET_KEY", DEVELOPMENT_KEY if DEBUG else "")
if not DEBUG and (len(SECRET_KEY) < 50 or SECRET_KEY == DEVELOPMENT_KEY):
    raise ImproperlyConfigured(
        "GIS_NTM_SECRET_KEY must be a secret of at least 50 characters (or set GIS_NTM_DEBUG=1 to develop). "
        "GIS_NTM_SECRET_KEY phải là chuỗi bí mật dài ít nhất 50 ký tự (hoặc đặt GIS_NTM_DEBUG=1 khi phát triển)."
    )
ALLOWED_HOSTS = env.list("GIS_NTM_ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"] if DEBUG else [])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("GIS_NTM_TRUSTED_ORIGINS", [])

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.gis",
    "django.contrib.postgres",
    "csp",
    "axes",
    "pgtrigger",
    "pghistory",
    "django_tasks",
    "django_tasks_db",
    "layers",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "layers.mapserver.serving.TileMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "layers.sessions.ViewerMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "axes.middleware.AxesMiddleware",
    "layers.http.ProblemMiddleware",
]

# Who made a change is noted where changes are made; a tile need not look up its reader for it.
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

ROOT_URLCONF = "gis_ntm.urls"
WSGI_APPLICATION = "gis_ntm.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
                "layers.pages.navigation.navigation",
            ],
            "libraries": {"modules": "gis_ntm.modules"},
        },
    },
]

# `make start` leaves the address of the project's own cluster here; only development falls back on it.
CLUSTER_URL = BASE_DIR / ".postgres" / "url"
PRIVATE_DATABASE = CLUSTER_URL.read_text().strip() if DEBUG and CLUSTER_URL.exists() else ...
DATABASES = {
    "default": env.dj_db_url("DATABASE_URL", PRIVATE_DATABASE, conn_max_age=600, conn_health_checks=True)
    | {"ENGINE": "django.contrib.gis.db.backends.postgis", "TEST": {"NAME": env.str("GIS_NTM_TEST_DB", None)}}
}

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "map"
LOGOUT_REDIRECT_URL = "map"

# A proxy of one's own in front, which sets X-Forwarded-Proto and appends to X-Forwarded-For.
BEHIND_PROXY = env.bool("GIS_NTM_BEHIND_PROXY", False)

AXES_FAILURE_LIMIT = LIMITS["LOGIN_FAILURES"]
AXES_COOLOFF_TIME = timedelta(minutes=LIMITS["LOGIN_WAIT_MINUTES"])
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "layers.pages.accounts.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "layers.sessions.client_address"
# Who failed to sign in from where is in the database for whoever runs the server, not in the admin.
AXES_ENABLE_ADMIN = False

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "layers" / "locale"]
USE_I18N = True
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = env.path("GIS_NTM_STATIC_ROOT", BASE_DIR / "staticfiles")
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "gis_ntm.static.NodeModulesFinder",
]
MEDIA_ROOT = env.path("GIS_NTM_MEDIA_ROOT", BASE_DIR / "media")
# Secrets of field work, made at first run: the key to which phones seal their records, and that of identity numbers.
# Never in the database nor in its backup; several web servers share the folder.
FIELD_KEYS = env.path("GIS_NTM_FIELD_KEYS", BASE_DIR / ".field-keys")
# Networks of roads that one process has made, for the others of this machine; may be emptied at any time. Whoever
# writes here runs code in every process, so it is no folder that uploads come into.
NETWORKS_ROOT = env.path("GIS_NTM_NETWORKS", BASE_DIR / ".networks")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "networks": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": NETWORKS_ROOT,
        "TIMEOUT": 86400,
        "OPTIONS": {"MAX_ENTRIES": 4 * LIMITS["NETWORKS_KEPT"]},
    },
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "gis_ntm.static.ModuleStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024**2

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# A closed office network often has no certificate; then GIS_NTM_HTTPS=0 says so openly.
HTTPS = env.bool("GIS_NTM_HTTPS", not DEBUG)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 86400 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]

# An XYZ base map such as https://tiles.example.vn/{z}/{x}/{y}.png; empty on a closed network.
BASEMAP_URL = env.str("GIS_NTM_BASEMAP_URL", "")
BASEMAP_ATTRIBUTION = env.str("GIS_NTM_BASEMAP_ATTRIBUTION", "")
BASEMAP_ORIGIN = ["/".join(BASEMAP_URL.split("/")[:3]).replace("{s}", "*")] if BASEMAP_URL else []

# E-mail goes out only where an SMTP server is named, as smtp+tls://user:password@mail.example.vn:587. Letters
# lead back to the product's own address, such as https://gis.example.vn.
EMAIL_URL = env.str("GIS_NTM_EMAIL_URL", "")
SENDS_EMAIL = bool(EMAIL_URL)
if SENDS_EMAIL:
    _email = env.dj_email_url("GIS_NTM_EMAIL_URL")
    EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT = _email["EMAIL_BACKEND"], _email["EMAIL_HOST"], _email["EMAIL_PORT"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_USER"], _email["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS, EMAIL_USE_SSL = _email["EMAIL_USE_TLS"], _email["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = env.str("GIS_NTM_EMAIL_FROM", "gis-ntm@localhost")
PUBLIC_ADDRESS = env.str("GIS_NTM_PUBLIC_ADDRESS", "").rstrip("/")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],  # the nonce is for the import map alone
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *BASEMAP_ORIGIN],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # Refused and successful logins are in its tables; the log need not repeat each housekeeping step.
    # WeasyPrint warns of what our style sheets say to browsers alone, and the font tools tell each step.
    "loggers": {"axes": {"level": "WARNING"}, "weasyprint": {"level": "ERROR"}, "fontTools": {"level": "WARNING"}},
}

# gis.W001 warns of spatial references from strangers read by an old system GDAL. Files from strangers are
# read by pyogrio's own GDAL alone, and a reference is chosen from a list of EPSG codes (layers/imports).
SILENCED_SYSTEM_CHECKS = ["gis.W001"]
