"""Notify answers the exchange's port: what officers and developers read about agreements and services."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from tinhso.identity import api as identity
from tinhso.notify.contracts import Notice, Recipient
from tinhso.notify.kinds import ASKS, DUE, OTHER
from tinhso.notify.operations.sending import send_all
from tinhso.notify.templates import declare

declare(
    "exchange.agreement_asked",
    subject=_("Đề nghị kết nối %(number)s chờ duyệt"),
    body=_("Hệ thống %(application)s xin dùng dịch vụ %(service)s. Hãy mở liên kết để xem rồi trả lời."),
    kind=ASKS,
)
declare(
    "exchange.agreement_to_enable",
    subject=_("Thỏa thuận %(number)s chờ mở kỹ thuật"),
    body=_(
        "Chủ dữ liệu đã chấp thuận cho hệ thống %(application)s dùng dịch vụ %(service)s."
        " Hãy mở liên kết để kiểm tra rồi mở."
    ),
    kind=ASKS,
)
declare(
    "exchange.agreement_decided",
    subject=_("Thỏa thuận %(number)s"),
    body=_("Thỏa thuận %(number)s của hệ thống %(application)s với dịch vụ %(service)s %(what)s."),
    kind=OTHER,
)
declare(
    "exchange.agreement_stands",
    subject=_("Thỏa thuận %(number)s vừa thay đổi"),
    body=_("Thỏa thuận %(number)s của hệ thống %(application)s với dịch vụ %(service)s %(what)s."),
    kind=OTHER,
)
declare(
    "exchange.ends",
    subject=_("%(what)s còn %(days)s ngày"),
    body=_("%(what)s (hệ thống %(of)s) hết hạn ngày %(day)s. Hãy mở liên kết để gia hạn hoặc thay thế."),
    kind=DUE,
)
declare(
    "exchange.conditions",
    subject=_("Điều kiện sử dụng dịch vụ %(service)s vừa thay đổi"),
    body=_(
        "Hãy đọc và chấp nhận bản mới cho thỏa thuận %(number)s trước ngày %(day)s."
        " Quá ngày đó, dịch vụ ngừng trả lời hệ thống của anh/chị."
    ),
    kind=ASKS,
)
declare("exchange.change", subject=_("%(service)s: %(title)s"), body=_("%(text)s"), kind=OTHER)
declare(
    "exchange.certificate",
    subject=_("Chứng thư của hệ thống %(application)s"),
    body=_("Hệ thống %(application)s: %(what)s."),
    kind=OTHER,
)


class ExchangeMessages:
    """Sends what the exchange tells officers."""

    def tell(
        self,
        *,
        to: Collection[UUID],
        template: str,
        facts: Mapping[str, str],
        link: str,
        by: UUID | None,
        at: datetime,
    ) -> None:
        """Queue one message to each officer, inside the running transaction."""
        officers = identity.officers(to, at)
        send_all(
            [
                Notice(
                    to=Recipient(name=officer.full_name, kind="officer", id=id, email=officer.email),
                    template=template,
                    facts=facts,
                    about=None,
                    link=link,
                    by=by,
                )
                for id, officer in officers.items()
            ],
            at=at,
        )
