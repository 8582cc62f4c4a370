"""Files for an open request, gathered one by one until the person sends the answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.dossiers.contracts import PaperGiven
from tinhso.dossiers.models import Dossier, Fault, Supplement, SupplementFile
from tinhso.dossiers.operations import arriving, joining, supplements
from tinhso.dossiers.operations.turns import reference
from tinhso.dossiers.queries.lacking import QUESTIONS, Lacking, of_dossier, with_typed
from tinhso.forms import api as forms
from tinhso.foundation import files, transactions
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.foundation.refs import ActorRef
from tinhso.vault import api as vault

NOT_ASKED = gettext_lazy("Giấy tờ này không được yêu cầu lần này.")


def attach(*, dossier_id: UUID, paper: str, file_id: UUID, by: ActorRef, at: datetime) -> None:
    """Put a kept file to a paper asked for. Raises Invalid for another, Conflict when nothing is asked."""
    with _open(dossier_id, by=by, at=at) as request:
        if not _asks(request, paper):
            raise Invalid(str(NOT_ASKED))
        if request.files.filter(code=paper, document__isnull=False).exists():
            raise Invalid(_("Giấy này đã lấy từ kho. Hãy bỏ giấy đó rồi tải tệp lên."))
        SupplementFile.objects.get_or_create(
            supplement=request, code=paper, file_id=file_id, defaults={"attached_at": at}
        )


def reuse(*, dossier_id: UUID, paper: str, document_id: UUID, by: ActorRef, at: datetime) -> None:
    """Take a document of the owner's vault for a paper asked for; it stands alone for it.

    Raises Invalid for a paper that is not asked or has files, NotInVault, NoLongerHolds, Conflict.
    """
    with _open(dossier_id, by=by, at=at) as request:
        owner = reference(dossier_id).owner
        if owner is None or not _asks(request, paper):
            raise Invalid(str(NOT_ASKED))
        document = vault.usable(document_id, owner=owner, at=at)
        if request.files.filter(code=paper).exclude(document=document_id).exists():
            raise Invalid(_("Giấy này đã có tệp. Hãy bỏ tệp đó rồi lấy giấy từ kho."))
        SupplementFile.objects.get_or_create(
            supplement=request,
            code=paper,
            document=document_id,
            defaults={"file_id": document.file_id, "attached_at": at},
        )


def detach(*, dossier_id: UUID, paper: str, file_id: UUID, by: ActorRef, at: datetime) -> None:
    """Take a file away again."""
    with _open(dossier_id, by=by, at=at) as request:
        if request.files.filter(code=paper, file_id=file_id).delete()[0]:
            files.loosen([file_id], at=at)


def keep_answers(*, dossier_id: UUID, answers: forms.Answers, by: ActorRef, at: datetime) -> Lacking:
    """Keep what was typed to open questions until the answer is sent; returns what is still open then.

    Raises Invalid when no question is asked, Conflict when nothing is.
    """
    with _open(dossier_id, by=by, at=at) as request:
        found = of_dossier(request.dossier)
        if found.form is None or not request.faults.filter(code=QUESTIONS, answered_at=None).exists():
            raise Invalid(str(NOT_ASKED))
        after = with_typed(found, answers, at=request.dossier.submitted_at)
        request.answers = forms.some(found.form, answers, after.paths)
        request.save(update_fields=["answers"])
    return after


def typed(dossier_id: UUID) -> forms.Answers:
    """What was typed to open questions and not sent yet."""
    rows = Supplement.objects.filter(dossier_id=dossier_id, answered_at=None)
    return rows.values_list("answers", flat=True).first() or {}


def gathered(dossier_id: UUID) -> dict[str, tuple[UUID, ...]]:
    """The files of the open request by paper still awaited, in the order they came."""
    found: dict[str, tuple[UUID, ...]] = {}
    for row in _rows(dossier_id):
        found[row.code] = (*found.get(row.code, ()), row.file_id)
    return found


def reused(dossier_id: UUID) -> dict[str, UUID]:
    """The documents of the vault taken for papers still awaited, by paper."""
    return {row.code: row.document for row in _rows(dossier_id) if row.document}


def _rows(dossier_id: UUID) -> QuerySet[SupplementFile]:
    awaited = Fault.objects.filter(
        supplement_id=OuterRef("supplement_id"), code=OuterRef("code"), answered_at=None
    )
    rows = SupplementFile.objects.filter(supplement__dossier_id=dossier_id, supplement__answered_at=None)
    return rows.filter(Exists(awaited)).order_by("attached_at", "id")


def send(*, dossier_id: UUID, part: bool = False, by: ActorRef, at: datetime) -> None:
    """Answer the request with everything gathered; with `part` what is missing may come later.

    Raises Invalid with `faults` for what is missing or still on its way, Conflict when another device changes
    the papers meanwhile.
    """
    arriving.require_whole(arriving.SUPPLEMENT, dossier_id, by=by, at=at)
    awaited = Fault.objects.filter(
        supplement__dossier_id=dossier_id, supplement__answered_at=None, answered_at=None
    )
    names = dict(awaited.values_list("code", "name"))
    files_of, answers = gathered(dossier_id), typed(dossier_id)

    def still() -> None:
        arriving.require_whole(arriving.SUPPLEMENT, dossier_id, by=by, at=at)
        if gathered(dossier_id) != files_of or typed(dossier_id) != answers:
            raise Conflict(_("Giấy tờ của hồ sơ vừa thay đổi ở máy khác. Hãy xem lại rồi gửi."))

    documents = reused(dossier_id)
    own = {code: ids for code, ids in files_of.items() if code not in documents}
    papers = (
        *joining.papers(own, names=names, by=by, at=at),
        *(PaperGiven(code=code, document=document) for code, document in documents.items()),
    )
    there = {*files_of, *([QUESTIONS] if _answered(dossier_id, answers) else [])}
    given = answers if QUESTIONS in there or not part else None
    answer = supplements.answer_part if part and names.keys() - there else supplements.answer
    answer(dossier_id=dossier_id, papers=papers, answers=given, by=by, at=at, still=still)


def _answered(dossier_id: UUID, answers: forms.Answers) -> bool:
    """Whether no question is open with what was typed."""
    dossier = Dossier.objects.get(id=dossier_id)
    return not with_typed(of_dossier(dossier), answers, at=dossier.submitted_at).questions


def _asks(request: Supplement, paper: str) -> bool:
    """Whether a paper is still awaited; questions of the form are none."""
    return paper != QUESTIONS and request.faults.filter(code=paper, answered_at=None).exists()


@contextmanager
def _open(dossier_id: UUID, *, by: ActorRef, at: datetime) -> Iterator[Supplement]:
    with transactions.act("dossiers.answer_supplement", by=by, at=at, on=reference(dossier_id)):
        request = (
            Supplement.objects.select_for_update().filter(dossier_id=dossier_id, answered_at=None).first()
        )
        if request is None:
            raise Conflict(_("Hồ sơ này không còn chờ bổ sung. Hãy mở lại hồ sơ."))
        yield request
