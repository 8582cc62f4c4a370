"""The result: drafted from the procedure's template, returned or passed on, handed over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.dossiers import agencies, notices
from tinhso.dossiers.events import ResultHandedOver
from tinhso.dossiers.models import Correction, Dossier, Result
from tinhso.dossiers.operations import book, charging, delivery
from tinhso.dossiers.operations.turns import advance, stale, turn
from tinhso.dossiers.outcomes import ResultState
from tinhso.dossiers.queries.facts import merge_facts
from tinhso.dossiers.turning import Turn, subject_of
from tinhso.foundation import files, paper, signing
from tinhso.foundation.acts import authority
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorKind, ActorRef, OwnerRef
from tinhso.procedures import api as procedures
from tinhso.vault import api as vault

WRITTEN = (signing.NUMBER, *signing.DATE)


def preview(*, dossier_id: UUID, written: Mapping[str, str], by: ActorRef, at: datetime) -> bytes:
    """The result as it would be drafted with these words, as PDF; nothing is kept. Raises as `draft`."""
    dossier = Dossier.objects.get(id=dossier_id)
    authority().require(by=by, act="dossiers.draft_result", on=subject_of(dossier), at=at)
    return _rendered(dossier, written, at=at, marked=False)


def _rendered(dossier: Dossier, written: Mapping[str, str], *, at: datetime, marked: bool) -> bytes:
    version = procedures.version(dossier.procedure_version_id)
    if not version.result_template:
        raise Invalid(_("Thủ tục này chưa có mẫu kết quả. Hãy báo người quản lý thủ tục."))
    return paper.render(
        template=version.result_template,
        data=merge_facts(
            dossier, version=version, issuer=agencies.issuing(dossier, at=at), written=written, at=at
        ),
        made_at=at,
        marked=marked,
    )


def draft(
    *,
    dossier_id: UUID,
    written: Mapping[str, str],
    by: ActorRef,
    at: datetime,
    seen: int | None = None,
) -> UUID:
    """Draft the result (dự thảo kết quả) from the template and pass it to the leader.

    `written` are the specialist's own words for the template's open places. Number, date and every
    signature field exist from now on; the draft is frozen by its hash. Returns the result's id. Raises Stale
    when the dossier went over to another version meanwhile, AnswersLacking while a required one is missing.
    """
    dossier = Dossier.objects.get(id=dossier_id)
    version = procedures.version(dossier.procedure_version_id)
    made = signing.prepare(
        _rendered(dossier, written, at=at, marked=True),
        fields=[
            signing.SignatureFieldSpec(signing.SIGNER, leaves_open=(*WRITTEN, signing.SEAL)),
            signing.SignatureFieldSpec(signing.SEAL),
        ],
        texts=[signing.TextFieldSpec(name) for name in WRITTEN],
    )
    kept = files.keep(made.pdf, name=f"{dossier.code}-du-thao.pdf", by=by, at=at)
    with turn("draft_result", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        if taken.dossier.procedure_version_id != version.id:
            raise stale(taken.dossier)
        former = Result.objects.filter(dossier_id=dossier_id, current=True)
        replaced = former.values_list("id", flat=True).first()
        former.update(current=False)
        result = Result.objects.create(
            dossier_id=dossier_id,
            title=version.results[0].name if version.results else version.name,
            state=ResultState.DRAFTED.value,
            draft_file=kept.id,
            frozen=bytes.fromhex(made.sha256),
            drafted_at=at,
            drafted_by=by.name,
        )
        taken.public = False
        taken.kept = {"result": str(result.id), "replaced": str(replaced) if replaced else ""}
        taken.work.record(result=str(result.id), sha256=made.sha256)
        advance(taken, facts={})
    return result.id


def send_back(*, dossier_id: UUID, reason: str, by: ActorRef, at: datetime, seen: int | None = None) -> None:
    """The leader returns the draft to the specialist with a reason. Invalid without one."""
    if not reason.strip():
        raise Invalid(
            _("Hãy ghi chỗ cần sửa."), faults={"reason": _("Hãy ghi chỗ cần sửa để chuyên viên biết.")}
        )
    with turn("send_back", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        taken.note, taken.public = reason.strip(), False
        advance(taken, facts={"ket_luan": "tra_lai"})


def hand_over(
    *,
    dossier_id: UUID,
    note: str = "",
    receiver: str = "",
    proof: str = "",
    by: ActorRef,
    at: datetime,
    seen: int | None = None,
) -> None:
    """Hand the result over (trả kết quả) and keep it in each applicant's vault, never in the filer's.

    `receiver` is who took it and `proof` what shows that, where they are known already.
    Raises WrongTurn for an officer while a parcel holds it.
    """
    with turn("hand_over", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        if by.kind is ActorKind.OFFICER:
            delivery.ask_here(dossier_id, act="hand_over", status=taken.dossier.status)
            charging.ask_paid(taken.dossier, at=at)
        result = Result.objects.get(dossier_id=dossier_id, current=True)
        if result.sealed_file is None:
            raise Invalid(_("Kết quả chưa được đóng dấu nên chưa trả được."))
        taken.note = note.strip()
        keep_in_vault(taken, result, file_id=result.sealed_file)
        advance(taken, facts={})
        taken.work.emit(
            ResultHandedOver(
                dossier=dossier_id,
                code=taken.dossier.code,
                by=by,
                at=at,
                file_id=result.sealed_file,
                receiver=receiver,
                proof=proof,
            )
        )
        notices.handed_over(taken)


def keep_in_vault(taken: Turn, result: Result, *, file_id: UUID) -> None:
    """Keep the file of the result in each applicant's vault."""
    dossier = taken.dossier
    if dossier.owner_id is None:
        return
    version = procedures.version(dossier.procedure_version_id)
    stored = files.describe([file_id])[file_id]
    others = [OwnerRef(kind="person", id=member) for member in dossier.joint]
    for owner in (OwnerRef(kind=dossier.owner_kind, id=dossier.owner_id), *others):
        kept = vault.keep(
            owner=owner,
            file_id=file_id,
            sha256=stored.sha256,
            kind=version.code,
            title=result.title,
            number=result.number,
            issuer=directory.agency(book.issuer(result, dossier), on=today(taken.at)).name,
            source=vault.Source.ISSUED,
            valid_from=today(result.sealed_at or taken.at),
            about=subject_of(dossier),
            at=taken.at,
        )
        _replace_in_vault(taken, result, owner=owner, kept=kept)


def _replace_in_vault(taken: Turn, result: Result, *, owner: OwnerRef, kept: UUID) -> None:
    """A corrected result takes the place of the one it corrects in its owner's vault."""
    found = Correction.objects.filter(later=result).select_related("earlier__dossier").first()
    if found is None:
        return
    for earlier in vault.about(subject_of(found.earlier.dossier)):
        same = earlier.owner == owner and earlier.file_id == found.earlier.sealed_file
        if same and earlier.replaced_by is None:
            vault.replace(document_id=earlier.id, with_document=kept, by=taken.by, at=taken.at)


def current(dossier_id: UUID) -> Result:
    """The result in the making. Raises Invalid when nothing was drafted."""
    result = Result.objects.filter(dossier_id=dossier_id, current=True).first()
    if result is None:
        raise Invalid(_("Hồ sơ này chưa có dự thảo kết quả."))
    return result
