"""What notify refuses to start production with."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _

DEMO = "tinhso-demo-"
LOCAL = ("//localhost", "//127.", "//[::1]")


def production_faults() -> list[str]:
    """Mail that would stay in a folder, carriers of the sandbox; empty when nothing is wrong."""
    return [*_mail(), *_sms(), *_zalo()]


def _mail() -> Iterator[str]:
    if settings.MAIL.folder is not None:
        yield _("Chưa có máy chủ thư: đặt TINHSO_SMTP=smtp://tên:mật-khẩu@máy:587?tls=1.")


def _sms() -> Iterator[str]:
    for provider in settings.MESSAGING.sms:
        stem = f"TINHSO_{provider.name.upper().replace('-', '_')}"
        if any(mark in provider.url for mark in LOCAL):
            yield _("%(name)s đang trỏ tới hệ thống thử: đặt địa chỉ của dịch vụ thật.") % {
                "name": f"{stem}_URL"
            }
        if DEMO in provider.token + provider.secret:
            yield _("%(name)s là giá trị trình diễn: đặt giá trị được cấp.") % {
                "name": f"{stem}_TOKEN, {stem}_SECRET"
            }
    if settings.MESSAGING.sms and not settings.MESSAGING.brandname:
        yield _("TINHSO_SMS_BRANDNAME chưa có: đặt tên gửi tin đã đăng ký.")


def _zalo() -> Iterator[str]:
    zalo = settings.MESSAGING.zalo
    if zalo.url and DEMO in zalo.token + zalo.secret:
        yield _("%(name)s là giá trị trình diễn: đặt giá trị được cấp.") % {
            "name": "TINHSO_ZALO_TOKEN, TINHSO_ZALO_SECRET"
        }
