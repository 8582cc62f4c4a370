"""What notify refuses to start production with."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.foundation import sandbox


def production_faults() -> list[str]:
    """Mail that would stay in a folder, carriers of the sandbox; empty when nothing is wrong."""
    return [*_mail(), *_sms(), *_zalo()]


def _mail() -> Iterator[str]:
    if settings.MAIL.folder is not None:
        yield _("Chưa có máy chủ thư: đặt TINHSO_SMTP=smtp://tên:mật-khẩu@máy:587?tls=1.")


def _sms() -> Iterator[str]:
    for provider in settings.MESSAGING.sms:
        stem = f"TINHSO_{provider.name.upper().replace('-', '_')}"
        yield from sandbox.faults(
            addresses={f"{stem}_URL": provider.url},
            given={f"{stem}_TOKEN": provider.token, f"{stem}_SECRET": provider.secret},
        )
    if settings.MESSAGING.sms and not settings.MESSAGING.brandname:
        yield _("TINHSO_SMS_BRANDNAME chưa có: đặt tên gửi tin đã đăng ký.")


def _zalo() -> list[str]:
    zalo = settings.MESSAGING.zalo
    if not zalo.url:
        return []
    return sandbox.faults(
        addresses={"TINHSO_ZALO_URL": zalo.url},
        given={"TINHSO_ZALO_TOKEN": zalo.token, "TINHSO_ZALO_SECRET": zalo.secret},
    )
