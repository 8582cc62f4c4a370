"""The ledger: transfers of whole đồng between two accounts, written once.

A row takes `amount` from `credit` to `debit`, so that no entry can be out of balance; a sum split over
several accounts is several rows. A day that is closed takes no more rows.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Purse(models.TextChoices):
    """Kinds of accounts. `key` of the account says whose it is."""

    RECEIVABLE = "receivable", _("Phải thu")
    REVENUE = "revenue", _("Nguồn thu")
    WAIVED = "waived", _("Miễn thu")
    CLEARING = "clearing", _("Tiền đang về")
    BANK = "bank", _("Tài khoản thụ hưởng")
    TILL = "till", _("Két quầy")
    SUSPENSE = "suspense", _("Chờ xử lý")
    REFUNDS = "refunds", _("Phải hoàn")
    DIFFERENCE = "difference", _("Chênh lệch kiểm quỹ")


class Why(models.TextChoices):
    """Why money moved in the books."""

    CHARGED = "charged", _("Lập khoản thu")
    CANCELLED = "cancelled", _("Huỷ khoản thu")
    PAID = "paid", _("Nộp tiền")
    HELD = "held", _("Tiền chờ xử lý")
    ASSIGNED = "assigned", _("Xác định khoản nộp")
    WAIVED = "waived", _("Miễn thu")
    REFUND_OWED = "refund_owed", _("Quyết định hoàn")
    REFUND_PAID = "refund_paid", _("Đã hoàn")
    ARRIVED = "arrived", _("Tiền về tài khoản")
    DEPOSITED = "deposited", _("Nộp quỹ")
    COUNTED = "counted", _("Kiểm quỹ")


class Account(models.Model):
    """One account of the ledger."""

    purse = models.TextField(choices=Purse.choices)
    key = models.TextField(default="", blank=True)
    agency = models.ForeignKey("directory.Agency", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "payments"
        constraints = [
            models.UniqueConstraint(fields=["purse", "key"], name="account_once"),
            models.CheckConstraint(condition=Q(purse__in=Purse.values), name="account_of_a_purse"),
        ]

    def __str__(self) -> str:
        return f"{self.purse}:{self.key}"


class Entry(models.Model):
    """Money moved from `credit` to `debit`. `bill`, `money` and `refund` say what for."""

    debit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    credit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    amount = models.BigIntegerField()
    why = models.TextField(choices=Why.choices)
    booked_on = models.DateField()
    at = models.DateTimeField()
    by = models.TextField()
    bill = models.ForeignKey(
        "payments.Bill", null=True, on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    money = models.ForeignKey(
        "payments.Money", null=True, on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    refund = models.ForeignKey(
        "payments.Refund", null=True, on_delete=models.PROTECT, related_name="entries", db_index=False
    )

    class Meta:
        app_label = "payments"
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="entry_of_something"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="entry_between_two"),
            models.CheckConstraint(condition=Q(why__in=Why.values) & ~Q(by=""), name="entry_says_why"),
            models.CheckConstraint(
                condition=Q(why__in=[Why.WAIVED.value, Why.REFUND_OWED.value, Why.REFUND_PAID.value])
                ^ Q(refund__isnull=True),
                name="entry_of_a_refund",
            ),
        ]
        indexes = [
            models.Index(fields=["debit", "booked_on"], include=["amount"], name="entry_debits"),
            models.Index(fields=["credit", "booked_on"], include=["amount"], name="entry_credits"),
            models.Index(fields=["bill"], condition=Q(bill__isnull=False), name="entry_of_bill"),
            models.Index(fields=["money"], condition=Q(money__isnull=False), name="entry_of_money"),
            models.Index(fields=["refund"], condition=Q(refund__isnull=False), name="entry_of_refund"),
        ]

    def __str__(self) -> str:
        return f"{self.why} {self.amount}"


class LedgerDay(models.Model):
    """A day whose transfers are summed and that takes no more."""

    day = models.DateField(primary_key=True)
    closed_at = models.DateTimeField()

    class Meta:
        app_label = "payments"

    def __str__(self) -> str:
        return str(self.day)


class DayTotal(models.Model):
    """What one account took in (`debit`) and gave (`credit`) on a closed day."""

    pk = models.CompositePrimaryKey("account_id", "day_id")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.ForeignKey(LedgerDay, on_delete=models.PROTECT, related_name="+", db_index=False)
    debit = models.BigIntegerField()
    credit = models.BigIntegerField()

    class Meta:
        app_label = "payments"
        constraints = [
            models.CheckConstraint(condition=Q(debit__gte=0, credit__gte=0), name="day_total_sums"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.day_id}"
