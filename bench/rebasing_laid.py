"""Running dossiers laid by SQL and taken over to a new version; prints what was found as JSON.

Runs as a process of its own (`python -m bench.rebasing_laid`) with `DATABASE_URL` naming an empty database.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - Django must be ready first
from django.db import connection, transaction  # noqa: E402
from tests.support.office import Office, office, published_anew, submission  # noqa: E402

from tinhso.config import demo  # noqa: E402
from tinhso.dossiers.models import Dossier, Rebased, Rebasing  # noqa: E402
from tinhso.dossiers.operations import intake, rebasing_runs  # noqa: E402
from tinhso.dossiers.operations.submission import submit  # noqa: E402
from tinhso.forms import api as forms  # noqa: E402
from tinhso.foundation.refs import SYSTEM  # noqa: E402
from tinhso.procedures import api as procedures  # noqa: E402
from tinhso.workflow import api as workflow  # noqa: E402

TOTAL = int(os.environ.get("BENCH_REBASED", "10000"))
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
SINCE = date(2026, 3, 2)
QUESTIONS = 40
COPIED = {
    "dossiers_content": "answers, contact, identity_paper",
    "dossiers_running": "process_version_id, state",
}
TASKS = """
    INSERT INTO tasks_task
        (id, subject, subject_id, act, title, role, unit_id, holder, given_at, due_at)
    SELECT uuidv7(), 'dossier', d.id, told.act, told.title, d.role, d.unit_id, d.holder, d.accepted_at,
           d.due_at
    FROM dossiers_dossier d, tasks_task told
    WHERE told.subject_id = %s AND told.done_at IS NULL AND d.id <> %s AND d.procedure_version_id = %s
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """How long the run took, how much of it this process computed, and what became of the dossiers."""

    seconds: float
    computed: float
    total: int
    able: int
    unable: int
    asked_seconds: float


def _form(code: str, names: list[str]) -> UUID:
    fields = [{"name": name, "kind": "text", "label": f"Câu {name}"} for name in names]
    pages = [
        {"name": f"trang-{at // 10}", "question": f"Trang {at // 10}", "fields": fields[at : at + 10]}
        for at in range(0, len(fields), 10)
    ]
    return forms.publish(code=code, definition={"title": code, "pages": pages}, by=SYSTEM, at=AT)


def lay(*, total: int) -> Office:
    """An office whose procedure asks forty questions, and `total` accepted dossiers of it, laid by SQL."""
    place = office()
    names = [f"c{number}" for number in range(QUESTIONS)]
    form = _form("bench-cu", names)
    version = published_anew(place.version, since=SINCE - timedelta(days=9), form_version_id=form)
    given: Any = submission(place)
    first = submit(
        type(given)(
            **{name: getattr(given, name) for name in given.__dataclass_fields__}
            | {"version_id": version, "answers": {name: f"Trả lời {name}" for name in names}}
        ),
        by=place.citizen,
        at=AT,
    )
    intake.accept(dossier_id=first.id, by=place.intake, at=AT)
    _copies(first.id, version=version, total=total)
    return place


def _copies(dossier_id: UUID, *, version: UUID, total: int) -> None:
    columns = [field.attname for field in Dossier._meta.concrete_fields]
    made = {"id": "uuidv7()", "code": "told.code || '-' || g"}
    words = ", ".join(made.get(name, f"told.{name}") for name in columns)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO dossiers_dossier ({', '.join(columns)}) SELECT {words}"  # noqa: S608 - our own words
            " FROM dossiers_dossier AS told, generate_series(1, %s) AS g WHERE told.id = %s",
            [total - 1, dossier_id],
        )
        for table, what in COPIED.items():
            cursor.execute(
                f"INSERT INTO {table} (dossier_id, {what}) SELECT d.id, {what}"  # noqa: S608 - our own words
                f" FROM dossiers_dossier d, {table} told WHERE told.dossier_id = %s AND d.id <> %s"
                " AND d.procedure_version_id = %s",
                [dossier_id, dossier_id, version],
            )
        cursor.execute(TASKS, [dossier_id, dossier_id, version])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE dossiers_dossier, tasks_task, dossiers_content, dossiers_running")


def measure(*, total: int = TOTAL) -> Measured:
    """Lay, publish a version with another form, paper and process, ask for the run and do it.

    Raises RuntimeError when not every dossier went over.
    """
    place = lay(total=total)
    names = [f"c{number}" for number in range(2, QUESTIONS + 2)]
    drawing = workflow.drawing("tham-dinh-ky").replace('name="Tiếp nhận', 'name="Nhận và xem', 1)
    old = Dossier.objects.order_by("-id").values_list("procedure_version_id", flat=True)[0]
    published_anew(
        old,
        since=SINCE,
        form_version_id=_form("bench-moi", names),
        papers=(*procedures.version(old).papers, procedures.PaperAsked(code="anh", name="Ảnh")),
        process_version_id=workflow.deploy(key="tham-dinh-ky", bpmn=drawing, by=SYSTEM, at=AT),
    )
    at, began = AT + timedelta(hours=1), time.monotonic()
    code = procedures.version(old).code
    asked = rebasing_runs.ask(code=code, trial=False, reason="Quyết định mới", by=place.leader, at=at)
    asked_seconds = time.monotonic() - began
    began, computed = time.monotonic(), time.process_time()
    rebasing_runs.run(asked, at=at)
    seconds, computed = time.monotonic() - began, time.process_time() - computed
    found = Rebasing.objects.get(id=asked)
    if (found.able, Rebased.objects.count()) != (total, total):
        raise RuntimeError(f"{found.able} of {total} dossiers went over, {found.unable} stayed")
    return Measured(seconds, computed, total, found.able, found.unable, asked_seconds)


def main() -> None:
    """A migrated province; its dossiers laid and taken over once."""
    call_command("migrate", verbosity=0, interactive=False)
    demo.load_reference(at=AT)
    print(json.dumps(asdict(measure())))


if __name__ == "__main__":
    main()
