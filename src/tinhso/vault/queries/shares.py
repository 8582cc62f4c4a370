"""Links: their addresses, what stands of them, what one shows."""

from __future__ import annotations

import base64
import binascii
import hmac
from datetime import datetime, timedelta
from uuid import UUID

from tinhso.foundation import crypto, legal
from tinhso.foundation.moments import today
from tinhso.foundation.refs import OwnerRef
from tinhso.vault.contracts import DocumentView, ShareView
from tinhso.vault.models import Share, Use
from tinhso.vault.queries.documents import view

SECRET_BYTES = 16
PAGE = 30


def token_of(share_id: UUID) -> str:
    """The secret part of a link's address: 128 bits derived from its id, kept nowhere."""
    secret = crypto.keyed_hash("vault.share-link", share_id.bytes)[:SECRET_BYTES]
    return base64.urlsafe_b64encode(secret).decode().rstrip("=")


def hash_of(token: str) -> bytes:
    """What finds the link of a token."""
    return crypto.keyed_hash("vault.share-find", token)


def shares(
    owner: OwnerRef, *, document: UUID | None = None, before: UUID | None = None, limit: int = PAGE
) -> tuple[tuple[ShareView, ...], UUID | None]:
    """An owner's links, newest first, and the mark of the next page. One query."""
    rows = Share.objects.filter(owner_id=owner.id).select_related("document")
    if document is not None:
        rows = rows.filter(document_id=document)
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = list(rows.order_by("-id")[: limit + 1])
    shown = found[:limit]
    return tuple(_view(row) for row in shown), shown[-1].id if len(found) > limit else None


def share_of(token: str, *, at: datetime) -> ShareView | None:
    """The link of a token while it opens; None for one that ended or never was."""
    row = Share.objects.filter(token_hash=hash_of(token)).select_related("document").first()
    found = _view(row) if row else None
    return found if found and found.open(at) else None


def visited(token: str, given: str, *, at: datetime) -> DocumentView | None:
    """The document that a visitor with this pass may look at now; None once the time or the link is over.

    A link that is used up lets its last visitors look on; one that was taken back does not.
    """
    use_id = _use_of(given)
    if use_id is None:
        return None
    window = timedelta(minutes=legal.integer("vault_share_visit", on=today(at)))
    use = Use.objects.filter(id=use_id, at__gt=at - window).select_related("share__document").first()
    if use is None or use.share is None or bytes(use.share.token_hash) != hash_of(token):
        return None
    standing = use.share.ended_at is None and at < use.share.until
    return view(use.share.document) if standing else None


def _use_of(given: str) -> UUID | None:
    try:
        raw = base64.b64decode(given + "=" * (-len(given) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(raw) != 32:
        return None
    proof = crypto.keyed_hash("vault.share-visit", raw[:SECRET_BYTES])[:SECRET_BYTES]
    return UUID(bytes=raw[:SECRET_BYTES]) if hmac.compare_digest(proof, raw[SECRET_BYTES:]) else None


def _view(row: Share) -> ShareView:
    return ShareView(
        id=row.id,
        document=row.document_id,
        title=row.document.title,
        token=token_of(row.id),
        purpose=row.purpose,
        made_at=row.made_at,
        until=row.until,
        most=row.most,
        used=row.used,
        guarded=row.passcode_hash is not None,
        ended_at=row.ended_at,
        locked=row.locked,
    )
