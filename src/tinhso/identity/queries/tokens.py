"""Reads of machines' tokens."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from tinhso.identity.contracts import TokenView
from tinhso.identity.models import Token

PREFIX = "tinhso_"


def digest(secret: str) -> bytes:
    """What is kept of a token: it is long and random, so a plain hash does."""
    return hashlib.sha256(secret.encode()).digest()


def _standing(at: datetime) -> QuerySet[Token]:
    return Token.objects.filter(Q(expires_at=None) | Q(expires_at__gt=at), revoked_at=None)


def standing(id: UUID, at: datetime) -> TokenView | None:
    """The token while it is neither expired nor revoked."""
    row = _standing(at).filter(id=id).first()
    return view(row) if row else None


def by_secret(secret: str, at: datetime) -> TokenView | None:
    """The token with that secret while it is neither expired nor revoked."""
    if not secret.startswith(PREFIX):
        return None
    row = _standing(at).filter(secret_hash=digest(secret)).first()
    return view(row) if row else None


def every() -> tuple[TokenView, ...]:
    """All tokens, newest first, revoked ones too."""
    return tuple(view(row) for row in Token.objects.order_by("-id"))


def agency_of(id: UUID | None, at: datetime) -> UUID | None:
    """The agency a machine's token is limited to; None for one that reaches the whole province."""
    return _standing(at).filter(id=id).values_list("agency_id", flat=True).first() if id else None


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
