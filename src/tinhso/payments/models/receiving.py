"""Money that came in, kept once by its source's own name for it, and what somebody must look at."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.foundation.ids import new_id
from tinhso.payments.contracts import Channel, Finding, Trouble
from tinhso.payments.models.billing import Attempt, Bill


class Money(models.Model):
    """One sum that a source says it has, written once. `payer` is as the source tells it, cut to what is
    needed to find them again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.TextField()
    transaction = models.TextField()
    channel = models.TextField()
    amount = models.BigIntegerField()
    paid_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    reference = models.TextField(default="", blank=True)
    content = models.TextField(default="", blank=True)
    payer = models.TextField(default="", blank=True)
    attempt = models.ForeignKey(Attempt, null=True, on_delete=models.PROTECT, related_name="moneys")
    bill = models.ForeignKey(Bill, null=True, on_delete=models.PROTECT, related_name="moneys")
    finding = models.TextField()

    class Meta:
        app_label = "payments"
        constraints = [
            models.UniqueConstraint(fields=["source", "transaction"], name="money_told_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="money_of_something"),
            models.CheckConstraint(
                condition=Q(channel__in=[channel.value for channel in Channel]), name="money_known_channel"
            ),
            models.CheckConstraint(
                condition=Q(finding__in=[finding.value for finding in Finding]), name="money_known_finding"
            ),
            models.CheckConstraint(condition=~Q(source="") & ~Q(transaction=""), name="money_of_a_source"),
            models.CheckConstraint(
                condition=Q(
                    finding__in=[
                        Finding.ORPHAN.value,
                        Finding.WRONG_CODE.value,
                        Finding.PAYOUT.value,
                        Finding.DEPOSIT.value,
                    ]
                )
                ^ Q(bill__isnull=False),
                name="money_without_bill_is_orphan",
            ),
        ]
        indexes = [models.Index(fields=["source", "paid_at"], name="money_of_source")]

    def __str__(self) -> str:
        return f"{self.source} {self.transaction}"


class Problem(models.Model):
    """Something about money that a person must decide: `why` in words, `how` what was done.

    `unit` has the work until `due_at`, `suggested` is the bill it seems to be for and `score` (0 to 100) how
    sure that is; `line` is the row of a list and `deposit` the cash of a till that it is about. `reminded_at`
    is when the payer was last told what is missing. `proposed` is the bill that one officer would give a
    large sum to, until another does so.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.TextField()
    agency = models.ForeignKey("directory.Agency", null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("directory.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    money = models.ForeignKey(
        Money, null=True, on_delete=models.PROTECT, related_name="problems", db_index=False
    )
    line = models.ForeignKey(
        "payments.StatementLine", null=True, on_delete=models.PROTECT, related_name="problems"
    )
    deposit = models.ForeignKey(
        "payments.Deposit", null=True, on_delete=models.PROTECT, related_name="problems", db_index=False
    )
    bill = models.ForeignKey(Bill, null=True, on_delete=models.PROTECT, related_name="problems")
    why = models.TextField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.TextField(default="", blank=True)
    how = models.TextField(default="", blank=True)
    suggested = models.ForeignKey(Bill, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    score = models.PositiveSmallIntegerField(default=0)
    refund_asked = models.TextField(default="", blank=True)
    due_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    proposed = models.ForeignKey(Bill, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    proposed_by = models.UUIDField(null=True)
    proposed_name = models.TextField(default="", blank=True)

    class Meta:
        app_label = "payments"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in Trouble]), name="problem_known_kind"
            ),
            models.UniqueConstraint(fields=["money", "kind"], name="problem_once_of_a_kind"),
            models.UniqueConstraint(
                fields=["line"], condition=Q(money=None, line__isnull=False), name="problem_of_a_line_once"
            ),
            models.UniqueConstraint(
                fields=["deposit"], condition=Q(deposit__isnull=False), name="problem_of_a_deposit_once"
            ),
            models.CheckConstraint(
                condition=Q(money__isnull=False) | Q(line__isnull=False) | Q(deposit__isnull=False),
                name="problem_about_something",
            ),
            models.CheckConstraint(condition=~Q(why=""), name="problem_says_why"),
            models.CheckConstraint(
                condition=Q(proposed=None, proposed_by=None, proposed_name="")
                | (Q(proposed__isnull=False, proposed_by__isnull=False) & ~Q(proposed_name="")),
                name="problem_proposed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by="", how="")
                | (Q(closed_at__isnull=False, closed_at__gte=F("opened_at")) & ~Q(closed_by="") & ~Q(how="")),
                name="problem_closed_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "opened_at"], condition=Q(closed_at=None), name="problem_open_of_agency"
            ),
            models.Index(fields=["unit", "-opened_at", "-id"], name="problem_of_unit"),
            models.Index(
                fields=["unit", "-opened_at", "-id"],
                condition=Q(closed_at=None),
                name="problem_open_of_unit",
            ),
            models.Index(fields=["unit", "kind", "-opened_at", "-id"], name="problem_of_unit_and_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.why}"
