"""Forged notices of money are told to administrators, once in a while however many come."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop as _

from tinhso.foundation import legal
from tinhso.foundation.moments import today
from tinhso.identity import api as identity
from tinhso.notify import api as notify
from tinhso.payments.models import Provider

logger = logging.getLogger(__name__)
FORGED = notify.declare(
    "payments.forged",
    subject=_("Có báo tin thanh toán giả mạo"),
    body=_(
        "Hệ thống vừa từ chối báo tin thanh toán không đúng chữ ký hoặc nội dung,"
        " gửi dưới tên «%(source)s», mã lỗi %(code)s.\n"
        "Không có tiền nào được ghi nhận theo báo tin ấy. Hãy xem nhật ký và kiểm tra khóa ký với bên ấy."
    ),
    kind=notify.SECURITY,
)


def forged(source: str, *, code: str, at: datetime) -> None:
    """Log a refused notice, and tell administrators unless they were told of this source shortly before."""
    logger.error("a notice of %s was refused: %s", source, code)
    quiet = at - timedelta(minutes=legal.integer("payment_alarm_minutes", on=today(at)))
    if Provider.objects.filter(name=source, alarmed_at__gt=quiet).exists():
        return
    with transaction.atomic():
        Provider.objects.get_or_create(name=source)
        due = Provider.objects.filter(Q(alarmed_at=None) | Q(alarmed_at__lte=quiet), name=source)
        if not due.update(alarmed_at=at):
            return
        who = identity.holders_anywhere(role=identity.Role.ADMINISTRATOR, at=at)
        notify.send_all(
            [
                notify.Notice(
                    to=notify.Recipient(
                        name=officer.full_name, kind="officer", id=officer.id, email=officer.email
                    ),
                    template=FORGED,
                    facts={"source": source, "code": code},
                )
                for officer in identity.officers(who, at).values()
            ],
            at=at,
        )
