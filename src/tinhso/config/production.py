"""What production refuses to start with: demo secrets, the sandbox, open doors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from cryptography import x509
from django.conf import settings

from tinhso.config import rooms
from tinhso.foundation import sandbox

SANDBOX_MARK = "Không có giá trị pháp lý"
SERVICES = {
    "stamps": "TINHSO_STAMPS_URL",
    "csc": "TINHSO_CSC_URL",
    "confirm": "TINHSO_CSC_CONFIRM_URL",
}
SECRETS = {"csc_token": "TINHSO_CSC_TOKEN", "seals_password": "TINHSO_SEALS_PASSWORD"}


def faults() -> list[str]:
    """Everything that must be mended before production may start, one sentence each.

    Rooms add their own by a function `production_faults` in their module `production`.
    """
    found = [*_switches(), *_signing(), *_roots(Path(settings.SIGNING["roots"]))]
    for _room, module in rooms.with_module("production"):
        found += module.production_faults()
    return found


def _switches() -> Iterator[str]:
    if settings.DEBUG or settings.DEBUG_PROPAGATE_EXCEPTIONS:
        yield "DEBUG đang bật: tắt đi."
    if "*" in settings.ALLOWED_HOSTS or not settings.ALLOWED_HOSTS:
        yield "TINHSO_HOSTS chưa nêu tên máy: đặt các tên miền của hệ thống, cách nhau dấu phẩy."
    if any(sandbox.is_local(host) for host in settings.ALLOWED_HOSTS if host != "*"):
        yield "TINHSO_HOSTS còn tên của máy thử: chỉ để các tên miền của hệ thống."
    if not (settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE):
        yield "Cookie đang đi qua kết nối không mã hóa: bật SESSION_COOKIE_SECURE và CSRF_COOKIE_SECURE."
    if not settings.SECURE_HSTS_SECONDS:
        yield "HSTS đang tắt: đặt SECURE_HSTS_SECONDS."
    if settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN:
        yield "Khóa truy cập đang nhận địa chỉ không mã hóa: tắt MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN."


def _signing() -> Iterator[str]:
    yield from sandbox.faults(
        addresses={variable: settings.SIGNING[name] for name, variable in SERVICES.items()},
        given={variable: settings.SIGNING[name] for name, variable in SECRETS.items()},
    )


def _roots(folder: Path) -> Iterator[str]:
    for file in sorted(folder.glob("*.pem")) if folder.is_dir() else ():
        for certificate in x509.load_pem_x509_certificates(file.read_bytes()):
            named = {str(attribute.value) for attribute in certificate.subject}
            if SANDBOX_MARK in named or "sandbox" in file.name:
                yield f"{file} là chứng thư gốc của hệ thống thử: bỏ khỏi thư mục tin cậy."


def refuse_demo_parts() -> None:
    """End the process, naming every fault, when production is asked for with demo parts."""
    if not settings.PRODUCTION:
        return
    found = faults()
    if found:
        lines = "\n".join(f"  - {fault}" for fault in found)
        raise SystemExit(f"tinhso: chưa chạy chính thức được, hãy sửa:\n{lines}")


def refuse_demo_data() -> None:
    """Raise ClickException when demo data would be loaded into production."""
    if settings.PRODUCTION:
        raise click.ClickException("Không nạp dữ liệu trình diễn vào hệ thống chính thức.")
