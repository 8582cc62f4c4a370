"""What notify refuses to start production with."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _


def production_faults() -> list[str]:
    """Mail that would stay in a folder; empty when nothing is wrong."""
    if settings.MAIL.folder is None:
        return []
    return [_("Chưa có máy chủ thư: đặt TINHSO_SMTP=smtp://tên:mật-khẩu@máy:587?tls=1.")]
