"""What only the desk needs: who looks at a dossier now, notes being written, acts on many at once."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.foundation.ids import new_id


class Presence(models.Model):
    """An officer has a dossier open; `writing` while a form of it is. Old ones are no longer shown."""

    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.CASCADE, related_name="+")
    officer = models.UUIDField()
    name = models.TextField()
    seen_at = models.DateTimeField()
    writing = models.BooleanField(default=False)

    class Meta:
        app_label = "dossiers"
        constraints = [models.UniqueConstraint(fields=["dossier", "officer"], name="presence_once")]

    def __str__(self) -> str:
        return self.name


class DeskPreference(models.Model):
    """How one officer likes the desk, as the words of `ui.preferences`."""

    officer = models.UUIDField(primary_key=True)
    words = models.TextField()

    class Meta:
        app_label = "dossiers"
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="desk_preference_says_something")]

    def __str__(self) -> str:
        return self.words


class ActDraft(models.Model):
    """What an officer has typed into the form of an act and not sent: per person, dossier and act.

    `fields` are the boxes by name, as typed.
    """

    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.CASCADE, related_name="+")
    officer = models.UUIDField()
    slug = models.TextField()
    fields = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.UniqueConstraint(fields=["dossier", "officer", "slug"], name="act_draft_once"),
            models.CheckConstraint(condition=~Q(fields={}), name="act_draft_says_something"),
            models.CheckConstraint(condition=~Q(slug=""), name="act_draft_is_of_an_act"),
        ]
        indexes = [models.Index(fields=["officer", "-saved_at"], name="act_draft_of_officer")]

    def __str__(self) -> str:
        return f"{self.slug} {self.dossier_id}"


class Bulk(models.Model):
    """One act asked for many dossiers, done by a job one by one; `given` is what it takes besides which."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    act = models.TextField()
    officer = models.UUIDField()
    officer_name = models.TextField()
    unit = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    total = models.PositiveIntegerField()
    given = models.JSONField(default=dict)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.CheckConstraint(condition=Q(total__gte=1), name="bulk_of_something"),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(finished_at__gte=F("asked_at")),
                name="bulk_finished_after_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act}: {self.total}"


class BulkItem(models.Model):
    """One dossier of a bulk act: as it was read, and what became of it. `fault` says why not.

    `given` is what the act takes of this one besides what it takes of all.
    """

    bulk = models.ForeignKey(Bulk, on_delete=models.CASCADE, related_name="items")
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="+")
    version = models.IntegerField()
    given = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True)
    fault = models.TextField(default="", blank=True)

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.UniqueConstraint(fields=["bulk", "dossier"], name="bulk_item_once"),
            models.CheckConstraint(
                condition=Q(fault="") | Q(done_at__isnull=False), name="bulk_fault_has_a_moment"
            ),
        ]

    def __str__(self) -> str:
        return str(self.dossier_id)
