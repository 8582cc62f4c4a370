"""Forms that go to the applicant: receipt 01, supplement 02, refusal 03, apology 04, stop (05 of 2025)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers import contact, marks
from tinhso.dossiers.contracts import Applicant, PaperFault, Status
from tinhso.dossiers.models import Dossier, Ending, Extension, Supplement
from tinhso.dossiers.notices import in_words
from tinhso.dossiers.prints.heads import NOTATION, about, agency_of, form_of, head, render, short
from tinhso.dossiers.queries.originals import returns
from tinhso.dossiers.visibility import seen_by
from tinhso.foundation import paper
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef


def supplement(dossier_id: UUID, *, by: ActorRef, at: datetime) -> bytes:
    """Form 02 of the latest request to supplement. Raises NotFound, Invalid when nothing was asked."""
    dossier = seen_by(by, dossier_id, at=at)
    asked = Supplement.objects.filter(dossier_id=dossier_id).order_by("-ordinal").first()
    if asked is None:
        raise Invalid(_("Hồ sơ này chưa có yêu cầu bổ sung nào."))
    faults = [PaperFault(code=f.code, name=f.name, reason=f.reason) for f in asked.faults.order_by("id")]
    return _supplement(
        dossier,
        faults,
        message=asked.message,
        until=asked.answer_by,
        who=asked.asked_by,
        on=asked.asked_at,
        at=at,
    )


def supplement_preview(
    dossier_id: UUID,
    *,
    faults: Sequence[PaperFault],
    message: str,
    until: datetime,
    by: ActorRef,
    at: datetime,
) -> bytes:
    """Form 02 as it would be, before anything is asked. Nothing is kept."""
    dossier = seen_by(by, dossier_id, at=at)
    return _supplement(dossier, faults, message=message, until=until, who=by.name, on=at, at=at)


def refusal(dossier_id: UUID, *, by: ActorRef, at: datetime) -> bytes:
    """Form 03 of a refused dossier, with its ground. Raises NotFound, Invalid when it was not refused."""
    dossier = seen_by(by, dossier_id, at=at)
    ended = _ending(dossier, Status.REFUSED)
    if ended is None:
        raise Invalid(_("Hồ sơ này không bị từ chối tiếp nhận."))
    data = _slip(dossier, "refusal", on=ended.at) | {
        "body": [
            _("%(agency)s không tiếp nhận hồ sơ này vì:") % {"agency": agency_of(dossier).name},
            ended.reason,
            _("Căn cứ: %(ground)s.") % {"ground": ended.ground.rstrip(".")},
        ],
        "ending": [_("Tờ khai đã điền vẫn dùng lại được khi nộp lại hoặc nộp nơi khác.")],
        "signer": {"title": _("Người tiếp nhận hồ sơ"), "name": ended.by_name},
    }
    return render("refusal", data, on=today(ended.at), at=at, dossier=dossier)


def extension(dossier_id: UUID, *, by: ActorRef, at: datetime) -> bytes:
    """Form 04 of the latest later promise: apology, reason, date. Raises NotFound, Invalid without one."""
    dossier = seen_by(by, dossier_id, at=at)
    given = Extension.objects.filter(dossier_id=dossier_id, granted=True).order_by("-decided_at").first()
    if given is None or given.decided_at is None:
        raise Invalid(_("Hồ sơ này chưa hẹn lại lần nào."))
    data = _slip(dossier, "extension", on=given.decided_at)
    data |= {
        "facts": [
            *data["facts"],
            [_("Đã hẹn trả kết quả"), in_words(given.due_before)],
            [_("Hẹn lại"), in_words(given.due_after)],
        ],
        "body": [
            _("%(agency)s xin lỗi ông/bà vì chưa trả được kết quả đúng hẹn. Lý do: %(reason)s")
            % {"agency": agency_of(dossier).name, "reason": given.reason}
        ],
        "ending": [_("Mong ông/bà thông cảm. Có kết quả sớm hơn sẽ báo ngay.")],
        "signer": _decided_by(given.decided_by_name),
    }
    return render("extension", data, on=today(given.decided_at), at=at, dossier=dossier)


def stop(dossier_id: UUID, *, by: ActorRef, at: datetime) -> bytes:
    """The notice that the handling stopped: form 05 since 15/9/2025.

    Raises NotFound, Invalid when it was not stopped or the regulation of that day has no such form.
    """
    dossier = seen_by(by, dossier_id, at=at)
    ended = _ending(dossier, Status.STOPPED)
    if ended is None:
        raise Invalid(_("Hồ sơ này không bị dừng giải quyết."))
    data = _slip(dossier, "stop", on=ended.at) | {
        "body": [
            _("%(agency)s thông báo dừng giải quyết hồ sơ này. Lý do: %(reason)s")
            % {"agency": agency_of(dossier).name, "reason": ended.reason},
            _("Căn cứ: %(ground)s.") % {"ground": ended.ground.rstrip(".")},
        ],
        "ending": [_("Ông/bà nhận lại bản chính đã nộp tại nơi tiếp nhận hồ sơ.")],
        "signer": unsigned() if marks.DEEMED in dossier.flags else _decided_by(ended.by_name),
    }
    return render("stop", data, on=today(ended.at), at=at, dossier=dossier)


def unsigned() -> dict[str, str]:
    """The foot of a slip that nobody decided (docs/decisions/deemed-decisions.md)."""
    return {"title": _("Hệ thống lập tự động"), "name": _("Không có chữ ký, số và dấu")}


def _decided_by(name: str) -> dict[str, str]:
    return {"title": _("Người quyết định"), "name": name}


def originals_slip(dossier_id: UUID, *, by: ActorRef, at: datetime) -> bytes:
    """A slip for the latest originals given back, to be signed by who takes them. Invalid without any."""
    dossier = seen_by(by, dossier_id, at=at)
    back = next(iter(returns(dossier_id)), None)
    if back is None:
        raise Invalid(_("Hồ sơ này chưa trả lại bản chính nào."))
    on, title = today(back.at), _("Phiếu trả lại bản chính")
    data = head(dossier.agency_id, title=title, on=on) | {
        "number": short(dossier.code),
        "notation": "TBC",
        "facts": [
            *about(dossier, contact.opened(dossier)),
            [_("Trả lúc"), in_words(back.at)],
            [_("Người trả"), back.by],
            [_("Người nhận lại"), back.to_name],
            *([[_("Giấy tờ xuất trình"), back.to_proof]] if back.to_proof else []),
        ],
        "body": [_("Đã trả lại các bản chính sau:")],
        "items": [
            _("%(paper)s: %(count)d bản") % {"paper": name, "count": count} for name, count in back.papers
        ],
        "ending": [back.note] if back.note else [],
        "signer": {"title": _("Người nhận lại"), "name": back.to_name},
    }
    return paper.render(template="slip", data=data, made_at=at)


def _supplement(
    dossier: Dossier,
    faults: Sequence[PaperFault],
    *,
    message: str,
    until: datetime,
    who: str,
    on: datetime,
    at: datetime,
) -> bytes:
    data = _slip(dossier, "supplement", on=on) | {
        "body": [_("Đề nghị ông/bà bổ sung, hoàn thiện các giấy tờ có đánh số của hồ sơ dưới đây:")],
        "items": [f"{fault.name}: {fault.reason}" for fault in faults],
        "ending": [
            *([message.strip()] if message.strip() else []),
            _("Gửi trước %(until)s. Thời gian chờ không tính vào hạn giải quyết.")
            % {"until": in_words(until)},
        ],
        "signer": {"title": _("Người yêu cầu"), "name": who},
    }
    return render("supplement", data, on=today(on), at=at, dossier=dossier)


def _slip(dossier: Dossier, means: str, *, on: datetime) -> dict[str, Any]:
    applicant: Applicant = contact.opened(dossier)
    day = today(on)
    return head(dossier.agency_id, title=form_of(means, on=day).title, on=day) | {
        "number": short(dossier.code),
        "notation": NOTATION[means],
        "addressee": applicant.name,
        "facts": about(dossier, applicant),
    }


def _ending(dossier: Dossier, status: Status) -> Ending | None:
    return Ending.objects.filter(dossier_id=dossier.id, status=status.value).first()
