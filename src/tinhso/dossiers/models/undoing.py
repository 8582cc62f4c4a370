"""What may still be taken back: the last act on a dossier, and a letter on its way to the applicant."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.dossiers.lifecycle import UNDO
from tinhso.foundation.ids import new_id

_ACTS = sorted(UNDO)


class Reversible(models.Model):
    """An officer's last act on a dossier that can be undone, with what stood before it.

    It is of use only while the dossier still has `version`, the one the act made.
    """

    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="+")
    act = models.TextField()
    officer = models.UUIDField()
    done_at = models.DateTimeField()
    version = models.IntegerField()
    stood = models.JSONField()
    process = models.BinaryField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.UniqueConstraint(fields=["dossier", "officer"], name="reversible_once"),
            models.CheckConstraint(condition=Q(act__in=_ACTS), name="reversible_known_act"),
            models.CheckConstraint(condition=Q(version__gte=2), name="reversible_made_a_version"),
            models.CheckConstraint(
                condition=Q(undone_at=None) | Q(undone_at__gte=F("done_at")),
                name="reversible_undone_after_done",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.dossier_id}"


class Letter(models.Model):
    """An officer's message to the applicant (tin nhắn). It waits until `leaves_at`, then goes to notify.

    `file` is the letter by template that goes with it, as it was sent, `title` what that is called.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="letters")
    at = models.DateTimeField()
    author = models.UUIDField()
    author_name = models.TextField()
    text = models.TextField()
    title = models.TextField(default="", blank=True)
    file = models.UUIDField(null=True)
    leaves_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="letter_says_something"),
            models.CheckConstraint(
                condition=Q(file=None, title="") | (Q(file__isnull=False) & ~Q(title="")),
                name="letter_file_has_its_title",
            ),
            models.CheckConstraint(condition=Q(leaves_at__gte=F("at")), name="letter_leaves_after_written"),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(withdrawn_at=None), name="letter_sent_or_withdrawn"
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(sent_at__gte=F("leaves_at")), name="letter_sent_after_its_wait"
            ),
        ]
        indexes = [models.Index(fields=["dossier", "at"], name="letter_of_dossier")]

    def __str__(self) -> str:
        return self.text[:40]
