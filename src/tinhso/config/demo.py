"""The demo province: each room's part, loaded in the order of the floors."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from tinhso.config import rooms
from tinhso.foundation import legal, worktime


def load_reference(*, at: datetime) -> None:
    """What every province needs to run: legal values and each room's own reference data.

    Safe to repeat: values that administrators changed stay.
    """
    legal.load(at=at)
    worktime.load(at=at)
    for _room, module in rooms.with_module("reference"):
        module.load(at=at)


def load(*, at: datetime, say: Callable[[str], object]) -> None:
    """The demo province, each room's `demo.load`. Safe to repeat: nothing is doubled."""
    load_reference(at=at)
    for room, module in rooms.with_module("demo"):
        began = time.perf_counter()
        module.load(at=at)
        say(f"  · {room}: {time.perf_counter() - began:.1f} s")


def fill(*, at: datetime, say: Callable[[str], object]) -> None:
    """Weeks of everyday work on top, each room's `demo.fill`; it says how far it is. Safe to repeat."""
    for _room, module in rooms.with_module("demo"):
        if hasattr(module, "fill"):
            module.fill(at=at, say=say)


def finish(*, at: datetime) -> None:
    """What of the demo needs the sandbox's signatures: each room's `demo.finish`. Safe to repeat."""
    for _room, module in rooms.with_module("demo"):
        if hasattr(module, "finish"):
            module.finish(at=at)
