"""What people are told about their dossier, in the words of the house."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from tinhso.directory import api as directory
from tinhso.dossiers import contact
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.queries import filers
from tinhso.dossiers.turning import Turn, subject_of
from tinhso.foundation.moments import local, today
from tinhso.foundation.refs import SubjectRef
from tinhso.identity import api as identity
from tinhso.notify import api as notify

ACCEPTED = notify.declare(
    "dossiers.accepted",
    subject=_("Hồ sơ %(code)s đã được tiếp nhận"),
    body=_(
        "Hồ sơ đã được tiếp nhận. Hẹn trả kết quả: %(promised)s. Bấm vào liên kết để xem vì sao là ngày này."
    ),
    sms=_("Hồ sơ %(code)s đã được tiếp nhận. Hẹn trả kết quả: %(promised)s."),
    kind=notify.PROGRESS,
)
REFUSED = notify.declare(
    "dossiers.refused",
    subject=_("Hồ sơ %(code)s không được tiếp nhận"),
    body=_("Hồ sơ không được tiếp nhận vì: %(reason)s Tờ khai đã điền vẫn dùng lại được."),
    sms=_("Hồ sơ %(code)s không được tiếp nhận. Xem lý do:"),
    kind=notify.PROGRESS,
)
SUPPLEMENT = notify.declare(
    "dossiers.supplement",
    subject=_("Hồ sơ %(code)s cần bổ sung giấy tờ"),
    body=_("%(reason)s\nGửi trước %(until)s. Thời gian chờ không tính vào hạn giải quyết."),
    sms=_("Hồ sơ %(code)s cần bổ sung giấy tờ, gửi trước %(until)s."),
    kind=notify.ASKS,
)
ANSWERED = notify.declare(
    "dossiers.supplement_answered",
    subject=_("Đã nhận giấy tờ bổ sung của hồ sơ %(code)s"),
    body=_("Đã nhận giấy tờ bổ sung. Hẹn trả kết quả: %(promised)s."),
    sms=_("Đã nhận giấy tờ bổ sung của hồ sơ %(code)s. Hẹn trả kết quả: %(promised)s."),
    kind=notify.PROGRESS,
)
REBASED = notify.declare(
    "dossiers.rebased",
    subject=_("Hồ sơ %(code)s được chuyển sang quy định mới của thủ tục"),
    body=_("%(reason)s\nÔng/bà chưa phải làm gì; nếu cần thêm, cơ quan sẽ báo."),
    sms=_("Hồ sơ %(code)s được chuyển sang quy định mới của thủ tục. Xem phần đổi:"),
    kind=notify.PROGRESS,
)
FILLED_IN = notify.declare(
    "dossiers.filled_in",
    subject=_("Cán bộ đã ghi thêm vào hồ sơ %(code)s"),
    body=_("%(reason)s\nNếu không đúng, hãy báo ngay cho cơ quan đang giải quyết hồ sơ."),
    sms=_("Cán bộ đã ghi thêm vào hồ sơ %(code)s theo lời người nộp. Xem:"),
    kind=notify.PROGRESS,
)
OBLIGATION = notify.declare(
    "dossiers.obligation",
    subject=_("Hồ sơ %(code)s cần thực hiện nghĩa vụ tài chính"),
    body=_("%(reason)s\nThời gian chờ không tính vào hạn giải quyết."),
    sms=_("Hồ sơ %(code)s cần thực hiện nghĩa vụ tài chính. Xem chi tiết:"),
    kind=notify.ASKS,
)
READY = notify.declare(
    "dossiers.ready",
    subject=_("Hồ sơ %(code)s đã có kết quả"),
    body=_("Kết quả đã được ký và đóng dấu. Bộ phận một cửa sẽ trả cho ông/bà."),
    sms=_("Hồ sơ %(code)s đã có kết quả."),
    kind=notify.RESULTS,
)
HANDED_OVER = notify.declare(
    "dossiers.handed_over",
    subject=_("Đã trả kết quả hồ sơ %(code)s"),
    body=_("Kết quả đã ở trong kho giấy tờ của ông/bà. Bấm vào liên kết để tải về và đánh giá."),
    sms=_("Đã trả kết quả hồ sơ %(code)s."),
    kind=notify.RESULTS,
)
POSTED = notify.declare(
    "dossiers.posted",
    subject=_("Tin bưu điện về kết quả hồ sơ %(code)s"),
    body=_("%(reason)s Bấm vào liên kết để xem bưu gửi đang ở đâu."),
    sms=_("Có tin bưu điện về kết quả hồ sơ %(code)s. Xem:"),
    kind=notify.RESULTS,
)
LETTER = notify.declare(
    "dossiers.letter",
    subject=_("Cơ quan nhắn ông/bà về hồ sơ %(code)s"),
    body=_("%(text)s\nNgười nhắn: %(author)s."),
)
FILED_FOR_YOU = notify.declare(
    "dossiers.filed_for_you",
    subject=_("%(who)s vừa nộp hồ sơ %(code)s đứng tên ông/bà"),
    body=_(
        "%(who)s nộp hồ sơ này với tư cách: %(capacity)s. Bấm vào liên kết để xem. Nếu ông/bà không nhờ, hãy"
        " mở trang “Người của tôi” để chấm dứt, và gọi 1022."
    ),
    sms=_("Có hồ sơ %(code)s đứng tên ông/bà. Xem:"),
    kind=notify.PROGRESS,
)
STOPPED = notify.declare(
    "dossiers.stopped",
    subject=_("Hồ sơ %(code)s đã dừng giải quyết"),
    body=_("Hồ sơ đã dừng giải quyết vì: %(reason)s"),
    sms=_("Hồ sơ %(code)s đã dừng giải quyết. Xem lý do:"),
    kind=notify.PROGRESS,
)

TRANSFERRED = notify.declare(
    "dossiers.transferred",
    subject=_("Hồ sơ %(code)s do %(place)s giải quyết tiếp"),
    body=_("%(before)s không còn hoạt động. %(place)s giải quyết tiếp; mã hồ sơ và ngày hẹn giữ nguyên."),
    sms=_("Hồ sơ %(code)s đã chuyển cho cơ quan, đơn vị nhận việc. Mã và ngày hẹn giữ nguyên."),
    kind=notify.PROGRESS,
)

BUNDLE_CHANGED = notify.declare(
    "dossiers.bundle_changed",
    subject=_("Nhóm hồ sơ %(bundle)s có thay đổi"),
    body=_("Hồ sơ «%(ended)s» đã kết thúc không có kết quả.%(rest)s"),
    sms=_("Nhóm hồ sơ đã nộp có thay đổi. Xem chi tiết:"),
    kind=notify.PROGRESS,
)
PART = notify.declare(
    "dossiers.supplement_part",
    subject=_("Đã nhận một phần giấy tờ bổ sung của hồ sơ %(code)s"),
    body=_("Còn chờ: %(rest)s. Gửi trước %(until)s. Thời gian chờ không tính vào hạn giải quyết."),
    sms=_("Đã nhận một phần giấy tờ bổ sung của hồ sơ %(code)s. Gửi phần còn lại trước %(until)s."),
    kind=notify.ASKS,
)
PAUSED = notify.declare(
    "dossiers.paused",
    subject=_("Hồ sơ %(code)s tạm dừng giải quyết"),
    body=_(
        "Tạm dừng vì: %(reason)s\nThời gian dừng không tính vào hạn. Khi giải quyết tiếp sẽ báo ngày hẹn mới."
    ),
    kind=notify.PROGRESS,
)
RESUMED = notify.declare(
    "dossiers.resumed",
    subject=_("Hồ sơ %(code)s được giải quyết tiếp"),
    body=_("Hẹn trả kết quả: %(promised)s."),
    kind=notify.PROGRESS,
)
APOLOGISED = notify.declare(
    "dossiers.apologised",
    subject=_("Xin lỗi và hẹn lại ngày trả hồ sơ %(code)s"),
    body=_("Xin lỗi ông/bà, kết quả chưa xong đúng hẹn %(before)s vì: %(reason)s\nHẹn lại: %(promised)s."),
    sms=_("Xin lỗi ông/bà: hồ sơ %(code)s hẹn lại %(promised)s."),
    kind=notify.PROGRESS,
)
CORRECTING = notify.declare(
    "dossiers.correcting",
    subject=_("Kết quả hồ sơ %(code)s đang được đính chính"),
    body=_("Cơ quan mở hồ sơ %(correcting)s để đính chính kết quả. Xong sẽ báo ông/bà."),
    kind=notify.RESULTS,
)
REPLACED = notify.declare(
    "dossiers.replaced",
    subject=_("Kết quả hồ sơ %(code)s đã có bản thay thế"),
    body=_("Kết quả đã cấp không còn giá trị; kết quả số %(number)s thay cho bản đó."),
    sms=_("Kết quả hồ sơ %(code)s đã có bản thay thế."),
    kind=notify.RESULTS,
)
REVOKED = notify.declare(
    "dossiers.revoked",
    subject=_("Kết quả hồ sơ %(code)s đã bị thu hồi"),
    body=_("Kết quả không còn giá trị. %(reason)s"),
    sms=_("Kết quả hồ sơ %(code)s đã bị thu hồi. Xem lý do:"),
    kind=notify.RESULTS,
)
EXTENSION_ASKED = notify.declare(
    "dossiers.extension_asked",
    subject=_("Hồ sơ %(code)s xin hẹn lại"),
    body=_("%(who)s đề nghị hẹn lại ngày %(until)s vì: %(reason)s Hãy mở hồ sơ để quyết định."),
    kind=notify.DUE,
)
EXTENSION_DENIED = notify.declare(
    "dossiers.extension_denied",
    subject=_("Hồ sơ %(code)s không được hẹn lại"),
    body=_("Lãnh đạo không đồng ý hẹn lại: %(answer)s"),
    kind=notify.DUE,
)

FACT_REPORTED = notify.declare(
    "dossiers.fact_reported",
    subject=_("Có người báo thông tin điền sẵn bị sai"),
    body=_("%(who)s báo mục “%(label)s” được điền sẵn là sai. Bấm vào liên kết để xem và trả lời."),
)
FACT_SETTLED = notify.declare(
    "dossiers.fact_settled",
    subject=_("Cơ quan đã xem tin báo sai thông tin"),
    body=_("Mục “%(label)s”: %(answer)s"),
)

_DAYS = (
    _("thứ Hai"),
    _("thứ Ba"),
    _("thứ Tư"),
    _("thứ Năm"),
    _("thứ Sáu"),
    _("thứ Bảy"),
    _("Chủ nhật"),
)


def in_words(moment: datetime | None) -> str:
    """A moment as people say it: "16:00 thứ Tư 13/4/2022"; empty for None."""
    if moment is None:
        return ""
    here = local(moment)
    return f"{here:%H:%M} {gettext(_DAYS[here.weekday()])} {here.day}/{here.month}/{here.year}"


said = lazy(in_words, str)
"""The same, worded when it is read: in the language of whoever is told."""


def accepted(taken: Turn, *, promised_at: datetime) -> None:
    """Tell that intake accepted and when the result is promised."""
    _tell(taken, ACCEPTED, promised=said(promised_at))


def filed_for_others(dossier: Dossier, *, who: str, capacity: str, at: datetime) -> None:
    """Tell everybody in whose name somebody has just filed: by what their account says, not who filed it."""
    others = filers.applicants(dossier)
    people, given = identity.persons(others), contact.opened(dossier)
    facts = {"code": dossier.code, "who": who, "capacity": capacity}
    notify.send_all(
        [
            notify.Notice(
                to=notify.Recipient(
                    name=name,
                    kind="person",
                    id=id,
                    email=people[id].email or (given.email if id == dossier.owner_id else ""),
                    phone=people[id].phone or (given.phone if id == dossier.owner_id else ""),
                ),
                template=FILED_FOR_YOU,
                facts=facts,
                about=subject_of(dossier),
                link=f"/ho-so/{dossier.code}/",
            )
            for id, name in sorted(others.items())
            if name != who
        ],
        at=at,
    )


def refused(taken: Turn) -> None:
    """Tell that intake refused, and why."""
    _tell(taken, REFUSED, reason=taken.note)


def supplement_asked(taken: Turn, *, answer_by: datetime) -> None:
    """Tell which papers are asked for, and until when."""
    _tell(taken, SUPPLEMENT, reason=taken.note, until=said(answer_by))


def supplement_answered(taken: Turn) -> None:
    """Tell that the answer arrived, and the date that follows."""
    _tell(taken, ANSWERED, promised=said(taken.dossier.due_at))


def obligation_asked(taken: Turn) -> None:
    """Tell which obligation is to be met."""
    _tell(taken, OBLIGATION, reason=taken.note)


def ready(taken: Turn) -> None:
    """Tell that the result is signed and sealed."""
    _tell(taken, READY)


def handed_over(taken: Turn) -> None:
    """Tell that the result is theirs."""
    _tell(taken, HANDED_OVER)


def posted(taken: Turn) -> None:
    """Tell what the parcel with the result did."""
    _tell(taken, POSTED, reason=taken.note)


def supplement_part(taken: Turn, *, rest: Iterable[str], answer_by: datetime) -> None:
    """Tell which papers came and which are still awaited."""
    _tell(taken, PART, rest=", ".join(rest), until=said(answer_by))


def rebased(taken: Turn) -> None:
    """Tell that the dossier goes on under a newer version, and what that changes."""
    _tell(taken, REBASED, reason=taken.note)


def filled_in(taken: Turn) -> None:
    """Tell what an officer wrote into the dossier, and on whose word."""
    _tell(taken, FILLED_IN, reason=taken.note)


def paused(taken: Turn) -> None:
    """Tell that the clock stands, and why."""
    _tell(taken, PAUSED, reason=taken.note)


def resumed(taken: Turn, *, promised_at: datetime) -> None:
    """Tell that the clock runs again, and the promise that follows."""
    _tell(taken, RESUMED, promised=said(promised_at))


def apologised(taken: Turn, *, reason: str, before: datetime, promised_at: datetime) -> None:
    """Apologise, and tell the new promise."""
    _tell(taken, APOLOGISED, reason=reason, before=said(before), promised=said(promised_at))


def correcting(taken: Turn, *, correcting: str) -> None:
    """Tell that the result is being corrected, and in which dossier."""
    _tell(taken, CORRECTING, correcting=correcting)


def replaced(taken: Turn, *, number: str) -> None:
    """Tell that another result took the place of theirs."""
    _tell(taken, REPLACED, number=number)


def revoked(taken: Turn) -> None:
    """Tell that the result was taken back, by which decision and why."""
    _tell(taken, REVOKED, reason=taken.note)


def extension_asked(taken: Turn, *, until: date) -> None:
    """Tell the agency's leaders that somebody asks for a later promise."""
    units = directory.units_of(taken.dossier.agency_id, today(taken.at), directory.UnitKind.LEADERSHIP)
    leaders = identity.officers_of([unit.id for unit in units], taken.at, identity.Role.LEADER)
    facts = {"who": taken.by.name, "until": f"{until:%d/%m/%Y}", "reason": taken.note}
    _tell_officers(taken, EXTENSION_ASKED, {leader.id: leader.full_name for leader in leaders}, **facts)


def extension_denied(taken: Turn, *, to: UUID | None, answer: str) -> None:
    """Tell the officer who asked that the promise stays, and why."""
    if to is not None:
        _tell_officers(taken, EXTENSION_DENIED, identity.names([to]), answer=answer)


def _tell_officers(taken: Turn, template: str, officers: Mapping[UUID, str], **facts: object) -> None:
    dossier = taken.dossier
    notify.send_all(
        [
            notify.Notice(
                to=notify.Recipient(name=name, kind="officer", id=officer),
                template=template,
                facts={"code": dossier.code, **facts},
                about=subject_of(dossier),
                link=f"/can-bo/ho-so/{dossier.code}/",
            )
            for officer, name in officers.items()
        ],
        at=taken.at,
    )


def stopped(taken: Turn) -> None:
    """Tell that the handling ended, and why."""
    _tell(taken, STOPPED, reason=taken.note)


def transferred(taken: Turn, *, before: str, place: str) -> None:
    """Tell who goes on with it, since who had it is gone."""
    _tell(taken, TRANSFERRED, before=before, place=place)


def _rest(dropped: list[str], goes_on: list[str]) -> str:
    """What becomes of the others, in the language of whoever is told."""
    said_of = ""
    if dropped:
        said_of += " " + gettext("Vì thế không gửi tiếp: %(names)s.") % {"names": ", ".join(dropped)}
    if goes_on:
        said_of += " " + gettext("Vẫn giải quyết bình thường: %(names)s.") % {"names": ", ".join(goes_on)}
    return said_of


_said_rest = lazy(_rest, str)


def bundle_changed(
    dossier: Dossier,
    *,
    bundle: str,
    ended: str,
    dropped: Sequence[str],
    goes_on: Sequence[str],
    at: datetime,
) -> None:
    """Tell what the end of one dossier means for the others of its bundle."""
    notify.send(
        to=recipient(dossier),
        template=BUNDLE_CHANGED,
        facts={"bundle": bundle, "ended": ended, "rest": _said_rest(list(dropped), list(goes_on))},
        about=subject_of(dossier),
        link=f"/nhom-ho-so/{bundle}/",
        at=at,
    )


def reaches(dossier: Dossier) -> bool:
    """Whether a message would reach the applicant at all: an account, or a mail address."""
    to = recipient(dossier)
    return bool(to.id or to.email.strip())


def letter(dossier: Dossier, *, text: str, author: str, at: datetime) -> None:
    """Pass an officer's own words on to the applicant."""
    tell_all(dossier, LETTER, {"text": text, "author": author}, at=at)


def _tell(taken: Turn, template: str, **facts: object) -> None:
    tell_all(taken.dossier, template, facts, at=taken.at)


def tell_all(dossier: Dossier, template: str, facts: Mapping[str, object], *, at: datetime) -> None:
    """Tell the applicant, every other applicant, and who filed it while they still may."""
    to = [recipient(dossier)]
    others = filers.told_as_well(dossier, at=at)
    if others:
        people = identity.persons(others)
        to += [
            notify.Recipient(
                name=others[id], kind="person", id=id, email=people[id].email, phone=people[id].phone
            )
            for id in sorted(others)
        ]
    notify.send_all(
        [
            notify.Notice(
                to=one,
                template=template,
                facts={"code": dossier.code, **facts},
                about=subject_of(dossier),
                link=f"/ho-so/{dossier.code}/",
            )
            for one in to
        ],
        at=at,
    )


