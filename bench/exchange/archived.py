"""A day's archive of one side's log, as a process of its own: stamps what waits, archives.

Prints the files with their bytes, the seconds it took, and whom to trust (what `verified` reads).
Its standard input is JSON: `folder` for the files, `bodies` of that side.
"""

from __future__ import annotations

import json
import os
import sys
import time
from base64 import b64encode
from collections.abc import Iterable
from pathlib import Path

import django
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
django.setup()

from datetime import timedelta  # noqa: E402 - Django must be ready first
from unittest import mock  # noqa: E402

from tinhso.exchange.keeping import archiving, authorities, checking, stamping  # noqa: E402
from tinhso.foundation import moments  # noqa: E402


def main() -> None:
    """Archive, print."""
    given = json.load(sys.stdin)
    stampers = authorities.configured().authorities
    while stamping.stamp_round(stampers, at=moments.now()).again:
        continue
    folder = Path(given["folder"])
    began = time.perf_counter()
    with mock.patch.object(archiving, "SETTLED", timedelta(0)):
        names = archiving.archive(at=moments.now(), folder=folder, bodies=Path(given["bodies"]))
    taken = time.perf_counter() - began
    trust = checking.trust(moments.today(moments.now()))
    if trust is None or not names:
        raise SystemExit("there is nothing to verify, or nobody to trust")
    told = {
        "files": [str(folder / name) for name in names],
        "bytes": sum((folder / name).stat().st_size for name in names),
        "archiving": taken,
        "authorities": _texts(trust.authorities),
        "stamping": _texts(trust.stamping),
        "stamp_delay": trust.stamp_delay.total_seconds(),
    }
    print(json.dumps(told))


def _texts(certificates: Iterable[x509.Certificate]) -> list[str]:
    return [b64encode(one.public_bytes(Encoding.DER)).decode() for one in certificates]


if __name__ == "__main__":
    main()
