"""Closed reports whose figures stay, reminders of those not closed, and digests."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import tinhso.foundation.ids

GUARDS = """
CREATE FUNCTION supervision_closing_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF (NEW.closed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date < NEW.until THEN
            RAISE EXCEPTION 'period % is not over', NEW.period
                USING ERRCODE = 'check_violation', CONSTRAINT = 'closing_after_its_period';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.reopened_at IS NOT NULL AND OLD.reopened_at IS DISTINCT FROM NEW.reopened_at
       OR OLD.file_id IS NOT NULL AND OLD.file_id IS DISTINCT FROM NEW.file_id
       OR (NEW.id, NEW.form, NEW.agency_id, NEW.kind, NEW.period, NEW.since, NEW.until, NEW.lines, NEW.closed_at,
           NEW.closed_by, NEW.closed_by_name)
          IS DISTINCT FROM
          (OLD.id, OLD.form, OLD.agency_id, OLD.kind, OLD.period, OLD.since, OLD.until, OLD.lines, OLD.closed_at,
           OLD.closed_by, OLD.closed_by_name)
       OR OLD.reopened_at IS NOT NULL AND (NEW.reopened_by_name, NEW.ground)
          IS DISTINCT FROM (OLD.reopened_by_name, OLD.ground) THEN
        RAISE EXCEPTION 'closing % stays as it was', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'closing_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER closing_stays BEFORE INSERT OR UPDATE OR DELETE ON supervision_closing
    FOR EACH ROW EXECUTE FUNCTION supervision_closing_stays();
CREATE FUNCTION supervision_closed_line_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.place < (SELECT c.lines FROM supervision_closing c WHERE c.id = NEW.closing_id)
       THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'figures of a closed period stay as they were'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'closed_line_stays';
END $$;
CREATE TRIGGER closed_line_stays BEFORE INSERT OR UPDATE OR DELETE ON supervision_closedline
    FOR EACH ROW EXECUTE FUNCTION supervision_closed_line_stays();
"""
LOOSE = """
DROP TRIGGER closed_line_stays ON supervision_closedline;
DROP TRIGGER closing_stays ON supervision_closing;
DROP FUNCTION supervision_closed_line_stays();
DROP FUNCTION supervision_closing_stays();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("directory", "0002_unit_successors"),
    ]

    operations = [
        migrations.CreateModel(
            name="Closing",
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
                ("form", models.TextField()),
                ("kind", models.TextField()),
                ("period", models.TextField()),
                ("since", models.DateField()),
                ("until", models.DateField()),
                ("lines", models.PositiveIntegerField()),
                ("closed_at", models.DateTimeField()),
                ("closed_by", models.UUIDField()),
                ("closed_by_name", models.TextField()),
                ("file_id", models.UUIDField(null=True)),
                ("reopened_at", models.DateTimeField(null=True)),
                ("reopened_by_name", models.TextField(blank=True, default="")),
                ("ground", models.TextField(blank=True, default="")),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.agency"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ClosedLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.PositiveSmallIntegerField()),
                ("group", models.TextField(blank=True, default="")),
                ("key", models.TextField()),
                ("label", models.TextField()),
                ("closed", models.BooleanField()),
                ("online", models.PositiveIntegerField()),
                ("direct", models.PositiveIntegerField()),
                ("carried", models.PositiveIntegerField()),
                ("early", models.PositiveIntegerField()),
                ("on_time", models.PositiveIntegerField()),
                ("late", models.PositiveIntegerField()),
                ("in_time", models.PositiveIntegerField()),
                ("overdue", models.PositiveIntegerField()),
                (
                    "closing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="supervision.closing",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Digest",
            fields=[
                ("officer", models.UUIDField(primary_key=True, serialize=False)),
                ("hour", models.PositiveSmallIntegerField()),
                (
                    "contents",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                ("last_on", models.DateField()),
            ],
            options={
                "indexes": [models.Index(fields=["last_on", "hour"], name="digest_waiting")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("hour__lte", 23)), name="digest_hour_of_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "contents__contained_by",
                                ["late", "today", "new", "away", "mine", "agency_late"],
                            ),
                            models.Q(("contents", []), _negated=True),
                        ),
                        name="digest_of_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("form", models.TextField()),
                ("period", models.TextField()),
                ("day", models.DateField()),
                ("by_name", models.TextField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.agency"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="closing",
            index=models.Index(fields=["agency", "period", "form"], name="closing_of_agency"),
        ),
        migrations.AddConstraint(
            model_name="closing",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reopened_at", None)),
                fields=("agency", "period", "form"),
                name="closing_stands_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="closing",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["month", "quarter", "year"])), name="closing_known_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="closing",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gt", models.F("since"))), name="closing_of_some_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="closing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ground", ""), ("reopened_at", None), ("reopened_by_name", "")),
                    models.Q(
                        ("reopened_at__gte", models.F("closed_at")),
                        models.Q(("reopened_by_name", ""), _negated=True),
                        models.Q(("ground", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="closing_reopened_with_a_ground",
            ),
        ),
        migrations.AddConstraint(
            model_name="closedline",
            constraint=models.UniqueConstraint(fields=("closing", "place"), name="closed_line_in_one_place"),
        ),
        migrations.AddConstraint(
            model_name="closedline",
            constraint=models.UniqueConstraint(fields=("closing", "key"), name="closed_line_once"),
        ),
        migrations.AddConstraint(
            model_name="closedline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "online",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("early"), "+", models.F("on_time")
                                            ),
                                            "+",
                                            models.F("late"),
                                        ),
                                        "+",
                                        models.F("in_time"),
                                    ),
                                    "+",
                                    models.F("overdue"),
                                ),
                                "-",
                                models.F("direct"),
                            ),
                            "-",
                            models.F("carried"),
                        ),
                    )
                ),
                name="closed_line_balances",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(
                fields=("agency", "period", "form", "day"), name="reminder_once_a_day"
            ),
        ),
        migrations.RunSQL(GUARDS, LOOSE),
    ]
