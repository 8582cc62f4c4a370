"""Takes every dossier of the offices out as one file, as the job does; prints what it cost as JSON.

Runs as a process of its own, so that its largest memory is that of the export alone.
"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import datetime
from itertools import chain
from pathlib import Path
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
django.setup()

from tinhso.dossiers import api as dossiers  # noqa: E402 - Django must be ready first
from tinhso.dossiers import exporting  # noqa: E402
from tinhso.dossiers.models import Dossier  # noqa: E402
from tinhso.exports import api as exports  # noqa: E402
from tinhso.exports.models import Export  # noqa: E402
from tinhso.exports.operations import keeping  # noqa: E402
from tinhso.foundation import moments  # noqa: E402
from tinhso.foundation.ids import new_id  # noqa: E402
from tinhso.foundation.refs import ActorRef  # noqa: E402
from tinhso.identity.models import Post  # noqa: E402


def everything(query: str, columns: list[str], by: ActorRef, at: datetime) -> exports.Prepared:
    """The lists of all offices, one after the other: wider than any officer's, written by the same code."""
    agencies: list[UUID] = list(Dossier.objects.order_by().values_list("agency_id", flat=True).distinct())
    lists = [exporting.written(dossiers.Filter(agency=agency), columns) for agency in agencies]
    return exports.Prepared(
        total=sum(each.total or 0 for each in lists),
        batches=chain.from_iterable(each.batches for each in lists),
    )


def main() -> None:
    """Ask for it, write it."""
    source = exports.Source(
        name="bench.everything",
        label="Máy đo",
        act="dossiers.list",
        personal_act="dossiers.export_personal",
        columns=exporting.COLUMNS,
        describe=lambda _query, _by, _at: "Máy đo",
        prepare=everything,
    )
    exports.declare(source)
    at = moments.now()
    post = Post.objects.select_related("officer", "unit").filter(role="intake_officer").order_by("id")[0]
    export = Export.objects.create(
        id=new_id(), source=source.name, shape=os.environ["BENCH_SHAPE"], query="", about="Máy đo",
        columns=[column.word for column in source.columns], personal=True, officer=post.officer.account_id,
        officer_name=post.officer.full_name, unit_id=post.unit_id, agency_id=post.unit.agency_id, asked_at=at,
    )  # fmt: skip
    began = time.perf_counter()
    keeping.write(export.id, clock=moments.now)
    seconds = time.perf_counter() - began
    export.refresh_from_db()
    told = {"state": export.state, "rows": export.done, "size": export.size, "seconds": seconds}
    sys.stdout.write(json.dumps(told | {"most_kb": largest()}))


def largest() -> int:
    """The most memory this process has had, in kB."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


if __name__ == "__main__":
    main()
