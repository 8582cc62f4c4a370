"""Keeping counts: changes folded in, and all dossiers counted anew to find and mend what differs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction

from tinhso.dossiers.measures import Measure

KEY = "measure, day, agency, unit, version, status, via"
LOCK = "SELECT pg_advisory_xact_lock(hashtext('dossiers_count'))"
ROLLED = """
    SELECT 'agency' AS level, measure,
           CASE measure WHEN 'open' THEN day ELSE date_trunc('month', day)::date END AS day,
           agency, NULL::uuid AS unit, NULL::uuid AS version, status, via, number FROM {changes}
    UNION ALL
    SELECT 'procedure', measure, CASE measure WHEN 'open' THEN day ELSE date_trunc('month', day)::date END,
           NULL, NULL, version, status, via, number FROM {changes}
"""
ADDED = """
INSERT INTO dossiers_count AS kept (level, measure, day, agency, unit, version, status, via, number)
SELECT level, measure, day, agency, unit, version, status, via, sum(number) FROM levelled
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 HAVING sum(number) <> 0
ON CONFLICT (level, measure, agency, day, version, unit, status, via)
DO UPDATE SET number = kept.number + excluded.number
"""
FOLD = f"""
WITH gone AS (DELETE FROM dossiers_countchange RETURNING *),
levelled AS (
    SELECT 'each' AS level, {KEY}, number FROM gone UNION ALL
    SELECT level, {KEY}, number FROM ({ROLLED.format(changes="gone")}) AS rolled
) {ADDED}
"""  # noqa: S608 - our own columns
UNROLL = "DELETE FROM dossiers_count WHERE level <> 'each'"
ROLL = f"""
WITH kept_each AS (SELECT * FROM dossiers_count WHERE level = 'each'),
levelled AS ({ROLLED.format(changes="kept_each")}) {ADDED}
"""  # noqa: S608 - our own columns
EMPTIED = "DELETE FROM dossiers_count WHERE number = 0"
RECOUNT = f"""
WITH counted AS (
    SELECT c.measure, c.day, d.agency_id AS agency, c.unit, d.procedure_version_id AS version,
           c.status, d.via, count(*) AS number
    FROM dossiers_dossier AS d, dossiers_counts(d.status, d.unit_id, d.submitted_at, d.accepted_at,
                                                d.closed_at, d.due_at, d.finished_at) AS c
    GROUP BY 1, 2, 3, 4, 5, 6, 7
), kept AS (
    SELECT {KEY}, sum(number) AS number FROM (
        SELECT {KEY}, number FROM dossiers_count WHERE level = 'each'
        UNION ALL SELECT {KEY}, number FROM dossiers_countchange
    ) AS both_of_them GROUP BY {KEY}
), every AS (
    SELECT {KEY}, number AS counted, 0 AS kept FROM counted
    UNION ALL SELECT {KEY}, 0, number FROM kept
), faults AS (
    SELECT {KEY}, sum(kept) AS kept, sum(counted) AS counted FROM every
    GROUP BY {KEY} HAVING sum(kept) <> sum(counted)
), mended AS (
    INSERT INTO dossiers_countchange ({KEY}, number) SELECT {KEY}, counted - kept FROM faults
)
INSERT INTO dossiers_countfault ({KEY}, kept, counted, found_at) SELECT {KEY}, kept, counted, %s FROM faults
RETURNING measure, day, agency, unit, version, status, via, kept, counted
"""  # noqa: S608 - our own columns


@dataclass(frozen=True, slots=True)
class Difference:
    """A count that was kept otherwise than the dossiers say."""

    measure: Measure
    day: date | None
    agency: UUID
    unit: UUID | None
    version: UUID
    status: str
    via: str
    kept: int
    counted: int


def fold() -> None:
    """Fold the changes that acts have left into the counts. Readers see each change once, before or after."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCK)
        cursor.execute(FOLD)
        if cursor.rowcount:
            cursor.execute(EMPTIED)


def recount(*, at: datetime) -> tuple[Difference, ...]:
    """Count all dossiers anew: every difference is kept by name and mended, then the levels are rolled up.

    Reads the whole table: a job does it at night.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCK)
        cursor.execute(RECOUNT, [at])
        found = cursor.fetchall()
        for statement in (FOLD, UNROLL, ROLL, EMPTIED):
            cursor.execute(statement)
    return tuple(Difference(Measure(measure), *rest) for measure, *rest in found)
