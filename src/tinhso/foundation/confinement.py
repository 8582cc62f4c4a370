"""What a process may use that opens what anybody sent. Imports next to nothing, as it is imported there."""

from __future__ import annotations

import resource

OPEN_FILES = 64


def confine(*, memory: int, seconds: int, output: int) -> None:
    """Give this process so many bytes of memory and of output, seconds of the processor, and few files."""
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, output),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
