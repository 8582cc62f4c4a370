"""Links by which an owner shows a document to whoever has no account: made, opened, ended."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tinhso.foundation import crypto, legal, transactions
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef, OwnerRef
from tinhso.foundation.text import normal
from tinhso.vault.contracts import LinkEnded, NotInVault, TooManyGuesses, UseKind, WrongPasscode
from tinhso.vault.models import Guess, Share, Use
from tinhso.vault.operations.uses import usable
from tinhso.vault.queries.documents import subject_of
from tinhso.vault.queries.shares import hash_of, token_of

PASSCODE_SHORTEST, PASSCODE_LONGEST = 4, 40
LONGEST = 200
SECRET_BYTES = 16


def share(
    *,
    document_id: UUID,
    owner: OwnerRef,
    purpose: str,
    days: int,
    most: int,
    passcode: str = "",
    by: ActorRef,
    at: datetime,
) -> UUID:
    """Make a link to a document that holds: for so many days and so many openings, with a passcode or not.

    Its id; `queries.shares` gives the address. Raises Invalid with `faults`, NotInVault, NoLongerHolds,
    NotAllowed, and Conflict when too many links stand open (legal values `vault_share_…`).
    """
    _check(purpose=purpose, days=days, most=most, passcode=passcode, at=at)
    share_id = new_id()
    with transactions.act("vault.share", by=by, at=at, on=subject_of(document_id, owner)) as work:
        usable(document_id, owner=owner, at=at)
        standing = Share.objects.filter(owner_id=owner.id, ended_at=None, until__gt=at)
        if standing.count() >= legal.integer("vault_share_standing", on=today(at)):
            raise Conflict(_("Đã có quá nhiều liên kết còn mở. Hãy đóng bớt liên kết không dùng nữa."))
        Share.objects.create(
            id=share_id,
            document_id=document_id,
            owner_id=owner.id,
            token_hash=hash_of(token_of(share_id)),
            passcode_hash=_passcode(share_id, passcode) if passcode.strip() else None,
            purpose=normal(purpose)[:LONGEST],
            made_at=at,
            until=at + timedelta(days=days),
            most=most,
        )
        work.record(share=str(share_id), days=days, most=most, guarded=bool(passcode.strip()))
    return share_id


def _check(*, purpose: str, days: int, most: int, passcode: str, at: datetime) -> None:
    longest = legal.integer("vault_share_days", on=today(at))
    largest = legal.integer("vault_share_uses", on=today(at))
    faults: dict[str, str] = {}
    if not normal(purpose):
        faults["viec"] = _("Hãy ghi chia sẻ cho ai, để làm gì.")
    if not 1 <= days <= longest:
        faults["ngay"] = _("Số ngày từ 1 đến %(most)d.") % {"most": longest}
    if not 1 <= most <= largest:
        faults["lan"] = _("Số lần mở từ 1 đến %(most)d.") % {"most": largest}
    if passcode.strip() and not PASSCODE_SHORTEST <= len(passcode.strip()) <= PASSCODE_LONGEST:
        faults["ma"] = _("Mã bảo vệ có từ 4 đến 40 chữ hoặc số.")
    if faults:
        raise Invalid(_("Còn chỗ chưa đúng. Hãy sửa rồi tạo liên kết."), faults=faults)


def end(*, share_id: UUID, owner: OwnerRef, by: ActorRef, at: datetime) -> None:
    """Take a link back; one that has ended stays as it is. Raises NotInVault for another's, NotAllowed."""
    row = Share.objects.filter(id=share_id, owner_id=owner.id).first()
    if row is None:
        raise NotInVault(_("Không tìm thấy liên kết này."))
    with transactions.act("vault.share", by=by, at=at, on=subject_of(row.document_id, owner)) as work:
        Share.objects.filter(id=share_id, ended_at=None).update(ended_at=at)
        work.record(share=str(share_id), ended=True)


def visit(*, token: str, passcode: str, who: str, address: str, at: datetime) -> str:
    """Open a link once: counted, traced for the owner. A pass for looking a while (`vault_share_visit`).

    `who` is what the visitor says of themselves. Raises LinkEnded, WrongPasscode, TooManyGuesses, Invalid.
    """
    share_id = Share.objects.filter(token_hash=hash_of(token)).values_list("id", flat=True).first()
    if share_id is None:
        raise ended()
    named = normal(who)[:LONGEST]
    if not named:
        fault = _("Hãy ghi tên ông/bà hoặc nơi cần xem.")
        raise Invalid(fault, faults={"ai": fault})
    _ask_passcode(share_id, passcode, at=at)
    with transaction.atomic():
        row = Share.objects.select_for_update().get(id=share_id)
        if row.ended_at is not None or row.until <= at or row.used >= row.most:
            raise ended()
        Share.objects.filter(id=share_id).update(used=F("used") + 1)
        use = Use.objects.create(
            id=new_id(),
            owner_id=row.owner_id,
            document_id=row.document_id,
            share_id=row.id,
            title=row.document.title,
            kind=UseKind.SHOWN.value,
            at=at,
            who=named,
            why=row.purpose,
            address=address,
        )
    return pass_of(use.id)


def pass_of(use_id: UUID) -> str:
    """What lets the visitor of one use look on: the use and a proof that we gave it."""
    proof = crypto.keyed_hash("vault.share-visit", use_id.bytes)[:SECRET_BYTES]
    return base64.urlsafe_b64encode(use_id.bytes + proof).decode().rstrip("=")


def _ask_passcode(share_id: UUID, passcode: str, *, at: datetime) -> None:
    """Return for the right passcode; count a wrong one, whatever becomes of the request.

    The row's lock makes guessers wait for each other, so that no burst is counted once.
    """
    wrong = False
    with transaction.atomic():
        row = Share.objects.select_for_update().get(id=share_id)
        if row.passcode_hash is None:
            return
        if row.ended_at is not None or row.until <= at or row.used >= row.most:
            raise ended()
        _slow_down(row, at=at)
        if bytes(row.passcode_hash) != _passcode(share_id, passcode):
            wrong = True
            Guess.objects.create(share_id=share_id, at=at)
            row.wrong += 1
            if row.wrong >= legal.integer("vault_guesses_in_all", on=today(at)):
                row.ended_at, row.locked = at, True
            row.save(update_fields=["wrong", "ended_at", "locked"])
    if wrong:
        raise WrongPasscode(_("Mã bảo vệ chưa đúng. Hãy hỏi lại người chia sẻ."))


def _slow_down(row: Share, *, at: datetime) -> None:
    day = today(at)
    window = timedelta(minutes=legal.integer("vault_guess_window", on=day))
    Guess.objects.filter(share=row, at__lte=at - window).delete()
    if Guess.objects.filter(share=row).count() >= legal.integer("vault_guesses", on=day):
        raise TooManyGuesses(
            _("Đã nhập sai mã nhiều lần. Hãy thử lại sau %(minutes)d phút.")
            % {"minutes": int(window.total_seconds() // 60)}
        )


def _passcode(share_id: UUID, passcode: str) -> bytes:
    return crypto.keyed_hash("vault.share-passcode", share_id.bytes + passcode.strip().casefold().encode())


def ended() -> LinkEnded:
    """What is said of a link that does not open, whatever the reason."""
    return LinkEnded(_("Liên kết này không còn mở được. Hãy hỏi người chia sẻ một liên kết mới."))
