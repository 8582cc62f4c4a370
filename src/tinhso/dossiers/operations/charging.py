"""What a dossier costs becomes bills, assessed again when facts change; what was paid is told on the dossier.

Each function joins the running act.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers import dues, fees, marks, paying_words
from tinhso.dossiers.contracts import Via
from tinhso.dossiers.models import Assessment, Content, Dossier, HistoryEntry
from tinhso.dossiers.turning import SUBJECT
from tinhso.foundation import legal
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM
from tinhso.foundation.text import format_money
from tinhso.payments import api as payments
from tinhso.procedures import api as procedures

BEFORE_RESULT, KEPT = "payments_before_result", "kept"
INTAKE, SUPPLEMENT, JUDGED, RESULT = "intake", "supplement", "judged", "result"


def assessed(dossier: Dossier) -> tuple[procedures.ChargeLine, ...]:
    """What the rules say now of the dossier's answers, on the day it was filed."""
    version = procedures.version(dossier.procedure_version_id)
    answers = Content.objects.values_list("answers", flat=True).get(dossier_id=dossier.id)
    return fees.charges(
        version,
        answers or {},
        via=Via(dossier.via),
        applicant=dossier.applicant_kind,
        at=dossier.submitted_at,
    )


def assess_first(dossier: Dossier, said: Sequence[procedures.ChargeLine], *, at: datetime) -> None:
    """Take what the rules say of a dossier that was just filed: a bill, or a sum for a person to judge."""
    if said:
        _take(dossier, said, occasion=INTAKE, at=at)


def assess_again(dossier: Dossier, *, occasion: str, at: datetime) -> None:
    """Ask the rules anew, and make the dossier's bills fit where they say something new."""
    said, last = assessed(dossier), latest(dossier.id)
    if last is not None and last.said == written(said):
        if marks.UNBILLED in dossier.flags:
            fit(dossier, charges_of(last.lines), occasion=occasion, at=at)
    elif said or last is not None:
        _take(dossier, said, occasion=occasion, at=at)


def _take(dossier: Dossier, lines: Sequence[procedures.ChargeLine], *, occasion: str, at: datetime) -> None:
    """Bills follow at once; a sum that a person has to judge first marks the dossier as not billed."""
    if any(line.open for line in lines):
        _unbilled(dossier)
        return
    keep(dossier, lines, [as_charge(line) for line in lines], occasion=occasion, by="", at=at)


def keep(
    dossier: Dossier,
    said: Sequence[procedures.ChargeLine],
    lines: Sequence[payments.Charge],
    *,
    occasion: str,
    by: str,
    at: datetime,
) -> None:
    """Write an assessment down and make the bills fit it."""
    Assessment.objects.create(
        dossier=dossier,
        occasion=occasion,
        said=written(said),
        lines=[asdict(line) for line in lines],
        by=by,
        at=at,
    )
    fit(dossier, lines, occasion=occasion, at=at)


def fit(dossier: Dossier, lines: Sequence[payments.Charge], *, occasion: str, at: datetime) -> None:
    """Issue, take back or ask back so that what is asked for is what is due. Not while money is on its way to
    the open bill, nor before the agency's account is known: then the dossier keeps its mark."""
    due = sum(line.due for line in lines)
    bills = payments.bills_about(SUBJECT, dossier.id)
    open_one = next((bill for bill in bills if bill.state is payments.BillState.OPEN), None)
    closed = [bill for bill in bills if bill.state is payments.BillState.SETTLED]
    covered = sum(bill.paid + bill.waived - payments.given_back(bill) for bill in closed)
    found = dues.decide(
        due,
        covered=covered,
        asked=open_one.total if open_one else 0,
        untouched=open_one is None or _untouched(open_one, at=at),
    )
    no_account = payments.beneficiary(dossier.agency_id, on=today(at)) is None
    if found.step is dues.Step.WAIT or (found.step is dues.Step.ISSUE and no_account):
        _unbilled(dossier)
        return
    if found.drop and open_one is not None:
        payments.cancel(open_one.id, reason=_("Số phải nộp đã được tính lại."), by=SYSTEM, at=at)
    if found.step is dues.Step.ISSUE:
        _issue(dossier, lines, covered, occasion=occasion, at=at)
    elif found.step is dues.Step.REFUND:
        _give_back(dossier, closed, found.amount, at=at)
    elif found.drop:
        _told(dossier, "pay", _("Không còn phải nộp: số phải nộp đã được tính lại."), at=at)
    _unmarked(dossier)


