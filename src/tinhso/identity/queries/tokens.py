"""Reads of machines' tokens."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tinhso.identity.contracts import BadToken, TokenView
from tinhso.identity.models import Token

PREFIX = "tinhso_"
FIND = (
    "SELECT id, name, acts, agency_id, expires_at FROM identity_token"
    " WHERE secret_hash = %s AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > %s)"
)


def digest(secret: str) -> bytes:
    """What is kept of a token: it is long and random, so a plain hash does."""
    return hashlib.sha256(secret.encode()).digest()


_shown: ContextVar[TokenView | None] = ContextVar("token_shown", default=None)


@contextmanager
def shown(token: TokenView | None) -> Iterator[None]:
    """While the request that showed this token is answered, it stands as it was read for that request."""
    mark = _shown.set(token)
    try:
        yield
    finally:
        _shown.reset(mark)


def _standing(at: datetime) -> QuerySet[Token]:
    return Token.objects.filter(Q(expires_at=None) | Q(expires_at__gt=at), revoked_at=None)


def standing(id: UUID, at: datetime) -> TokenView | None:
    """The token while it is neither expired nor revoked."""
    token = _shown.get()
    if token is not None and token.id == id and (token.expires_at is None or token.expires_at > at):
        return token
    row = _standing(at).filter(id=id).first()
    return view(row) if row else None


def by_secret(secret: str, at: datetime) -> TokenView | None:
    """The token with that secret while it is neither expired nor revoked."""
    if not secret.startswith(PREFIX):
        return None
    with connection.cursor() as cursor:
        cursor.execute(FIND, [digest(secret), at])
        row = cursor.fetchone()
    if row is None:
        return None
    id_, name, acts, agency_id, expires_at = row
    return TokenView(
        id=id_, name=name, acts=tuple(acts), agency_id=agency_id, expires_at=expires_at, revoked_at=None
    )


def every() -> tuple[TokenView, ...]:
    """All tokens, newest first, revoked ones too."""
    return tuple(view(row) for row in Token.objects.order_by("-id"))


def agency_of(id: UUID | None, at: datetime) -> UUID | None:
    """The agency a machine's token is limited to; None for one that reaches the whole province.

    Raises BadToken for one that stands no more: it must not be taken for one without a limit.
    """
    if id is None:
        return None
    token = standing(id, at)
    if token is None:
        raise BadToken(_("Mã truy cập này đã bị thu hồi hoặc không tồn tại."))
    return token.agency_id


def names(patterns: Iterable[str], act: str) -> bool:
    """Whether the act is named, by itself or by `room.*`."""
    room = act.partition(".")[0]
    return any(pattern in (act, f"{room}.*") for pattern in patterns)


def view(row: Token) -> TokenView:
    return TokenView(
        id=row.id,
        name=row.name,
        acts=tuple(row.acts),
        agency_id=row.agency_id,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )
