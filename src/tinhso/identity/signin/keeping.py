"""A form sent after the sign-in had ended is kept, and offered again after signing in anew.

The row is encrypted (AES-256-GCM) under a key that lies only in the browser's cookie. Files are not kept:
uploads have their own way and survive by themselves.
"""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.http import HttpRequest, HttpResponseBase

from tinhso.foundation.ids import new_id
from tinhso.identity import limits
from tinhso.identity.contracts import Visitor
from tinhso.identity.models import KeptForm
from tinhso.identity.signin import sessions

COOKIE = "tinhso_kept"
LARGEST_BYTES = 512 * 1024
NOT_KEPT = frozenset({"csrfmiddlewaretoken", "password"})


class Kept(msgspec.Struct, frozen=True):
    """A kept form: where it goes and what was written."""

    path: str
    fields: list[tuple[str, str]]


def keep(request: HttpRequest, answer: HttpResponseBase, sign_in_id: UUID | None, at: datetime) -> bool:
    """Keep the form of this request for whoever was signed in; False when there is nothing to keep."""
    if request.method != "POST" or sign_in_id is None:
        return False
    account_id = sessions.account_of(sign_in_id)
    fields = [
        (name, value) for name, values in request.POST.lists() for value in values if name not in NOT_KEPT
    ]
    body = msgspec.json.encode(Kept(request.get_full_path(), [(n, str(v)) for n, v in fields]))
    if account_id is None or not fields or len(body) > LARGEST_BYTES:
        return False
    KeptForm.objects.filter(kept_at__lt=at - limits.hours("kept_form_hours", at)).delete()
    key, nonce, id = os.urandom(32), os.urandom(12), new_id()
    KeptForm.objects.create(
        id=id,
        account_id=account_id,
        path=request.path,
        body=nonce + AESGCM(key).encrypt(nonce, body, id.bytes),
        kept_at=at,
    )
    answer.set_cookie(
        COOKIE,
        f"{id}.{urlsafe_b64encode(key).decode()}",
        max_age=int(limits.hours("kept_form_hours", at).total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return True


def _found(request: HttpRequest, at: datetime) -> tuple[KeptForm, bytes] | None:
    id, _dot, key = request.COOKIES.get(COOKIE, "").partition(".")
    try:
        row = KeptForm.objects.filter(
            id=UUID(id), kept_at__gte=at - limits.hours("kept_form_hours", at)
        ).first()
        return (row, urlsafe_b64decode(key)) if row else None
    except ValueError:
        return None


def kept(request: HttpRequest, account_id: UUID | None, at: datetime) -> Kept | None:
    """The form kept for this browser and this account, if there is one."""
    found = _found(request, at)
    if found is None or account_id is None or found[0].account_id != account_id:
        return None
    row, key = found
    sealed = bytes(row.body)
    try:
        opened = AESGCM(key).decrypt(sealed[:12], sealed[12:], row.id.bytes)
    except (InvalidTag, ValueError):
        return None
    return msgspec.json.decode(opened, type=Kept)


def arrived(request: HttpRequest, answer: HttpResponseBase, visitor: Visitor, at: datetime) -> None:
    """Drop the kept form once one was sent where it belonged by somebody who is signed in."""
    found = _found(request, at)
    if found and found[0].path == request.path and visitor.sign_in_id and not visitor.expired:
        forget(request, answer, at)


def forget(request: HttpRequest, answer: HttpResponseBase, at: datetime) -> None:
    """Drop the kept form of this browser."""
    found = _found(request, at)
    if found is not None:
        found[0].delete()
    answer.delete_cookie(COOKIE, samesite="Lax")
