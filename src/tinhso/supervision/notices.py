"""What heads and officers are told by supervision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from tinhso.directory import api as directory
from tinhso.foundation.moments import local, today
from tinhso.foundation.refs import ActorRef, SubjectRef
from tinhso.identity import api as identity
from tinhso.notify import api as notify
from tinhso.supervision.contracts import Form, Period

REPORTS = notify.declare_kind(
    "reports",
    label=_("Nhắc chốt số liệu báo cáo"),
    hint=_("Khi kỳ báo cáo đã hết mà cơ quan chưa chốt số liệu."),
    readers=notify.Readers.OFFICERS,
)
DIGESTS = notify.declare_kind(
    "digest",
    label=_("Tóm tắt công việc trong ngày"),
    hint=_("Giờ và nội dung chọn ở trang “Tóm tắt hằng ngày”."),
    readers=notify.Readers.OFFICERS,
    fixed=True,
)
REMINDER = notify.declare(
    "supervision.reminder",
    subject=_("Chưa chốt số liệu báo cáo: %(period)s"),
    body=_("Biểu %(code)s của %(agency)s chưa chốt số liệu. Hạn: %(due)s."),
    kind=REPORTS,
)
DIGEST = notify.declare(
    "supervision.digest",
    subject=_("Tóm tắt công việc ngày %(day)s"),
    body="%(lines)s",
    kind=DIGESTS,
)
HEADS = (identity.Role.LEADER, identity.Role.SUPERVISOR)


def remind(
    agencies: Sequence[UUID], form: Form, period: Period, *, due: date, by: ActorRef, at: datetime
) -> None:
    """Tell the leaders and supervisors of these agencies that a report is not closed."""
    names = directory.names(agencies)
    units = {unit.id: unit.agency_id for unit in directory.units_of(list(agencies), today(at))}
    heads = {view.id: view for role in HEADS for view in identity.officers_of(units, at, role)}
    notify.send_all(
        (
            notify.Notice(
                to=notify.Recipient(name=head.full_name, kind="officer", id=head.id, email=head.email),
                template=REMINDER,
                facts={
                    "period": period.label,
                    "code": form.code,
                    "agency": names[agency],
                    "due": f"{due:%d/%m/%Y}",
                },
                about=SubjectRef(kind="agency", id=agency),
                link=f"/can-bo/bao-cao/{form.word}/?ky={period.word}&co-quan={agency}",
                by=by.id,
            )
            for head in heads.values()
            for agency in {
                units[post.unit_id] for post in head.posts if post.role in HEADS and post.unit_id in units
            }
        ),
        at=at,
    )


def digest(officer: identity.OfficerView, lines: Sequence[tuple[str, int]], *, at: datetime) -> None:
    """Tell an officer how much lies where; numbers only, no dossier and nobody is named."""
    notify.send(
        to=notify.Recipient(name=officer.full_name, kind="officer", id=officer.id, email=officer.email),
        template=DIGEST,
        facts={
            "day": f"{local(at):%d/%m/%Y}",
            "lines": "\n".join(f"{label}: {number}" for label, number in lines),
        },
        about=None,
        link="/can-bo/tom-tat/",
        at=at,
    )