def recipient(dossier: Dossier) -> notify.Recipient:
    """Who is told about a dossier, and where."""
    applicant = contact.opened(dossier)
    return notify.Recipient(
        name=applicant.name,
        kind=dossier.owner_kind,
        id=dossier.owner_id,
        email=applicant.email,
        phone=applicant.phone,
    )


def fact_reported(
    officers: Iterable[UUID], *, report_id: UUID, label: str, who: str, about: SubjectRef, at: datetime
) -> None:
    """Tell the officers of a desk that somebody reports a wrong fact; the data are behind the link."""
    names = identity.names(officers)
    notify.send_all(
        [
            notify.Notice(
                to=notify.Recipient(name=name, kind="officer", id=officer),
                template=FACT_REPORTED,
                facts={"who": who, "label": label},
                about=about,
                link=f"/can-bo/bao-sai/{report_id}/",
            )
            for officer, name in names.items()
        ],
        at=at,
    )


def fact_settled(*, person_id: UUID, label: str, answer: str, about: SubjectRef, at: datetime) -> None:
    """Tell the person what the office did about the fact they reported."""
    notify.send(
        to=notify.Recipient(name=identity.names([person_id]).get(person_id, ""), kind="person", id=person_id),
        template=FACT_SETTLED,
        facts={"label": label, "answer": answer},
        about=about,
        at=at,
    )
