"""Two accounts of one person are one: their dossiers, drafts and reports."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from tinhso.dossiers.models import Dossier, Draft, DraftPaper, FactReport, Member
from tinhso.foundation import files
from tinhso.foundation.refs import SYSTEM
from tinhso.identity import api as identity


def dossiers(merging: identity.Merging) -> None:
    """Nobody applies twice for one dossier, and what was filed by a relation follows it to its twin.

    Raises MergeStopped for a dossier under way in which both apply: that says they are two.
    """
    _never_twice(merging)
    for gone, twin in merging.relations.items():
        Dossier.objects.filter(filed_under=gone).update(filed_under=twin)
        Draft.objects.filter(relation=gone).update(relation=twin)


def _never_twice(merging: identity.Merging) -> None:
    pair = {merging.loser, merging.survivor}
    jointly = Q(joint__contains=[merging.loser]) | Q(joint__contains=[merging.survivor])
    for row in Dossier.objects.select_for_update().filter(jointly):
        twice = pair & {row.owner_id, *row.joint}
        if twice != pair:
            continue
        if row.finished_at is None:
            raise identity.MergeStopped(
                _(
                    "Hồ sơ %(code)s đang có cả hai cùng đứng tên, nên đây có thể là hai người. Hãy kiểm tra"
                    " lại; nếu đúng là một người, hãy chờ hồ sơ này xong."
                )
                % {"code": row.code}
            )
        over = pair if row.owner_id in pair else {merging.loser}
        Member.objects.filter(dossier=row, person_id__in=over).delete()
        Dossier.objects.filter(id=row.id).update(joint=[one for one in row.joint if one not in over])


def drafts(merging: identity.Merging) -> None:
    """Two filings under way of the same procedure become the one saved last.

    What only the other had is added to it, when both are written for the same person; else it goes.
    """
    pair = [merging.loser, merging.survivor]
    rows = Draft.objects.select_for_update().filter(owner_id__in=pair, dossier=None).order_by("-saved_at")
    latest: dict[object, Draft] = {}
    for row in rows:
        stays = latest.setdefault(row.procedure_version_id, row)
        if stays is not row:
            if (row.relation, row.members) == (stays.relation, stays.members):
                _add(row, to=stays)
            files.loosen(row.papers.values_list("file_id", flat=True), at=merging.at)
            row.delete()


def _add(other: Draft, *, to: Draft) -> None:
    answers = {**other.answers, **{name: value for name, value in to.answers.items() if value}}
    origins = {path: mark for path, mark in other.origins.items() if path.partition(".")[0] not in to.answers}
    Draft.objects.filter(id=to.id).update(answers=answers, origins={**origins, **to.origins})
    has = to.papers.values_list("code", flat=True)
    DraftPaper.objects.filter(draft=other).exclude(code__in=list(has)).update(draft=to)


def reports(merging: identity.Merging) -> None:
    """What both reported of the same fact waits once, in the words of the account that stays."""
    waiting = FactReport.objects.filter(settled_at=None)
    theirs = set(waiting.filter(person_id=merging.survivor).values_list("procedure_version", "path"))
    for row in waiting.filter(person_id=merging.loser):
        if (row.procedure_version_id, row.path) in theirs:
            row.settled_at, row.settled_by = merging.at, SYSTEM.name
            row.answer = _("Trùng với lời báo của tài khoản kia: hai tài khoản đã gộp làm một.")
            row.save(update_fields=["settled_at", "settled_by", "answer"])
