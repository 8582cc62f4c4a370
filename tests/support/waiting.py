"""Waiting for what other threads and processes do, as long as a busy machine may need."""

from __future__ import annotations

import time
from collections.abc import Callable

WITHIN_SECONDS = 60
"""Nothing that works takes so long, so nobody waits it out; a machine that does much else may stand still."""
PAUSE_SECONDS = 0.02


def until(reached: Callable[[], object], *, within: float = WITHIN_SECONDS) -> bool:
    """Whether it came to be so in time; looks at once, then again and again."""
    end = time.monotonic() + within
    while not reached():
        if time.monotonic() > end:
            return False
        time.sleep(PAUSE_SECONDS)
    return True
