"""Archive files verified, as a process of its own without Django, as whoever is given them would.

Prints the seconds in one process and in two, and how many messages. Its standard input is JSON: `files`,
`authorities` and `stamping` (DER in base64), `stamp_delay` in seconds.
"""

from __future__ import annotations

import json
import sys
import time
from base64 import b64decode
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tinhso.exchange.evidence.trust import Trust
from tinhso.exchange.evidence.verifying import verify_files


def main() -> None:
    """Verify, print."""
    given = json.load(sys.stdin)
    files = [Path(name) for name in given["files"]]
    trust = Trust.of(map(b64decode, given["authorities"]), map(b64decode, given["stamping"]))
    trust = replace(trust, stamp_delay=timedelta(seconds=given["stamp_delay"]))
    told = {"verifying": {}, "messages": 0}
    for processes in (1, 2):
        began = time.perf_counter()
        reports = list(verify_files(files, trust, processes=processes))
        told["verifying"][processes] = time.perf_counter() - began
        wrong = [one for one in reports if not one.holds]
        if wrong:
            raise SystemExit(f"an archive does not hold: {wrong[0].failure or wrong[0].unsound[0]}")
        told["messages"] = sum(one.count for one in reports)
    print(json.dumps(told))


if __name__ == "__main__":
    main()
