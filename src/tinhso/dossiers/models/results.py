"""The result: drafted and frozen, signed by a person, numbered and sealed by the agency."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tinhso.dossiers.outcomes import ResultState
from tinhso.foundation.ids import new_id


class Result(models.Model):
    """One result (kết quả) in the making or made; an older draft stays, no longer current.

    `frozen` is the hash of the draft that the signer was shown; signing anything else is refused.
    In the state `deemed` nobody decided: `draft_file` states that the law took silence for approval.
    `signing*` is what stands between the two phases of a signature: the state, what the signer's device
    was asked, who was asked, and the version of the dossier they had read.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="results")
    title = models.TextField()
    state = models.TextField()
    current = models.BooleanField(default=True)
    draft_file = models.UUIDField()
    frozen = models.BinaryField(max_length=32)
    drafted_at = models.DateTimeField()
    drafted_by = models.TextField()
    signing = models.BinaryField(null=True)
    signing_asked = models.TextField(default="", blank=True)
    signing_confirm_at = models.TextField(default="", blank=True)
    signing_by = models.UUIDField(null=True)
    signing_seen = models.IntegerField(null=True)
    signed_file = models.UUIDField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.TextField(default="", blank=True)
    number = models.TextField(default="", blank=True)
    sealed_file = models.UUIDField(null=True)
    sealed_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.UniqueConstraint(fields=["dossier"], condition=Q(current=True), name="result_one_current"),
            models.CheckConstraint(
                condition=Q(
                    state__in=[ResultState.DRAFTED.value, ResultState.DEEMED.value],
                    signed_file=None,
                    sealed_file=None,
                )
                | Q(
                    state=ResultState.SIGNED.value,
                    signed_file__isnull=False,
                    signed_at__isnull=False,
                    sealed_file=None,
                )
                | (
                    Q(state=ResultState.SEALED.value, signed_file__isnull=False, sealed_file__isnull=False)
                    & Q(sealed_at__isnull=False)
                    & ~Q(number="")
                ),
                name="result_state_matches_its_files",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class GivenNumber(models.Model):
    """One line of an agency's book of result numbers (sổ cấp số): never taken out, struck with a reason.

    The database keeps a series without a gap from its first line on, and refuses a dossier that ends, or a
    draft that is replaced, while the number of an unsealed result still stands.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    result = models.OneToOneField(Result, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    scope = models.TextField()
    period = models.TextField()
    seq = models.BigIntegerField()
    text = models.TextField()
    given_at = models.DateTimeField()
    given_by = models.TextField()
    struck_at = models.DateTimeField(null=True)
    struck_because = models.TextField(default="", blank=True)

    class Meta:
        app_label = "dossiers"
        indexes = [models.Index(fields=["agency", "-id"], name="given_number_of_agency")]
        constraints = [
            models.UniqueConstraint(fields=["scope", "period", "seq"], name="given_number_once"),
            models.CheckConstraint(condition=~Q(text=""), name="given_number_is_written"),
            models.CheckConstraint(
                condition=Q(struck_at=None, struck_because="")
                | (Q(struck_at__isnull=False) & ~Q(struck_because="")),
                name="given_number_struck_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.text
