"""Where money of an agency goes from a day on: put forward by one, said yes to by another; and what a charge
counts to in the budget."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from tinhso.directory import api as directory
from tinhso.foundation import transactions
from tinhso.foundation.errors import Conflict, Invalid, NotAllowed
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef, SubjectRef
from tinhso.identity import api as identity
from tinhso.notify import api as notify
from tinhso.payments.contracts import NoSuchProposal
from tinhso.payments.models import AccountProposal, Beneficiary, RevenueCode
from tinhso.payments.operations.four_eyes import apart

ACCOUNT = "payment_account"
DECIDE = "payments.decide_account"
HOME = "/can-bo/tai-khoan-thu/"
LONGEST = 200
SHORTEST = 5
PROPOSED = notify.declare(
    "payments.account_proposed",
    subject=gettext_noop("Đề nghị đổi tài khoản nhận tiền của %(agency)s"),
    body=gettext_noop("%(who)s đề nghị, cần người thứ hai kiểm tra rồi duyệt. Bấm vào liên kết để xem."),
    kind=notify.ASKS,
)
transactions.explain(
    "account_proposal_one_open_of_an_agency",
    gettext_lazy("Cơ quan này đang có một đề nghị chờ duyệt. Hãy duyệt hoặc từ chối đề nghị ấy trước."),
)
transactions.explain(
    "revenue_code_one_at_a_time",
    gettext_lazy(
        "Khoản này đã có tiểu mục từ ngày ấy trở đi. Hãy chọn ngày sau ngày bắt đầu của tiểu mục đó."
    ),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """An account as it was typed. `bank` is the bank's BIN, `chapter` the code of the budget (mã chương)."""

    name: str
    bank: str
    account: str
    tax_code: str
    chapter: str
    basis: str
    valid_from: date


def propose(agency: UUID, asked: Asked, *, by: ActorRef, at: datetime) -> UUID:
    """Put an account forward. Raises Invalid, Conflict while another waits, NotAllowed."""
    with transactions.act("payments.propose_account", by=by, at=at, on=of_agency(agency, at=at)) as work:
        if by.id is None:
            raise NotAllowed(_("Chỉ cán bộ đề nghị được tài khoản nhận tiền."))
        found = _checked(agency, asked, at=at)
        row = AccountProposal.objects.create(
            id=new_id(),
            agency_id=agency,
            **found,
            valid_from=asked.valid_from,
            proposed_by=by.id,
            proposed_name=by.name,
            proposed_at=at,
        )
        _tell(row, by=by, at=at)
        work.record(account=row.account, bank=row.bank, since=str(row.valid_from))
    return row.id


def accept(proposal_id: UUID, *, by: ActorRef, at: datetime) -> None:
    """Say yes to what another put forward: it holds from its day on, and the one before until then.

    Raises NoSuchProposal, NotAllowed for the one who put it forward, Conflict, Invalid when its day is over.
    """
    with transactions.act(DECIDE, by=by, at=at, on=_on(proposal_id, at=at)) as work:
        row = _open(proposal_id, by=by, at=at)
        _in_time(row.agency_id, row.valid_from, at=at)
        for before in Beneficiary.objects.select_for_update().filter(agency=row.agency_id, valid_to=None):
            before.valid_to = row.valid_from
            before.save(update_fields=["valid_to"])
        Beneficiary.objects.create(
            agency_id=row.agency_id,
            name=row.name,
            bank=row.bank,
            account=row.account,
            tax_code=row.tax_code,
            chapter=row.chapter,
            basis=row.basis,
            valid_from=row.valid_from,
        )
        _decided(row, accepted=True, reason="", by=by, at=at)
        work.record(account=row.account, bank=row.bank, since=str(row.valid_from), asked=row.proposed_name)


def refuse(proposal_id: UUID, *, reason: str, by: ActorRef, at: datetime) -> None:
    """Say no, with a reason. Raises as `accept`, Invalid without one."""
    why = " ".join(reason.split())[:LONGEST]
    with transactions.act(DECIDE, by=by, at=at, on=_on(proposal_id, at=at)) as work:
        row = _open(proposal_id, by=by, at=at)
        if len(why) < SHORTEST:
            raise Invalid(_("Hãy ghi vì sao từ chối, để người đề nghị biết mà sửa."))
        _decided(row, accepted=False, reason=why, by=by, at=at)
        work.record(account=row.account, reason=why)


def name_code(
    *, charge: str, kind: str, code: str, basis: str, since: date, by: ActorRef, at: datetime
) -> None:
    """Say to which sub-item a charge counts from a day on; empty `charge` is for all others of the kind.

    Raises Invalid, Conflict where one begins on that day or later.
    """
    ground, name = " ".join(basis.split())[:LONGEST], charge.strip()[:LONGEST]
    faults = {}
    if kind not in ("fee", "charge"):
        faults["loai"] = _("Hãy chọn phí hoặc lệ phí.")
    if not re.fullmatch(r"[0-9]{4}", code.strip()):
        faults["tieu-muc"] = _("Tiểu mục có 4 chữ số, ví dụ 2716.")
    if not ground:
        faults["can-cu"] = _("Hãy ghi văn bản làm căn cứ.")
    if since <= today(at):
        faults["tu-ngay"] = _("Ngày bắt đầu phải sau hôm nay, để khoản đã thu không đổi tiểu mục.")
    if faults:
        raise Invalid(next(iter(faults.values())), faults=faults)
    with transactions.act("payments.name_code", by=by, at=at) as work:
        before = RevenueCode.objects.select_for_update().filter(charge=name, kind=kind, valid_to=None).first()
        if before is not None and before.valid_from < since:
            before.valid_to = since
            before.save(update_fields=["valid_to"])
        RevenueCode.objects.create(charge=name, kind=kind, code=code.strip(), basis=ground, valid_from=since)
        work.record(charge=name, kind=kind, code=code.strip(), since=str(since))


