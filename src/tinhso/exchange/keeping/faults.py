"""The faults of the log: a message that cannot be logged does not go on (exchange protocol §2)."""

from __future__ import annotations

from tinhso.exchange.protocol.faults import Fault

LOGGING_FAILED = "logging_failed"
TIMESTAMPING_FAILED = "logging_failed.timestamping_failed"


def logging_failed(why: str) -> Fault:
    """A message that was not logged; the gateway puts its side before the code (`Fault.within`)."""
    return Fault(LOGGING_FAILED, why)


def timestamping_failed(why: str) -> Fault:
    """Logging refuses because nothing could be stamped for longer than is acceptable (§12)."""
    return Fault(TIMESTAMPING_FAILED, why)
