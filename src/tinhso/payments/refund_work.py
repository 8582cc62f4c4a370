"""Whose turn a refund or waiver is, and who is told of it: officers to do it, the payer when it is done."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.directory import api as directory
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.foundation.text import format_money
from tinhso.identity import api as identity
from tinhso.notify import api as notify
from tinhso.payments import subjects
from tinhso.payments.contracts import page_of
from tinhso.payments.models import Refund
from tinhso.payments.refund_contracts import RefundKind
from tinhso.tasks import api as tasks

HOME = "/can-bo/hoan-mien/"
PREPARE, DECIDE, HAND_OUT = "payments.prepare_refund", "payments.decide_refund", "payments.hand_out_refund"
_ROLE = identity.Role
TURN = notify.declare(
    "payments.refund_turn",
    subject=gettext_noop("%(work)s"),
    body=gettext_noop("%(work)s. Lý do: %(reason)s Bấm vào liên kết để làm."),
    kind=notify.OVERDUE,
)
APPROVED = notify.declare(
    "payments.refund_approved",
    subject=gettext_noop("Hồ sơ %(code)s: được hoàn %(amount)s"),
    body=gettext_noop(
        "Cơ quan đã quyết định hoàn %(amount)s cho hồ sơ %(code)s. Lý do: %(reason)s Tiền hoàn: %(how)s."
        " Cán bộ không gọi điện xin mã OTP để hoàn tiền."
    ),
    sms=gettext_noop("Hồ sơ %(code)s: cơ quan sẽ hoàn tiền đã nộp. Xem:"),
    kind=notify.PROGRESS,
)
WAIVED = notify.declare(
    "payments.refund_waived",
    subject=gettext_noop("Hồ sơ %(code)s: được miễn nộp %(amount)s"),
    body=gettext_noop("Cơ quan đã quyết định miễn nộp %(amount)s cho hồ sơ %(code)s. Lý do: %(reason)s"),
    sms=gettext_noop("Hồ sơ %(code)s: được miễn nộp. Xem:"),
    kind=notify.PROGRESS,
)
PAID = notify.declare(
    "payments.refund_paid",
    subject=gettext_noop("Hồ sơ %(code)s: đã hoàn %(amount)s"),
    body=gettext_noop("Đã hoàn %(amount)s của hồ sơ %(code)s: %(how)s."),
    sms=gettext_noop("Hồ sơ %(code)s: đã hoàn tiền. Xem:"),
    kind=notify.PROGRESS,
)


def title(refund: Refund) -> str:
    """A refund or waiver in one line: what, how much, of which dossier."""
    words = {
        "kind": RefundKind(refund.kind).label,
        "amount": format_money(refund.amount),
        "code": refund.bill.about_code if refund.bill else "",
    }
    if refund.bill is None:
        return _("%(kind)s %(amount)s, tiền chờ xử lý") % words
    return _("%(kind)s %(amount)s, hồ sơ %(code)s") % words


def to_prepare(refund: Refund, *, at: datetime) -> None:
    """An accountant is to say where the money goes."""
    work = _("Lập nơi nhận: %(what)s") % {"what": title(refund)}
    _give(refund, PREPARE, work, role=_ROLE.ACCOUNTANT, unit=refund.unit_id, at=at)


def to_decide(refund: Refund, *, besides: Collection[UUID | None], at: datetime) -> None:
    """Somebody besides those who asked and prepared is to decide: another accountant there, else a leader of
    the agency."""
    work = _("Duyệt: %(what)s") % {"what": title(refund)}
    others = set(identity.holders(role=_ROLE.ACCOUNTANT, unit=refund.unit_id, at=at)) - set(besides)
    led = {} if others else _holding(_ROLE.LEADER, refund, at=at)
    unit = next(iter(led), refund.unit_id)
    role = _ROLE.LEADER if led else _ROLE.ACCOUNTANT
    _give(refund, DECIDE, work, role=role, unit=unit, besides=besides, at=at)


def to_hand_out(refund: Refund, *, at: datetime) -> None:
    """A cashier of the agency is to hand the money out."""
    work = _("Chi tại quầy: %(what)s") % {"what": title(refund)}
    there = _holding(_ROLE.CASHIER, refund, at=at)
    _give(refund, HAND_OUT, work, role=_ROLE.CASHIER, unit=next(iter(there), refund.unit_id), at=at)


def done(refund: Refund, *, by: ActorRef, at: datetime) -> None:
    """Nobody has anything to do about it for now."""
    tasks.close(subject=subjects.REFUND, subject_id=refund.id, by=by, at=at)


def tell_payer(refund: Refund, template: str, *, how: str = "", at: datetime) -> None:
    """Tell whoever owed the bill; nobody where that is not known here."""
    bill = refund.bill
    if bill is None or bill.owner_id is None:
        return
    known = identity.persons([bill.owner_id]).get(bill.owner_id) if bill.owner_kind == "person" else None
    to = notify.Recipient(
        name=bill.payer,
        kind=bill.owner_kind,
        id=bill.owner_id,
        email=known.email if known else "",
        phone=known.phone if known else "",
    )
    facts = {
        "code": bill.about_code,
        "amount": format_money(refund.amount),
        "reason": refund.reason,
        "how": how,
    }
    about, link = subjects.of_bill(bill), page_of(bill.token)
    notify.send_all([notify.Notice(to=to, template=template, facts=facts, about=about, link=link)], at=at)


def _holding(role: identity.Role, refund: Refund, *, at: datetime) -> dict[UUID, tuple[UUID, ...]]:
    """The units of the agency in which somebody holds a role, and who."""
    units = [unit.id for unit in directory.units_of([refund.agency_id], today(at))]
    there = identity.holders_by_place(roles=[role], units=units, at=at)
    return {unit: there[role, unit] for unit in units if there.get((role, unit))}


def _give(
    refund: Refund,
    act: str,
    work: str,
    *,
    role: identity.Role,
    unit: UUID,
    besides: Iterable[UUID | None] = (),
    at: datetime,
) -> None:
    done(refund, by=SYSTEM, at=at)
    tasks.give(
        subject=subjects.REFUND,
        subject_id=refund.id,
        act=act,
        title=work,
        role=role.value,
        unit_id=unit,
        holder=None,
        due_at=None,
        by=SYSTEM,
        at=at,
    )
    who = set(identity.holders(role=role, unit=unit, at=at)) - set(besides)
    notify.send_all(
        [
            notify.Notice(
                to=notify.Recipient(name=name, kind="officer", id=officer),
                template=TURN,
                facts={"work": work, "reason": refund.reason},
                about=subjects.of_refund(refund),
                link=f"{HOME}{refund.id}/",
            )
            for officer, name in identity.names(who).items()
        ],
        at=at,
    )
