"""Several photos of one paper become one PDF, in the order they were taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from tinhso.dossiers.contracts import PaperGiven
from tinhso.foundation import files
from tinhso.foundation.errors import Invalid
from tinhso.foundation.refs import ActorRef

JOINED = frozenset({"application/pdf", "image/jpeg", "image/png", "image/heic"})


def papers(
    given: Mapping[str, Sequence[UUID]], *, names: Mapping[str, str], by: ActorRef, at: datetime
) -> tuple[PaperGiven, ...]:
    """What is handed in, by the files of each paper. Kinds that cannot be joined stay files of their own.

    Slow (it draws every page): call it outside transactions. Raises Invalid with a fault on the paper.
    """
    known = files.describe(file_id for ids in given.values() for file_id in ids)
    found: list[PaperGiven] = []
    for code, ids in given.items():
        pages = [each for each in ids if each in known and known[each].media_type in JOINED]
        if len(pages) > 1:
            found.append(
                PaperGiven(code=code, file_id=_one(pages, code, names.get(code, code), by=by, at=at))
            )
        else:
            found += [PaperGiven(code=code, file_id=each) for each in pages]
        found += [PaperGiven(code=code, file_id=each) for each in ids if each not in pages]
    return tuple(found)


def _one(pages: Sequence[UUID], code: str, name: str, *, by: ActorRef, at: datetime) -> UUID:
    try:
        return files.join(pages, name=name, by=by, at=at).id
    except files.FileRefused as refused:
        raise Invalid(refused.message, faults={f"papers.{code}": refused.message}) from None
