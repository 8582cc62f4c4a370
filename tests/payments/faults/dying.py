"""A process that does one thing with the real database and dies before its n-th step, or is cut off there.

A step is an exchange with the database, a question to the outside, or a mail. The process is a fork, so that
Django need not start for each; it has a connection of its own. Nothing of this is in the program itself.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

import psycopg
from django.core.mail import EmailMessage
from django.db import connection, connections

from tinhso.foundation import http
from tinhso.foundation.paper import press

NEVER = 0
LONGEST_SECONDS = 60
LONGEST_STEP = 160
SENT = " sent"
QUIET = {"ENTER", "EXIT", "SET_AUTOCOMMIT"}
"""Exchanges of psycopg that send nothing, or nothing that changes anything."""
_inherited: list[Any] = []


class Way(Enum):
    """How it ends: `kill -9`, or the database goes away and the process stays."""

    KILLED = "killed"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class Died:
    """The steps that were made, the one before which it ended, and how (0 well, -9 killed, else an error)."""

    steps: tuple[str, ...]
    ended: int


@dataclass(slots=True)
class _Steps:
    end_at: int
    way: Way
    parent: Connection
    made: int = 0

    def ends_after(self) -> bool:
        """Whether the process ends at the next step."""
        return self.made + 1 == self.end_at

    def step(self, what: str) -> None:
        """About to do `what`."""
        self.parent.send(" ".join(what.split())[:LONGEST_STEP])
        self.made += 1
        if self.made != self.end_at:
            return
        if self.way is Way.KILLED:
            os.kill(os.getpid(), signal.SIGKILL)
        with socket.socket(fileno=os.dup(connection.connection.pgconn.socket)) as line:
            line.shutdown(socket.SHUT_RDWR)


def die(deed: Callable[[], object], *, at: int = NEVER, way: Way = Way.KILLED) -> Died:
    """Do the deed in a process of its own that ends before step `at`, counted from one."""
    here, there = Pipe()
    child = os.fork()
    if not child:
        here.close()
        _do(deed, _Steps(end_at=at, way=way, parent=there))
    there.close()
    steps: list[str] = []
    with here, suppress(EOFError):
        while True:
            said = here.recv()
            if isinstance(said, str):
                steps.append(said)
            else:
                here.send(press._pool().submit(*said).result())
    _child, ended = os.waitpid(child, 0)
    return Died(steps=tuple(steps), ended=os.waitstatus_to_exitcode(ended))


class _Press:
    """Typst's own threads do not live on in a fork: the parent sets its pages."""

    def __init__(self, parent: Connection) -> None:
        self._parent = parent

    def submit(self, *asked: Any) -> Future[Any]:
        """Have it set, and wait."""
        self._parent.send(asked)
        answer: Future[Any] = Future()
        answer.set_result(self._parent.recv())
        return answer


def _do(deed: Callable[[], object], steps: _Steps) -> None:
    ended = 1
    try:
        gc.disable()
        signal.alarm(LONGEST_SECONDS)
        _inherited.append(connection.connection)
        connections["default"].connect()
        _watch(steps)
        steps.step("begin")
        deed()
        steps.step("done")
        ended = 0
    finally:
        os._exit(ended)


def _watch(steps: _Steps) -> None:
    """Let every exchange with the outside be a step; of a commit, that it was sent is one more."""
    wait, call, send = psycopg.Connection.wait, http.call, EmailMessage.send

    def waits(self: Any, generator: Any, *given: Any, **more: Any) -> Any:
        held = generator.gi_frame.f_locals if generator.gi_frame else {}
        said = _said(held.get("query"), generator.__name__)
        if said in QUIET:
            return wait(self, generator, *given, **more)
        steps.step(said)
        if said == "COMMIT":
            if steps.ends_after():
                next(generator)
            steps.step(f"{said}{SENT}")
        return wait(self, generator, *given, **more)

    def calls(method: str, url: str, **more: Any) -> Any:
        steps.step(f"ask {more['service']}")
        answer = call(method, url, **more)
        steps.step(f"answered by {more['service']}")
        return answer

    def sends(self: EmailMessage, *given: Any, **more: Any) -> int:
        steps.step("send a mail")
        sent = send(self, *given, **more)
        steps.step("a mail was sent")
        return sent

    press._pool = lambda: _Press(steps.parent)  # type: ignore[assignment,return-value]
    psycopg.Connection.wait = waits  # type: ignore[method-assign]
    EmailMessage.send = sends  # type: ignore[method-assign]
    http.call = calls


def _said(query: Any, otherwise: str) -> str:
    if query is None:
        return otherwise.strip("_").removesuffix("_gen").upper()
    return query.decode() if isinstance(query, bytes) else str(query)
