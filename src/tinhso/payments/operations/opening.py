"""Beginning to pay: one attempt at a time, unless the person says that they know of the other."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation import legal, transactions
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.payments import ledger, subjects
from tinhso.payments.channels import standing
from tinhso.payments.channels.ways import Beginning, NotBegun, Way, ways
from tinhso.payments.contracts import (
    AttemptState,
    AttemptView,
    BillClosed,
    BillState,
    BillView,
    Channel,
    NoBeneficiary,
    UnderWay,
)
from tinhso.payments.models import Attempt, Bill
from tinhso.payments.operations.billing import locked
from tinhso.payments.queries import bills
from tinhso.payments.queries.beneficiaries import beneficiary

MINUTES = "payment_minutes"
transactions.explain(
    "attempt_one_under_way_a_channel",
    gettext_lazy("Ông/bà đang có một lần thanh toán bằng cách này. Hãy tải lại trang để tiếp tục lần ấy."),
)


def begin(
    bill: BillView,
    channel: Channel,
    *,
    back: str,
    knowing: bool,
    by: ActorRef,
    at: datetime,
) -> AttemptView:
    """Begin to pay what is left of a bill, or go on with the attempt under way on that channel.

    `back` is where the provider sends the person afterwards; `{attempt}` in it becomes the attempt's
    reference. Asks the provider with no transaction open. Raises BillClosed, UnderWay when
    another channel may still bring the money and the person is not `knowing`, NoBeneficiary, NotBegun.
    """
    to = beneficiary(bill.agency, on=today(at))
    if to is None:
        raise NoBeneficiary(_("Cơ quan chưa nhận thanh toán trực tuyến. Hãy nộp tại quầy."))
    way = ways.get(channel.value) if channel.value in ways else None
    if way is None or not way.ready(to, bill):
        raise Invalid(_("Cách thanh toán này chưa dùng được. Hãy chọn cách khác."))
    attempt = _opened(bill.id, channel, knowing=knowing, by=by, at=at)
    if attempt.proof:
        return bills.attempt_view(attempt)
    proof = _begun(
        way,
        Beginning(
            reference=attempt.reference,
            amount=attempt.amount,
            bill=bill,
            to=to,
            back=back.replace("{attempt}", attempt.reference),
            address=by.address,
            at=attempt.opened_at,
            expires_at=attempt.expires_at,
        ),
        at=at,
    )
    Attempt.objects.filter(id=attempt.id, proof="").update(proof=proof)
    attempt.refresh_from_db()
    return bills.attempt_view(attempt)


def _begun(way: Way, beginning: Beginning, *, at: datetime) -> str:
    """The provider's answer; how it stands is remembered. Raises NotBegun."""
    try:
        proof = way.begin(beginning)
    except NotBegun:
        standing.failed(way.channel.value, at=at)
        raise
    standing.worked(way.channel.value)
    return proof


def _opened(bill_id: UUID, channel: Channel, *, knowing: bool, by: ActorRef, at: datetime) -> Attempt:
    found = Bill.objects.get(id=bill_id)
    with transactions.act("payments.begin", by=by, at=at, on=subjects.of_bill(found)) as work:
        bill = locked(bill_id)
        if bill.state != BillState.OPEN:
            raise BillClosed(_("Khoản này đã nộp xong hoặc đã huỷ, không cần nộp nữa."))
        left = ledger.owed(bill.id)
        open_now = list(bill.attempts.filter(state=AttemptState.UNDER_WAY))
        same = next((one for one in open_now if one.channel == channel), None)
        if same is not None and same.expires_at > at and same.amount == left:
            work.leave_no_entry()
            return same
        if same is not None:
            _over(same, AttemptState.EXPIRED, at=at)
        if not knowing and any(one is not same and one.expires_at > at for one in open_now):
            raise UnderWay(
                _(
                    "Ông/bà có một lần thanh toán đang chờ kết quả. Hãy đợi, hoặc xác nhận là chưa chuyển"
                    " tiền rồi chọn cách khác."
                )
            )
        attempt = Attempt.objects.create(
            bill=bill,
            reference=f"{bill.reference}{bill.attempts.count() + 1:02d}",
            channel=channel.value,
            amount=left,
            opened_at=at,
            opened_by=by.name or _("Người nộp"),
            expires_at=at + timedelta(minutes=legal.integer(MINUTES, on=today(at))),
        )
        work.record(reference=attempt.reference, channel=channel.value, amount=left)
    return attempt


def ended(reference: str, *, code: str, at: datetime) -> None:
    """A provider says, in its own word `code`, that an attempt brought no money. An ended one stays."""
    attempt = Attempt.objects.filter(reference=reference).first()
    if attempt is None or attempt.state in (AttemptState.PAID, AttemptState.FAILED):
        return
    if attempt.state == AttemptState.EXPIRED:
        Attempt.objects.filter(id=attempt.id, state=AttemptState.EXPIRED).update(provider_code=code)
        return
    with transactions.act("payments.end", by=SYSTEM, at=at, on=subjects.of_bill(attempt.bill)) as work:
        bill = locked(attempt.bill_id)
        attempt = bill.attempts.get(id=attempt.id)
        if attempt.state != AttemptState.UNDER_WAY:
            return
        attempt.provider_code = code
        _over(attempt, AttemptState.FAILED, at=at)
        work.record(reference=reference, code=code)


def expire(*, at: datetime, most: int = 1000) -> int:
    """End attempts whose time is over; how many. Money that comes for them later is booked all the same."""
    over = Attempt.objects.filter(state=AttemptState.UNDER_WAY, expires_at__lte=at).order_by("expires_at")
    ids = list(over.values_list("id", flat=True)[:most])
    return Attempt.objects.filter(id__in=ids, state=AttemptState.UNDER_WAY).update(
        state=AttemptState.EXPIRED.value, ended_at=at
    )


def _over(attempt: Attempt, state: AttemptState, *, at: datetime) -> None:
    attempt.state, attempt.ended_at = state.value, at
    attempt.save(update_fields=["state", "ended_at", "provider_code"])
