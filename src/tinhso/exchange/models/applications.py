"""Systems of others that ask for services, the officers who develop them, and their certificates."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.exchange.models.members import IDENTIFIER
from tinhso.foundation.ids import new_id


class Application(models.Model):
    """A system of an agency here, or of an organisation outside, that calls as one subsystem."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.TextField()
    agency = models.ForeignKey(
        "directory.Agency", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    organisation = models.TextField(blank=True, default="")
    contact_name = models.TextField()
    contact_email = models.TextField()
    contact_phone = models.TextField(blank=True, default="")
    identifier = models.TextField()
    registered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "exchange"
        constraints = [
            models.CheckConstraint(
                condition=Q(identifier__regex=IDENTIFIER), name="application_identifier_has_four_parts"
            ),
            models.UniqueConstraint(
                fields=["identifier"], condition=Q(ended_at=None), name="application_identifier_once"
            ),
            models.CheckConstraint(
                condition=Q(agency__isnull=False, organisation="") | (Q(agency=None) & ~Q(organisation="")),
                name="application_of_an_agency_or_another",
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(contact_name="") & ~Q(contact_email=""),
                name="application_has_a_contact",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("registered_at")),
                name="application_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Developer(models.Model):
    """An officer who speaks for an application."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="developers")
    officer = models.ForeignKey("identity.Officer", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "exchange"
        constraints = [
            models.UniqueConstraint(
                fields=["application", "officer"], condition=Q(removed_at=None), name="developer_once"
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None) | Q(removed_at__gte=F("added_at")),
                name="developer_leaves_after_coming",
            ),
        ]

    def __str__(self) -> str:
        return str(self.officer_id)


class ApplicationCertificate(models.Model):
    """A TLS certificate (DER) that a developer put forward; the operator says yes or no."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="certificates")
    certificate = models.BinaryField()
    fingerprint = models.TextField()
    holder = models.TextField()
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    asked_by = models.UUIDField()
    asked_name = models.TextField()
    asked_at = models.DateTimeField()
    accepted = models.BooleanField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_name = models.TextField(blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, default="")
    removed_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "exchange"
        constraints = [
            models.CheckConstraint(
                condition=Q(fingerprint__regex=r"^[0-9a-f]{64}$"), name="application_certificate_sha256"
            ),
            models.UniqueConstraint(
                fields=["application", "fingerprint"],
                condition=Q(removed_at=None) & (Q(accepted=None) | Q(accepted=True)),
                name="application_certificate_once",
            ),
            models.CheckConstraint(
                condition=Q(not_after__gt=F("not_before")), name="application_certificate_lives_forward"
            ),
            models.CheckConstraint(
                condition=Q(accepted=None, decided_by=None, decided_at=None)
                | Q(accepted__isnull=False, decided_by__isnull=False, decided_at__gte=F("asked_at")),
                name="application_certificate_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                name="application_certificate_four_eyes",
            ),
            models.CheckConstraint(
                condition=~Q(accepted=False) | ~Q(reason=""),
                name="application_certificate_refused_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.holder
