"""Counting how long dossiers of each procedure take, so that pages need not."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction

from tinhso.dossiers.models import Dossier, UsualTime
from tinhso.foundation import legal
from tinhso.foundation.moments import today
from tinhso.procedures import api as procedures

_COUNT = """
    SELECT known.code, count(*),
           ceil(extract(epoch FROM percentile_disc(%s) WITHIN GROUP (ORDER BY d.finished_at - d.submitted_at))
                / 86400)
    FROM dossiers_dossier d
    JOIN unnest(%s::uuid[], %s::text[]) AS known (version, code) ON known.version = d.procedure_version_id
    WHERE d.status = 'returned' AND d.finished_at >= %s
    GROUP BY known.code
"""


def count(*, at: datetime) -> int:
    """Count anew, from dossiers handed over within `usual_time_days`; how many procedures had any.

    Days are calendar days from sending to the result, rounded up, of `usual_time_percent` of the dossiers.
    """
    day = today(at)
    percent = legal.integer("usual_time_percent", on=day)
    since = at - timedelta(days=legal.integer("usual_time_days", on=day))
    returned = Dossier.objects.filter(status="returned", finished_at__gte=since)
    versions = list(returned.values_list("procedure_version_id", flat=True).distinct())
    codes = {id: brief.code for id, brief in procedures.briefs(versions).items()}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_COUNT, [percent / 100, list(codes), list(codes.values()), since])
        rows = [
            UsualTime(procedure=code, cases=cases, days=max(1, int(days)), percent=percent, counted_at=at)
            for code, cases, days in cursor.fetchall()
        ]
        UsualTime.objects.all().delete()
        UsualTime.objects.bulk_create(rows)
    return len(rows)
