"""The clocks of a process that run beside a dossier."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tinhso.dossiers.outcomes import TimerKind, TimerState
from tinhso.foundation.ids import new_id
from tinhso.foundation.worktime import Unit

KINDS = [kind.value for kind in TimerKind]
STATES = [state.value for state in TimerState]
UNITS = [unit.value for unit in Unit]


class Timer(models.Model):
    """One clock: `element` of the drawing it is, `step` it stands on, counted by the calendar of `agency`.

    It ends `rung`, or `dropped` when its step was done or the dossier ended.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="timers")
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    element = models.TextField()
    step = models.TextField()
    kind = models.TextField(choices=[(kind, kind) for kind in KINDS])
    amount = models.PositiveIntegerField()
    unit = models.TextField(choices=[(unit, unit) for unit in UNITS])
    began_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.TextField(choices=[(state, state) for state in STATES], default=TimerState.RUNS.value)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "dossiers"
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "element"], condition=Q(state="runs"), name="timer_runs_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="timer_known_kind"),
            models.CheckConstraint(condition=Q(unit__in=UNITS, amount__gt=0), name="timer_counts_something"),
            models.CheckConstraint(
                condition=Q(state="runs", ended_at=None)
                | Q(state__in=["rung", "dropped"], ended_at__isnull=False, ended_at__gte=F("began_at")),
                name="timer_ended_when_it_runs_no_more",
            ),
            models.CheckConstraint(condition=Q(due_at__gt=F("began_at")), name="timer_due_after_it_began"),
        ]

    def __str__(self) -> str:
        return f"{self.element} {self.due_at:%Y-%m-%d %H:%M}"
