"""Open promises laid by SQL and counted anew through the real operation; prints what was found as JSON.

Runs as a process of its own (`python -m bench.promises_laid`) with `DATABASE_URL` naming an empty database.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - Django must be ready first
from django.db import connection, transaction  # noqa: E402
from tests.support.office import accepted, office  # noqa: E402

from tinhso.config import demo  # noqa: E402
from tinhso.dossiers.models import Dossier, MovedPromise, Recount  # noqa: E402
from tinhso.dossiers.operations import recounts  # noqa: E402
from tinhso.foundation import worktime  # noqa: E402
from tinhso.foundation.refs import SYSTEM, CalendarRef  # noqa: E402

TOTAL = int(os.environ.get("BENCH_PROMISES", "100000"))
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
CLOSED = date(2026, 3, 4)
PROVINCE = worktime.CalendarLine("an-giang", "Lịch của tỉnh", "vn")

VARIED = {
    "id": "uuidv7()",
    "code": "told.code || '-' || g",
    "accepted_at": "told.accepted_at - (g %% 40) * interval '6 hours'",
    "submitted_at": "told.submitted_at - (g %% 40) * interval '6 hours'",
}
TASKS = """
    INSERT INTO tasks_task
        (id, subject, subject_id, act, title, role, unit_id, holder, given_at, due_at)
    SELECT uuidv7(), 'dossier', d.id, told.act, told.title, d.role, d.unit_id, d.holder, d.accepted_at,
           d.due_at
    FROM dossiers_dossier d, tasks_task told
    WHERE told.subject_id = %s AND told.done_at IS NULL AND d.id <> %s
"""
SPANS = """
    INSERT INTO dossiers_standing (dossier_id, began_at, ended_at, reason)
    SELECT id, accepted_at + interval '1 day', accepted_at + interval '3 days', 'Chờ bổ sung'
    FROM dossiers_dossier WHERE right(code, 1) IN ('3', '7')
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """How long one count took, how much of it this process computed, and what it found."""

    seconds: float
    computed: float
    counted: int
    moved: int


def lay(dossier_id: UUID, *, total: int) -> None:
    """Copies of an open dossier with its work, their acceptance spread over ten days; a fifth waited once."""
    names = [field.attname for field in Dossier._meta.concrete_fields]
    made = ", ".join(VARIED.get(name, f"told.{name}") for name in names)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO dossiers_dossier ({', '.join(names)}) SELECT {made}"  # noqa: S608 - our own words
            f" FROM dossiers_dossier AS told, generate_series(1, %s) AS g WHERE told.id = %s",
            [total - 1, dossier_id],
        )
        cursor.execute(TASKS, [dossier_id, dossier_id])
        cursor.execute(SPANS)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE dossiers_dossier, tasks_task, dossiers_standing")


def measured(calendar: worktime.CalendarLine, day: date, *, at: datetime) -> Measured:
    """Close a day and count."""
    closed = recounts.day_off_or_on(
        calendar, day, kind=worktime.DayKind.CLOSED, name="Nghỉ", basis="Công điện"
    )
    asked = recounts.correct(closed, by=SYSTEM, at=at)
    began, computed = time.monotonic(), time.process_time()
    recounts.run(asked, at=at)
    seconds, computed = time.monotonic() - began, time.process_time() - computed
    found = Recount.objects.get(id=asked)
    if found.moved != MovedPromise.objects.filter(recount=found).count():
        raise RuntimeError("what moved is not what is listed")
    return Measured(seconds, computed, found.counted, found.moved)


def main() -> None:
    """A migrated province with one office; its promises laid and counted once."""
    call_command("migrate", verbosity=0, interactive=False)
    demo.load_reference(at=AT)
    worktime.keep_calendar(CalendarRef(PROVINCE.code), name=PROVINCE.name, by=SYSTEM, at=AT)
    lay(accepted(office(), filed_at=AT, at=AT).id, total=TOTAL)
    print(json.dumps(asdict(measured(PROVINCE, CLOSED, at=AT))))


if __name__ == "__main__":
    main()
