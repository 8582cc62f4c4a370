"""One request to whoever is told something."""

from __future__ import annotations

import contextlib
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException

ANSWER_SECONDS = 5.0
MOST_BYTES = 65_536


def ask(url: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
    """POST a JSON body, or GET when there is none; the status (0 when nobody answered) and what was said."""
    told = {"content-type": "application/json", **headers} if body is not None else dict(headers)
    asked = urllib.request.Request(  # noqa: S310 - the address the sandbox was started with
        url, data=body, headers=told, method="GET" if body is None else "POST"
    )
    with contextlib.suppress(OSError, HTTPException):
        try:
            with urllib.request.urlopen(asked, timeout=ANSWER_SECONDS) as answer:  # noqa: S310 - as above
                return int(answer.status), answer.read(MOST_BYTES)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read(MOST_BYTES)
    return 0, b""
