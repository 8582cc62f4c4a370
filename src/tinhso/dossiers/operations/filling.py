"""What a dossier lacks under its new version, written by an officer on the word of who told it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers import notices
from tinhso.dossiers.contracts import PaperGiven
from tinhso.dossiers.lifecycle import ORIGINALS
from tinhso.dossiers.operations import charging, lacking, supplements
from tinhso.dossiers.operations.submission import keeps_originals
from tinhso.dossiers.operations.turns import turn
from tinhso.dossiers.queries.lacking import of_dossier
from tinhso.foundation.errors import Invalid
from tinhso.foundation.refs import ActorRef


def fill_in(
    *,
    dossier_id: UUID,
    answers: Mapping[str, Any],
    papers: Sequence[PaperGiven],
    word: str,
    by: ActorRef,
    at: datetime,
    seen: int | None = None,
) -> None:
    """Write answers to open questions, and take in papers that are lacking, on the word of `word`.

    Not all has to come at once. Who filed reads it in the history and is told. Raises Invalid without a name,
    with nothing given, for an answer that will not do, a paper that is not lacking, or a document of a vault.
    """
    if not word.strip():
        fault = _("Hãy ghi ai cho biết.")
        raise Invalid(fault, faults={"word": fault})
    with turn("fill_in", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        names = {paper.code: paper.name for paper in of_dossier(taken.dossier).papers}
        if strange := [paper for paper in papers if paper.code not in names or paper.document]:
            fault = _("Giấy tờ này không thiếu, hoặc chưa nhận được ở đây. Hãy mở lại hồ sơ.")
            raise Invalid(fault, faults={f"papers.{paper.code}": fault for paper in strange})
        told = [*lacking.put_answers(taken, dict(answers)), *(names[paper.code] for paper in papers)]
        if not told:
            raise Invalid(_("Chưa ghi thêm gì. Hãy ghi ít nhất một câu trả lời hoặc nhận một giấy tờ."))
        supplements.replace(taken, papers, names=names)
        if keeps_originals(papers):
            taken.dossier.flags = sorted({*taken.dossier.flags, ORIGINALS})
        lacking.settle(taken)
        taken.note = _("Theo lời %(who)s tại quầy: %(what)s.") % {
            "who": word.strip(),
            "what": "; ".join(told),
        }
        taken.work.record(word=word.strip(), filled=told)
        notices.filled_in(taken)
        charging.assess_again(taken.dossier, occasion=charging.SUPPLEMENT, at=at)