def latest(dossier_id: UUID) -> Assessment | None:
    """The last assessment of a dossier. One query."""
    return Assessment.objects.filter(dossier_id=dossier_id).order_by("-id").first()


def open_bill(dossier_id: UUID) -> payments.BillView | None:
    """The bill of a dossier that waits to be paid. At most three queries."""
    bills = payments.bills_about(SUBJECT, dossier_id)
    return next((bill for bill in bills if bill.state is payments.BillState.OPEN), None)


def judged(dossier: Dossier) -> bool:
    """Whether no sum that the rules leave to a person waits to be judged."""
    said, last = assessed(dossier), latest(dossier.id)
    return not any(line.open for line in said) or (last is not None and last.said == written(said))


def ask_paid(dossier: Dossier, *, at: datetime) -> None:
    """Return when the result may go to the person: legal value `payments_before_result`, by the day of
    receipt. Raises Invalid while a bill is open, or while a person has to judge a sum and did not."""
    if legal.value(BEFORE_RESULT, on=today(dossier.submitted_at)) != KEPT:
        return
    if marks.UNBILLED in dossier.flags and not judged(dossier):
        raise Invalid(_("Chưa xác định phí, lệ phí của hồ sơ này. Hãy xác định phí, rồi trả kết quả."))
    bill = open_bill(dossier.id)
    if bill is not None:
        raise Invalid(
            _("Hồ sơ còn %(left)s chưa nộp. Hãy nhắc người nộp hoặc thu tại quầy, rồi trả kết quả.")
            % {"left": format_money(bill.left)}
        )


def receipts(dossier_id: UUID) -> tuple[payments.ReceiptView, ...]:
    """Receipts of what was paid for a dossier, oldest first. At most two queries."""
    return payments.receipts_about(SUBJECT, dossier_id)


def under_way(bill: payments.BillView | None, *, at: datetime) -> bool:
    """Whether an attempt to pay it may still bring the money. One query when there is a bill."""
    return bill is not None and bool(payments.under_way([bill.id], at=at))


def drop(dossier_id: UUID, *, at: datetime) -> None:
    """Take back the bill of a dossier that ended unpaid. One that was paid in part stays open until somebody
    decides about its money."""
    bill = open_bill(dossier_id)
    if bill is not None and bill.left == bill.total:
        payments.cancel(bill.id, reason=_("Hồ sơ đã kết thúc."), by=SYSTEM, at=at)


def paid(event: payments.PaymentSettled) -> Dossier:
    """Mark the dossier as paid and tell it in its history; the dossier, held until the act ends. Its version
    stays: nobody's page grows stale."""
    dossier = Dossier.objects.select_for_update().get(id=event.about.id)
    marks.put(dossier, marks.PAID)
    _keep_marks(dossier)
    note = _("Được miễn, không phải nộp.")
    if event.amount:
        note = _("Đã nộp đủ %(amount)s.") % {"amount": format_money(event.amount)}
    _told(dossier, "pay", note, at=event.at)
    _fit_again(dossier, at=event.at)
    return dossier


def owed_again(event: payments.PaymentUndone) -> Dossier:
    """Take the mark off again and tell why; the dossier, held until the act ends."""
    dossier = Dossier.objects.select_for_update().get(id=event.about.id)
    marks.take(dossier, marks.PAID)
    _keep_marks(dossier)
    note = _("Quầy thu đã huỷ lần nộp tiền: %(reason)s. Khoản này lại chờ nộp.") % {"reason": event.reason}
    _told(dossier, "unpay", note, at=event.at)
    _fit_again(dossier, at=event.at)
    return dossier


