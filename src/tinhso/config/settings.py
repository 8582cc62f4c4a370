"""Django's settings, made from the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from tinhso.config import (
    connecting,
    embedded,
    environment,
    exchange,
    lgsp,
    mail,
    messaging,
    parcels,
    payments,
)
from tinhso.foundation import keyring

ENVIRONMENT = environment.read()
PRODUCTION = ENVIRONMENT.production
HOME = ENVIRONMENT.home
ORIGIN = ENVIRONMENT.origin
SOURCE = Path(__file__).resolve().parents[1]

SITE = {
    "name": _("Dịch vụ công tỉnh An Giang"),
    "province": _("tỉnh An Giang"),
    "owner": _("Ủy ban nhân dân tỉnh An Giang. Chạy bằng phần mềm nguồn mở Tỉnh Số."),
    "phone": "1022",
}

# Requests, and the rooms in the order of the floors
DEBUG = False
ALLOWED_HOSTS = ENVIRONMENT.hosts

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "tinhso.foundation",
    "tinhso.ui",
    "tinhso.directory",
    "allauth.account",
    "allauth.mfa",
    "tinhso.identity",
    "tinhso.exchange",
    "tinhso.forms",
    "tinhso.search",
    "tinhso.workflow",
    "tinhso.notify",
    "tinhso.tasks",
    "tinhso.payments",
    "tinhso.vault",
    "tinhso.registers",
    "tinhso.exports",
    "tinhso.procedures",
    "tinhso.certification",
    "tinhso.dossiers",
    "tinhso.counter",
    "tinhso.parcels",
    "tinhso.studio",
    "tinhso.supervision",
    "tinhso.digitising",
    "tinhso.public",
    "tinhso.desk",
    "tinhso.config",
]

MIDDLEWARE = [
    "tinhso.config.metrics.Measured",
    "tinhso.config.problems.Problems",
    "tinhso.config.machines.Machines",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tinhso.ui.middleware.Packed",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tinhso.identity.middleware.Visiting",
    "tinhso.ui.middleware.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "tinhso.config.readable.Readable",
    "allauth.account.middleware.AccountMiddleware",
    "tinhso.identity.middleware.Doors",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "tinhso.ui.middleware.ContentPolicy",
    "tinhso.ui.middleware.UnableAsPage",
]

CSRF_FAILURE_VIEW = "tinhso.ui.pages.errors.csrf"

ROOT_URLCONF = "tinhso.config.urls"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "tinhso.identity.pages.context.visitor",
                "tinhso.ui.preferences.shown",
            ],
        },
    }
]


# Database and jobs
DATABASES = {"default": connecting.entry(ENVIRONMENT.database_url or embedded.until_exit(HOME / "postgres"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# Languages and time
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Tiếng Việt")), ("en", _("Tiếng Anh")), ("km", _("Tiếng Khmer"))]
LOCALE_PATHS = [SOURCE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

# Files: of the site, and of people
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "tinhso.ui.storage.HashedStatic"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

FILES = os.environ.get("TINHSO_FILES", "").strip()
SCANS = os.environ.get("TINHSO_SCANS", "").strip() or str(HOME / "scans")
OCR = os.environ.get("TINHSO_OCR", "").strip()
MALWARE = os.environ.get("TINHSO_MALWARE", "off").strip()
FILE_UPLOAD_HANDLERS = [
    "tinhso.foundation.files.forms.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FILES = 40

# Mail
MAIL_DOMAIN = urlsplit(ORIGIN).hostname or "localhost"
MAIL = mail.read(home=HOME, domain=MAIL_DOMAIN, name="Dịch vụ công tỉnh An Giang")
EMAIL_BACKEND = MAIL.backend
EMAIL_FILE_PATH = MAIL.folder
EMAIL_HOST, EMAIL_PORT = MAIL.host, MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL.tls == "1", MAIL.tls == "ssl"
EMAIL_TIMEOUT = mail.TIMEOUT_SECONDS
DEFAULT_FROM_EMAIL = MAIL.sender

# Secrets, sign-in, sessions
KEYRING = keyring.read()
SECRET_KEY, *SECRET_KEY_FALLBACKS = KEYRING.session_secrets()

AUTH_USER_MODEL = "identity.Account"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_SUPPORTED_TYPES = ["totp", "webauthn"]
MFA_ADAPTER = "tinhso.identity.signin.adapter.Adapter"
MFA_TOTP_ISSUER = "Tỉnh Số An Giang"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PRODUCTION else 0
BEHIND_PROXY = environment.flag("TINHSO_BEHIND_PROXY", default=PRODUCTION)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SESSION_COOKIE_AGE = 24 * 3600

# The national side; the sandbox's where nothing else is set
NATIONAL_PORT = environment.number("TINHSO_NATIONAL_PORT", default=ENVIRONMENT.port + 100)
SIGNING: dict[str, Any] = {
    "stamps": os.environ.get("TINHSO_STAMPS_URL", f"http://localhost:{NATIONAL_PORT}/tsa"),
    "csc": os.environ.get("TINHSO_CSC_URL", f"http://localhost:{NATIONAL_PORT}/csc/v2"),
    "csc_token": os.environ.get("TINHSO_CSC_TOKEN", "tinhso-demo-csc"),
    "confirm": os.environ.get("TINHSO_CSC_CONFIRM_URL", f"http://localhost:{NATIONAL_PORT}/phone/{{person}}"),
    "roots": Path(os.environ.get("TINHSO_ROOTS", HOME / "signing" / "roots")),
    "seals": Path(os.environ.get("TINHSO_SEALS", HOME / "signing" / "seals")),
    "seals_password": os.environ.get("TINHSO_SEALS_PASSWORD", "tinhso-demo-seals"),
}

EID = {
    "issuer": os.environ.get("TINHSO_EID_ISSUER", f"http://localhost:{NATIONAL_PORT}/oidc"),
    "client_id": os.environ.get("TINHSO_EID_CLIENT_ID", "tinhso-demo"),
    "client_secret": os.environ.get("TINHSO_EID_CLIENT_SECRET", "tinhso-demo-secret"),
}

PARCELS = parcels.read(production=PRODUCTION, sandbox=f"http://localhost:{NATIONAL_PORT}")

LGSP = lgsp.read(production=PRODUCTION, sandbox=f"http://localhost:{NATIONAL_PORT}")

EXCHANGE = exchange.read(home=HOME, port=ENVIRONMENT.port)

PAYMENTS = payments.read(production=PRODUCTION, sandbox=f"http://localhost:{NATIONAL_PORT}")

MESSAGING = messaging.read(
    home=HOME,
    production=PRODUCTION,
    sandbox=f"http://localhost:{NATIONAL_PORT}",
    contact=f"mailto:quan-tri@{MAIL_DOMAIN}",
)
