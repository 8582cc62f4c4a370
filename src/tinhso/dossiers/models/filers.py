"""Who filed a dossier that the applicant did not file alone, and who else applies."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.foundation.ids import new_id
from tinhso.identity.api import Capacity


class FiledBy(models.Model):
    """The filer (người nộp) beside the applicant (chủ hồ sơ), and by what paper they may. No row: the same.

    `sealed` is how to reach the filer, under their own key, or the dossier's when they have no account.
    `entered_by` is the officer who wrote it down at the counter. The paper itself is a paper of the dossier.
    """

    dossier = models.OneToOneField(
        "dossiers.Dossier", primary_key=True, on_delete=models.PROTECT, related_name="filed_by"
    )
    capacity = models.TextField()
    filer_id = models.UUIDField(null=True)
    filer_name = models.TextField()
    sealed = models.BinaryField(null=True)
    proof_kind = models.TextField(default="", blank=True)
    proof_number = models.TextField(default="", blank=True)
    proof_issued_on = models.DateField(null=True)
    proof_issuer = models.TextField(default="", blank=True)
    proof_valid_until = models.DateField(null=True)
    entered_by = models.UUIDField(null=True)

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.CheckConstraint(
                condition=Q(capacity__in=[capacity.value for capacity in Capacity]),
                name="filed_by_known_capacity",
            ),
            models.CheckConstraint(condition=~Q(filer_name=""), name="filed_by_somebody"),
            models.CheckConstraint(
                condition=~Q(capacity=Capacity.COUNTER.value) | Q(entered_by__isnull=False),
                name="filed_by_an_officer_at_the_counter",
            ),
            models.CheckConstraint(
                condition=~Q(proof_kind="")
                | Q(proof_number="", proof_issuer="", proof_issued_on=None, proof_valid_until=None),
                name="filed_by_proof_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(proof_issued_on=None)
                | Q(proof_valid_until=None)
                | Q(proof_valid_until__gte=F("proof_issued_on")),
                name="filed_by_proof_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.filer_name} {self.capacity}"


class Member(models.Model):
    """One of several applicants beside the contact, who is the applicant of the dossier itself.

    `sealed` is their number and how to reach them, under their own key.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="members")
    place = models.PositiveSmallIntegerField()
    person_id = models.UUIDField()
    name = models.TextField()
    sealed = models.BinaryField()

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.UniqueConstraint(fields=["dossier", "place"], name="member_one_a_place"),
            models.UniqueConstraint(fields=["dossier", "person_id"], name="member_once"),
            models.CheckConstraint(condition=~Q(name=""), name="member_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
