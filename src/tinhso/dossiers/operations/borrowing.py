"""Papers reused from the owner's vault: by reference, frozen by their hash, told to the owner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers.contracts import PaperForm, PaperGiven
from tinhso.dossiers.reuse import NO, RESULT
from tinhso.foundation import legal
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef, OwnerRef
from tinhso.vault import api as vault


def borrowed(
    given: Sequence[PaperGiven],
    *,
    owner: OwnerRef | None,
    unit: UUID,
    why: str,
    by: ActorRef,
    at: datetime,
) -> tuple[PaperGiven, ...]:
    """The papers, those reused with file and hash of the vault's document. Call it inside the act that takes
    them. Raises Invalid with a fault on the paper whose document does not hold or is not the owner's."""
    found = []
    for paper in given:
        if paper.document is None:
            found.append(replace(paper, sha256="", reuse=NO, replaced_by=""))
            continue
        if owner is None:
            raise _refused(paper, _("Người nộp chưa có kho giấy tờ. Hãy nhận giấy hoặc quét lại."))
        try:
            lent = vault.lend([paper.document], owner=owner, unit=unit, why=why, by=by, at=at)
        except (vault.NoLongerHolds, vault.NotInVault) as fault:
            raise _refused(paper, fault.message) from fault
        one = lent[paper.document]
        reuse = _reuse(one.source, at=at)
        found.append(
            replace(
                paper,
                form=PaperForm.ELECTRONIC,
                file_id=one.file_id,
                document=one.document,
                sha256=one.sha256,
                reuse=reuse,
                replaced_by=one.number if reuse == RESULT else "",
            )
        )
    return tuple(found)


def _reuse(source: vault.Source, *, at: datetime) -> int:
    """What index 766 calls a paper from such a source (legal value `reuse_marks`)."""
    return int(legal.value("reuse_marks", on=today(at))[source.value])


def _refused(paper: PaperGiven, sentence: str) -> Invalid:
    return Invalid(sentence, faults={f"papers.{paper.code}": sentence})
