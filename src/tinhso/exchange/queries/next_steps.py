"""What an agreement waits for, and whose turn it is, as both sides read it at the top of its page."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.exchange.contracts import AgreementStatus, Stop
from tinhso.exchange.models import Agreement, Service, Terms
from tinhso.exchange.operations import parties
from tinhso.foundation.moments import local
from tinhso.identity import api as identity

NAMED = 3
"""Leaders named; where there are more the agency's name is enough."""


def of(row: Agreement, *, stop: Stop | None, waiting: Terms | None, at: datetime) -> str:
    """Sentences: how it stands, who must act now. `stop` is the guard's, `waiting` are the terms to be
    decided. At most five queries."""
    now = _standing(row, stop, waiting, at)
    if waiting is not None and row.status == AgreementStatus.ACCEPTED:
        return f"{now} {_to_decide(row, waiting, at)}"
    return now


def _standing(row: Agreement, stop: Stop | None, waiting: Terms | None, at: datetime) -> str:
    if row.status == AgreementStatus.PENDING and waiting is not None:
        return _to_decide(row, waiting, at)
    if row.status == AgreementStatus.REJECTED:
        return _("Chủ dữ liệu đã từ chối; lý do ở “Người quyết định”. Nhà phát triển có thể gửi đề nghị mới.")
    if row.status == AgreementStatus.CLOSED:
        return _("Thỏa thuận đã kết thúc. Muốn dùng tiếp, nhà phát triển gửi đề nghị mới.")
    terms = row.terms
    says = {
        Stop.NOT_ENABLED: _("Đã chấp thuận. Chờ người vận hành trục mở kỹ thuật."),
        Stop.NOT_YET: _("Đã mở. Gọi được từ ngày %(day)s."),
        Stop.OVER: _("Đã hết hạn ngày %(last)s. Nhà phát triển xin gia hạn nếu còn dùng."),
        Stop.PROVIDER_PAUSED: _(
            "Lượt gọi đang bị từ chối: bên cung cấp tạm dừng từ %(provider)s. Chủ dữ liệu hoặc người vận hành"
            " mở lại khi xong việc."
        ),
        Stop.CONSUMER_PAUSED: _(
            "Lượt gọi đang bị từ chối: bên sử dụng tạm dừng từ %(consumer)s. Nhà phát triển mở lại khi xong"
            " việc."
        ),
        Stop.PLAN_CLOSED: _("Lượt gọi đang bị từ chối: gói đã đóng. Nhà phát triển chọn gói khác."),
        Stop.CONDITIONS: _(
            "Lượt gọi đang bị từ chối: chờ nhà phát triển chấp nhận điều kiện sử dụng bản %(revision)s."
        ),
        Stop.NO_QUOTA: _(
            "Lượt gọi đang bị từ chối: hạng sử dụng chưa có số lượt cho hôm nay. Người vận hành trục đặt"
            " ở trang Hạn mức."
        ),
        None: _("Đang chạy đến hết ngày %(last)s. Không ai phải làm gì."),
    }.get(stop, _("Lượt gọi đang bị từ chối."))
    return says % {
        "day": f"{terms.starts_on:%d/%m/%Y}" if terms else "",
        "last": f"{terms.ends_on:%d/%m/%Y}" if terms else "",
        "provider": _moment(row.provider_paused_at),
        "consumer": _moment(row.consumer_paused_at),
        "revision": row.plan.conditions_revision,
    }


def _to_decide(row: Agreement, waiting: Terms, at: datetime) -> str:
    facts = {"who": _owner(row.plan.service, at), "day": _moment(waiting.due_at)}
    if row.status == AgreementStatus.ACCEPTED:
        return _("Đề nghị mới chờ %(who)s trả lời trước %(day)s.") % facts
    return _("Đề nghị đã gửi, chờ chủ dữ liệu trả lời trước %(day)s: %(who)s.") % facts


def _owner(service: Service, at: datetime) -> str:
    if service.owner_unit_id is None:
        return _("chủ dữ liệu")
    agency = directory.unit(service.owner_unit_id).agency_id
    name = directory.names([agency])[agency]
    names = sorted(identity.officer_names(list(parties.owners_of(service, at=at))).values())
    return f"{', '.join(names)} ({name})" if 0 < len(names) <= NAMED else name


def _moment(at: datetime | None) -> str:
    return f"{local(at):%H:%M %d/%m/%Y}" if at else ""
