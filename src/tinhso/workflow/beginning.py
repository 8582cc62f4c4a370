"""A process as it stands just after it began, to be copied.

What happens until the first work item depends on the drawing and the facts only: there are no scripts, and
what waits for a time is ended by the caller. So it is run once, and each further process gets ids and moments
of its own.
"""

from __future__ import annotations

import re
import time
import uuid
from dataclasses import replace

import orjson

from tinhso.workflow.contracts import State

MOMENT = re.compile(rb'(?<="last_state_change":)[0-9.e+]+')


class Beginning:
    """The pattern of a state: what lies between its tasks' ids, and which id comes where."""

    def __init__(self, state: State) -> None:
        ids = [id_.encode() for id_ in orjson.loads(state.data)["tasks"]]
        parts = re.split(b"(" + b"|".join(ids) + b")", state.data)
        self._places = {uuid.UUID(id_.decode()): place for place, id_ in enumerate(ids)}
        self._between = parts[::2]
        self._order = [ids.index(id_) for id_ in parts[1::2]]
        self._state = state

    def copy(self) -> State:
        """The same process for another subject, begun now."""
        fresh = [uuid.uuid4() for _id in self._places]
        texts = [str(id_).encode() for id_ in fresh]
        parts = list(self._between)
        parts[1:] = [
            part
            for place, after in zip(self._order, parts[1:], strict=True)
            for part in (texts[place], after)
        ]
        return State(
            data=MOMENT.sub(repr(time.time()).encode(), b"".join(parts)),
            ready=tuple(replace(task, id=fresh[self._places[task.id]]) for task in self._state.ready),
            finished=self._state.finished,
        )
