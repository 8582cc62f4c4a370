"""Papers handed in, and requests to supplement them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tinhso.dossiers.contracts import PaperForm, Verdict
from tinhso.dossiers.reuse import NO, PAPER, RESULT
from tinhso.foundation.ids import new_id


class SubmittedPaper(models.Model):
    """One paper given (thành phần hồ sơ đã nộp). A replaced paper stays, no longer current.

    `document` is the one of the vault that was reused, `sha256` what its bytes were then. Marks that index
    766 counts: `digitised_at`, `reuse`, `national`, `replaced_by` (see `PaperView`).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="papers")
    code = models.TextField()
    name = models.TextField()
    form = models.TextField(choices=[(form.value, form.value) for form in PaperForm])
    file_id = models.UUIDField(null=True)
    originals = models.PositiveIntegerField(default=0)
    copies = models.PositiveIntegerField(default=0)
    given_at = models.DateTimeField()
    verdict = models.TextField(
        choices=[(verdict.value, verdict.value) for verdict in Verdict], default=Verdict.UNSEEN.value
    )
    reason = models.TextField(default="", blank=True)
    current = models.BooleanField(default=True)
    document = models.UUIDField(null=True)
    sha256 = models.TextField(default="", blank=True)
    reuse = models.PositiveSmallIntegerField(default=0, db_default=0)
    replaced_by = models.TextField(default="", db_default="", blank=True)
    national = models.BooleanField(default=False, db_default=False)
    digitised_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.CheckConstraint(
                condition=Q(reuse=NO, document=None) | Q(reuse__in=[PAPER, RESULT], document__isnull=False),
                name="paper_reuse_is_of_a_document",
            ),
            models.CheckConstraint(
                condition=Q(replaced_by="") | Q(reuse=RESULT), name="paper_replaced_by_a_result"
            ),
            models.CheckConstraint(
                condition=Q(national=False) | Q(file_id__isnull=False, digitised_at=None, document=None),
                name="paper_national_has_its_own_file",
            ),
            models.CheckConstraint(
                condition=Q(digitised_at=None)
                | Q(file_id__isnull=False, document=None, digitised_at__gte=models.F("given_at")),
                name="paper_digitised_has_its_file",
            ),
            models.CheckConstraint(
                condition=~Q(form="electronic") | Q(file_id__isnull=False),
                name="paper_electronic_has_a_file",
            ),
            models.CheckConstraint(
                condition=Q(document=None, sha256="")
                | (Q(document__isnull=False, file_id__isnull=False) & Q(sha256__regex=r"^[0-9a-f]{64}$")),
                name="paper_reused_is_frozen",
            ),
            models.CheckConstraint(
                condition=~Q(verdict="faulty") | ~Q(reason=""), name="paper_fault_has_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["dossier", "code"], name="paper_of_dossier"),
            models.Index(
                fields=["digitised_at"],
                condition=Q(digitised_at__isnull=False),
                name="paper_digitised",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Supplement(models.Model):
    """A request to supplement (yêu cầu bổ sung), and its answer.

    `ordinal` counts the dossier's requests from one. One beyond what the rule of that day allows (`beyond`)
    says why it was needed. `unanswered` is a request that ended with its dossier. `answers` are those typed
    to open questions of the form and not sent yet.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="supplements")
    asked_at = models.DateTimeField()
    asked_by = models.TextField()
    answer_by = models.DateTimeField()
    message = models.TextField()
    answered_at = models.DateTimeField(null=True)
    ordinal = models.PositiveSmallIntegerField(default=1)
    before_intake = models.BooleanField(default=False)
    beyond = models.BooleanField(default=False)
    again_because = models.TextField(default="", blank=True)
    unanswered = models.BooleanField(default=False)
    answers = models.JSONField(null=True)

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.UniqueConstraint(fields=["dossier", "ordinal"], name="supplement_counted_once"),
            models.CheckConstraint(condition=Q(ordinal__gte=1), name="supplement_counted_from_one"),
            models.CheckConstraint(
                condition=Q(beyond=False) | (Q(ordinal__gte=2) & ~Q(again_because="")),
                name="supplement_beyond_the_rule_says_why",
            ),
            models.CheckConstraint(
                condition=Q(unanswered=False) | Q(answered_at__isnull=False),
                name="supplement_unanswered_is_closed",
            ),
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(answered_at=None), name="supplement_one_open"
            ),
            models.CheckConstraint(
                condition=Q(answers__isnull=True) | Q(answered_at=None),
                name="supplement_typed_only_while_open",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(answered_at__gte=models.F("asked_at")),
                name="supplement_answered_after_asked",
            ),
        ]
        indexes = [
            models.Index(fields=["answer_by"], condition=Q(answered_at=None), name="supplement_awaited")
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.asked_at:%Y-%m-%d}"


class Fault(models.Model):
    """One paper named in a request, with the reason; `answered_at` is when that paper came."""

    supplement = models.ForeignKey(Supplement, on_delete=models.PROTECT, related_name="faults")
    code = models.TextField()
    name = models.TextField()
    reason = models.TextField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.UniqueConstraint(fields=["supplement", "code"], name="fault_once_per_request"),
            models.CheckConstraint(condition=~Q(reason=""), name="fault_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.reason}"


class SupplementFile(models.Model):
    """A file sent for one paper of an open request, before the answer as a whole is sent.

    `document` is the one of the vault that is reused: then it is all there is for the paper.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    supplement = models.ForeignKey(Supplement, on_delete=models.CASCADE, related_name="files")
    code = models.TextField()
    file_id = models.UUIDField()
    attached_at = models.DateTimeField()
    document = models.UUIDField(null=True)

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.UniqueConstraint(
                fields=["supplement", "code"],
                condition=Q(document__isnull=False),
                name="supplement_one_document",
            ),
            models.UniqueConstraint(fields=["supplement", "code", "file_id"], name="supplement_file_once"),
        ]

    def __str__(self) -> str:
        return f"{self.supplement_id} {self.code}"
