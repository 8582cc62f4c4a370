"""How long dossiers take: in three thirds, by agency too, and the mean of each month; many given to several."""

import django.db.models.deletion
from django.db import migrations, models

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))
AGENCY = (
    "agency",
    models.ForeignKey(
        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.agency"
    ),
)


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0002_unit_successors"),
        ("dossiers", "0009_deadlines"),
    ]

    operations = [
        migrations.AddField(model_name="bulkitem", name="given", field=models.JSONField(default=dict)),
        migrations.DeleteModel(name="UsualTime"),
        migrations.CreateModel(
            name="UsualTime",
            fields=[
                ID,
                ("procedure", models.TextField()),
                ("cases", models.PositiveIntegerField()),
                ("percent", models.PositiveIntegerField()),
                ("days", models.PositiveIntegerField()),
                ("fast", models.PositiveIntegerField()),
                ("middle", models.PositiveIntegerField()),
                ("slow", models.PositiveIntegerField()),
                ("counted_at", models.DateTimeField()),
                AGENCY,
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("procedure", "agency"), name="usual_time_once", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cases__gte", 3), ("fast__gte", 1)),
                        name="usual_time_of_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("fast__lte", models.F("middle")),
                            ("middle__lte", models.F("slow")),
                            ("days__gte", models.F("fast")),
                            ("days__lte", models.F("slow")),
                        ),
                        name="usual_time_thirds_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("percent__gte", 1), ("percent__lte", 100)),
                        name="usual_time_percent_is_one",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MonthTime",
            fields=[
                ID,
                ("procedure", models.TextField()),
                ("month", models.DateField()),
                ("cases", models.PositiveIntegerField()),
                ("mean", models.DecimalField(decimal_places=1, max_digits=7)),
                AGENCY,
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("procedure", "agency", "month"), name="month_time_once", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cases__gte", 1), ("mean__gte", 0)),
                        name="month_time_of_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="month_time_begins_a_month"
                    ),
                ],
            },
        ),
    ]
