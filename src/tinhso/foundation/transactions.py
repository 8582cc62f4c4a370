"""One transaction per act: permission, change, events, jobs, and the audit entry last.

    with transactions.act("dossiers.accept", by=officer, at=at, on=dossier_ref) as work:
        ...change rows...
        work.emit(DossierAccepted(...))
        work.defer(send_notice, dossier_id=str(id))

An act inside another's transaction joins it. All audit entries are written together as the last
statements before commit, because each extends the chain of its subject and holds that chain's lock;
they lock chains in one order, so that acts on the same subjects wait for each other and never deadlock.
That holds for acts, not for two acts in a bare `transaction.atomic()`: put an act around them.
A refused act leaves an entry `act.denied` in a transaction of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from psycopg import errors as postgres

from tinhso.foundation import audit, events
from tinhso.foundation.acts import acts, authority
from tinhso.foundation.errors import Conflict, NotAllowed
from tinhso.foundation.refs import ActorKind, ActorRef, SubjectRef
from tinhso.foundation.registry import Registry

logger = logging.getLogger(__name__)
DENIED = "act.denied"

explanations: Registry[str | Promise] = Registry("explanation")


class Busy(Conflict):
    """The database could not give everybody their turn; the same act may work a moment later."""

    code = "busy"
    status = 503


class Queueable(Protocol):
    """A job, as `work.defer` takes it."""

    def defer_together(self, calls: Sequence[tuple[Any, Mapping[str, Any]]]) -> None:
        """Queue several jobs with their arguments in one statement."""
        ...


class Work:
    """An act under way."""

    def __init__(self, name: str, *, by: ActorRef, at: datetime, on: SubjectRef | None, purpose: str) -> None:
        self.name = name
        self.by = by
        self.at = at
        self.on = on
        self.purpose = purpose
        self.details: dict[str, Any] = {}
        self.told = True
        self._events: list[object] = []
        self._jobs: list[tuple[Queueable, dict[str, Any]]] = []

    def emit(self, event: object) -> None:
        """Tell other rooms, at the end of the act and inside its transaction."""
        self._events.append(event)

    def defer(self, job: Queueable, **arguments: Any) -> None:
        """Queue a job; it starts only if the transaction commits."""
        self._jobs.append((job, arguments))

    def record(self, **details: Any) -> None:
        """Facts for the audit entry: JSON values, no secrets, ids rather than contents."""
        self.details.update(details)

    def leave_no_entry(self) -> None:
        """Keep this out of the trace: words still being typed, many times a minute, that do nothing yet.

        Refusals leave theirs all the same.
        """
        self.told = False

    def _finish(self) -> None:
        while self._events:
            events.deliver(self._events.pop(0))
        if self._jobs:
            self._jobs[0][0].defer_together(self._jobs)


@dataclass(slots=True)
class _Trace:
    """What the acts of one transaction leave: entries written with it, refusals whatever becomes of it."""

    entries: list[audit.Entry] = field(default_factory=list)
    denials: list[audit.Entry] = field(default_factory=list)


_trace: ContextVar[_Trace | None] = ContextVar("audit_trace", default=None)


def explain(constraint: str, sentence: str | Promise) -> None:
    """Say what a broken constraint means to people; without it they read a general sentence."""
    explanations.add(constraint, sentence)


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

    Raises NotAllowed before anything is done; Conflict when a unique or excluding constraint (or one that
    `explain` knows) stands against it; Busy; LookupError for an act nobody declared.
    """
    acts.get(name)
    outer = _trace.get()
    trace = outer if outer is not None else _Trace()
    token = _trace.set(trace) if outer is None else None
    mark = len(trace.entries)
    try:
        _ask(trace, name, by=by, at=at, on=on, purpose=purpose)
        with _in_words(), transaction.atomic():
            work = Work(name, by=by, at=at, on=on, purpose=purpose)
            yield work
            work._finish()
            if work.told:
                trace.entries.append(
                    audit.entry_of(name, by=by, at=at, on=work.on, purpose=purpose, details=work.details)
                )
            if outer is None:
                audit.append(trace.entries)
    except BaseException:
        del trace.entries[mark:]
        raise
    finally:
        if token is not None:
            _trace.reset(token)
            _keep(trace.denials)


def _ask(
    trace: _Trace, name: str, *, by: ActorRef, at: datetime, on: SubjectRef | None, purpose: str
) -> None:
    if by.kind is ActorKind.SYSTEM:
        return
    try:
        authority().require(by=by, act=name, on=on, at=at)
    except NotAllowed as refusal:
        trace.denials.append(
            audit.entry_of(
                DENIED, by=by, at=at, on=on, purpose=purpose, details={"act": name, "code": refusal.code}
            )
        )
        raise


def _keep(denials: Sequence[audit.Entry]) -> None:
    """Write refusals. Inside a transaction that is not an act's they share its fate."""
    if not denials:
        return
    try:
        with transaction.atomic():
            audit.append(denials)
    except DatabaseError:
        logger.exception("could not keep %d refusals", len(denials))


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        constraint = _constraint(error)
        if constraint in explanations:
            raise Conflict(str(explanations.get(constraint)), constraint=constraint) from error
        if isinstance(error.__cause__, postgres.UniqueViolation | postgres.ExclusionViolation):
            message = _("Dữ liệu này đã có hoặc vừa được người khác thay đổi: tải lại rồi thử lại.")
            raise Conflict(message, constraint=constraint) from error
        raise
    except OperationalError as error:
        if isinstance(
            error.__cause__,
            postgres.DeadlockDetected | postgres.SerializationFailure | postgres.LockNotAvailable,
        ):
            raise Busy(_("Hệ thống đang bận: thử lại sau ít giây.")) from error
        raise


def _constraint(error: IntegrityError) -> str:
    cause = error.__cause__
    return (cause.diag.constraint_name or "") if isinstance(cause, postgres.Error) else ""


def open_outside_tests() -> bool:
    """Whether a transaction is open that is not merely the one a test wraps around itself."""
    return any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)


def after_commit(function: Callable[[], None]) -> None:
    """Run once the outermost transaction has committed; only for caches and signals inside this process."""
    transaction.on_commit(function)
