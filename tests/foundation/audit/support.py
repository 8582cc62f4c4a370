"""Entries to break, and the means to break them as someone who owns the server could."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from tinhso.foundation import audit
from tinhso.foundation.refs import ActorKind, ActorRef, SubjectRef

AT = datetime(2026, 11, 24, 1, 2, 3, 456789, tzinfo=UTC)
OFFICER = ActorRef(kind=ActorKind.OFFICER, id=UUID(int=7), name="Lê Thị Bé", unit=UUID(int=70))


def subject(number: int) -> SubjectRef:
    """The n-th dossier."""
    return SubjectRef(kind="dossier", id=UUID(int=number))


def empty() -> None:
    """Forget what migrations and other rooms wrote."""
    for table in ("auditstamp", "auditseal", "auditunsealed", "auditentry", "auditchain"):
        run(f"DELETE FROM foundation_{table}")  # noqa: S608 - names of our tables


def write(chains: int = 3, entries: int = 4, *, after_all: bool = False) -> None:
    """A few chains, sealed in two goes, with one step waiting; nothing else, unless `after_all`."""
    if not after_all:
        empty()
    for step in range(entries):
        for number in range(1, chains + 1):
            entry = audit.entry_of(
                "test.step",
                by=OFFICER,
                at=AT + timedelta(minutes=step),
                on=subject(number),
                details={"step": step},
            )
            audit.append([entry])
        if step in (0, entries - 2):
            audit.seal(at=AT + timedelta(minutes=step))


@contextmanager
def as_owner_of_the_server() -> Iterator[None]:
    """Triggers asleep, as a superuser can make them."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")


def run(sql: str, *parameters: object) -> None:
    """Run SQL with the triggers asleep."""
    with as_owner_of_the_server(), connection.cursor() as cursor:
        cursor.execute(sql, list(parameters))  # type: ignore[arg-type]  # any value the driver knows


def broken() -> str:
    """The first broken link; empty when the trace is whole."""
    first = audit.verify(at=AT + timedelta(hours=1)).first
    return str(first) if first else ""
