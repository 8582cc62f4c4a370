"""Behind a front server each visitor keeps an address of their own, and nobody chooses one."""

from __future__ import annotations

from typing import Any

import pytest

from tinhso.config.addresses import behind_proxy

CASES = [
    ("203.0.113.7", "203.0.113.7"),
    ("1.2.3.4, 203.0.113.7", "203.0.113.7"),
    ("203.0.113.7, <script>", "10.0.0.1"),
    ("", "10.0.0.1"),
    ("2001:db8::1", "2001:db8::1"),
]


@pytest.mark.parametrize(("header", "address"), CASES)
def test_only_what_the_front_server_saw_counts(header: str, address: str) -> None:
    seen: list[str] = []

    def application(environ: dict[str, Any], start: Any) -> list[bytes]:
        seen.append(environ["REMOTE_ADDR"])
        return []

    behind_proxy(application)({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": header}, lambda *_: None)  # type: ignore[arg-type]

    assert seen == [address]
