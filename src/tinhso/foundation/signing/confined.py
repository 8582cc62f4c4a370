"""Verification of files from anybody: whatever is in them, the answer comes within seconds."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from asn1crypto import x509
from django.utils.translation import gettext as _

from tinhso.foundation.signing.errors import UnreadableDocument
from tinhso.foundation.signing.report import Change, Level, Report, Revocation, SignatureReport

WALL_SECONDS = 25
LONGEST_ANSWER = 4 * 1024**2
HERE = Path(__file__).resolve().parent
SOURCE = HERE.parents[2]
MOMENTS = ("claimed_at", "stamped_at", "revoked_at")
# The door of this package brings network and database along; the process gets the package without its door.
START = """
import runpy, sys, types
package = types.ModuleType("tinhso.foundation.signing")
package.__path__ = [sys.argv.pop(1)]
sys.modules[package.__name__] = package
runpy.run_module("tinhso.foundation.signing.confining", run_name="__main__", alter_sys=True)
"""


def verify_confined(pdf: bytes, *, roots: Sequence[x509.Certificate], at: datetime) -> Report:
    """`verify`, in a process of its own, for a file that nobody of ours made.

    Raises UnreadableDocument, also for a file that asks for too much memory or time.
    """
    with tempfile.TemporaryDirectory(prefix="tinhso-") as folder:
        given, trusted = Path(folder, "file"), Path(folder, "roots")
        given.write_bytes(pdf)
        trusted.write_bytes(b"".join(root.dump() for root in roots))
        status, answer = _ask([str(given), str(trusted), at.isoformat()])
    try:
        found = json.loads(answer)
    except ValueError:
        found = {}
    if status != 0 or "signatures" not in found:
        raise UnreadableDocument(
            _("Không đọc được tệp này để kiểm tra. Tệp có thể bị hỏng, hoặc không phải PDF."),
            reason=str(found.get("reason", f"process ended with {status}"))[:300],
        )
    return Report(tuple(_signature(one) for one in found["signatures"]), at)


def _ask(arguments: list[str]) -> tuple[int, bytes]:
    command = [sys.executable, "-c", START, str(HERE), *arguments]
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(SOURCE), "LC_ALL": "C.UTF-8"}
    with tempfile.TemporaryFile() as out:
        try:
            done = subprocess.run(  # noqa: S603 - our own module, no shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.DEVNULL,
                env=environment,
                timeout=WALL_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return -signal.SIGXCPU, b""
        out.seek(0)
        return done.returncode, out.read(LONGEST_ANSWER)


def _signature(one: dict[str, Any]) -> SignatureReport:
    moments = {name: datetime.fromisoformat(one[name]) if one[name] else None for name in MOMENTS}
    kinds = {
        "revocation": Revocation(one["revocation"]),
        "level": Level(one["level"]),
        "change": Change(one["change"]),
        "changed_fields": tuple(one["changed_fields"]),
    }
    return SignatureReport(**{**one, **moments, **kinds})
