"""Lending documents to dossiers, and the trace of every use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.foundation import transactions
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef, OwnerRef
from tinhso.vault.contracts import DocumentView, Lent, NoLongerHolds, NotInVault, State, UseKind
from tinhso.vault.models import Document, Use
from tinhso.vault.queries.documents import documents, subject_of, view

IN_DOSSIER = gettext_noop("Nộp hồ sơ")
ALL = gettext_noop("Danh sách giấy tờ")
MOST_OFFERED = 200


def usable(document_id: UUID, *, owner: OwnerRef, at: datetime) -> DocumentView:
    """One document of the owner that holds now. Raises NotInVault, NoLongerHolds with what to do instead."""
    row = Document.objects.filter(id=document_id, owner_kind=owner.kind, owner_id=owner.id).first()
    if row is None:
        raise NotInVault(_("Kho không còn giấy tờ này. Hãy chọn giấy tờ khác."))
    found = view(row)
    state = found.state(today(at))
    if state is not State.VALID:
        words = _("“%(title)s” trong kho: %(state)s. Hãy chọn giấy tờ khác hoặc chụp ảnh giấy mới.")
        raise NoLongerHolds(words % {"title": found.title, "state": state.label.lower()})
    return found


def lend(
    document_ids: Sequence[UUID],
    *,
    owner: OwnerRef,
    unit: UUID | None = None,
    why: str,
    by: ActorRef,
    at: datetime,
) -> dict[UUID, Lent]:
    """Take documents into a dossier: each by reference, frozen by its hash, with a trace for the owner.

    Call it inside the act that takes them; what was revoked a moment before is refused. `why` says into
    which dossier, in words; `unit` is the one that takes it in. Raises NotInVault, NoLongerHolds, NotAllowed.
    """
    lent: dict[UUID, Lent] = {}
    for document_id in sorted(set(document_ids)):
        subject = subject_of(document_id, owner, units=(unit,) if unit else ())
        with transactions.act("vault.lend", by=by, at=at, on=subject) as work:
            Document.objects.select_for_update(no_key=True).filter(id=document_id).first()
            found = usable(document_id, owner=owner, at=at)
            used(found, kind=UseKind.REUSED, why=why or IN_DOSSIER, by=by, at=at)
            work.record(document=str(document_id), sha256=found.sha256)
        lent[document_id] = Lent(document_id, found.file_id, found.sha256, found.source, found.number)
    return lent


def offer(owner: OwnerRef, *, unit: UUID, why: str, by: ActorRef, at: datetime) -> tuple[DocumentView, ...]:
    """The owner's documents that hold now, for an officer of a unit to whom the owner has agreed; traced.

    Raises NotAllowed.
    """
    subject = subject_of(owner.id, owner, units=(unit,))
    with transactions.act("vault.lend", by=by, at=at, on=subject, purpose=why) as work:
        found = documents(owner, state=State.VALID, on=today(at), limit=MOST_OFFERED)
        _trace(owner.id, None, title=ALL, kind=UseKind.OFFERED, why=why, by=by, at=at)
        work.record(documents=len(found))
    return found


def used(document: DocumentView, *, kind: UseKind, why: str, by: ActorRef, at: datetime) -> None:
    """Leave the trace of a use, which the owner reads. Owners who look at their own leave none by it."""
    _trace(document.owner.id, document.id, title=document.title, kind=kind, why=why, by=by, at=at)


def _trace(
    owner_id: UUID,
    document_id: UUID | None,
    *,
    title: str,
    kind: UseKind,
    why: str,
    by: ActorRef,
    at: datetime,
) -> None:
    Use.objects.create(
        id=new_id(),
        owner_id=owner_id,
        document_id=document_id,
        title=title,
        kind=kind.value,
        at=at,
        who=by.name or _("Hệ thống"),
        unit_id=by.unit,
        why=why,
        address=by.address,
    )
