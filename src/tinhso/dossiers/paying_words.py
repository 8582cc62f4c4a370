"""What a person is told about their money: by every channel that reaches them, never by one alone."""

from __future__ import annotations

from datetime import datetime

from django.utils.functional import lazy
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_noop as _

from tinhso.dossiers import notices
from tinhso.dossiers.models import Dossier
from tinhso.foundation.moments import today
from tinhso.foundation.text import format_money
from tinhso.notify import api as notify
from tinhso.payments import api as payments

MONEY = notify.declare_kind(
    "money",
    label=gettext_lazy("Tiền ông/bà đã nộp"),
    hint=gettext_lazy("Luôn gửi, bằng mọi cách có thể."),
    readers=notify.Readers.PERSONS,
    fixed=True,
    everywhere=True,
    by_phone=True,
)
PAID = notify.declare(
    "dossiers.paid",
    subject=_("Đã nhận %(amount)s cho hồ sơ %(code)s"),
    body=_(
        "%(to)s đã nhận đủ %(amount)s lúc %(when)s. Mã khoản nộp: %(reference)s. Biên lai ở trang hồ sơ."
        " Không ai được gọi điện hỏi mã OTP hay đòi nộp thêm."
    ),
    sms=_("Đã nhận đủ tiền nộp cho hồ sơ %(code)s. Không cho ai mã OTP."),
    kind=MONEY,
)
UNPAID = notify.declare(
    "dossiers.unpaid",
    subject=_("Hồ sơ %(code)s lại chờ nộp %(amount)s"),
    body=_(
        "Quầy thu đã huỷ lần nộp tiền vì: %(reason)s. Nếu ông/bà đã đưa tiền, hãy giữ giấy thu và gọi 1022."
    ),
    sms=_("Quầy thu đã huỷ lần nộp tiền của hồ sơ %(code)s. Xem lý do:"),
    kind=MONEY,
)
BILLED = notify.declare(
    "dossiers.billed",
    subject=_("Hồ sơ %(code)s có phí, lệ phí phải nộp"),
    body=_(
        "Phải nộp %(amount)s cho %(to)s. Nộp ở trang hồ sơ này hoặc tại quầy. Không ai được gọi điện hỏi mã"
        " OTP hay bảo chuyển vào tài khoản cá nhân."
    ),
    sms=_("Hồ sơ %(code)s có phí, lệ phí phải nộp. Xem:"),
    kind=notify.ASKS,
)
HELD = notify.declare(
    "dossiers.money_held",
    subject=_("Đã nhận %(amount)s cho hồ sơ %(code)s, cơ quan đang xem lại"),
    body=_("Tiền đã đến nơi an toàn. %(what)s Mã khoản nộp: %(reference)s."),
    sms=_("Đã nhận tiền nộp cho hồ sơ %(code)s, đang xem lại. Xem:"),
    kind=MONEY,
)


def billed(dossier: Dossier, bill: payments.BillView, *, at: datetime) -> None:
    """Tell how much is to be paid, and to whom."""
    to = payments.beneficiary(bill.agency, on=today(at))
    facts = {"amount": format_money(bill.total), "to": to.name if to else ""}
    notices.tell_all(dossier, BILLED, facts, at=at)


def settled(event: payments.PaymentSettled, dossier: Dossier) -> None:
    """Tell that all is paid: what for, how much, to whom, when. What was let go is told by who decided it."""
    if not event.amount:
        return
    to = payments.beneficiary(dossier.agency_id, on=today(event.at))
    facts = {
        "amount": format_money(event.amount),
        "to": to.name if to else "",
        "when": notices.said(event.at),
        "reference": event.reference,
    }
    notices.tell_all(dossier, PAID, facts, at=event.at)


def undone(event: payments.PaymentUndone, dossier: Dossier) -> None:
    """Tell that a taking at the till was taken back."""
    facts = {"amount": format_money(event.left), "reason": event.reason}
    notices.tell_all(dossier, UNPAID, facts, at=event.at)


def held(event: payments.PaymentHeld, dossier: Dossier) -> None:
    """Tell what came, what is missing or too much, and what happens next."""
    facts = {
        "amount": format_money(event.amount),
        "what": _said_held(event.trouble, event.left, event.held),
        "reference": event.reference,
    }
    notices.tell_all(dossier, HELD, facts, at=event.at)


def _held_in_words(trouble: payments.Trouble, left: int, held: int) -> str:
    if trouble is payments.Trouble.PARTIAL:
        return gettext("Còn thiếu %(left)s: mở trang hồ sơ để nộp nốt.") % {"left": format_money(left)}
    rest = {"held": format_money(held)}
    if trouble is payments.Trouble.OVER:
        return gettext("Ông/bà nộp thừa %(held)s. Kế toán sẽ xem và hoàn lại phần thừa.") % rest
    if trouble is payments.Trouble.DOUBLE:
        return gettext("Khoản này đã nộp đủ từ trước. Kế toán sẽ xem và hoàn lại %(held)s.") % rest
    return gettext("Khoản này đã huỷ, không phải nộp. Kế toán sẽ xem và hoàn lại %(held)s.") % rest


_said_held = lazy(_held_in_words, str)
