"""What identity refuses to start production with."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.db import DatabaseError

from tinhso.identity import demo
from tinhso.identity.models import Account


def production_faults() -> list[str]:
    """Demo officers, the e-ID sandbox and its secret; one sentence each."""
    faults = []
    issuer = urlsplit(settings.EID["issuer"])
    if issuer.scheme != "https" or issuer.hostname in {"localhost", "127.0.0.1", "::1"}:
        faults.append("TINHSO_EID_ISSUER đang trỏ tới hệ thống thử: đặt địa chỉ định danh điện tử quốc gia.")
    if settings.EID["client_secret"] == "tinhso-demo-secret":  # noqa: S105 - the one to be refused
        faults.append("TINHSO_EID_CLIENT_SECRET là khóa trình diễn: đặt khóa được cấp.")
    if not settings.ORIGIN.startswith("https://"):
        faults.append("TINHSO_ORIGIN phải bắt đầu bằng https://.")
    if _demo_officers():
        faults.append(
            "Còn tài khoản cán bộ trình diễn với mật khẩu ai cũng biết: hãy khóa hoặc đổi mật khẩu."
        )
    return faults


def _demo_officers() -> bool:
    logins = [officer.login for officer in demo.OFFICERS]
    try:
        rows = list(Account.objects.filter(login__in=logins, is_active=True))
    except DatabaseError:
        return False
    return any(check_password(demo.PASSWORD, row.password) for row in rows)
