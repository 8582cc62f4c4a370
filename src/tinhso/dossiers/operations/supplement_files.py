"""Files for an open request, gathered one by one until the person sends the answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from tinhso.dossiers.models import Fault, Supplement, SupplementFile
from tinhso.dossiers.operations import arriving, joining, supplements
from tinhso.dossiers.operations.turns import reference
from tinhso.foundation import files, transactions
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.foundation.refs import ActorRef


def attach(*, dossier_id: UUID, paper: str, file_id: UUID, by: ActorRef, at: datetime) -> None:
    """Put a kept file to a paper asked for. Raises Invalid for another, Conflict when nothing is asked."""
    with _open(dossier_id, by=by, at=at) as request:
        if not request.faults.filter(code=paper, answered_at=None).exists():
            raise Invalid(_("Giấy tờ này không được yêu cầu lần này."))
        SupplementFile.objects.get_or_create(
            supplement=request, code=paper, file_id=file_id, defaults={"attached_at": at}
        )


def detach(*, dossier_id: UUID, paper: str, file_id: UUID, by: ActorRef, at: datetime) -> None:
    """Take a file away again."""
    with _open(dossier_id, by=by, at=at) as request:
        if request.files.filter(code=paper, file_id=file_id).delete()[0]:
            files.loosen([file_id], at=at)


def gathered(dossier_id: UUID) -> dict[str, tuple[UUID, ...]]:
    """The files of the open request by paper still awaited, in the order they came."""
    found: dict[str, tuple[UUID, ...]] = {}
    awaited = Fault.objects.filter(
        supplement_id=OuterRef("supplement_id"), code=OuterRef("code"), answered_at=None
    )
    rows = SupplementFile.objects.filter(supplement__dossier_id=dossier_id, supplement__answered_at=None)
    for row in rows.filter(Exists(awaited)).order_by("attached_at", "id"):
        found[row.code] = (*found.get(row.code, ()), row.file_id)
    return found


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
    files_of = gathered(dossier_id)

    def still() -> None:
        arriving.require_whole(arriving.SUPPLEMENT, dossier_id, by=by, at=at)
        if gathered(dossier_id) != files_of:
            raise Conflict(_("Giấy tờ của hồ sơ vừa thay đổi ở máy khác. Hãy xem lại rồi gửi."))

    papers = joining.papers(files_of, names=names, by=by, at=at)
    answer = supplements.answer_part if part and names.keys() - files_of.keys() else supplements.answer
    answer(dossier_id=dossier_id, papers=papers, by=by, at=at, still=still)


@contextmanager
def _open(dossier_id: UUID, *, by: ActorRef, at: datetime) -> Iterator[Supplement]:
    with transactions.act("dossiers.answer_supplement", by=by, at=at, on=reference(dossier_id)):
        request = (
            Supplement.objects.select_for_update().filter(dossier_id=dossier_id, answered_at=None).first()
        )
        if request is None:
            raise Conflict(_("Hồ sơ này không còn chờ bổ sung. Hãy mở lại hồ sơ."))
        yield request
