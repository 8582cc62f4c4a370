import django.db.models.deletion
from django.db import migrations, models

import tinhso.foundation.ids


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0002_unit_successors"),
        ("dossiers", "0016_letters"),
    ]

    operations = [
        migrations.AlterField(
            model_name="movedpromise",
            name="what",
            field=models.TextField(
                choices=[
                    ("promise", "promise"),
                    ("phase", "phase"),
                    ("opinion", "opinion"),
                    ("transfer", "transfer"),
                    ("timer", "timer"),
                ],
                default="promise",
            ),
        ),
        migrations.RemoveConstraint(model_name="movedpromise", name="moved_known_kind"),
        migrations.AddConstraint(
            model_name="movedpromise",
            constraint=models.CheckConstraint(
                condition=models.Q(("what__in", ["promise", "phase", "opinion", "transfer", "timer"])),
                name="moved_known_kind",
            ),
        ),
        migrations.CreateModel(
            name="Timer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tinhso.foundation.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("element", models.TextField()),
                ("step", models.TextField()),
                (
                    "kind",
                    models.TextField(choices=[("wait", "wait"), ("go", "go"), ("tell", "tell")]),
                ),
                ("amount", models.PositiveIntegerField()),
                (
                    "unit",
                    models.TextField(
                        choices=[
                            ("hour", "hour"),
                            ("calendar_day", "calendar_day"),
                            ("working_day", "working_day"),
                            ("month", "month"),
                        ]
                    ),
                ),
                ("began_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                (
                    "state",
                    models.TextField(
                        choices=[("runs", "runs"), ("rung", "rung"), ("dropped", "dropped")], default="runs"
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.agency",
                    ),
                ),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="timers",
                        to="dossiers.dossier",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "runs")),
                        fields=("dossier", "element"),
                        name="timer_runs_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["wait", "go", "tell"])), name="timer_known_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount__gt", 0),
                            ("unit__in", ["hour", "calendar_day", "working_day", "month"]),
                        ),
                        name="timer_counts_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("state", "runs")),
                            models.Q(
                                ("ended_at__gte", models.F("began_at")),
                                ("ended_at__isnull", False),
                                ("state__in", ["rung", "dropped"]),
                            ),
                            _connector="OR",
                        ),
                        name="timer_ended_when_it_runs_no_more",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_at__gt", models.F("began_at"))),
                        name="timer_due_after_it_began",
                    ),
                ],
            },
        ),
    ]
