"""Work items."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.foundation.ids import new_id


class Task(models.Model):
    """A piece of work (việc) about something of another room, given to a role in a unit."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject = models.TextField()
    subject_id = models.UUIDField()
    act = models.TextField()
    title = models.TextField()
    role = models.TextField()
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+")
    holder = models.UUIDField(null=True)
    given_at = models.DateTimeField()
    given_by = models.UUIDField(null=True)
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.UUIDField(null=True)

    class Meta:
        app_label = "tasks"
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "subject_id", "act"], condition=Q(done_at=None), name="task_open_once"
            ),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(done_at__gte=F("given_at")), name="task_done_after_given"
            ),
            models.CheckConstraint(
                condition=Q(done_by=None) | Q(done_at__isnull=False), name="task_done_by_when_done"
            ),
            models.CheckConstraint(condition=~Q(role=""), name="task_has_a_role"),
            models.CheckConstraint(condition=~Q(subject="") & ~Q(act=""), name="task_is_an_act_on_something"),
        ]
        indexes = [
            models.Index(
                fields=["holder", "due_at", "id"], condition=Q(done_at=None), name="task_open_of_holder"
            ),
            models.Index(
                fields=["unit", "role", "due_at"],
                condition=Q(done_at=None, holder=None),
                name="task_in_basket",
            ),
            models.Index(fields=["subject", "subject_id"], name="task_of_subject"),
        ]

    def __str__(self) -> str:
        return self.title
