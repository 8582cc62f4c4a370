"""Lists of banks and providers, their rows kept once, what each row is, and the days that were reconciled."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.ids import new_id
from tinhso.payments.models.receiving import Money
from tinhso.payments.models.refunds import Refund

DIGEST = r"^[0-9a-f]{64}$"


class Statement(models.Model):
    """A statement or list of one source, `first_day` to `last_day` (legal days), written once.

    `final` is whether its last day was over when it was taken; `format` is that of the file, `list` for what
    the source answered us; `opening` and `closing` are whole
    đồng, None where it says neither.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.TextField()
    format = models.TextField()
    first_day = models.DateField()
    last_day = models.DateField()
    opening = models.BigIntegerField(null=True)
    closing = models.BigIntegerField(null=True)
    sha256 = models.TextField()
    final = models.BooleanField()
    taken_at = models.DateTimeField()
    taken_by = models.TextField()

    class Meta:
        app_label = "payments"
        constraints = [
            models.UniqueConstraint(
                fields=["source", "first_day", "sha256", "final"], name="statement_taken_once"
            ),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="statement_days"),
            models.CheckConstraint(
                condition=~Q(source="") & ~Q(taken_by="") & Q(sha256__regex=DIGEST), name="statement_whole"
            ),
        ]
        indexes = [models.Index(fields=["source", "last_day"], name="statement_of_source")]

    def __str__(self) -> str:
        return f"{self.source} {self.first_day}"


class StatementLine(models.Model):
    """One row, written once by its source's own name for it. Money in is above nought, out below."""

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="lines")
    source = models.TextField()
    reference = models.TextField()
    amount = models.BigIntegerField()
    at = models.DateTimeField()
    timed = models.BooleanField()
    day = models.DateField()
    content = models.TextField(default="", blank=True)
    payer = models.TextField(default="", blank=True)
    order = models.TextField(default="", blank=True)

    class Meta:
        app_label = "payments"
        constraints = [
            models.UniqueConstraint(fields=["source", "reference"], name="line_once"),
            models.CheckConstraint(
                condition=~Q(amount=0) & ~Q(source="") & ~Q(reference=""), name="line_whole"
            ),
        ]
        indexes = [models.Index(fields=["source", "day"], name="line_of_day")]

    def __str__(self) -> str:
        return f"{self.source} {self.reference}"


class How(models.TextChoices):
    """What a row of a list is."""

    TOLD = "told", _("Khớp")
    HEALED = "healed", _("Chỉ có trên sao kê")
    DIFFERS = "differs", _("Lệch số tiền")
    OUTGOING = "outgoing", _("Tiền ra")
    REFUNDED = "refunded", _("Tiền hoàn")


class Match(models.Model):
    """The money that a row of a list is; what went out is a refund, or unknown."""

    line = models.OneToOneField(StatementLine, on_delete=models.PROTECT, related_name="match")
    money = models.OneToOneField(Money, null=True, on_delete=models.PROTECT, related_name="match")
    refund = models.OneToOneField(Refund, null=True, on_delete=models.PROTECT, related_name="match")
    how = models.TextField(choices=How.choices)
    at = models.DateTimeField()

    class Meta:
        app_label = "payments"
        constraints = [
            models.CheckConstraint(condition=Q(how__in=How.values), name="match_known_how"),
            models.CheckConstraint(
                condition=Q(how__in=[How.OUTGOING.value, How.REFUNDED.value]) ^ Q(money__isnull=False),
                name="match_of_money",
            ),
            models.CheckConstraint(
                condition=Q(how=How.REFUNDED.value) ^ Q(refund__isnull=True), name="match_of_refund"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.how} {self.line_id}"


class ReconciledDay(models.Model):
    """A source's day, counted anew at each reconciliation until a second accountant closes it.

    `told` is what we heard of, `stated` what the list says, `settled` the rows of it that are told of.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.TextField()
    day = models.DateField()
    unit = models.ForeignKey("directory.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    told_count = models.IntegerField(default=0)
    told_sum = models.BigIntegerField(default=0)
    stated_count = models.IntegerField(default=0)
    stated_sum = models.BigIntegerField(default=0)
    matched = models.IntegerField(default=0)
    healed = models.IntegerField(default=0)
    missing = models.IntegerField(default=0)
    outgoing = models.IntegerField(default=0)
    complete = models.BooleanField(default=False)
    reconciled_at = models.DateTimeField()
    prepared_by = models.UUIDField(null=True)
    prepared_name = models.TextField(default="", blank=True)
    prepared_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)
    closed_name = models.TextField(default="", blank=True)
    closed_at = models.DateTimeField(null=True)
    file_id = models.UUIDField(null=True)

    class Meta:
        app_label = "payments"
        constraints = [
            models.UniqueConstraint(fields=["source", "day"], name="reconciled_day_once"),
            models.CheckConstraint(
                condition=Q(prepared_by=None, prepared_name="", prepared_at=None)
                | (Q(prepared_by__isnull=False, prepared_at__isnull=False) & ~Q(prepared_name="")),
                name="reconciled_day_prepared_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(closed_by=None, closed_name="", closed_at=None)
                | (
                    Q(closed_by__isnull=False, closed_at__gte=F("prepared_at"), complete=True)
                    & ~Q(closed_name="")
                ),
                name="reconciled_day_closed_when_prepared",
            ),
            models.CheckConstraint(
                condition=Q(closed_by=None) | ~Q(closed_by=F("prepared_by")),
                name="reconciled_day_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(file_id=None) | Q(closed_at__isnull=False),
                name="reconciled_day_sheet_when_closed",
            ),
        ]
        indexes = [models.Index(fields=["unit", "-day", "-id"], name="reconciled_day_of_unit")]

    def __str__(self) -> str:
        return f"{self.source} {self.day}"
