"""Signing the result in two phases, and sealing it.

Questions to the signer's device, the stamp authority and the certificate authority are asked with no
transaction open; what they answer is kept only if the dossier still is what the signer read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.dossiers import notices
from tinhso.dossiers.events import ResultReady
from tinhso.dossiers.faults import Stale
from tinhso.dossiers.models import Dossier, Result
from tinhso.dossiers.operations import book, charging, corrections, passing
from tinhso.dossiers.operations.results import current
from tinhso.dossiers.operations.submission import scope_of
from tinhso.dossiers.operations.turns import advance, ask_turn, reference, stale, turn
from tinhso.dossiers.outcomes import ResultState
from tinhso.foundation import files, signing, transactions
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity


@dataclass(frozen=True, slots=True)
class Asking:
    """The signer was asked; `confirm_at` is where they confirm, empty when their device shows it itself."""

    result: UUID
    confirm_at: str


def ask(*, dossier_id: UUID, by: ActorRef, at: datetime, seen: int) -> Asking:
    """Phase one: ask the leader's device to sign exactly the draft they have read.

    Raises Stale when the dossier moved on since version `seen`, WrongTurn, NotAllowed, signing's typed
    errors.
    """
    result = current(dossier_id)
    if result.state != ResultState.DRAFTED or by.id is None:
        raise Invalid(_("Dự thảo này đã được ký. Hãy mở lại hồ sơ."))
    with transactions.act("dossiers.sign", by=by, at=at, on=reference(dossier_id)) as work:
        ask_turn(_unchanged(dossier_id, seen=seen), "sign")
        work.record(result=str(result.id), asked=True, sha256=bytes(result.frozen).hex())
    pending = signing.ask(
        files.read(result.draft_file),
        frozen=bytes(result.frozen),
        title=result.title,
        person=identity.officer(by.id, at).login,
        name=by.name,
        at=at,
    )
    Result.objects.filter(id=result.id, state=ResultState.DRAFTED.value).update(
        signing=pending.state,
        signing_asked=pending.reference,
        signing_confirm_at=pending.confirm_at,
        signing_by=by.id,
        signing_seen=seen,
    )
    return Asking(result=result.id, confirm_at=pending.confirm_at)


def collect(*, dossier_id: UUID, by: ActorRef, at: datetime) -> bool:
    """Phase two: take the signature in and pass the result to the clerk; False while not confirmed.

    Raises Stale when anything changed since the signer read it, SignatureRefused, StampUnavailable.
    """
    result = current(dossier_id)
    if result.state != ResultState.DRAFTED or result.signing is None or result.signing_by != by.id:
        raise Invalid(_("Chưa có yêu cầu ký nào của anh/chị cho hồ sơ này. Hãy bấm “Ký”."))
    pending = signing.Pending(bytes(result.signing), result.signing_asked, result.signing_confirm_at)
    signed = signing.take_in(pending, at=at)
    if signed is None:
        return False
    kept = files.keep(signed.pdf, name=f"{result.id}-da-ky.pdf", by=by, at=at)
    with turn("sign", dossier_id=dossier_id, by=by, at=at, seen=result.signing_seen) as taken:
        changed = Result.objects.filter(
            id=result.id, current=True, state=ResultState.DRAFTED.value, frozen=bytes(result.frozen)
        ).update(
            state=ResultState.SIGNED.value,
            signed_file=kept.id,
            signed_at=signed.stamped_at or at,
            signed_by=by.name,
            signing=None,
        )
        if not changed:
            raise Stale(_("Dự thảo đã đổi từ lúc anh/chị mở. Hãy đọc bản mới rồi ký lại."))
        taken.work.record(result=str(result.id), sha256=signed.sha256)
        advance(taken, facts={"ket_luan": "ky"})
    return True


def seal(*, dossier_id: UUID, by: ActorRef, at: datetime, seen: int | None = None) -> str:
    """Number, date and seal the signed result (cấp số, đóng dấu); returns the number.

    The number is given first, in a transaction of its own, and stays with the result if the seal has
    to be tried again; if the dossier ends meanwhile it is struck in the book.
    """
    result = current(dossier_id)
    if result.state != ResultState.SIGNED or result.signed_file is None:
        raise Invalid(_("Kết quả chưa được lãnh đạo ký nên chưa đóng dấu được."))
    dossier = Dossier.objects.get(id=dossier_id)
    number = result.number or _number(result, dossier, by=by, at=at, seen=seen)
    issuer = passing.has(dossier)
    sealed = signing.put_seal(
        files.read(result.signed_file),
        scope=scope_of(issuer, at=at),
        agency=directory.agency(issuer, on=today(at)).name,
        number=number,
        at=at,
    )
    kept = files.keep(sealed.pdf, name=f"{dossier.code}.pdf", by=by, at=at)
    with turn("seal", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        Result.objects.filter(id=result.id, state=ResultState.SIGNED.value).update(
            state=ResultState.SEALED.value, sealed_file=kept.id, sealed_at=sealed.stamped_at or at
        )
        taken.work.record(result=str(result.id), number=number, sha256=sealed.sha256)
        corrections.settle(taken, Result.objects.get(id=result.id))
        advance(taken, facts={})
        charging.assess_again(taken.dossier, occasion=charging.RESULT, at=at)
        taken.work.emit(
            ResultReady(dossier=dossier_id, code=taken.dossier.code, by=by, at=at, file_id=kept.id)
        )
        notices.ready(taken)
    return number


def _number(result: Result, dossier: Dossier, *, by: ActorRef, at: datetime, seen: int | None) -> str:
    with transactions.act("dossiers.seal", by=by, at=at, on=reference(dossier.id)) as work:
        ask_turn(_unchanged(dossier.id, seen=seen), "seal")
        locked = Result.objects.select_for_update().get(id=result.id)
        if not locked.number:
            locked.number = book.give(locked, dossier, by=by, at=at)
            locked.save(update_fields=["number"])
        work.record(result=str(result.id), number=locked.number)
    return locked.number


def _unchanged(dossier_id: UUID, *, seen: int | None) -> Dossier:
    """The dossier under its lock, as it was seen."""
    dossier = Dossier.objects.select_for_update().get(id=dossier_id)
    if seen is not None and dossier.version != seen:
        raise stale(dossier)
    return dossier
