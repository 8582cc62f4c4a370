"""The port by which a procedure's page asks how long it takes in truth."""

from __future__ import annotations

from tinhso.foundation.registry import Port
from tinhso.procedures.contracts import HandlingTimes

handling_times: Port[HandlingTimes] = Port("handling times of procedures")
