"""Opening a logged message, and taking evidence out: each leaves its reason in the trace."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from tinhso.exchange.keeping.search import Found, Wanted, matching
from tinhso.foundation import transactions
from tinhso.foundation.errors import Invalid
from tinhso.foundation.refs import ActorRef, SubjectRef

LEAST_REASON = 8
MOST_EXPORTED = 20_000
"""Messages in one file from a page; more are taken out by the command."""


def opened(found: Found, *, reason: str, by: ActorRef, at: datetime) -> None:
    """Trace that somebody saw or took the content of a message. Raises Invalid without reason, NotAllowed."""
    _reasoned(reason)
    with transactions.act(
        "exchange.open_message",
        by=by,
        at=at,
        on=SubjectRef(kind="exchange_message", id=found.id),
        purpose=reason.strip(),
    ) as work:
        work.record(message_id=found.message_id, client=found.client, service=found.service)


def exported(wanted: Wanted, *, reason: str, by: ActorRef, at: datetime) -> None:
    """Trace that somebody took out all messages of a search. Raises Invalid without reason or criterion."""
    _reasoned(reason)
    if wanted == Wanted():
        raise Invalid(_("Chọn ít nhất một điều kiện tìm."))
    if matching(wanted).order_by("id").values_list("id", flat=True)[MOST_EXPORTED:][:1]:
        raise Invalid(
            _("Quá %(most)s thông điệp. Thu hẹp điều kiện, hoặc dùng lệnh «tinhso exchange export».")
            % {"most": MOST_EXPORTED}
        )
    with transactions.act("exchange.open_message", by=by, at=at, purpose=reason.strip()) as work:
        work.record(
            **{
                name: value.isoformat() if isinstance(value, datetime) else str(value)
                for name in Wanted.__dataclass_fields__
                if (value := getattr(wanted, name)) not in ("", None)
            }
        )


def _reasoned(reason: str) -> None:
    if len(reason.strip()) < LEAST_REASON:
        raise Invalid(_("Nhập lý do, ví dụ số văn bản yêu cầu; lý do được lưu lại."))
