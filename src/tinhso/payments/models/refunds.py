"""Money given back and money let go: asked, prepared, decided by a second person, paid out."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.foundation.ids import new_id
from tinhso.payments.models.billing import Bill
from tinhso.payments.models.drawers import Drawer
from tinhso.payments.models.receiving import Problem
from tinhso.payments.refund_contracts import PayoutWay, RefundKind, RefundState

_ENDED = ["paid", "failed"]


class Refund(models.Model):
    """One sum asked to be given back (of a bill's money, or of money in suspense) or to be let go.

    `reference` travels in the bank's content; `unit` has the work. `asked_by` is the officer who asked, None
    for the house itself and for a person. `ground` is the legal ground, `words` the decision's. It only goes
    forward, and the ledger is compared with it at commit.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.BigIntegerField(unique=True)
    reference = models.TextField(unique=True)
    kind = models.TextField()
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    bill = models.ForeignKey(Bill, null=True, on_delete=models.PROTECT, related_name="refunds")
    problem = models.ForeignKey(Problem, null=True, on_delete=models.PROTECT, related_name="refunds")
    amount = models.BigIntegerField()
    reason = models.TextField()
    ground = models.TextField(default="", blank=True)
    state = models.TextField(default=RefundState.ASKED.value)
    asked_by = models.UUIDField(null=True)
    asked_name = models.TextField()
    asked_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_name = models.TextField(default="", blank=True)
    decided_at = models.DateTimeField(null=True)
    words = models.TextField(default="", blank=True)
    paid_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "payments"
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_of_something"),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in RefundKind])
                & Q(state__in=[state.value for state in RefundState]),
                name="refund_known_kind_and_state",
            ),
            models.CheckConstraint(
                condition=Q(kind=RefundKind.REFUND.value) & (Q(bill__isnull=True) ^ Q(problem__isnull=True))
                | Q(kind=RefundKind.WAIVER.value, bill__isnull=False, problem__isnull=True),
                name="refund_of_a_bill_or_a_problem",
            ),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(asked_name=""), name="refund_says_why"),
            models.CheckConstraint(
                condition=Q(
                    state=RefundState.ASKED.value,
                    decided_by=None,
                    decided_name="",
                    decided_at=None,
                    words="",
                )
                | (
                    ~Q(state=RefundState.ASKED.value)
                    & Q(decided_by__isnull=False, decided_at__isnull=False, decided_at__gte=F("asked_at"))
                    & ~Q(decided_name="")
                ),
                name="refund_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(asked_by=None) | ~Q(decided_by=F("asked_by")),
                name="refund_four_eyes",
            ),
            models.CheckConstraint(
                condition=~Q(state=RefundState.REFUSED.value) | ~Q(words=""), name="refund_refused_in_words"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[RefundState.APPROVED.value, RefundState.PAID.value]) | ~Q(ground=""),
                name="refund_with_a_ground",
            ),
            models.CheckConstraint(
                condition=Q(paid_at=None) & ~Q(state=RefundState.PAID.value)
                | Q(
                    kind=RefundKind.REFUND.value,
                    state=RefundState.PAID.value,
                    paid_at__isnull=False,
                    paid_at__gte=F("decided_at"),
                ),
                name="refund_paid_when_paid",
            ),
            models.UniqueConstraint(
                fields=["problem"],
                condition=Q(state=RefundState.ASKED.value),
                name="refund_one_asked_of_a_problem",
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "-asked_at", "-id"], name="refund_of_agency"),
            models.Index(
                fields=["agency", "-asked_at"],
                condition=Q(state__in=[RefundState.ASKED.value, RefundState.APPROVED.value]),
                name="refund_under_way",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Payout(models.Model):
    """One way a refund goes back: to whom, prepared by one and agreed by another, then done or failed.

    `from_account` is ours, kept when it was agreed, so that the bank is always asked in the same words;
    `asked_at` is when it was last asked, `transaction` its name for the transfer, `said` why it would not.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="payouts", db_index=False)
    number = models.PositiveSmallIntegerField()
    way = models.TextField()
    payee = models.TextField()
    bank = models.TextField(default="", blank=True)
    account = models.TextField(default="", blank=True)
    preparer = models.UUIDField()
    prepared_name = models.TextField()
    prepared_at = models.DateTimeField()
    agreed_by = models.UUIDField(null=True)
    agreed_name = models.TextField(default="", blank=True)
    agreed_at = models.DateTimeField(null=True)
    from_account = models.TextField(default="", blank=True)
    asked_at = models.DateTimeField(null=True)
    outcome = models.TextField(default="", blank=True)
    ended_at = models.DateTimeField(null=True)
    transaction = models.TextField(default="", blank=True)
    drawer = models.ForeignKey(Drawer, null=True, on_delete=models.PROTECT, related_name="payouts")
    said = models.TextField(default="", blank=True)

    class Meta:
        app_label = "payments"
        constraints = [
            models.UniqueConstraint(fields=["refund", "number"], name="payout_number_once"),
            models.UniqueConstraint(
                fields=["refund"], condition=~Q(outcome="failed"), name="payout_one_that_counts"
            ),
            models.CheckConstraint(
                condition=Q(
                    way=PayoutWay.BANK.value, bank__regex=r"^\d{6}$", account__regex=r"^[0-9A-Z]{4,19}$"
                )
                | Q(way=PayoutWay.CASH.value, bank="", account="", from_account="", transaction=""),
                name="payout_by_bank_or_cash",
            ),
            models.CheckConstraint(condition=~Q(payee="") & ~Q(prepared_name=""), name="payout_to_somebody"),
            models.CheckConstraint(
                condition=Q(agreed_by=None, agreed_name="", agreed_at=None)
                | (
                    Q(agreed_by__isnull=False, agreed_at__isnull=False, agreed_at__gte=F("prepared_at"))
                    & ~Q(agreed_name="")
                ),
                name="payout_agreed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(agreed_by=None) | ~Q(agreed_by=F("preparer")), name="payout_four_eyes"
            ),
            models.CheckConstraint(
                condition=Q(way=PayoutWay.CASH.value) | Q(agreed_by=None) | ~Q(from_account=""),
                name="payout_from_an_account",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", ended_at=None)
                | Q(
                    outcome__in=_ENDED,
                    agreed_at__isnull=False,
                    ended_at__isnull=False,
                    ended_at__gte=F("agreed_at"),
                ),
                name="payout_ended_when_agreed",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="paid")
                | Q(way=PayoutWay.CASH.value, drawer__isnull=False)
                | (Q(way=PayoutWay.BANK.value, drawer__isnull=True) & ~Q(transaction="")),
                name="payout_paid_by_its_way",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="failed") | ~Q(said=""), name="payout_failed_in_words"
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"],
                condition=Q(outcome="", way=PayoutWay.BANK.value, agreed_at__isnull=False),
                name="payout_waits_for_bank",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.refund_id}-{self.number}"
