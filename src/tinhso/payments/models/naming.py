"""Accounts that somebody put forward for an agency's money; another person says yes or no."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.foundation.ids import new_id


class AccountProposal(models.Model):
    """An account as somebody wants it from `valid_from` on. `accepted` is None while nobody else decided."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.TextField()
    bank = models.TextField()
    account = models.TextField()
    tax_code = models.TextField()
    chapter = models.TextField()
    basis = models.TextField()
    valid_from = models.DateField()
    proposed_by = models.UUIDField()
    proposed_name = models.TextField()
    proposed_at = models.DateTimeField()
    accepted = models.BooleanField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_name = models.TextField(default="", blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(default="", blank=True)

    class Meta:
        app_label = "payments"
        constraints = [
            models.CheckConstraint(
                condition=Q(bank__regex=r"^\d{6}$")
                & Q(account__regex=r"^[0-9A-Z]{4,19}$")
                & ~Q(name="")
                & ~Q(tax_code="")
                & ~Q(chapter="")
                & ~Q(basis="")
                & ~Q(proposed_name=""),
                name="account_proposal_whole",
            ),
            models.UniqueConstraint(
                fields=["agency"], condition=Q(accepted=None), name="account_proposal_one_open_of_an_agency"
            ),
            models.CheckConstraint(
                condition=Q(accepted=None, decided_by=None, decided_at=None, decided_name="")
                | (
                    Q(accepted__isnull=False, decided_by__isnull=False, decided_at__gte=F("proposed_at"))
                    & ~Q(decided_name="")
                ),
                name="account_proposal_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="account_proposal_four_eyes",
            ),
            models.CheckConstraint(
                condition=~Q(accepted=False) | ~Q(reason=""), name="account_proposal_refused_with_reason"
            ),
        ]
        indexes = [models.Index(fields=["agency", "-proposed_at", "-id"], name="account_proposal_of_agency")]

    def __str__(self) -> str:
        return f"{self.name} {self.account}"
