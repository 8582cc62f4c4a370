"""Giving originals back (trả bản chính): which were taken, how many go to whom, and who signed for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers.lifecycle import ORIGINALS
from tinhso.dossiers.models import OriginalsReturn, ReturnedOriginal
from tinhso.dossiers.operations.turns import turn
from tinhso.dossiers.queries.originals import originals
from tinhso.foundation.errors import Invalid
from tinhso.foundation.refs import ActorRef


def give_back(
    *,
    dossier_id: UUID,
    counts: Mapping[UUID, int],
    to_name: str,
    to_proof: str = "",
    signed_for: bool = True,
    note: str = "",
    by: ActorRef,
    at: datetime,
    seen: int | None = None,
) -> UUID:
    """Give originals of papers (by their ids) to somebody; returns the id of the return.

    `to_proof` is by what they are known: a card's number, an authorisation. Raises Invalid for nothing given,
    for more than is left, for nobody named, and when nobody signed without a note that says why.
    """
    with turn("return_originals", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        have = {one.paper: one for one in originals(dossier_id)}
        given = {paper: count for paper, count in counts.items() if count}
        faults = {
            f"goc-{paper}": _("Chỉ còn giữ %(left)d bản chính của giấy tờ này.")
            % {"left": have[paper].left if paper in have else 0}
            for paper, count in given.items()
            if paper not in have or count > have[paper].left
        }
        if not given:
            faults["to_name"] = _("Hãy ghi số bản chính trả lại, ít nhất một bản.")
        elif not to_name.strip():
            faults["to_name"] = _("Hãy ghi họ và tên người nhận lại bản chính.")
        if not signed_for and not note.strip():
            faults["note"] = _("Người nhận chưa ký thì hãy ghi vì sao.")
        if faults:
            raise Invalid(next(iter(faults.values())), faults=faults)
        returned = OriginalsReturn.objects.create(
            dossier_id=dossier_id,
            at=at,
            by_name=by.name,
            unit_id=by.unit,
            to_name=to_name.strip(),
            to_proof=to_proof.strip(),
            signed_for=signed_for,
            note=note.strip(),
        )
        for paper, count in given.items():
            ReturnedOriginal.objects.create(returned=returned, paper_id=paper, count=count)
        if all(one.left == given.get(paper, 0) for paper, one in have.items()):
            taken.dossier.flags = [flag for flag in taken.dossier.flags if flag != ORIGINALS]
        names = "; ".join(f"{have[paper].name} ({count})" for paper, count in given.items())
        taken.note = _("%(papers)s. Người nhận: %(who)s.") % {"papers": names, "who": returned.to_name}
        taken.work.record(returned=str(returned.id), papers={str(p): n for p, n in given.items()})
    return returned.id
