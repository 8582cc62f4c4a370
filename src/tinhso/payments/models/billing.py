"""Bills and their lines, attempts to pay them, and where the money of an agency goes."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.foundation.ids import new_id
from tinhso.foundation.periods import DatedByDay, one_at_a_time, ordered_days
from tinhso.payments.contracts import AttemptState, BillState, Channel


class Beneficiary(DatedByDay):
    """Where money of an agency goes. `bank` is a bank's BIN (NAPAS), `chapter` its code in the budget (mã
    chương), `tax_code` names the agency on receipts."""

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    name = models.TextField()
    bank = models.TextField()
    account = models.TextField()
    tax_code = models.TextField()
    chapter = models.TextField()
    basis = models.TextField()

    class Meta:
        app_label = "payments"
        constraints = [
            ordered_days("beneficiary_days"),
            one_at_a_time("beneficiary_one_at_a_time", "agency"),
            models.CheckConstraint(
                condition=Q(bank__regex=r"^\d{6}$") & Q(account__regex=r"^[0-9A-Z]{4,19}$"),
                name="beneficiary_account_shape",
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(tax_code="") & ~Q(chapter="") & ~Q(basis=""),
                name="beneficiary_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.account}"


class RevenueCode(DatedByDay):
    """The budget's sub-item (tiểu mục) a charge counts to, by the charge's code; empty is for all others."""

    charge = models.TextField(default="", blank=True)
    kind = models.TextField()
    code = models.TextField()
    basis = models.TextField()

    class Meta:
        app_label = "payments"
        constraints = [
            ordered_days("revenue_code_days"),
            one_at_a_time("revenue_code_one_at_a_time", "charge", "kind"),
            models.CheckConstraint(condition=Q(kind__in=["fee", "charge"]), name="revenue_code_of_a_kind"),
            models.CheckConstraint(
                condition=Q(code__regex=r"^\d{4}$") & ~Q(basis=""), name="revenue_code_shape"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.charge}"


class Bill(models.Model):
    """What somebody owes for one subject. `number` gives the reference that banks carry, `token` the address
    of its page: who holds it may pay.

    `total` is the sum of its lines, `state` follows from the ledger: a deferred trigger compares both.
    `waived` of it was let go.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.BigIntegerField(unique=True)
    reference = models.TextField(unique=True)
    token = models.TextField(unique=True)
    about_kind = models.TextField()
    about_id = models.UUIDField()
    about_code = models.TextField()
    title = models.TextField()
    service = models.TextField(default="", blank=True)
    link = models.TextField(default="", blank=True)
    occasion = models.TextField()
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    payer = models.TextField()
    payer_address = models.TextField(default="", blank=True)
    owner_kind = models.TextField(default="", blank=True)
    owner_id = models.UUIDField(null=True)
    total = models.BigIntegerField()
    waived = models.BigIntegerField(default=0)
    state = models.TextField(default=BillState.OPEN.value)
    issued_at = models.DateTimeField()
    issued_by = models.TextField()
    ended_at = models.DateTimeField(null=True)
    reason = models.TextField(default="", blank=True)

    class Meta:
        app_label = "payments"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in BillState]), name="bill_known_state"
            ),
            models.CheckConstraint(condition=Q(total__gt=0), name="bill_of_something"),
            models.CheckConstraint(
                condition=Q(waived__gte=0, waived__lte=F("total")), name="bill_waived_of_its_total"
            ),
            models.CheckConstraint(
                condition=Q(state=BillState.OPEN.value, ended_at=None)
                | (~Q(state=BillState.OPEN.value) & Q(ended_at__isnull=False, ended_at__gte=F("issued_at"))),
                name="bill_ended_when_closed",
            ),
            models.CheckConstraint(
                condition=~Q(state=BillState.CANCELLED.value) | ~Q(reason=""),
                name="bill_cancelled_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(payer="")
                & ~Q(token="")
                & ~Q(about_kind="")
                & ~Q(about_code="")
                & ~Q(issued_by=""),
                name="bill_of_somebody",
            ),
            models.CheckConstraint(
                condition=Q(owner_kind="", owner_id=None)
                | (Q(owner_kind__in=["person", "organisation"]) & Q(owner_id__isnull=False)),
                name="bill_owner_whole",
            ),
            models.UniqueConstraint(
                fields=["about_kind", "about_id"],
                condition=Q(state=BillState.OPEN.value),
                name="bill_one_open_of_a_subject",
            ),
        ]
        indexes = [
            models.Index(fields=["about_kind", "about_id", "issued_at"], name="bill_of_subject"),
            models.Index(fields=["agency", "-issued_at", "-id"], name="bill_of_agency"),
            models.Index(
                fields=["owner_kind", "owner_id", "-issued_at"],
                condition=Q(owner_id__isnull=False),
                name="bill_of_owner",
            ),
            models.Index(
                fields=["agency"], condition=Q(state=BillState.OPEN.value), name="bill_open_of_agency"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class BillLine(models.Model):
    """One sum of a bill, with the revenue code of the day it was issued."""

    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="lines")
    place = models.PositiveSmallIntegerField()
    code = models.TextField()
    kind = models.TextField()
    name = models.TextField()
    amount = models.BigIntegerField()
    exempted = models.BigIntegerField(default=0)
    exempt_ground = models.TextField(default="", blank=True)
    ground = models.TextField(default="", blank=True)
    revenue = models.TextField()

    class Meta:
        app_label = "payments"
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["bill", "place"], name="bill_line_place_once"),
            models.CheckConstraint(condition=Q(kind__in=["fee", "charge"]), name="bill_line_of_a_kind"),
            models.CheckConstraint(
                condition=Q(amount__gte=0, exempted__gte=0, exempted__lte=F("amount")),
                name="bill_line_sums",
            ),
            models.CheckConstraint(
                condition=Q(exempted=0) | ~Q(exempt_ground=""), name="bill_line_exempt_with_ground"
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(code="") & Q(revenue__regex=r"^\d{4}$"), name="bill_line_whole"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Attempt(models.Model):
    """One attempt to pay a bill on one channel. `reference` is what the provider carries back, `proof` the QR
    text or the provider's address, `provider_code` the provider's own word for how it ended."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="attempts")
    reference = models.TextField(unique=True)
    channel = models.TextField()
    amount = models.BigIntegerField()
    state = models.TextField(default=AttemptState.UNDER_WAY.value)
    opened_at = models.DateTimeField()
    opened_by = models.TextField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    proof = models.TextField(default="", blank=True)
    provider_code = models.TextField(default="", blank=True)

    class Meta:
        app_label = "payments"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in AttemptState]), name="attempt_known_state"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=[channel.value for channel in Channel]), name="attempt_known_channel"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="attempt_of_something"),
            models.CheckConstraint(
                condition=Q(state=AttemptState.UNDER_WAY.value) ^ Q(ended_at__isnull=False),
                name="attempt_ended_when_over",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("opened_at")), name="attempt_has_a_time"),
            models.UniqueConstraint(
                fields=["bill", "channel"],
                condition=Q(state=AttemptState.UNDER_WAY.value),
                name="attempt_one_under_way_a_channel",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=Q(state=AttemptState.UNDER_WAY.value),
                name="attempt_under_way",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
