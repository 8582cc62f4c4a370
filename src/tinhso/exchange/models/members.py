"""Subsystems that speak through this server, their certificates, and local groups of foreign ones."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.exchange.contracts import Authentication
from tinhso.foundation.ids import new_id

IDENTIFIER = r"^[^/]+/[^/]+/[^/]+/[^/]+$"
CLIENT = r"^[^/]+/[^/]+/[^/]+(/[^/]+)?$"


class Subsystem(models.Model):
    """A client of this server: an information system that asks and answers through it.

    `identifier` is `instance/class/member/subsystem`, each part percent-encoded (PR-REST §1.3).
    `agency_id` is the directory's agency that answers for it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    identifier = models.TextField(unique=True)
    member_name = models.TextField()
    name = models.TextField()
    agency_id = models.UUIDField(null=True)
    authentication = models.TextField(default=Authentication.MUTUAL)
    registered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "exchange"
        constraints = [
            models.CheckConstraint(
                condition=Q(identifier__regex=IDENTIFIER), name="subsystem_identifier_has_four_parts"
            ),
            models.CheckConstraint(
                condition=Q(authentication__in=[each.value for each in Authentication]),
                name="subsystem_known_authentication",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("registered_at")),
                name="subsystem_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return self.identifier


class ClientCertificate(models.Model):
    """A TLS certificate by which an information system shows that it is the subsystem (DER)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subsystem = models.ForeignKey(Subsystem, models.PROTECT, related_name="certificates")
    certificate = models.BinaryField()
    fingerprint = models.TextField()
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "exchange"
        constraints = [
            models.UniqueConstraint(
                fields=["subsystem", "fingerprint"],
                condition=Q(removed_at=None),
                name="client_certificate_once",
            ),
            models.CheckConstraint(
                condition=Q(fingerprint__regex=r"^[0-9a-f]{64}$"), name="client_certificate_sha256"
            ),
        ]

    def __str__(self) -> str:
        return self.fingerprint


class Group(models.Model):
    """A local group of clients, defined by the subsystem whose services it opens (PR-META)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(Subsystem, models.PROTECT, related_name="groups")
    code = models.TextField()
    description = models.TextField(blank=True, default="")

    class Meta:
        app_label = "exchange"
        constraints = [
            models.UniqueConstraint(fields=["owner", "code"], name="group_code_once"),
            models.CheckConstraint(condition=~Q(code=""), name="group_has_a_code"),
        ]

    def __str__(self) -> str:
        return self.code


class GroupMember(models.Model):
    """One client of a local group, by its identifier."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    group = models.ForeignKey(Group, models.CASCADE, related_name="members")
    identifier = models.TextField()

    class Meta:
        app_label = "exchange"
        constraints = [
            models.UniqueConstraint(fields=["group", "identifier"], name="group_member_once"),
            models.CheckConstraint(
                condition=Q(identifier__regex=IDENTIFIER), name="group_member_is_a_subsystem"
            ),
        ]

    def __str__(self) -> str:
        return self.identifier
