"""Ctrl-C, a supervisor's stop and a closed terminal all end the program in order, with what it started."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def heed() -> None:
    """From now on the first of these signals raises KeyboardInterrupt; later ones change nothing.

    Those that the program was started to ignore (`nohup`) stay ignored.
    """
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)


def _stop(_number: int, _frame: FrameType | None) -> None:
    for number in SIGNALS:
        signal.signal(number, _stopping_already)
    raise KeyboardInterrupt


def _stopping_already(_number: int, _frame: FrameType | None) -> None:
    """Whoever presses Ctrl-C twice still gets everything stopped."""


@contextmanager
def unbroken() -> Iterator[None]:
    """What is begun here is brought to its end; a signal that came meanwhile is heeded right after."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = {number: signal.getsignal(number) for number in SIGNALS}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, lambda number, _frame: came.append(number))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if came:
            signal.raise_signal(came[0])
