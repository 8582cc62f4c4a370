"""The till: a cashier's session with one drawer, and what was taken there."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.foundation.ids import new_id
from tinhso.payments.contracts import Channel, DrawerEnd
from tinhso.payments.models.billing import Bill
from tinhso.payments.models.receiving import Money


class Drawer(models.Model):
    """One cashier's session at one till, in whole đồng.

    `float_in` lay in it at opening, `carried` of it is money that people paid in the session before; the rest
    is the office's own change, which is no revenue and stands in no ledger. `expected` and `counted` are of
    the closing count, `notes` its pieces by value. It ends when a second person has taken the money: a
    cashier who goes on with it, or who saw the bank's slip (`slip`) of what was `deposited`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    till = models.TextField()
    cashier_id = models.UUIDField()
    cashier = models.TextField()
    came_from = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="went_to")
    opened_at = models.DateTimeField()
    float_in = models.BigIntegerField()
    carried = models.BigIntegerField(default=0)
    counted_at = models.DateTimeField(null=True)
    expected = models.BigIntegerField(null=True)
    counted = models.BigIntegerField(null=True)
    notes = models.JSONField(default=dict, blank=True)
    explanation = models.TextField(default="", blank=True)
    ended_at = models.DateTimeField(null=True)
    ended = models.TextField(default="", blank=True)
    receiver_id = models.UUIDField(null=True)
    receiver = models.TextField(default="", blank=True)
    deposited = models.BigIntegerField(default=0)
    slip = models.TextField(default="", blank=True)

    class Meta:
        app_label = "payments"
        constraints = [
            models.UniqueConstraint(
                fields=["cashier_id"], condition=Q(counted_at=None), name="drawer_one_open_of_a_cashier"
            ),
            models.UniqueConstraint(
                fields=["unit", "till"], condition=Q(counted_at=None), name="drawer_one_open_at_a_till"
            ),
            models.CheckConstraint(condition=~Q(till="") & ~Q(cashier=""), name="drawer_of_somebody"),
            models.CheckConstraint(
                condition=Q(float_in__gte=0, carried__lte=F("float_in")), name="drawer_float_sums"
            ),
            models.CheckConstraint(
                condition=Q(counted_at=None, expected=None, counted=None, explanation="")
                | Q(
                    counted_at__isnull=False,
                    counted_at__gte=F("opened_at"),
                    expected__isnull=False,
                    counted__isnull=False,
                    counted__gte=0,
                ),
                name="drawer_count_whole",
            ),
            models.CheckConstraint(
                condition=Q(counted=None) | Q(counted=F("expected")) | ~Q(explanation=""),
                name="drawer_difference_explained",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended="", receiver_id=None, receiver="", deposited=0, slip="")
                | (
                    Q(ended__in=[end.value for end in DrawerEnd])
                    & Q(counted_at__isnull=False, ended_at__gte=F("counted_at"), receiver_id__isnull=False)
                    & ~Q(receiver="")
                ),
                name="drawer_end_whole",
            ),
            models.CheckConstraint(
                condition=Q(receiver_id=None) | ~Q(receiver_id=F("cashier_id")), name="drawer_four_eyes"
            ),
            models.CheckConstraint(
                condition=Q(deposited=0, slip="")
                | (Q(deposited__gt=0, ended=DrawerEnd.DEPOSITED.value) & ~Q(slip="")),
                name="drawer_deposit_with_slip",
            ),
        ]
        indexes = [
            models.Index(fields=["cashier_id", "-opened_at"], name="drawer_of_cashier"),
            models.Index(
                fields=["agency", "counted_at"],
                condition=Q(counted_at__isnull=False, ended_at=None),
                name="drawer_waits_for_receiver",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.till} {self.cashier}"


class Deposit(models.Model):
    """Cash of a session that was paid in at a bank, by its slip: on the way until `money`, the bank's credit
    of it, comes up. Several sessions may go on one slip and come up as one credit."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    drawer = models.OneToOneField(Drawer, on_delete=models.PROTECT, related_name="deposit")
    account = models.TextField()
    slip = models.TextField()
    amount = models.BigIntegerField()
    made_at = models.DateTimeField()
    money = models.ForeignKey(Money, null=True, on_delete=models.PROTECT, related_name="deposits")
    arrived_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "payments"
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0) & ~Q(account="") & ~Q(slip=""), name="deposit_of_something"
            ),
            models.CheckConstraint(
                condition=Q(money=None) ^ Q(arrived_at__isnull=False), name="deposit_arrived_whole"
            ),
        ]
        indexes = [models.Index(fields=["account"], condition=Q(money=None), name="deposit_on_the_way")]

    def __str__(self) -> str:
        return f"{self.slip} {self.amount}"


class Taking(models.Model):
    """One bill paid at a till: number `number` of its drawer.

    `given` is what the person laid down, `approval` what the card terminal printed. One that was undone
    stays, with who and why; the ledger holds its counter-entry.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    drawer = models.ForeignKey(Drawer, on_delete=models.PROTECT, related_name="takings", db_index=False)
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="takings")
    money = models.OneToOneField(Money, on_delete=models.PROTECT, related_name="taking")
    channel = models.TextField()
    amount = models.BigIntegerField()
    given = models.BigIntegerField()
    approval = models.TextField(default="", blank=True)
    taken_on = models.DateField()
    taken_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.TextField(default="", blank=True)
    undone_why = models.TextField(default="", blank=True)

    class Meta:
        app_label = "payments"
        constraints = [
            models.UniqueConstraint(fields=["drawer", "number"], name="taking_number_once"),
            models.UniqueConstraint(
                fields=["unit", "taken_on", "approval"],
                condition=~Q(approval="") & Q(undone_at=None),
                name="taking_approval_once",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0, number__gt=0), name="taking_of_something"),
            models.CheckConstraint(
                condition=Q(channel=Channel.CASH.value, approval="", given__gte=F("amount"))
                | Q(channel=Channel.CARD.value, approval__regex=r"^[0-9A-Z]{4,12}$", given=F("amount")),
                name="taking_by_cash_or_card",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by="", undone_why="")
                | (Q(undone_at__gte=F("taken_at")) & ~Q(undone_by="") & ~Q(undone_why="")),
                name="taking_undone_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.amount}"

    @property
    def change(self) -> int:
        """What went back to the person, whole đồng."""
        return self.given - self.amount
