import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import tinhso.foundation.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("directory", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Export",
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
                ("source", models.TextField()),
                ("shape", models.TextField()),
                ("query", models.TextField(blank=True)),
                ("about", models.TextField()),
                (
                    "columns",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                ("personal", models.BooleanField()),
                ("officer", models.UUIDField()),
                ("officer_name", models.TextField()),
                ("asked_at", models.DateTimeField()),
                ("state", models.TextField(default="waiting")),
                ("total", models.PositiveIntegerField(null=True)),
                ("done", models.PositiveIntegerField(default=0)),
                ("seen_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("file_id", models.UUIDField(null=True)),
                ("size", models.BigIntegerField(null=True)),
                ("fault", models.TextField(blank=True, default="")),
                ("downloads", models.PositiveIntegerField(default=0)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.agency"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.unit"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["officer", "-id"], name="export_of_officer"),
                    models.Index(fields=["agency", "-id"], name="export_of_agency"),
                    models.Index(
                        condition=models.Q(("state", "ready")), fields=["expires_at"], name="export_expiry"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("shape__in", ["xlsx", "csv"])), name="export_known_shape"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "running", "ready", "failed", "cancelled", "expired"])
                        ),
                        name="export_known_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("columns", []), _negated=True), name="export_of_some_column"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("finished_at__gte", models.F("asked_at")),
                                ("finished_at__isnull", False),
                                ("state__in", ["ready", "failed", "cancelled", "expired"]),
                            ),
                            models.Q(
                                models.Q(
                                    ("state__in", ["ready", "failed", "cancelled", "expired"]), _negated=True
                                ),
                                ("finished_at", None),
                            ),
                            _connector="OR",
                        ),
                        name="export_finished_when_over",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("expires_at__isnull", False), ("file_id__isnull", False), ("state", "ready")
                            ),
                            models.Q(models.Q(("state", "ready"), _negated=True), ("file_id", None)),
                            _connector="OR",
                        ),
                        name="export_file_when_ready",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "failed"), ("fault", ""), _connector="XOR"),
                        name="export_failed_with_words",
                    ),
                ],
            },
        ),
    ]
