"""The rows of a dossier in plain SQL: submitting and its turns are the acts whose speed matters most.

What hangs on the dossier goes ahead in one round trip (its keys are checked at commit); the dossier follows
once its number is known. A test holds these rows against what the models would write.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from tinhso.dossiers.contracts import PaperGiven, Status
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.turning import Turn
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef
from tinhso.foundation.statements import Statement, jsonb

CONTENT = (
    "INSERT INTO dossiers_content (dossier_id, answers, contact, identity_paper) VALUES (%s, %s, %s, %s)"
)
RUNNING = "INSERT INTO dossiers_running (dossier_id, process_version_id, state) VALUES (%s, %s, %s)"
PAPERS = (
    "INSERT INTO dossiers_submittedpaper (id, dossier_id, code, name, form, file_id, originals, copies,"
    " given_at, verdict, reason, current, document, sha256, reuse, replaced_by, national)"
    " SELECT id, %s, code, name, form, file_id, originals, copies, %s, 'unseen', '', true, document, sha256,"
    " reuse, replaced_by, false"
    " FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::uuid[], %s::int[], %s::int[],"
    " %s::uuid[], %s::text[], %s::smallint[], %s::text[])"
    " AS given (id, code, name, form, file_id, originals, copies, document, sha256, reuse, replaced_by)"
)
HISTORY = (
    "INSERT INTO dossiers_historyentry (dossier_id, at, act, actor_name, unit_id, status, note, public)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
)
FIELDS = tuple(field.attname for field in Dossier._meta.concrete_fields)
PLACES = ", ".join(["%s"] * len(FIELDS))
GOES_ON = "UPDATE dossiers_running SET state = %s WHERE dossier_id = %s"
CHANGE = f"UPDATE dossiers_dossier SET ({', '.join(FIELDS)}) = ROW({PLACES}) WHERE id = %s"  # noqa: S608 - our own
DOSSIER = f"INSERT INTO dossiers_dossier ({', '.join(FIELDS)}) VALUES ({PLACES})"  # noqa: S608 - our own


def content(
    dossier_id: UUID, *, answers: Mapping[str, Any], contact: bytes, identity_paper: str
) -> Statement:
    """What the person wrote, how to reach them, and by what paper they were known."""
    return CONTENT, (dossier_id, jsonb(answers), contact, identity_paper)


def running(dossier_id: UUID, *, process: UUID, state: bytes) -> Statement:
    """The process that begins."""
    return RUNNING, (dossier_id, process, state)


def papers(
    dossier_id: UUID, given: Sequence[PaperGiven], *, names: Mapping[str, str], at: datetime
) -> Statement:
    """The papers handed in."""
    return PAPERS, (
        dossier_id,
        at,
        [new_id() for _paper in given],
        [paper.code for paper in given],
        [names[paper.code] for paper in given],
        [paper.form.value for paper in given],
        [paper.file_id for paper in given],
        [paper.originals for paper in given],
        [paper.copies for paper in given],
        [paper.document for paper in given],
        [paper.sha256 for paper in given],
        [paper.reuse for paper in given],
        [paper.replaced_by for paper in given],
    )


def told(dossier_id: UUID, *, by: ActorRef, at: datetime) -> Statement:
    """The first line of the history."""
    return HISTORY, (dossier_id, at, "submit", by.name, by.unit, Status.SUBMITTED.value, "", True)


def goes_on(dossier_id: UUID, *, state: bytes) -> Statement:
    """Where the process stands now."""
    return GOES_ON, (state, dossier_id)


def change(dossier: Dossier) -> Statement:
    """The dossier as a turn left it."""
    return CHANGE, [*_values(dossier), dossier.id]


def tell(taken: Turn) -> Statement:
    """The line of a turn that readers of the history see."""
    by, note, status = taken.by, taken.note, taken.dossier.status
    return HISTORY, (taken.dossier.id, taken.at, taken.act, by.name, by.unit, status, note, taken.public)


def insert(dossier: Dossier) -> None:
    """Write the dossier itself, by then with its code. Raises IntegrityError."""
    with connection.cursor() as cursor:
        cursor.execute(DOSSIER, _values(dossier))


def _values(dossier: Dossier) -> list[Any]:
    values = [getattr(dossier, field) for field in FIELDS]
    values[FIELDS.index("flags")] = jsonb(dossier.flags)
    return values
