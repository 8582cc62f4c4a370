"""Certified copies, from the scan of the original to the sealed file."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tinhso.certification.contracts import State
from tinhso.foundation.ids import new_id


class CertifiedCopy(models.Model):
    """One certified copy (bản sao điện tử chứng thực từ bản chính).

    `frozen` is the hash of the draft that the signer was shown. `signing*` is what stands between the two
    phases of a signature. `sha256` is that of the sealed file, by which anyone's file is compared.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.TextField()
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+")
    owner_kind = models.TextField()
    owner_id = models.UUIDField()
    requester = models.TextField()
    kind = models.TextField()
    title = models.TextField()
    number_of_original = models.TextField(default="", blank=True)
    issuer = models.TextField(default="", blank=True)
    issued_on = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    pages = models.PositiveIntegerField()
    fee = models.BigIntegerField()
    state = models.TextField(choices=[(state.value, state.value) for state in State])
    draft_file = models.UUIDField()
    frozen = models.BinaryField(max_length=32)
    prepared_at = models.DateTimeField()
    prepared_by = models.TextField()
    preparer = models.UUIDField(null=True)
    signing = models.BinaryField(null=True)
    signing_asked = models.TextField(default="", blank=True)
    signing_confirm_at = models.TextField(default="", blank=True)
    signing_by = models.UUIDField(null=True)
    signed_file = models.UUIDField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.TextField(default="", blank=True)
    sealed_file = models.UUIDField(null=True)
    sealed_at = models.DateTimeField(null=True)
    sha256 = models.TextField(default="", blank=True)
    document = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.TextField(default="", blank=True)
    ended_by = models.TextField(default="", blank=True)

    class Meta:
        app_label = "certification"
        constraints = [
            models.UniqueConstraint(fields=["code"], name="certified_copy_one_code"),
            models.CheckConstraint(condition=Q(pages__gte=1, fee__gte=0), name="certified_copy_has_pages"),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(requester="") & ~Q(kind=""), name="certified_copy_named"
            ),
            models.CheckConstraint(
                condition=Q(state="drafted", signed_file=None, sealed_file=None, ended_at=None)
                | Q(state="signed", signed_file__isnull=False, sealed_file=None, ended_at=None)
                | Q(state="dropped", sealed_file=None, ended_at__isnull=False)
                | (
                    Q(state="sealed", signed_file__isnull=False, sealed_file__isnull=False, ended_at=None)
                    & Q(sealed_at__isnull=False, document__isnull=False, sha256__regex=r"^[0-9a-f]{64}$")
                )
                | (
                    Q(state="revoked", sealed_file__isnull=False, sealed_at__isnull=False)
                    & Q(ended_at__isnull=False, sha256__regex=r"^[0-9a-f]{64}$")
                ),
                name="certified_copy_state_matches_its_files",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_because="", ended_by="")
                | (Q(ended_at__isnull=False) & ~Q(ended_because="") & ~Q(ended_by="")),
                name="certified_copy_ended_with_ground",
            ),
            models.CheckConstraint(
                condition=Q(signed_file=None, signed_at=None, signed_by="")
                | (Q(signed_file__isnull=False, signed_at__isnull=False) & ~Q(signed_by="")),
                name="certified_copy_signed_by_someone",
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "-id"], name="certified_copy_of_agency"),
            models.Index(fields=["agency", "state", "-id"], name="certified_copy_in_state"),
            models.Index(fields=["sha256"], condition=~Q(sha256=""), name="certified_copy_of_bytes"),
        ]

    def __str__(self) -> str:
        return self.title
