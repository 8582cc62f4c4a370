"""Tables of exports, and the constraints that keep them true."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tinhso.exports.contracts import Shape, State
from tinhso.foundation.ids import new_id

SHAPES = [shape.value for shape in Shape]
STATES = [state.value for state in State]
OVER = [State.READY.value, State.FAILED.value, State.CANCELLED.value, State.EXPIRED.value]


class Export(models.Model):
    """A list an officer took out: which, by which address, with which columns, and what became of it.

    The row stays as the trace when its file is gone. `done` rows of `total` are written; `total` is empty
    while nobody knows. `seen_at` is when the job last gave a sign.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.TextField()
    shape = models.TextField()
    query = models.TextField(blank=True)
    about = models.TextField()
    columns = ArrayField(models.TextField())
    personal = models.BooleanField()
    officer = models.UUIDField()
    officer_name = models.TextField()
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.TextField(default=State.WAITING.value)
    total = models.PositiveIntegerField(null=True)
    done = models.PositiveIntegerField(default=0)
    seen_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    file_id = models.UUIDField(null=True)
    size = models.BigIntegerField(null=True)
    fault = models.TextField(default="", blank=True)
    downloads = models.PositiveIntegerField(default=0)

    class Meta:
        app_label = "exports"
        constraints = [
            models.CheckConstraint(condition=Q(shape__in=SHAPES), name="export_known_shape"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="export_known_state"),
            models.CheckConstraint(condition=~Q(columns=[]), name="export_of_some_column"),
            models.CheckConstraint(
                condition=Q(state__in=OVER, finished_at__isnull=False, finished_at__gte=F("asked_at"))
                | (~Q(state__in=OVER) & Q(finished_at=None)),
                name="export_finished_when_over",
            ),
            models.CheckConstraint(
                condition=Q(state=State.READY.value, file_id__isnull=False, expires_at__isnull=False)
                | (~Q(state=State.READY.value) & Q(file_id=None)),
                name="export_file_when_ready",
            ),
            models.CheckConstraint(
                condition=Q(state=State.FAILED.value) ^ Q(fault=""), name="export_failed_with_words"
            ),
        ]
        indexes = [
            models.Index(fields=["officer", "-id"], name="export_of_officer"),
            models.Index(fields=["agency", "-id"], name="export_of_agency"),
            models.Index(fields=["expires_at"], condition=Q(state="ready"), name="export_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.shape}"
