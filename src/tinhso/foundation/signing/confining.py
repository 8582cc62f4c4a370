"""The process in which files from anybody are verified: little memory, little time, no database, no network.

`confined` starts it with FILE, ROOTS (DER, one after another) and MOMENT. It answers one line of JSON: the
report, or why the file cannot be read.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from asn1crypto import x509
from django.conf import settings

from tinhso.foundation.confinement import confine
from tinhso.foundation.signing.errors import UnreadableDocument
from tinhso.foundation.signing.verification import verify

MEMORY_BYTES = 1024 * 1024**2
CPU_SECONDS = 15
OUTPUT_BYTES = 4 * 1024**2


def answer(given: Path, trusted: Path, at: datetime) -> dict[str, Any]:
    """The report on a file as JSON values, or the reason why there is none."""
    try:
        report = verify(given.read_bytes(), roots=_roots(trusted.read_bytes()), at=at)
    except UnreadableDocument as fault:
        return {"reason": str(fault.facts.get("reason", fault.message))}
    except (MemoryError, RecursionError) as fault:
        return {"reason": type(fault).__name__}
    return {"signatures": [asdict(one) for one in report.signatures]}


def _roots(data: bytes) -> list[x509.Certificate]:
    found = []
    while data:
        certificate = x509.Certificate.load(data)
        found.append(certificate)
        data = data[len(certificate.dump()) :]
    return found


def _said(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} has no words")


def main() -> None:
    """Answer what the command line asks."""
    confine(memory=MEMORY_BYTES, seconds=CPU_SECONDS, output=OUTPUT_BYTES)
    settings.configure(USE_I18N=False)
    given, trusted, moment = sys.argv[1:]
    found = answer(Path(given), Path(trusted), datetime.fromisoformat(moment))
    sys.stdout.write(json.dumps(found, default=_said))


if __name__ == "__main__":
    main()
