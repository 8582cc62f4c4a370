"""Files of forms to be filled in on paper, kept for the papers of a draft."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from tinhso.foundation import transactions
from tinhso.foundation.refs import ActorRef
from tinhso.studio.models import SampleForm
from tinhso.studio.operations.drafts import locked, subject, wrote


def keep(*, draft_id: UUID, file_ids: Iterable[UUID], by: ActorRef, at: datetime) -> None:
    """Hold files for a draft; they stay for every version that comes of it.

    Who brought them is an author, whoever puts them into the papers. Raises UnknownDraft, Closed.
    """
    with transactions.act("studio.write", by=by, at=at, on=subject(draft_id)) as work:
        draft = locked(draft_id)
        if by.id:
            wrote(draft_id, by.id)
        kept = list(file_ids)
        for file_id in kept:
            SampleForm.objects.get_or_create(
                draft=draft, file_id=file_id, defaults={"kept_by": by.name, "kept_at": at}
            )
        work.record(files=[str(file_id) for file_id in kept])