def of_agency(agency: UUID, *, at: datetime) -> SubjectRef:
    """The account of an agency as identity judges it: of all its units."""
    units = tuple(unit.id for unit in directory.units_of(agency, today(at)))
    return SubjectRef(kind=ACCOUNT, id=agency, units=units)


def _checked(agency: UUID, asked: Asked, *, at: datetime) -> Mapping[str, str]:
    found = {
        "name": " ".join(asked.name.split())[:LONGEST],
        "bank": asked.bank.strip(),
        "account": re.sub(r"[\s.\-]", "", asked.account).upper(),
        "tax_code": asked.tax_code.strip(),
        "chapter": asked.chapter.strip(),
        "basis": " ".join(asked.basis.split())[:LONGEST],
    }
    shapes = {
        "name": (r".{3,}", _("Hãy ghi tên chủ tài khoản, đúng như ngân hàng ghi.")),
        "bank": (r"[0-9]{6}", _("Mã ngân hàng (BIN) có 6 chữ số, ví dụ 970436.")),
        "account": (r"[0-9A-Z]{4,19}", _("Số tài khoản có 4 đến 19 chữ và số, không dấu.")),
        "tax_code": (
            r"[0-9]{10}(-?[0-9]{3})?",
            _("Mã số thuế có 10 chữ số, hoặc thêm 3 chữ số của đơn vị phụ thuộc."),
        ),
        "chapter": (r"[0-9]{3}", _("Mã chương có 3 chữ số, ví dụ 860.")),
        "basis": (r".{3,}", _("Hãy ghi văn bản mở tài khoản: số, ngày, nơi ban hành.")),
    }
    faults = {name: words for name, (shape, words) in shapes.items() if not re.fullmatch(shape, found[name])}
    try:
        _in_time(agency, asked.valid_from, at=at)
    except Invalid as late:
        faults["valid_from"] = late.message
    if faults:
        raise Invalid(next(iter(faults.values())), faults=faults)
    return found


def _in_time(agency: UUID, since: date, *, at: datetime) -> None:
    """An account in force stays for the day. Raises Invalid."""
    last = Beneficiary.objects.filter(agency=agency).order_by("-valid_from").first()
    if last is None and since < today(at):
        raise Invalid(_("Ngày bắt đầu phải là hôm nay hoặc sau hôm nay. Hãy đề nghị lại với ngày khác."))
    if last is not None and since <= max(today(at), last.valid_from):
        day = max(today(at), last.valid_from)
        raise Invalid(
            _("Ngày bắt đầu phải sau %(day)s: mã QR đã đưa ra hôm nay vẫn ghi tài khoản cũ.")
            % {"day": f"{day:%d/%m/%Y}"}
        )


def _decided(row: AccountProposal, *, accepted: bool, reason: str, by: ActorRef, at: datetime) -> None:
    row.accepted, row.reason = accepted, reason
    row.decided_by, row.decided_name, row.decided_at = by.id, by.name, max(at, row.proposed_at)
    row.save(update_fields=["accepted", "reason", "decided_by", "decided_name", "decided_at"])


def _on(proposal_id: UUID, *, at: datetime) -> SubjectRef:
    agency = AccountProposal.objects.filter(id=proposal_id).values_list("agency_id", flat=True).first()
    if agency is None:
        raise NoSuchProposal(_("Không có đề nghị này."))
    return of_agency(agency, at=at)


def _open(proposal_id: UUID, *, by: ActorRef, at: datetime) -> AccountProposal:
    row = AccountProposal.objects.select_for_update().get(id=proposal_id)
    if row.accepted is not None:
        raise Conflict(_("%(who)s đã quyết định đề nghị này. Hãy tải lại trang.") % {"who": row.decided_name})
    if not apart(by, DECIDE, of_agency(row.agency_id, at=at), [row.proposed_by], at=at):
        raise NotAllowed(_("Người đề nghị không tự duyệt. Hãy nhờ kế toán khác hoặc lãnh đạo duyệt."))
    return row


def _tell(row: AccountProposal, *, by: ActorRef, at: datetime) -> None:
    """Whoever may say yes hears of it."""
    units = [unit.id for unit in directory.units_of(row.agency_id, today(at))]
    there = {
        officer
        for role in (identity.Role.ACCOUNTANT, identity.Role.LEADER)
        for officer in identity.holders(role=role, unit=units, at=at)
    }
    agency = directory.names([row.agency_id])[row.agency_id]
    notify.send_all(
        [
            notify.Notice(
                to=notify.Recipient(name=name, kind="officer", id=officer),
                template=PROPOSED,
                facts={"agency": agency, "who": row.proposed_name},
                about=of_agency(row.agency_id, at=at),
                link=HOME,
                by=by.id,
            )
            for officer, name in identity.names(there).items()
        ],
        at=at,
    )
