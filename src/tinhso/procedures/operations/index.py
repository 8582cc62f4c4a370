"""What search knows of the catalogue: one entry per procedure, of the version that stands."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from tinhso.procedures.content import decode
from tinhso.procedures.contracts import Content, Source
from tinhso.procedures.models import ProcedureVersion
from tinhso.search import api as search

KIND = "procedure"
LIFTED = 1.15


def entry(*, procedure_id: UUID, code: str, content: Content, made_here: bool) -> search.Entry:
    """The entry of a procedure. With a form made here, or everyday words, it stands a little above others."""
    return search.Entry(
        kind=KIND,
        id=procedure_id,
        title=content.name,
        words=(content.short_name, *content.words) if content.short_name else content.words,
        text=" ".join((code, content.sector, content.summary, *(r.name for r in content.results))),
        url=f"/thu-tuc/{code}/",
        weight=LIFTED if content.words or (made_here and content.form_version_id) else 1.0,
    )


def _of_version(version: ProcedureVersion, content: Content) -> search.Entry:
    return entry(
        procedure_id=version.procedure_id,
        code=version.procedure.code,
        content=content,
        made_here=version.source == Source.WRITTEN,
    )


def put(version: ProcedureVersion, content: Content) -> None:
    """Show this version in search."""
    search.put(_of_version(version, content))


def refresh(procedure_ids: Iterable[UUID]) -> None:
    """Show each procedure's last published version without an end, or nothing."""
    wanted = set(procedure_ids)
    standing = ProcedureVersion.objects.filter(
        procedure__in=wanted, state="published", effective_to=None
    ).select_related("procedure")
    entries = [_of_version(row, decode(row.content)) for row in standing]
    search.put_many(entries)
    search.remove(kind=KIND, ids=wanted - {one.id for one in entries})
