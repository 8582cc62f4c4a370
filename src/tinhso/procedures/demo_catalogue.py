"""Lays the made-up catalogue into the demo province, by the same way as the true one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import orjson

from tinhso.foundation.refs import SYSTEM
from tinhso.procedures import synthetic
from tinhso.procedures.importer import reading
from tinhso.procedures.importer.recover import recover
from tinhso.procedures.operations.importing import import_records


def load_catalogue(*, count: int, at: datetime, say: Callable[[str], object]) -> None:
    """Import as many made-up procedures, each marked as such. Safe to run twice."""
    found = (recover(reading.record(orjson.dumps(one))) for one in synthetic.records(count))
    outcome = import_records(records=found, by=SYSTEM, at=at)
    say(
        f"{count} thủ tục giả lập: {len(outcome.new)} mới, {len(outcome.changed)} đổi,"
        f" {len(outcome.unchanged)} như cũ."
    )
