"""A copy that is not certified after all, and one that is revoked."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.certification import notices
from tinhso.certification.operations import book
from tinhso.certification.operations.turning import turn
from tinhso.foundation.errors import Invalid
from tinhso.foundation.refs import ActorRef
from tinhso.foundation.text import normal
from tinhso.vault import api as vault


def drop(*, copy_id: UUID, because: str, by: ActorRef, at: datetime) -> None:
    """Do not certify: the copy ends, a number it has is struck.

    Raises Invalid without a reason, WrongTurn, NotAllowed.
    """
    reason = _reason(because, _("Hãy ghi lý do không chứng thực."))
    with turn("drop", copy_id, by=by, at=at) as taken:
        book.strike(copy_id, because=reason, at=at)
        taken.copy.signing = None
        taken.copy.ended_at, taken.copy.ended_because, taken.copy.ended_by = at, reason, by.name


def revoke(*, copy_id: UUID, ground: str, by: ActorRef, at: datetime) -> None:
    """Revoke a certified copy: its page, its owner's vault and whoever checks it say so from now on.

    Raises Invalid without a ground, WrongTurn, NotAllowed.
    """
    reason = _reason(ground, _("Hãy ghi căn cứ thu hồi."))
    with turn("revoke", copy_id, by=by, at=at) as taken:
        copy = taken.copy
        copy.ended_at, copy.ended_because, copy.ended_by = at, reason, by.name
        if copy.document is not None and _stands(copy.document):
            vault.revoke(document_id=copy.document, ground=reason, by=by, at=at)
        notices.revoked(copy, at=at, by=by.id)


def _stands(document: UUID) -> bool:
    """Whether a vault still keeps the document: it goes with a person who is erased."""
    found = vault.by_ids([document]).get(document)
    return found is not None and found.ended_at is None


def _reason(given: str, fault: str) -> str:
    reason = normal(given)
    if not reason:
        raise Invalid(fault, faults={"reason": fault})
    return reason[:500]