def as_charge(line: procedures.ChargeLine) -> payments.Charge:
    """A sum of the rules as payments takes it."""
    return payments.Charge(
        code=line.code,
        kind=line.kind.value,
        name=line.name,
        amount=line.amount,
        exempted=line.exempted,
        exempt_ground=line.exempt_ground,
        ground=line.ground,
    )


def written(lines: Iterable[procedures.ChargeLine]) -> list[list[object]]:
    """Lines of the rules as they are kept, to see whether the rules say something new."""
    return [[line.code, line.amount, line.exempted, line.exempt_ground, line.open] for line in lines]


def charges_of(lines: Iterable[dict[str, object]]) -> list[payments.Charge]:
    """Lines that were kept."""
    return [payments.Charge(**line) for line in lines]  # type: ignore[arg-type]


def _untouched(bill: payments.BillView, *, at: datetime) -> bool:
    return bill.left == bill.total and not under_way(bill, at=at)


def _issue(
    dossier: Dossier, lines: Sequence[payments.Charge], covered: int, *, occasion: str, at: datetime
) -> None:
    version = procedures.version(dossier.procedure_version_id)
    bill_id = payments.issue(
        payments.About(
            kind=SUBJECT,
            id=dossier.id,
            code=dossier.code,
            title=version.short_name or version.name,
            link=f"/ho-so/{dossier.code}/",
            service=version.code,
        ),
        dues.rest(lines, covered, words=_("Trừ số đã nộp trước")),
        agency=dossier.agency_id,
        unit=dossier.unit_id,
        payer=payments.Payer(
            name=dossier.applicant_name, owner_kind=dossier.owner_kind, owner=dossier.owner_id
        ),
        occasion=occasion,
        by=SYSTEM,
        at=at,
    )
    bill = payments.bill(bill_id) if bill_id else None
    if bill is None or occasion == INTAKE:
        return
    if marks.PAID in dossier.flags:
        marks.take(dossier, marks.PAID)
        _keep_marks(dossier)
    _told(dossier, "bill", _("Phải nộp %(amount)s.") % {"amount": format_money(bill.total)}, at=at)
    paying_words.billed(dossier, bill, at=at)


def _give_back(dossier: Dossier, bills: Sequence[payments.BillView], amount: int, *, at: datetime) -> None:
    """Ask the accountants to give back what is too much, of the latest payments first."""
    left = amount
    for bill in reversed(bills):
        part = min(left, bill.paid - payments.given_back(bill))
        if part > 0:
            reason = _("Số phải nộp của hồ sơ %(code)s đã được tính lại.") % {"code": dossier.code}
            payments.ask_refund_of_bill(bill.id, amount=part, reason=reason, by=SYSTEM, at=at)
            left -= part
    if left < amount:
        note = _("Số phải nộp đã được tính lại, thừa %(amount)s. Kế toán sẽ hoàn cho ông/bà.") % {
            "amount": format_money(amount - left)
        }
        _told(dossier, "refund", note, at=at)


def _fit_again(dossier: Dossier, *, at: datetime) -> None:
    """What waited for money that was on its way is looked at again."""
    last = latest(dossier.id) if marks.UNBILLED in dossier.flags else None
    if last is not None:
        fit(dossier, charges_of(last.lines), occasion=last.occasion, at=at)


def _unbilled(dossier: Dossier) -> None:
    if marks.UNBILLED not in dossier.flags:
        marks.put(dossier, marks.UNBILLED)
        _keep_marks(dossier)


def _unmarked(dossier: Dossier) -> None:
    if marks.UNBILLED in dossier.flags:
        marks.take(dossier, marks.UNBILLED)
        _keep_marks(dossier)


def _keep_marks(dossier: Dossier) -> None:
    Dossier.objects.filter(id=dossier.id).update(flags=dossier.flags)


def _told(dossier: Dossier, act: str, note: str, *, at: datetime) -> None:
    HistoryEntry.objects.create(
        dossier=dossier,
        at=at,
        act=act,
        actor_name=_("Hệ thống"),
        status=dossier.status,
        note=note,
        public=True,
    )
