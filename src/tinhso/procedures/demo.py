"""The demo catalogue: procedures of the province's daily life, one file each in `catalogue/`."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson

from tinhso.forms import api as forms
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM
from tinhso.procedures.content import decode
from tinhso.procedures.contracts import Content
from tinhso.procedures.models import ProcedureVersion
from tinhso.procedures.operations.drafts import draft
from tinhso.procedures.operations.publishing import publish
from tinhso.workflow import api as workflow

FOLDER = Path(__file__).parent / "catalogue"
SINCE = date(2025, 7, 1)


def files() -> tuple[dict[str, Any], ...]:
    """The procedures as written: `code`, `form` and `process` by key, `content`."""
    return tuple(orjson.loads(file.read_bytes()) for file in sorted(FOLDER.glob("*.json")))


def content_of_file(entry: dict[str, Any]) -> Content:
    """What one file says, with its process by key."""
    return dataclasses.replace(decode(entry["content"]), process_key=entry["process"])


def bound(entry: dict[str, Any]) -> Content:
    """The same, bound to the versions of form and process that are deployed now."""
    form = forms.latest(entry["form"]) if entry["form"] else None
    return dataclasses.replace(
        content_of_file(entry),
        form_version_id=form.id if form else None,
        process_version_id=workflow.latest(entry["process"]),
    )


def load(*, at: datetime) -> None:
    """Publish every procedure of the demo, in force since the two tiers began.

    One that stands already gets a new version from today only when its file or its form changed since: what
    another version of it said once is not published again.
    """
    entries = files()
    versions = ProcedureVersion.objects.filter(procedure__code__in=[entry["code"] for entry in entries])
    known = list(versions.exclude(state="withdrawn").select_related("procedure"))
    standing = {row.procedure.code: row for row in known if row.effective_to is None}
    said = {(row.procedure.code, row.id): decode(row.content) for row in known}
    for entry in entries:
        content, before = bound(entry), standing.get(entry["code"])
        day = SINCE
        if before is not None:
            day = today(at)
            same = any(code == entry["code"] and one == content for (code, _id), one in said.items())
            if same or before.state == "draft" or before.effective_from == day:
                continue
        version = draft(code=entry["code"], content=content, by=SYSTEM, at=at)
        publish(version_id=version, effective_from=day, by=SYSTEM, at=at)
