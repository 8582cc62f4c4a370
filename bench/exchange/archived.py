"""A day's archive of one side's log, as a process of its own: stamps what waits, archives, verifies.

Prints how many messages, files and bytes, and seconds to archive and to verify (in one process, in two).
Its standard input is JSON: `folder` for the files, `bodies` of that side.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
django.setup()

from datetime import timedelta  # noqa: E402 - Django must be ready first
from unittest import mock  # noqa: E402

from tinhso.exchange.evidence.verifying import verify_files  # noqa: E402
from tinhso.exchange.keeping import archiving, authorities, checking, stamping  # noqa: E402
from tinhso.foundation import moments  # noqa: E402


def main() -> None:
    """Archive, verify, print."""
    given = json.load(sys.stdin)
    stampers = authorities.configured().authorities
    while stamping.stamp_round(stampers, at=moments.now()).again:
        continue
    folder = Path(given["folder"])
    began = time.perf_counter()
    with mock.patch.object(archiving, "SETTLED", timedelta(0)):
        names = archiving.archive(at=moments.now(), folder=folder, bodies=Path(given["bodies"]))
    told = {"files": len(names), "archiving": time.perf_counter() - began, "verifying": {}}
    files = [folder / name for name in names]
    trust = checking.trust(moments.today(moments.now()))
    if trust is None or not files:
        raise SystemExit("there is nothing to verify, or nobody to trust")
    for processes in (1, 2):
        began = time.perf_counter()
        reports = list(verify_files(files, trust, processes=processes))
        told["verifying"][processes] = time.perf_counter() - began
        wrong = [one for one in reports if not one.holds]
        if wrong:
            raise SystemExit(f"an archive does not hold: {wrong[0].failure or wrong[0].unsound[0]}")
    told["messages"] = sum(one.count for one in reports)
    told["bytes"] = sum(file.stat().st_size for file in files)
    print(json.dumps(told))


if __name__ == "__main__":
    main()
