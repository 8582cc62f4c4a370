"""Print forms 01, 02 and 03 of the one-stop, as the regulation of their day asks.

Which template and title a form has is dated data: legal values `one_stop_form_01` … `_03`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.dossiers import bundle_words, contact, fees
from tinhso.dossiers.contracts import Applicant, PaperFault, PaperForm
from tinhso.dossiers.models import Dossier, HistoryEntry, SubmittedPaper, Supplement
from tinhso.dossiers.notices import in_words
from tinhso.dossiers.queries import passing
from tinhso.dossiers.queries.bundles import BundleView
from tinhso.dossiers.queries.reading import find
from tinhso.dossiers.visibility import seen_by
from tinhso.foundation import legal, paper, worktime
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.procedures import api as procedures


def receipt(dossier_id: UUID, *, by: ActorRef, at: datetime) -> bytes:
    """Form 01, receipt and promise, as PDF, for the owner or an officer who may see the dossier.

    Raises NotFound, and Invalid before acceptance: nothing is promised yet.
    """
    dossier = seen_by(by, dossier_id, at=at)
    if dossier.accepted_at is None:
        raise Invalid(_("Hồ sơ chưa được tiếp nhận nên chưa có giấy tiếp nhận và hẹn trả."))
    accepted = _last(dossier, "accept")
    applicant = contact.opened(dossier)
    version = procedures.version(dossier.procedure_version_id)
    way = passing.way(dossier.id, at=at)
    term = version.term
    data = _around(dossier, form="01", on=today(dossier.accepted_at)) | {
        "number": _short(dossier.code),
        "notation": "TNHS",
        "code": dossier.code,
        "qr": paper.qr(f"{settings.ORIGIN}/ho-so/{dossier.code}/"),
        "body": [_received(dossier, way)],
        "facts": [
            *_who(applicant),
            [_("Nội dung yêu cầu giải quyết"), version.name],
            [_("Thời hạn giải quyết"), worktime.say_term(term) if term else ""],
            *([name, amount] for name, amount in fees.rows(version)),
            [_("Nhận hồ sơ lúc"), in_words(dossier.accepted_at)],
            [_("Hẹn trả kết quả"), in_words(_promised(dossier))],
            *([[_("Cơ quan giải quyết"), _agency(dossier).name]] if way.intake else []),
            [_("Nơi trả kết quả"), way.collect or _agency(dossier).name],
        ],
        "papers": _listed(dossier),
        "submitter": {"title": _("Người nộp hồ sơ"), "name": applicant.name},
        "signer": {"title": _("Người tiếp nhận hồ sơ"), "name": accepted.actor_name if accepted else ""},
    }
    return _set("01", data, on=today(dossier.accepted_at), at=at)


def _received(dossier: Dossier, way: passing.Way) -> str:
    """Who took the dossier in, and for whom when that is another centre."""
    if way.intake:
        return _("%(intake)s đã tiếp nhận hồ sơ thuộc thẩm quyền của %(agency)s, của:") % {
            "intake": way.intake,
            "agency": _agency(dossier).name,
        }
    return _("%(agency)s đã tiếp nhận hồ sơ của:") % {"agency": _agency(dossier).name}


def bundle_receipt(bundle: BundleView, *, by: ActorRef, at: datetime) -> bytes:
    """One receipt (form 01) for several dossiers that were filed once, each with its agency and promise.

    Raises NotFound, and Invalid before the first was accepted.
    """
    dossier = seen_by(by, find(bundle.first.code), at=at)
    if dossier.accepted_at is None:
        raise Invalid(_("Hồ sơ chưa được tiếp nhận nên chưa có giấy tiếp nhận và hẹn trả."))
    accepted = _last(dossier, "accept")
    applicant = contact.opened(dossier)
    day = today(dossier.accepted_at)
    data = _around(dossier, form="01", on=day) | {
        "number": _short(bundle.code),
        "notation": "TNHS",
        "code": bundle.code,
        "qr": paper.qr(f"{settings.ORIGIN}/nhom-ho-so/{bundle.code}/"),
        "body": [_("%(agency)s đã tiếp nhận nhóm hồ sơ nộp một lần của:") % {"agency": bundle.agency}],
        "facts": [
            *_who(applicant),
            [_("Nội dung yêu cầu giải quyết"), bundle.name],
            *([part.name, f"{part.agency}. {bundle_words.stands(part)}"] for part in bundle.parts),
            [_("Nhận hồ sơ lúc"), in_words(dossier.accepted_at)],
            [_("Nơi trả kết quả"), bundle.collect],
        ],
        "papers": _listed(dossier),
        "submitter": {"title": _("Người nộp hồ sơ"), "name": applicant.name},
        "signer": {"title": _("Người tiếp nhận hồ sơ"), "name": accepted.actor_name if accepted else ""},
    }
    return _set("01", data, on=day, at=at)


def supplement(dossier_id: UUID, *, by: ActorRef, at: datetime) -> bytes:
    """Form 02 of the latest request to supplement. Raises NotFound, Invalid when nothing was asked."""
    dossier = seen_by(by, dossier_id, at=at)
    asked = Supplement.objects.filter(dossier_id=dossier_id).order_by("-asked_at").first()
    if asked is None:
        raise Invalid(_("Hồ sơ này chưa có yêu cầu bổ sung nào."))
    faults = [PaperFault(code=f.code, name=f.name, reason=f.reason) for f in asked.faults.all()]
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
    """Form 03 of a refused dossier. Raises NotFound, Invalid when it was not refused."""
    dossier = seen_by(by, dossier_id, at=at)
    refused = _last(dossier, "refuse")
    if refused is None:
        raise Invalid(_("Hồ sơ này không bị từ chối tiếp nhận."))
    applicant = contact.opened(dossier)
    data = _slip(dossier, applicant, form="03", on=today(refused.at)) | {
        "body": [
            _("%(agency)s không tiếp nhận hồ sơ này vì:") % {"agency": _agency(dossier).name},
            refused.note,
        ],
        "ending": [_("Tờ khai đã điền vẫn dùng lại được khi nộp lại hoặc nộp nơi khác.")],
        "signer": {"title": _("Người tiếp nhận hồ sơ"), "name": refused.actor_name},
    }
    return _set("03", data, on=today(refused.at), at=at)


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
    applicant = contact.opened(dossier)
    data = _slip(dossier, applicant, form="02", on=today(on)) | {
        "body": [_("Đề nghị ông/bà bổ sung, hoàn thiện các giấy tờ có đánh số của hồ sơ dưới đây:")],
        "items": [f"{fault.name}: {fault.reason}" for fault in faults],
        "ending": [
            *([message.strip()] if message.strip() else []),
            _("Gửi trước %(until)s. Thời gian chờ không tính vào hạn giải quyết.")
            % {"until": in_words(until)},
        ],
        "signer": {"title": _("Người yêu cầu"), "name": who},
    }
    return _set("02", data, on=today(on), at=at)


def _set(form: str, data: dict[str, Any], *, on: date, at: datetime) -> bytes:
    return paper.render(template=_form(form, on)["template"], data=data, made_at=at)


def _form(form: str, on: date) -> dict[str, Any]:
    found: dict[str, Any] = legal.value(f"one_stop_form_{form}", on=on)
    return found


def _around(dossier: Dossier, *, form: str, on: date) -> dict[str, Any]:
    agency = _agency(dossier)
    parent = directory.agency(agency.parent_id, on).name if agency.parent_id else ""
    places = directory.territories([agency.territory_id]) if agency.territory_id else {}
    return {
        "title": _form(form, on)["title"],
        "kind": _form(form, on)["title"],
        "superior": parent,
        "agency": agency.name,
        "place": next((place.short_name for place in places.values()), ""),
        "date": {"day": f"{on.day:02d}", "month": f"{on.month:02d}", "year": str(on.year)},
    }


def _slip(dossier: Dossier, applicant: Applicant, *, form: str, on: date) -> dict[str, Any]:
    return _around(dossier, form=form, on=on) | {
        "number": _short(dossier.code),
        "notation": {"02": "BSHS", "03": "TCHS"}[form],
        "addressee": applicant.name,
        "facts": [
            [_("Mã hồ sơ"), dossier.code],
            *_who(applicant),
            [_("Thủ tục"), procedures.version(dossier.procedure_version_id).name],
        ],
    }


def _short(code: str) -> str:
    """The day and sequence of a code: the agency stands in the head of the form already."""
    return code.partition("-")[2] or code


def _agency(dossier: Dossier) -> directory.AgencyView:
    return directory.agency(dossier.agency_id, today(dossier.submitted_at))


def _who(applicant: Applicant) -> list[list[str]]:
    rows = [
        [_("Người nộp"), applicant.name],
        [_("Địa chỉ"), applicant.address],
        [_("Điện thoại"), applicant.phone],
        [_("Thư điện tử"), applicant.email],
    ]
    return [row for row in rows if row[1]]


def _listed(dossier: Dossier) -> list[list[str]]:
    given = SubmittedPaper.objects.filter(dossier_id=dossier.id, current=True).order_by("id")
    words = {
        PaperForm.ORIGINAL: _("bản chính"),
        PaperForm.COPY: _("bản sao"),
        PaperForm.ELECTRONIC: _("bản điện tử"),
    }
    return [
        [str(number), one.name, str(max(one.originals + one.copies, 1)), words[PaperForm(one.form)]]
        for number, one in enumerate(given, start=1)
    ]


def _promised(dossier: Dossier) -> datetime | None:
    first = dossier.promises.order_by("id").values_list("due_at", flat=True).last()
    return first or dossier.due_at


def _last(dossier: Dossier, act: str) -> HistoryEntry | None:
    return HistoryEntry.objects.filter(dossier_id=dossier.id, act=act).order_by("-id").first()
