"""Rows of a statement by which money left: refunds of ours, or nobody knows what."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from tinhso.foundation.text import format_money
from tinhso.payments import caretakers, codes, payouts, trouble
from tinhso.payments.contracts import Trouble
from tinhso.payments.models import Match, Payout, StatementLine
from tinhso.payments.models.reconciling import How
from tinhso.payments.operations import paying_out
from tinhso.payments.refund_contracts import PayoutWay


def match_refunds(day: date, source: str, *, at: datetime) -> int:
    """Match what went out by our refunds' references, within the reconciling act; how many rows.

    A refund that the bank did not answer for is paid by its row. Another sum, another account, or the same
    refund once more is left unmatched. Two queries, and a few for each refund.
    """
    lines = list(
        StatementLine.objects.filter(source=source, day=day, amount__lt=0, match=None).order_by("id")
    )
    named = {line.pk: codes.find(line.content, prefix=codes.REFUND) for line in lines}
    names = [code for found in named.values() for code in found]
    rows = Payout.objects.exclude(outcome="failed").filter(
        way=PayoutWay.BANK,
        agreed_at__isnull=False,
        from_account=source.removeprefix(caretakers.BANK),
        refund__reference__in=names,
        refund__match=None,
    )
    known = {row.refund.reference: row for row in rows.select_related("refund")} if names else {}
    matched = 0
    for line in lines:
        payout = next((known[code] for code in named[line.pk] if code in known), None)
        if payout is None or payout.refund.amount != -line.amount:
            continue
        del known[payout.refund.reference]
        paying_out.paid(payout.id, transaction=line.reference, at=at)
        Match.objects.create(line=line, refund=payout.refund, how=How.REFUNDED, at=at)
        matched += 1
    return matched


def raise_unknown(lines: list[int], *, at: datetime) -> None:
    """What went out, is no refund of ours and was not taken back by a provider is somebody's work."""
    for line in StatementLine.objects.filter(id__in=lines).order_by("id"):
        if payouts.read(line.content) is not None:
            continue
        why = _("Ngân hàng ghi chuyển ra %(amount)s mà không có lệnh hoàn nào khớp. Nội dung: «%(content)s».")
        facts = {"amount": format_money(-line.amount), "content": line.content[:120]}
        trouble.raise_about(Trouble.OUTGOING, why % facts, line=line, at=at)
