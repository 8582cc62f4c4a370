"""Slows guessing without locking out the true owner.

Wrong attempts at one account from strange devices are counted together; a device in which the account
has signed in before is counted by itself, so that strangers cannot lock it out. One address that fails
at many accounts is slowed as a whole.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from tinhso.foundation import crypto
from tinhso.identity import limits
from tinhso.identity.contracts import TooManyAttempts
from tinhso.identity.models import Attempt, KnownDevice
from tinhso.identity.signin import sessions

COOKIE = "tinhso_device"
A_YEAR_SECONDS = 365 * 24 * 3600


def _login_hash(login: str) -> bytes:
    return crypto.keyed_hash("identity.login-attempt", login.strip().lower())


def _device(request: HttpRequest) -> bytes | None:
    secret = request.COOKIES.get(COOKIE, "")
    return hashlib.sha256(secret.encode()).digest() if secret else None


def _known(request: HttpRequest, account_id: UUID | None) -> bytes | None:
    device = _device(request)
    if device is None or account_id is None:
        return None
    known = KnownDevice.objects.filter(secret_hash=device, account_id=account_id).exists()
    return device if known else None


def check(request: HttpRequest, login: str, account_id: UUID | None, at: datetime) -> None:
    """Return when another attempt may be made. Raises TooManyAttempts."""
    window = limits.minutes("signin_attempts_window", at)
    since = at - window
    device = _known(request, account_id)
    rows = Attempt.objects.filter(login_hash=_login_hash(login), at__gt=since, device_hash=device)
    most = limits.count("signin_attempts_known" if device else "signin_attempts_strange", at)
    address = sessions.address_of(request)
    busy = Attempt.objects.filter(address=address, at__gt=since).count()
    if rows.count() >= most or (device is None and busy >= limits.count("signin_attempts_address", at)):
        minutes = int(window.total_seconds() // 60)
        raise TooManyAttempts(
            _(
                "Đã nhập sai quá nhiều lần từ máy này. Hãy thử lại sau %(minutes)d phút, hoặc đăng nhập ở máy"
                " vẫn thường dùng."
            )
            % {"minutes": minutes},
            minutes=minutes,
        )


def failed(request: HttpRequest, login: str, account_id: UUID | None, at: datetime) -> None:
    """Count a wrong attempt; drop those nobody counts any more."""
    Attempt.objects.create(
        login_hash=_login_hash(login),
        device_hash=_known(request, account_id),
        address=sessions.address_of(request),
        at=at,
    )
    Attempt.objects.filter(at__lt=at - 4 * limits.minutes("signin_attempts_window", at)).delete()


def succeeded(
    request: HttpRequest, answer: HttpResponseBase, login: str, account_id: UUID, at: datetime
) -> bool:
    """Forget the wrong attempts of this device, and know it from now on; True for a device seen first."""
    device = _known(request, account_id)
    Attempt.objects.filter(login_hash=_login_hash(login), device_hash=device).delete()
    if device is not None:
        KnownDevice.objects.filter(secret_hash=device).update(seen_at=at)
        return False
    secret = secrets.token_urlsafe(32)
    KnownDevice.objects.create(
        account_id=account_id, secret_hash=hashlib.sha256(secret.encode()).digest(), seen_at=at
    )
    answer.set_cookie(
        COOKIE,
        secret,
        max_age=A_YEAR_SECONDS,
        path="/can-bo/",
        httponly=True,
        samesite="Strict",
        secure=request.is_secure(),
    )
    return True
