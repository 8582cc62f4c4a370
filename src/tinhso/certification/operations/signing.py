"""Signing a certified copy in two phases, entering it into the book, sealing it, giving it to its owner.

Questions to the signer's device, the stamp authority and the certificate authority are asked with no
transaction open; what they answer is kept only if the copy still stands where it stood.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.certification import notices
from tinhso.certification.contracts import State, WrongTurn
from tinhso.certification.models import CertifiedCopy
from tinhso.certification.operations import book
from tinhso.certification.operations.preparing import BOOK, competent
from tinhso.certification.operations.turning import asked, turn
from tinhso.certification.queries.copies import subject_of
from tinhso.directory import api as directory
from tinhso.foundation import files, signing
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef, OwnerRef
from tinhso.identity import api as identity
from tinhso.vault import api as vault


def ask(*, copy_id: UUID, by: ActorRef, at: datetime) -> str:
    """Phase one: ask the leader's device to sign exactly the draft they have read.

    Where they confirm, empty when their device shows it itself. Raises WrongTurn, NotAllowed, NotCompetent,
    signing's typed errors.
    """
    with asked("sign", copy_id, by=by, at=at) as taken:
        copy = taken.copy
    if by.id is None:
        raise Invalid(_("Hãy đăng nhập bằng tài khoản của người ký."))
    competent(copy.agency_id, on=today(at))
    pending = signing.ask(
        files.read(copy.draft_file),
        frozen=bytes(copy.frozen),
        title=copy.title,
        person=identity.officer(by.id, at).login,
        name=by.name,
        at=at,
    )
    CertifiedCopy.objects.filter(id=copy.id, state=State.DRAFTED.value).update(
        signing=pending.state,
        signing_asked=pending.reference,
        signing_confirm_at=pending.confirm_at,
        signing_by=by.id,
    )
    return pending.confirm_at


def collect(*, copy_id: UUID, by: ActorRef, at: datetime) -> bool:
    """Phase two: take the signature in; False while it is not confirmed.

    Raises WrongTurn, Invalid when this officer was not asked, SignatureRefused, StampUnavailable.
    """
    copy = CertifiedCopy.objects.filter(id=copy_id).first()
    if copy is None or copy.signing is None or copy.signing_by != by.id:
        raise Invalid(_("Chưa có yêu cầu ký nào của anh/chị cho bản sao này. Hãy bấm “Ký chứng thực”."))
    pending = signing.Pending(bytes(copy.signing), copy.signing_asked, copy.signing_confirm_at)
    signed = signing.take_in(pending, at=at)
    if signed is None:
        return False
    kept = files.keep(signed.pdf, name=f"{copy.code}-da-ky.pdf", by=by, at=at)
    with turn("sign", copy_id, by=by, at=at) as taken:
        if bytes(taken.copy.frozen) != bytes(copy.frozen):
            raise WrongTurn(_("Bản sao đã đổi từ lúc anh/chị mở. Hãy đọc bản mới rồi ký lại."))
        taken.copy.signed_file = kept.id
        taken.copy.signed_at = signed.stamped_at or at
        taken.copy.signed_by = by.name
        taken.copy.signing = None
        taken.work.record(sha256=signed.sha256)
    return True


def seal(*, copy_id: UUID, by: ActorRef, at: datetime) -> str:
    """Enter the signed copy into the book, seal it, and put it into its owner's vault; the number.

    The number is given first, in a transaction of its own, and stays with the copy if the seal has to be
    tried again; a copy that is dropped instead leaves its number struck in the book.
    """
    with asked("seal", copy_id, by=by, at=at) as taken:
        entry = book.enter(taken.copy, by=by, at=at)
        copy = taken.copy
    sealed = signing.put_seal(
        files.read(_signed(copy)),
        scope=entry.scope,
        agency=directory.agency(copy.agency_id, on=today(at)).name,
        number=entry.text,
        at=at,
        more={BOOK: entry.book},
    )
    kept = files.keep(sealed.pdf, name=f"ban-sao-{copy.code}.pdf", by=by, at=at)
    with turn("seal", copy_id, by=by, at=at) as turned:
        row = turned.copy
        row.sealed_file = kept.id
        row.sealed_at = sealed.stamped_at or at
        row.sha256 = sealed.sha256
        row.document = _deliver(row, number=entry.text, book=entry.book, at=at)
        turned.work.record(number=entry.text, sha256=sealed.sha256)
        notices.delivered(row, at=at, by=by.id)
    return entry.text


def _signed(copy: CertifiedCopy) -> UUID:
    if copy.signed_file is None:
        raise WrongTurn(_("Bản sao này chưa được ký nên chưa đóng dấu được."))
    return copy.signed_file


def _deliver(copy: CertifiedCopy, *, number: str, book: str, at: datetime) -> UUID:
    if copy.sealed_file is None:
        raise WrongTurn(_("Bản sao này chưa được đóng dấu."))
    agency = directory.agency(copy.agency_id, on=today(at))
    return vault.keep(
        owner=OwnerRef(copy.owner_kind, copy.owner_id),
        file_id=copy.sealed_file,
        sha256=copy.sha256,
        kind=copy.kind,
        title=copy.title,
        number=f"{number}, {book}",
        issuer=agency.name,
        source=vault.Source.CERTIFIED,
        issued_on=today(at),
        valid_from=today(at),
        valid_to=copy.valid_to,
        about=subject_of(copy),
        at=at,
    )
