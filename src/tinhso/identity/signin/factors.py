"""The second factor of officers: a code from an authenticator (TOTP, RFC 6238) or a passkey (WebAuthn)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.core.context import request_context
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt, encrypt
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.foundation import transactions
from tinhso.foundation.refs import ActorRef, SubjectRef
from tinhso.identity.contracts import SignInRefused
from tinhso.identity.models import Account

PERIOD_SECONDS = 30
TOTP, PASSKEY = "totp", "passkey"
_TYPES = {TOTP: Authenticator.Type.TOTP, PASSKEY: Authenticator.Type.WEBAUTHN}


def methods(account_id: UUID) -> tuple[str, ...]:
    """The second factors an account has: "totp", "passkey"."""
    found = set(Authenticator.objects.filter(user_id=account_id).values_list("type", flat=True))
    return tuple(name for name, kind in _TYPES.items() if kind in found)


def new_secret() -> str:
    """A secret for an authenticator, base32."""
    return str(totp.generate_totp_secret())


def code_at(secret: str, at: datetime) -> str:
    """The six digits an authenticator shows at that moment."""
    counter = int(at.timestamp()) // PERIOD_SECONDS
    return str(totp.format_hotp_value(totp.hotp_value(secret, counter)))


def _matching(secret: str, code: str, at: datetime) -> int | None:
    digits = "".join(code.split())
    now = int(at.timestamp()) // PERIOD_SECONDS
    for counter in (now, now - 1, now + 1):
        if totp.compare_user_code(
            actual=digits, expected=totp.format_hotp_value(totp.hotp_value(secret, counter))
        ):
            return counter
    return None


def verify_code(account_id: UUID, code: str, at: datetime) -> bool:
    """Whether the code is right and newer than the last one used: a code opens once."""
    with transaction.atomic():
        row = (
            Authenticator.objects.select_for_update()
            .filter(user_id=account_id, type=Authenticator.Type.TOTP)
            .first()
        )
        counter = _matching(decrypt(row.data["secret"]), code, at) if row else None
        if counter is None or counter <= row.data.get("last_counter", 0):
            return False
        row.data["last_counter"] = counter
        row.last_used_at = at
        row.save(update_fields=["data", "last_used_at"])
        return True


def set_up_totp(account: Account, *, secret: str, code: str, by: ActorRef, at: datetime) -> None:
    """Bind an authenticator to the account, replacing the one before. Raises SignInRefused."""
    counter = _matching(secret, code, at)
    if counter is None:
        raise SignInRefused(_("Mã chưa đúng. Hãy chờ mã mới trong ứng dụng rồi nhập lại 6 chữ số."))
    on = SubjectRef("account", account.id)
    with transactions.act("identity.second_factor", by=by, at=at, on=on) as work:
        Authenticator.objects.filter(user_id=account.id, type=Authenticator.Type.TOTP).delete()
        Authenticator.objects.create(
            user_id=account.id,
            type=Authenticator.Type.TOTP,
            data={"secret": encrypt(secret), "last_counter": counter},
            created_at=at,
        )
        work.record(method=TOTP)


def begin_passkey_sign_in(request: HttpRequest, account: Account) -> dict[str, Any]:
    """What the browser needs to ask for the account's passkey."""
    with request_context(request):
        return dict(webauthn.begin_authentication(account))


def finish_passkey_sign_in(
    request: HttpRequest, account: Account, answer: dict[str, Any], at: datetime
) -> None:
    """Return when the passkey's answer is right. Raises SignInRefused."""
    try:
        with request_context(request):
            row = webauthn.complete_authentication(account, answer)
    except (ValidationError, ValueError, TypeError, KeyError):
        raise SignInRefused(_("Không nhận được khóa truy cập. Hãy thử lại hoặc dùng mã 6 chữ số.")) from None
    Authenticator.objects.filter(id=row.id).update(last_used_at=at)


def begin_passkey(request: HttpRequest, account: Account) -> dict[str, Any]:
    """What the browser needs to make a passkey for the account."""
    with request_context(request):
        return dict(webauthn.begin_registration(account, passwordless=False))


def add_passkey(
    request: HttpRequest,
    account: Account,
    *,
    name: str,
    credential: dict[str, Any],
    by: ActorRef,
    at: datetime,
) -> None:
    """Bind the passkey the browser made. Raises SignInRefused."""
    try:
        with request_context(request):
            webauthn.complete_registration(credential)
    except (ValidationError, ValueError, TypeError, KeyError):
        raise SignInRefused(_("Máy chưa tạo được khóa truy cập. Hãy thử lại.")) from None
    on = SubjectRef("account", account.id)
    with transactions.act("identity.second_factor", by=by, at=at, on=on) as work:
        webauthn.WebAuthn.add(account, name=name, credential=credential)
        work.record(method=PASSKEY)
