"""Documents come into a vault, are taken back by their issuer or their owner."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.foundation import files, transactions
from tinhso.foundation.errors import Invalid
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef, OwnerRef, SubjectRef
from tinhso.foundation.text import normal, search_text
from tinhso.vault.contracts import AlreadyEnded, DocumentRevoked, NotInVault, Source
from tinhso.vault.kinds import OTHER, kind_of_result, kinds
from tinhso.vault.models import Document, Share
from tinhso.vault.queries.documents import subject_of

LONGEST = 200


def keep(
    *,
    owner: OwnerRef,
    file_id: UUID,
    sha256: str,
    kind: str,
    title: str,
    issuer: str,
    source: Source,
    number: str = "",
    issued_on: date | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    about: SubjectRef | None = None,
    at: datetime,
) -> UUID:
    """Put a document into an owner's vault, inside the act that made it; returns its id.

    `kind` is one of `kinds`, or the code of the procedure whose result it is. Keeping the same bytes about
    the same subject again changes nothing and gives the first id. `valid_to` is the first day on which it no
    longer holds. Raises IntegrityError for an owner, a hash or a period that cannot be.
    """
    kept, _made = Document.objects.get_or_create(
        owner_id=owner.id,
        source=source.value,
        about_kind=about.kind if about else "",
        about_id=about.id if about else None,
        sha256=sha256,
        twin=False,
        defaults={
            "id": new_id(),
            "owner_kind": owner.kind,
            "file_id": file_id,
            "kind": kind_of_result(kind, on=today(at)),
            "title": title,
            "number": number,
            "issuer": issuer,
            "issued_on": issued_on,
            "valid_from": valid_from,
            "valid_to": valid_to,
            "kept_at": at,
            "sought": search_text(" ".join((title, number, issuer))),
        },
    )
    return kept.id


def keep_upload(
    *,
    owner: OwnerRef,
    file_id: UUID,
    kind: str,
    title: str = "",
    number: str = "",
    valid_to: date | None = None,
    by: ActorRef,
    at: datetime,
) -> UUID:
    """Keep a file of the owner's own for next time; the same file is kept once. Its id.

    Without a title it is called by its kind. `valid_to` is the first day on which it no longer holds. Raises
    Invalid for a kind that nobody knows or a file that was not sent, NotAllowed.
    """
    known = {each.code: each.name for each in kinds(on=today(at))}
    named = normal(title)[:LONGEST] or known.get(kind, "")
    if kind not in known or (kind == OTHER and not normal(title)):
        fault = _("Hãy chọn loại giấy tờ.") if kind not in known else _("Hãy ghi tên giấy tờ.")
        raise Invalid(fault, faults={"loai" if kind not in known else "ten": fault})
    stored = files.describe(files.kept_by([file_id], by)).get(file_id)
    if stored is None:
        fault = _("Hãy chụp ảnh hoặc chọn tệp giấy tờ.")
        raise Invalid(fault, faults={"tep": fault})
    new = SubjectRef(kind="vault", id=new_id(), owner=owner)
    with transactions.act("vault.keep", by=by, at=at, on=new) as work:
        kept = keep(
            owner=owner,
            file_id=file_id,
            sha256=stored.sha256,
            kind=kind,
            title=named,
            number=normal(number)[:LONGEST],
            issuer="",
            source=Source.UPLOADED,
            valid_to=valid_to,
            at=at,
        )
        work.record(document=str(kept), sha256=stored.sha256)
    return kept


def remove(*, document_id: UUID, owner: OwnerRef, by: ActorRef, at: datetime) -> None:
    """Take one's own upload out of the vault, with its links; dossiers that use it keep their file.

    Raises NotInVault, Invalid for what an agency put there, NotAllowed.
    """
    with transactions.act("vault.remove", by=by, at=at, on=subject_of(document_id, owner)) as work:
        row = _locked(document_id, owner_id=owner.id)
        if row.source != Source.UPLOADED:
            raise Invalid(_("Giấy tờ do cơ quan đưa vào kho thì không tự bỏ được."))
        work.record(document=str(row.id), sha256=row.sha256)
        files.loosen([row.file_id], at=at)
        row.delete()


def revoke(*, document_id: UUID, ground: str, by: ActorRef, at: datetime) -> None:
    """Say that a document does not hold any more (thu hồi), inside the act that decided it.

    Every vault that holds these bytes says so from now on, links to it end, and DocumentRevoked tells other
    rooms. `ground` is the reason with its legal basis, which the owner and whoever checks the document read.
    Raises NotInVault, AlreadyEnded, Invalid without a ground.
    """
    if not normal(ground):
        raise Invalid(_("Hãy ghi căn cứ thu hồi."), faults={"ground": _("Hãy ghi căn cứ thu hồi.")})
    said = SubjectRef(kind="vault", id=document_id)
    with transactions.act("vault.revoke", by=by, at=at, on=said) as work:
        row = _standing(document_id)
        same = Document.objects.filter(
            sha256=row.sha256, source=row.source, revoked_at=None, replaced_at=None
        )
        ids = list(same.select_for_update().values_list("id", flat=True))
        Document.objects.filter(id__in=ids).update(
            revoked_at=at, revoked_because=normal(ground), revoked_by=by.name
        )
        _end_links(ids, at=at)
        work.record(document=str(document_id), sha256=row.sha256)
        work.emit(
            DocumentRevoked(document=document_id, sha256=row.sha256, ground=normal(ground), by=by, at=at)
        )


def replace(*, document_id: UUID, with_document: UUID, by: ActorRef, at: datetime) -> None:
    """Put another document in the place of one (đính chính, cấp lại), inside the act that made the new one.

    Both belong to one owner. Raises NotInVault, AlreadyEnded, Invalid for documents of different owners.
    """
    said = SubjectRef(kind="vault", id=document_id)
    with transactions.act("vault.replace", by=by, at=at, on=said) as work:
        row, new = _standing(document_id), _standing(with_document)
        if row.owner_id != new.owner_id or row.id == new.id:
            raise Invalid(_("Bản thay thế phải là giấy tờ khác của cùng một người."))
        Document.objects.filter(id=row.id).update(replaced_at=at, replaced_by=new)
        _end_links([row.id], at=at)
        work.record(document=str(document_id), replaced_by=str(with_document))


def _end_links(documents: list[UUID], *, at: datetime) -> None:
    Share.objects.filter(document_id__in=documents, ended_at=None).update(ended_at=at)


def _locked(document_id: UUID, **more: UUID) -> Document:
    row = Document.objects.select_for_update().filter(id=document_id, **more).first()
    if row is None:
        raise NotInVault(_("Kho không có giấy tờ này."))
    return row


def _standing(document_id: UUID) -> Document:
    row = _locked(document_id)
    if row.revoked_at is not None or row.replaced_at is not None:
        raise AlreadyEnded(_("Giấy tờ này đã bị thu hồi hoặc đã có bản thay thế từ trước."))
    return row
