"""Where mail leaves: an SMTP server named by the environment, or a folder while there is none."""

from __future__ import annotations

import os
from dataclasses import dataclass
from email.utils import formataddr
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from tinhso.config.environment import BadEnvironment

FOLDER = "django.core.mail.backends.filebased.EmailBackend"
SERVER = "django.core.mail.backends.smtp.EmailBackend"
TIMEOUT_SECONDS = 20
PORTS = {"0": 25, "1": 587, "ssl": 465}
ASKED = "đặt dạng smtp://tên:mật-khẩu@máy:587?tls=1 (tls=0, 1 hoặc ssl)"


@dataclass(frozen=True, slots=True)
class Mail:
    """The settings that Django's mail asks for. `tls` is `0`, `1` (STARTTLS) or `ssl` (from the start)."""

    sender: str
    backend: str = FOLDER
    folder: Path | None = None
    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    tls: str = "0"


def read(*, home: Path, domain: str, name: str) -> Mail:
    """Mail as `TINHSO_SMTP` and `TINHSO_MAIL_FROM` say; without a server mails are files in `home`/mail.

    Raises BadEnvironment for an address that names no server.
    """
    address = os.environ.get("TINHSO_MAIL_FROM", "").strip() or f"khong-tra-loi@{domain}"
    sender = formataddr((name, address))
    url = os.environ.get("TINHSO_SMTP", "").strip()
    if not url:
        return Mail(sender=sender, folder=home / "mail")
    parts = urlsplit(url)
    tls = dict(parse_qsl(parts.query)).get("tls", "1")
    try:
        port = parts.port
    except ValueError:
        raise BadEnvironment(f"TINHSO_SMTP: {ASKED}.") from None
    if parts.scheme != "smtp" or not parts.hostname or tls not in PORTS:
        raise BadEnvironment(f"TINHSO_SMTP: {ASKED}.")
    return Mail(
        sender=sender,
        backend=SERVER,
        host=parts.hostname,
        port=port or PORTS[tls],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=tls,
    )
