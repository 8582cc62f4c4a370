"""Counts kept as dossiers change, and a search within one agency that history does not slow."""

from django.db import migrations, models

COUNTS = """
CREATE FUNCTION dossiers_day(moment timestamptz) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (moment AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;

CREATE FUNCTION dossiers_counts(
    at_status text, at_unit uuid, sent timestamptz, accepted timestamptz, closed timestamptz,
    due timestamptz, finished timestamptz
) RETURNS TABLE (measure text, day date, unit uuid, status text) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    WITH closing AS (SELECT coalesce(closed, finished) AS closed WHERE accepted IS NOT NULL AND due IS NOT NULL)
    SELECT 'open', dossiers_day(due), at_unit, at_status WHERE finished IS NULL
    UNION ALL SELECT 'sent', dossiers_day(sent), NULL, ''
    UNION ALL SELECT 'accepted', dossiers_day(accepted), NULL, '' WHERE accepted IS NOT NULL
    UNION ALL SELECT 'handled', dossiers_day(closed), NULL, ''
        WHERE closed IS NOT NULL AND at_status IN ('done', 'returned')
    UNION ALL SELECT CASE WHEN closing.closed > due THEN 'late'
                          WHEN dossiers_day(closing.closed) < dossiers_day(due) THEN 'early'
                          ELSE 'on_time' END,
        dossiers_day(closing.closed), NULL, '' FROM closing
        WHERE closing.closed IS NOT NULL
    UNION ALL SELECT 'due', dossiers_day(due), NULL, '' FROM closing
    UNION ALL SELECT 'settled', greatest(dossiers_day(due), dossiers_day(closing.closed)), NULL, ''
        FROM closing WHERE closing.closed IS NOT NULL
    UNION ALL SELECT at_status, dossiers_day(finished), NULL, '' WHERE finished IS NOT NULL
$$;

CREATE FUNCTION dossiers_count_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO dossiers_countchange (measure, day, agency, unit, version, status, via, number)
    SELECT c.measure, c.day, d.agency_id, c.unit, d.procedure_version_id, c.status, d.via, count(*)
    FROM appeared AS d, dossiers_counts(d.status, d.unit_id, d.submitted_at, d.accepted_at, d.closed_at,
                                        d.due_at, d.finished_at) AS c
    GROUP BY 1, 2, 3, 4, 5, 6, 7;
    RETURN NULL;
END $$;

CREATE FUNCTION dossiers_count_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO dossiers_countchange (measure, day, agency, unit, version, status, via, number)
    SELECT c.measure, c.day, d.agency_id, c.unit, d.procedure_version_id, c.status, d.via, sum(d.sign)
    FROM (
        SELECT 1 AS sign, status, unit_id, agency_id, procedure_version_id, via, submitted_at, accepted_at,
               closed_at, due_at, finished_at FROM appeared
        UNION ALL
        SELECT -1, status, unit_id, agency_id, procedure_version_id, via, submitted_at, accepted_at,
               closed_at, due_at, finished_at FROM gone
    ) AS d, dossiers_counts(d.status, d.unit_id, d.submitted_at, d.accepted_at, d.closed_at, d.due_at,
                            d.finished_at) AS c
    GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(d.sign) <> 0;
    RETURN NULL;
END $$;

CREATE FUNCTION dossiers_count_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO dossiers_countchange (measure, day, agency, unit, version, status, via, number)
    SELECT c.measure, c.day, d.agency_id, c.unit, d.procedure_version_id, c.status, d.via, -count(*)
    FROM gone AS d, dossiers_counts(d.status, d.unit_id, d.submitted_at, d.accepted_at, d.closed_at,
                                    d.due_at, d.finished_at) AS c
    GROUP BY 1, 2, 3, 4, 5, 6, 7;
    RETURN NULL;
END $$;

CREATE TRIGGER dossier_counted_new AFTER INSERT ON dossiers_dossier
    REFERENCING NEW TABLE AS appeared FOR EACH STATEMENT EXECUTE FUNCTION dossiers_count_new();
CREATE TRIGGER dossier_counted AFTER UPDATE ON dossiers_dossier
    REFERENCING OLD TABLE AS gone NEW TABLE AS appeared
    FOR EACH STATEMENT EXECUTE FUNCTION dossiers_count_changed();
CREATE TRIGGER dossier_counted_gone AFTER DELETE ON dossiers_dossier
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION dossiers_count_gone();
"""
UNCOUNTED = """
DROP TRIGGER dossier_counted_new ON dossiers_dossier;
DROP TRIGGER dossier_counted ON dossiers_dossier;
DROP TRIGGER dossier_counted_gone ON dossiers_dossier;
DROP FUNCTION dossiers_count_new();
DROP FUNCTION dossiers_count_changed();
DROP FUNCTION dossiers_count_gone();
DROP FUNCTION dossiers_counts(text, uuid, timestamptz, timestamptz, timestamptz, timestamptz, timestamptz);
DROP FUNCTION dossiers_day(timestamptz);
"""
# What a word is here is said again in dossiers/queries/narrowing.py, which asks by it. Its cost keeps the planner
# from walking an agency's history and making the words of each name on the way.
FOUND = r"""
CREATE FUNCTION dossiers_name_terms(agency uuid, folded text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 5000 AS $$
    SELECT coalesce(array_to_tsvector(array_agg(DISTINCT agency::text || ':' || left(word, 60))), '')
    FROM regexp_split_to_table(folded, '[\s!-/:-@\[-`{-~]+') AS word WHERE word <> ''
$$;
CREATE INDEX dossier_by_name ON dossiers_dossier
    USING gin (dossiers_name_terms(agency_id, applicant_folded));
CREATE INDEX dossier_by_tail ON dossiers_dossier (agency_id, reverse(code) text_pattern_ops);
"""
LOST = """
DROP INDEX dossier_by_name;
DROP INDEX dossier_by_tail;
DROP FUNCTION dossiers_name_terms(uuid, text);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0001_initial"),
        ("dossiers", "0006_recounts"),
        ("procedures", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Count",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level", models.TextField()),
                ("measure", models.TextField()),
                ("agency", models.UUIDField(null=True)),
                ("day", models.DateField(null=True)),
                ("version", models.UUIDField(null=True)),
                ("unit", models.UUIDField(null=True)),
                ("status", models.TextField()),
                ("via", models.TextField()),
                ("number", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="CountChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("measure", models.TextField()),
                ("day", models.DateField(null=True)),
                ("agency", models.UUIDField()),
                ("unit", models.UUIDField(null=True)),
                ("version", models.UUIDField()),
                ("status", models.TextField()),
                ("via", models.TextField()),
                ("number", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="CountFault",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("found_at", models.DateTimeField()),
                ("measure", models.TextField()),
                ("day", models.DateField(null=True)),
                ("agency", models.UUIDField()),
                ("unit", models.UUIDField(null=True)),
                ("version", models.UUIDField()),
                ("status", models.TextField()),
                ("via", models.TextField()),
                ("kept", models.IntegerField()),
                ("counted", models.IntegerField()),
            ],
        ),
        migrations.AddField(
            model_name="dossier",
            name="closed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                condition=models.Q(("finished_at", None)),
                fields=["agency", "due_at", "id"],
                name="dossier_open_of_agency",
            ),
        ),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                condition=models.Q(("accepted_at__isnull", False)),
                fields=["agency", "-accepted_at", "-id"],
                name="dossier_accepted_of_agency",
            ),
        ),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False)),
                fields=["agency", "-closed_at", "-id"],
                name="dossier_closed_of_agency",
            ),
        ),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                condition=models.Q(("finished_at__isnull", False)),
                fields=["agency", "-finished_at", "-id"],
                name="dossier_ended_of_agency",
            ),
        ),
        migrations.AddConstraint(
            model_name="dossier",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closed_at", None),
                    ("closed_at__gte", models.F("submitted_at")),
                    _connector="OR",
                ),
                name="dossier_closed_after_sent",
            ),
        ),
        migrations.AddConstraint(
            model_name="count",
            constraint=models.UniqueConstraint(
                fields=("level", "measure", "agency", "day", "version", "unit", "status", "via"),
                name="count_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="count",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("level__in", ["each", "agency", "procedure"]),
                    (
                        "measure__in",
                        [
                            "open",
                            "sent",
                            "accepted",
                            "handled",
                            "early",
                            "on_time",
                            "late",
                            "returned",
                            "refused",
                            "withdrawn",
                            "stopped",
                            "due",
                            "settled",
                        ],
                    ),
                ),
                name="count_known_measure",
            ),
        ),
        migrations.AddConstraint(
            model_name="countchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "measure__in",
                        [
                            "open",
                            "sent",
                            "accepted",
                            "handled",
                            "early",
                            "on_time",
                            "late",
                            "returned",
                            "refused",
                            "withdrawn",
                            "stopped",
                            "due",
                            "settled",
                        ],
                    )
                ),
                name="count_change_known_measure",
            ),
        ),
        migrations.AddConstraint(
            model_name="countchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("number", 0), _negated=True), name="count_change_of_something"
            ),
        ),
        migrations.AddIndex(
            model_name="countfault",
            index=models.Index(fields=["-found_at"], name="count_fault_found"),
        ),
        migrations.AddConstraint(
            model_name="countfault",
            constraint=models.CheckConstraint(
                condition=models.Q(("kept", models.F("counted")), _negated=True), name="count_fault_differs"
            ),
        ),
        migrations.RunSQL(COUNTS, UNCOUNTED),
        migrations.RunSQL(FOUND, LOST),
    ]
