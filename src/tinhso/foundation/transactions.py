"""One transaction per act: permission, change, events, jobs, and the audit entry last.

    with transactions.act("dossiers.accept", by=officer, at=at, on=dossier_ref) as work:
        ...change rows...
        work.emit(DossierAccepted(...))
        work.defer(send_notice, dossier_id=str(id))

An act inside another's transaction joins it; all audit entries are written together as the last
statements before commit, because each extends the chain of its subject and holds that chain's lock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.db import transaction

from tinhso.foundation import audit, events
from tinhso.foundation.acts import acts, authority
from tinhso.foundation.refs import ActorKind, ActorRef, SubjectRef


class Work:
    """An act under way."""

    def __init__(self, name: str, *, by: ActorRef, at: datetime, on: SubjectRef | None, purpose: str):
        self.name = name
        self.by = by
        self.at = at
        self.on = on
        self.purpose = purpose
        self.details: dict[str, Any] = {}
        self._events: list[object] = []
        self._jobs: list[tuple[Any, dict[str, Any]]] = []

    def emit(self, event: object) -> None:
        """Tell other rooms, at the end of the act and inside its transaction."""
        self._events.append(event)

    def defer(self, job: Any, **arguments: Any) -> None:
        """Queue a job; it starts only if the transaction commits."""
        self._jobs.append((job, arguments))

    def record(self, **details: Any) -> None:
        """Facts for the audit entry: JSON values, no secrets, ids rather than contents."""
        self.details.update(details)

    def _finish(self) -> None:
        while self._events:
            events.deliver(self._events.pop(0))
        for job, arguments in self._jobs:
            job.defer(**arguments)


_pending: ContextVar[list[audit.Entry] | None] = ContextVar("pending_audit", default=None)


@contextmanager
def act(
    name: str,
    *,
    by: ActorRef,
    at: datetime,
    on: SubjectRef | None = None,
    purpose: str = "",
) -> Iterator[Work]:
    """Do one act. `on` may be set on the work later, for an act that creates its subject.

    Raises NotAllowed before anything is done; LookupError for an act nobody declared.
    """
    acts.get(name)
    if by.kind is not ActorKind.SYSTEM:
        authority().require(by=by, act=name, on=on, at=at)
    outermost = _pending.get() is None
    entries: list[audit.Entry] = [] if outermost else _pending.get() or []
    token = _pending.set(entries) if outermost else None
    try:
        with transaction.atomic():
            work = Work(name, by=by, at=at, on=on, purpose=purpose)
            yield work
            work._finish()
            entries.append(
                audit.entry_of(work.name, by=by, at=at, on=work.on, purpose=purpose, details=work.details)
            )
            if outermost:
                audit.append(entries)
    finally:
        if token is not None:
            _pending.reset(token)


def after_commit(function: Callable[[], None]) -> None:
    """Run once the outermost transaction has committed; only for caches and signals inside this process."""
    transaction.on_commit(function)
