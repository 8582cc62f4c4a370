"""A paper's electronic copy: scanned by the office (số hóa), or fetched from the national store."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers.contracts import PaperForm, Verdict
from tinhso.dossiers.models import SubmittedPaper
from tinhso.dossiers.operations.turns import turn
from tinhso.dossiers.turning import Turn
from tinhso.foundation.errors import Invalid
from tinhso.foundation.refs import ActorRef


def digitise(*, dossier_id: UUID, paper: str, file_id: UUID, by: ActorRef, at: datetime) -> UUID:
    """Put the scanned copy to a paper of the dossier, by its code; the id of the paper (`DuocSoHoa` of 766).

    Earlier files of the paper stay, no longer current. Raises Invalid for a paper that is not in the dossier.
    """
    with turn("digitise", dossier_id=dossier_id, by=by, at=at) as taken:
        row = _place(taken, paper)
        row.digitised_at = at
        return _put(taken, row, file_id, said=_("quét từ giấy"))


def take_from_national(*, dossier_id: UUID, paper: str, file_id: UUID, by: ActorRef, at: datetime) -> UUID:
    """Put a file of the national store to a paper, as it came (`DuocLayTuKhoDMQG` of 766); the paper's id.

    Raises Invalid for a paper that is not in the dossier.
    """
    with turn("digitise", dossier_id=dossier_id, by=by, at=at) as taken:
        row = _place(taken, paper)
        row.national = True
        return _put(taken, row, file_id, said=_("lấy từ kho dữ liệu điện tử quốc gia"))


def _place(taken: Turn, code: str) -> SubmittedPaper:
    """Where the file goes: the paper that lies there without one, or a row of its own after the others."""
    current = list(
        SubmittedPaper.objects.filter(dossier_id=taken.dossier.id, code=code, current=True).order_by("id")
    )
    if not current:
        raise Invalid(_("Hồ sơ không có giấy tờ này. Hãy mở lại hồ sơ và chọn giấy tờ khác."))
    if len(current) == 1 and current[0].file_id is None:
        return current[0]
    SubmittedPaper.objects.filter(id__in=[paper.id for paper in current]).update(current=False)
    last = current[-1]
    return SubmittedPaper(
        dossier_id=taken.dossier.id,
        code=code,
        name=last.name,
        form=PaperForm.ELECTRONIC.value,
        given_at=last.given_at,
        verdict=last.verdict if last.verdict != Verdict.FAULTY else Verdict.UNSEEN.value,
    )


def _put(taken: Turn, row: SubmittedPaper, file_id: UUID, *, said: str) -> UUID:
    row.file_id = file_id
    row.save()
    taken.public = False
    taken.note = f"{row.name}: {said}"
    taken.work.record(paper=str(row.id), file=str(file_id))
    return row.id
