"""Persons and organisations, and the national e-ID accounts that speak for them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tinhso.foundation.ids import new_id


class Person(models.Model):
    """A citizen. Personal id, phone, mail and address are sealed under the person's own key.

    `personal_id_hash` and `phone_hash` are keyed hashes by which the person is found again. Once
    `merged_into` another, the row is only the way there: its number still leads to the survivor.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    full_name = models.TextField()
    sort = models.TextField()
    birth_date = models.DateField(null=True)
    gender = models.TextField(blank=True)
    personal_id_hash = models.BinaryField(null=True, unique=True)
    phone_hash = models.BinaryField(null=True, db_index=True)
    sealed = models.BinaryField(null=True)
    assurance_level = models.PositiveSmallIntegerField(default=0)
    source = models.TextField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "identity"
        indexes = [models.Index(fields=["sort"], name="person_by_name")]
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into=None)
                | (Q(account=None, phone_hash=None, sealed=None) & ~Q(merged_into=F("id"))),
                name="person_merged_keeps_nothing",
            ),
            models.CheckConstraint(condition=~Q(full_name=""), name="person_has_a_name"),
            models.CheckConstraint(
                condition=Q(assurance_level__lte=2), name="person_assurance_level_is_known"
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | Q(personal_id_hash__isnull=True, phone_hash__isnull=True, sealed__isnull=True),
                name="person_erased_keeps_nothing",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Organisation(models.Model):
    """An organisation or enterprise that applies, by its tax code."""

    id = models.UUIDField(primary_key=True, default=new_id)
    tax_code = models.TextField(unique=True)
    name = models.TextField()
    sort = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        app_label = "identity"
        constraints = [
            models.CheckConstraint(
                condition=Q(tax_code__regex=r"^[0-9]{10}(-[0-9]{3})?$"), name="organisation_tax_code_form"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="organisation_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class EidLink(models.Model):
    """A national e-ID account (issuer and its subject, the TechID) linked to whom it speaks for."""

    id = models.UUIDField(primary_key=True, default=new_id)
    issuer = models.TextField()
    subject = models.TextField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    linked_at = models.DateTimeField()

    class Meta:
        app_label = "identity"
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="eid_subject_linked_once"),
            models.CheckConstraint(condition=~Q(subject=""), name="eid_link_has_a_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.issuer} {self.subject}"
