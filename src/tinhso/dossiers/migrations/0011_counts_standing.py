"""A dossier whose clock stands is not counted as due: its deadline moves when it goes on."""

from django.db import migrations

COUNTS = """
CREATE OR REPLACE FUNCTION dossiers_counts(
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
        WHERE at_status NOT IN ('supplement', 'obligation', 'paused')
    UNION ALL SELECT 'settled', greatest(dossiers_day(due), dossiers_day(closing.closed)), NULL, ''
        FROM closing WHERE closing.closed IS NOT NULL
    UNION ALL SELECT at_status, dossiers_day(finished), NULL, '' WHERE finished IS NOT NULL
$$;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION dossiers_counts(
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
"""
MENDED = """
INSERT INTO dossiers_countchange (measure, day, agency, unit, version, status, via, number)
SELECT 'due', dossiers_day(due_at), agency_id, NULL, procedure_version_id, '', via, {sign} count(*)
FROM dossiers_dossier
WHERE status IN ('supplement', 'obligation', 'paused') AND accepted_at IS NOT NULL AND due_at IS NOT NULL
GROUP BY 2, 3, 5, 7
"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0010_times")]

    operations = [
        migrations.RunSQL(COUNTS, BEFORE),
        migrations.RunSQL(MENDED.format(sign="-"), MENDED.format(sign="+")),
    ]
