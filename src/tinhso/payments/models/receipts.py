"""Receipts: series of numbers, receipts, their files, what waits for one, and changes proposed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.foundation.ids import new_id
from tinhso.foundation.periods import DatedByDay, one_at_a_time, ordered_days
from tinhso.payments.models.billing import Bill
from tinhso.payments.receipt_contracts import ChangeKind, PaperKind, ReceiptState, TaxState
from tinhso.payments.receipt_facts import LAST_NUMBER


class ReceiptSeries(DatedByDay):
    """Numbers of an agency's receipts within one form and symbol, from a day on.

    `next_number` is moved by the database with each receipt and by nothing else; one above the last number
    means that none is left. `address` is the agency's, as receipts bear it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    form = models.TextField()
    symbol = models.TextField()
    address = models.TextField()
    basis = models.TextField()
    next_number = models.IntegerField(default=1)
    opened_by = models.TextField()
    opened_at = models.DateTimeField()

    class Meta:
        app_label = "payments"
        constraints = [
            ordered_days("receipt_series_days"),
            one_at_a_time("receipt_series_one_at_a_time", "agency"),
            models.UniqueConstraint(fields=["agency", "form", "symbol"], name="receipt_series_once"),
            models.CheckConstraint(
                condition=~Q(form="") & ~Q(symbol="") & ~Q(address="") & ~Q(basis="") & ~Q(opened_by=""),
                name="receipt_series_whole",
            ),
            models.CheckConstraint(
                condition=Q(next_number__gte=1, next_number__lte=LAST_NUMBER + 1),
                name="receipt_series_numbers",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.symbol}"


class ReceiptDue(models.Model):
    """A bill that is paid and has no receipt yet; gone once it has one.

    `replaces` is the receipt that ended for the one to come, `reason` why; `payer` and `payer_address` are
    what the new one says where they were wrong.
    """

    bill = models.OneToOneField(Bill, primary_key=True, on_delete=models.PROTECT, related_name="receipt_due")
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    since = models.DateTimeField()
    replaces = models.OneToOneField(
        "payments.Receipt", null=True, on_delete=models.PROTECT, related_name="due_instead"
    )
    reason = models.TextField(default="", blank=True)
    payer = models.TextField(default="", blank=True)
    payer_address = models.TextField(default="", blank=True)

    class Meta:
        app_label = "payments"
        constraints = [
            models.CheckConstraint(
                condition=Q(replaces=None, reason="", payer="", payer_address="")
                | (Q(replaces__isnull=False) & ~Q(reason="")),
                name="receipt_due_replacing_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["agency", "since"], name="receipt_due_of_agency")]

    def __str__(self) -> str:
        return str(self.bill_id)


class Receipt(models.Model):
    """One receipt, written once: only whether it stands changes, and only to `voided` or `replaced`.

    `facts` is all that its paper says, `code` what anybody looks it up by, `replaces` the one it stands for.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    series = models.ForeignKey(ReceiptSeries, on_delete=models.PROTECT, related_name="receipts")
    number = models.IntegerField()
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="receipts")
    code = models.TextField(unique=True)
    facts = models.JSONField()
    amount = models.BigIntegerField()
    issued_at = models.DateTimeField()
    state = models.TextField(default=ReceiptState.ISSUED.value)
    reason = models.TextField(default="", blank=True)
    ended_at = models.DateTimeField(null=True)
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")

    class Meta:
        app_label = "payments"
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="receipt_number_once"),
            models.UniqueConstraint(
                fields=["bill"],
                condition=Q(state=ReceiptState.ISSUED.value),
                name="receipt_one_standing_of_a_bill",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=LAST_NUMBER), name="receipt_number_of_seven_digits"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, code__regex=r"^[0-9A-Z]{10}$"), name="receipt_of_something"
            ),
            models.CheckConstraint(
                condition=Q(state=ReceiptState.ISSUED.value, ended_at=None, reason="")
                | (
                    Q(state__in=[ReceiptState.VOIDED.value, ReceiptState.REPLACED.value])
                    & Q(ended_at__isnull=False, ended_at__gte=F("issued_at"))
                    & ~Q(reason="")
                ),
                name="receipt_ended_with_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-issued_at", "-id"], name="receipt_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.series_id} {self.number}"


class ReceiptPaper(models.Model):
    """The files of a receipt of one kind: made and sealed after the act, then handed to the tax side.

    `due_at` is when it is made next: now, or later while somebody makes it or after a failure (`tries`,
    `fault`). `tax_reference` is the tax side's own name for what it took, `tax_reason` why it took it not.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="papers", db_index=False)
    series = models.ForeignKey(ReceiptSeries, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.IntegerField()
    kind = models.TextField()
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    fault = models.TextField(default="", blank=True)
    pdf_id = models.UUIDField(null=True)
    xml_id = models.UUIDField(null=True)
    sealed_at = models.DateTimeField(null=True)
    tax = models.TextField(default=TaxState.WAITING.value)
    tax_at = models.DateTimeField(null=True)
    tax_reference = models.TextField(default="", blank=True)
    tax_reason = models.TextField(default="", blank=True)

    class Meta:
        app_label = "payments"
        constraints = [
            models.UniqueConstraint(fields=["receipt", "kind"], name="receipt_paper_once_of_a_kind"),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in PaperKind]), name="receipt_paper_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(pdf_id=None, xml_id=None, sealed_at=None)
                | Q(pdf_id__isnull=False, xml_id__isnull=False, sealed_at__isnull=False),
                name="receipt_paper_both_files",
            ),
            models.CheckConstraint(
                condition=Q(tax=TaxState.WAITING.value, tax_at=None, tax_reference="")
                | (
                    Q(tax=TaxState.HANDED.value, tax_at__isnull=False, sealed_at__isnull=False)
                    & ~Q(tax_reference="")
                )
                | (
                    Q(tax=TaxState.REFUSED.value, tax_at__isnull=False, sealed_at__isnull=False)
                    & ~Q(tax_reason="")
                ),
                name="receipt_paper_tax_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(sealed_at=None), name="receipt_paper_unsealed"),
            models.Index(
                fields=["series", "number"],
                condition=Q(tax=TaxState.WAITING.value),
                name="receipt_paper_for_the_tax_side",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.receipt_id}"


class ReceiptChange(models.Model):
    """A receipt to be voided or replaced, by one officer's word, until another agrees or refuses.

    `payer` and `payer_address` are what the new receipt will say.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="changes")
    kind = models.TextField()
    reason = models.TextField()
    payer = models.TextField(default="", blank=True)
    payer_address = models.TextField(default="", blank=True)
    proposed_by = models.UUIDField()
    proposed_name = models.TextField()
    proposed_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_name = models.TextField(default="", blank=True)
    decided_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(null=True)
    remark = models.TextField(default="", blank=True)

    class Meta:
        app_label = "payments"
        constraints = [
            models.UniqueConstraint(
                fields=["receipt"], condition=Q(decided_at=None), name="receipt_change_one_open"
            ),
            models.CheckConstraint(
                condition=Q(kind=ChangeKind.VOID.value, payer="", payer_address="")
                | (Q(kind=ChangeKind.REPLACE.value) & ~Q(payer="")),
                name="receipt_change_of_a_kind",
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(proposed_name=""), name="receipt_change_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None, decided_name="", decided_at=None, agreed=None, remark="")
                | (
                    Q(decided_by__isnull=False, agreed__isnull=False, decided_at__isnull=False)
                    & Q(decided_at__gte=F("proposed_at"))
                    & ~Q(decided_name="")
                    & (Q(agreed=True) | ~Q(remark=""))
                ),
                name="receipt_change_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="receipt_change_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.receipt_id}"


class ReceiptLookup(models.Model):
    """A code that led nowhere, asked for from an address; kept as long as the limit counts it."""

    address = models.TextField()
    at = models.DateTimeField()

    class Meta:
        app_label = "payments"
        indexes = [models.Index(fields=["address", "at"], name="receipt_lookup_of_address")]

    def __str__(self) -> str:
        return self.address
