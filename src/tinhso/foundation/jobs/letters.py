"""Dead letters: written once when a job's last try failed, listed for their owner, retried or discarded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.foundation import acts, transactions
from tinhso.foundation.errors import Conflict, NotFound
from tinhso.foundation.jobs.declaring import Job, jobs
from tinhso.foundation.jobs.models import DeadLetter
from tinhso.foundation.refs import ActorRef, SubjectRef

ERROR_LETTERS = 4000
acts.declare("jobs.retry", "Chạy lại việc nền đã hỏng", subject="dead_letter")
acts.declare("jobs.discard", "Bỏ việc nền đã hỏng", subject="dead_letter")


@dataclass(frozen=True, slots=True)
class DeadLetterView:
    """A dead letter as a list shows it."""

    id: UUID
    name: str
    queue: str
    arguments: dict[str, Any]
    error: str
    owner: str
    unit: UUID | None
    tries: int
    at: datetime
    resolved_at: datetime | None
    resolved_by: str
    how: str


def write(
    *,
    job_id: int,
    name: str,
    queue: str,
    arguments: Mapping[str, Any],
    error: str,
    tries: int,
    at: datetime,
) -> None:
    """Keep a failed job. A second letter of the same job is dropped."""
    declared: Job[Any] | None = jobs.get(name) if name in jobs else None
    letter = DeadLetter(
        job_id=job_id,
        name=name,
        queue=queue,
        arguments=dict(arguments),
        error=error.replace("\x00", "")[-ERROR_LETTERS:],
        owner=declared.owner if declared else "administrator",
        unit=_unit(declared, arguments),
        tries=tries,
        at=at,
    )
    DeadLetter.objects.bulk_create([letter], ignore_conflicts=True)


def _unit(declared: Job[Any] | None, arguments: Mapping[str, Any]) -> UUID | None:
    named = arguments.get(declared.unit_argument) if declared and declared.unit_argument else None
    try:
        return UUID(str(named)) if named else None
    except ValueError:
        return None


def dead_letters(
    *,
    owner: str = "",
    units: tuple[UUID, ...] = (),
    resolved: bool = False,
    before: UUID | None = None,
    limit: int = 50,
) -> tuple[DeadLetterView, ...]:
    """Dead letters, newest first, of one owner role and of units where given; `before` pages on."""
    rows = DeadLetter.objects.filter(resolved_at__isnull=not resolved)
    if owner:
        rows = rows.filter(owner=owner)
    if units:
        rows = rows.filter(unit__in=units)
    if before:
        rows = rows.filter(id__lt=before)
    return tuple(_view(row) for row in rows.order_by("-id")[:limit])


def _view(row: DeadLetter) -> DeadLetterView:
    return DeadLetterView(
        id=row.id,
        name=row.name,
        queue=row.queue,
        arguments=row.arguments,
        error=row.error,
        owner=row.owner,
        unit=row.unit,
        tries=row.tries,
        at=row.at,
        resolved_at=row.resolved_at,
        resolved_by=row.resolved_by["name"] if row.resolved_by else "",
        how=row.how or "",
    )


def _subject(letter_id: UUID) -> SubjectRef:
    row = DeadLetter.objects.filter(id=letter_id).first()
    if row is None:
        raise NotFound(_("Không có việc hỏng này."))
    return SubjectRef(kind="dead_letter", id=row.id, units=(row.unit,) if row.unit else ())


def _resolve(letter_id: UUID, *, how: DeadLetter.How, by: ActorRef, at: datetime) -> DeadLetter:
    row = DeadLetter.objects.select_for_update().get(id=letter_id)
    if row.resolved_at:
        who = row.resolved_by["name"] if row.resolved_by else ""
        raise Conflict(_("Việc này đã được xử lý bởi %(who)s.") % {"who": who}, how=row.how)
    row.resolved_at, row.how = at, how.value
    row.resolved_by = {"kind": by.kind.value, "id": str(by.id) if by.id else None, "name": by.name}
    row.save(update_fields=["resolved_at", "resolved_by", "how"])
    return row


def retry(letter_id: UUID, *, by: ActorRef, at: datetime) -> None:
    """Queue the job anew with all its tries. Raises NotFound, NotAllowed, or Conflict when resolved or
    when no job of that name is left in this release."""
    with transactions.act("jobs.retry", by=by, at=at, on=_subject(letter_id)) as work:
        row = _resolve(letter_id, how=DeadLetter.How.RETRIED, by=by, at=at)
        if row.name not in jobs:
            raise Conflict(_("Phiên bản này không còn việc %(name)s: hãy bỏ.") % {"name": row.name})
        work.record(job=row.name)
        work.defer(jobs.get(row.name), **row.arguments)


def discard(letter_id: UUID, *, by: ActorRef, at: datetime, reason: str = "") -> None:
    """Close the letter without running the job again. Raises NotFound, NotAllowed or Conflict."""
    with transactions.act("jobs.discard", by=by, at=at, on=_subject(letter_id)) as work:
        row = _resolve(letter_id, how=DeadLetter.How.DISCARDED, by=by, at=at)
        work.record(job=row.name, reason=reason)
