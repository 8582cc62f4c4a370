"""kill -9 of the writing process, and of its sessions: no acknowledged row is lost, none is twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.exchange.keeping.laid import conninfo
from tinhso.exchange.models import Message, Signature, Unstamped

pytestmark = pytest.mark.django_db(transaction=True)
ENOUGH = 400


def written_until(folder: Path, enough: int, end: Callable[[subprocess.Popen[str]], None]) -> list[str]:
    """Identifiers that the writing process said were kept before it was ended."""
    acknowledged = []
    with subprocess.Popen(
        [sys.executable, "-m", "tests.exchange.keeping.writing", conninfo(), str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tinhso.config.settings"},
    ) as process:
        for line in process.stdout or ():
            acknowledged.append(line.strip())
            if len(acknowledged) == enough:
                end(process)
    return acknowledged


def test_a_killed_writer_loses_no_acknowledged_row_and_doubles_none(tmp_path: Path) -> None:
    acknowledged = written_until(tmp_path, ENOUGH, lambda process: process.send_signal(signal.SIGKILL))

    found = Counter(Message.objects.values_list("message_id", flat=True))
    assert len(acknowledged) >= ENOUGH
    assert not set(acknowledged) - set(found)
    assert set(found.values()) == {1}
    signed = {bytes(one) for one in Message.objects.values_list("signature", flat=True)}
    assert signed == {bytes(one) for one in Signature.objects.values_list("digest", flat=True)}
    assert signed == {bytes(one) for one in Unstamped.objects.values_list("digest", flat=True)}


def test_killed_database_sessions_lose_no_acknowledged_row_and_double_none(tmp_path: Path) -> None:
    def kill(process: subprocess.Popen[str]) -> None:
        with psycopg.connect(conninfo(), autocommit=True) as other:
            for _ in range(5):
                other.execute(
                    "SELECT pg_terminate_backend(pid, 100) FROM pg_stat_activity"
                    " WHERE application_name = 'exchange log'"
                )
        process.send_signal(signal.SIGTERM)

    acknowledged = written_until(tmp_path, ENOUGH, kill)

    found = Counter(Message.objects.values_list("message_id", flat=True))
    assert not set(acknowledged) - set(found)
    assert set(found.values()) == {1}
