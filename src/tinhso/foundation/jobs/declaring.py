"""Declaring jobs and queues."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, ParamSpec, Protocol

from tinhso.foundation.jobs.deferring import Call, insert
from tinhso.foundation.registry import Registry

P = ParamSpec("P")
WORKER = "worker"


class GiveUp(Exception):
    """Raised by a job that no further try can mend; it becomes a dead letter at once."""


@dataclass(frozen=True, slots=True)
class Retry:
    """How often and how far apart a job is tried: waits grow by `factor`, each ± `jitter` of itself."""

    tries: int = 6
    first: timedelta = timedelta(seconds=10)
    factor: float = 4.0
    most: timedelta = timedelta(hours=1)
    jitter: float = 0.25

    def wait(self, *, made: int, error: BaseException | None = None) -> timedelta | None:
        """The wait after `made` failed tries; None when that was the last."""
        if made >= self.tries or isinstance(error, GiveUp):
            return None
        seconds = min(self.first.total_seconds() * self.factor ** (made - 1), self.most.total_seconds())
        spread = random.uniform(1 - self.jitter, 1 + self.jitter)  # noqa: S311 - spreads load, hides nothing
        return timedelta(seconds=seconds * spread)


ONCE = Retry(tries=1)


@dataclass(frozen=True, slots=True)
class Queue:
    """Where jobs wait. `wakes` tells the worker at once by NOTIFY, which makes commits wait for each
    other; without it jobs start within the second in which the worker looks."""

    name: str
    wakes: bool = False
    consumer: str = WORKER


@dataclass(frozen=True)
class Job(Generic[P]):
    """A declared job. `owner` is the role that looks after its dead letters, in the unit named by the
    argument `unit_argument` where there is one."""

    name: str
    queue: str
    owner: str
    retry: Retry
    function: Callable[P, object]
    unit_argument: str = ""
    cron: str = field(default="", compare=False)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> object:
        """Run it here and now, as tests do."""
        return self.function(*args, **kwargs)

    def call(
        self,
        arguments: Mapping[str, Any],
        *,
        at: datetime | None = None,
        lock: str = "",
        once: str = "",
        priority: int = 0,
    ) -> Call:
        """A call of this job, not yet queued: not before `at`; calls of one `lock` run in order, one after
        the other; with `once`, it is not queued while another call of that word waits. A higher `priority`
        is taken first."""
        queue = queues.get(self.queue)
        return Call(
            queue=queue.name,
            job=self.name,
            arguments=arguments,
            at=at,
            lock=lock,
            once=once,
            wakes=queue.wakes,
            priority=priority,
        )

    def defer(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Queue it in the running transaction. Arguments are named and are JSON values.

        Raises TypeError for an argument that is not JSON, such as a UUID: give its text.
        """
        if args:
            raise TypeError("the arguments of a job are named")
        insert([self.call(kwargs)])

    def defer_batch(self, arguments: Sequence[Mapping[str, Any]]) -> None:
        """Queue it once per set of arguments, in one statement."""
        insert([self.call(one) for one in arguments])

    def defer_at(self, at: datetime, arguments: Mapping[str, Any]) -> None:
        """Queue it not before `at`."""
        insert([self.call(arguments, at=at)])

    def defer_once(self, once: str, arguments: Mapping[str, Any]) -> bool:
        """Queue it unless a call of that word waits; whether it was queued."""
        return insert([self.call(arguments, once=once)])

    def defer_together(self, calls: Sequence[tuple[Deferrable, Mapping[str, Any]]]) -> None:
        """Queue calls of this and other jobs in one statement."""
        insert([job.call(arguments) for job, arguments in calls])


class Deferrable(Protocol):
    """What a call of several jobs needs from each."""

    def call(self, arguments: Mapping[str, Any]) -> Call:
        """A call of this job."""
        ...


class Queues:
    """The declared queues. A job's queue is declared by naming it."""

    def __init__(self) -> None:
        self._queues: dict[str, Queue] = {}

    def declare(self, name: str, *, wakes: bool = False, consumer: str = WORKER) -> Queue:
        """Declare how a queue is served; replaces what was assumed by naming it."""
        self._queues[name] = Queue(name=name, wakes=wakes, consumer=consumer)
        return self._queues[name]

    def get(self, name: str) -> Queue:
        """The queue of that name, declared as an ordinary one if nobody did."""
        return self._queues.get(name) or self.declare(name)

    def __iter__(self) -> Iterator[Queue]:
        return iter(sorted(self._queues.values(), key=lambda queue: queue.name))


jobs: Registry[Job[Any]] = Registry("job")
queues = Queues()


def job(
    *,
    name: str = "",
    queue: str = "default",
    owner: str = "administrator",
    unit_argument: str = "",
    retry: Retry | int = Retry(),
    cron: str = "",
) -> Callable[[Callable[P, object]], Job[P]]:
    """Declare the decorated function as a job; the name is `room.function` unless given.

    `retry` is how often to try, `cron` (UTC, see `daily`) runs it by the clock without arguments. A job
    may run twice when a worker dies, so it must bear that.
    """
    policy = Retry(tries=retry) if isinstance(retry, int) else retry

    def declare(function: Callable[P, object]) -> Job[P]:
        room = function.__module__.removeprefix("tinhso.").split(".")[0]
        declared = Job(
            name=name or f"{room}.{function.__name__}",
            queue=queues.get(queue).name,
            owner=owner,
            retry=policy,
            function=function,
            unit_argument=unit_argument,
            cron=cron,
        )
        jobs.add(declared.name, declared)
        return declared

    return declare
