"""A bundle in plain words: what each of its dossiers does now, what the end of one means for the others."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tinhso.dossiers.contracts import PartState
from tinhso.dossiers.lifecycle import MEANINGS
from tinhso.dossiers.notices import in_words
from tinhso.dossiers.queries.bundles import BundleView, PartView


def stands(part: PartView) -> str:
    """One sentence of where a part stands."""
    if part.state is PartState.DROPPED:
        return _("Không gửi: %(reason)s") % {"reason": part.reason}
    if part.status is None:
        return _("Chưa gửi. Tự gửi đến %(agency)s khi có kết quả: %(needs)s.") % {
            "agency": part.agency,
            "needs": ", ".join(part.needs),
        }
    status = MEANINGS[part.status].label
    if part.accepted_at and part.finished_at is None and part.due_at:
        return _("%(status)s. Hẹn trả kết quả: %(date)s.") % {"status": status, "date": in_words(part.due_at)}
    return f"{status}."


def now(bundle: BundleView) -> str:
    """One sentence of the whole."""
    if bundle.withdrawn_at:
        return _("Ông/bà đã rút cả nhóm hồ sơ lúc %(at)s.") % {"at": in_words(bundle.withdrawn_at)}
    done = sum(1 for part in bundle.parts if part.status and part.finished_at)
    if not bundle.open:
        return _("Cả nhóm hồ sơ đã xong.")
    return _(
        "Xong %(done)d trên %(all)d thủ tục. Ông/bà không phải nộp thêm giấy tờ nếu không được yêu cầu."
    ) % {
        "done": done,
        "all": len(bundle.parts),
    }


def without(bundle: BundleView, code: str) -> list[str]:
    """What withdrawing one dossier means for the others, a sentence each."""
    gone = {part.procedure for part in bundle.parts if part.code == code}
    sentences = []
    for part in bundle.parts:
        if part.code == code or part.state is PartState.DROPPED:
            continue
        if part.state is PartState.WAITING and gone & set(part.wanted):
            gone.add(part.procedure)
            sentences.append(_("«%(name)s» sẽ không được gửi nữa vì cần kết quả này.") % {"name": part.name})
        elif part.finished_at is None:
            sentences.append(_("«%(name)s» vẫn được giải quyết.") % {"name": part.name})
    return sentences
