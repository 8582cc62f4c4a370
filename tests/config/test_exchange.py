"""Where the exchange's gateway listens: what tells how it fares stays on this machine or has a key."""

from __future__ import annotations

from pathlib import Path

import pytest

from tinhso.config import exchange
from tinhso.config.environment import BadEnvironment

HOST, KEY = "TINHSO_EXCHANGE_OPERATORS_HOST", "TINHSO_EXCHANGE_OPERATORS_KEY"


@pytest.fixture(autouse=True)
def _unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (HOST, KEY, "TINHSO_EXCHANGE_OPERATORS_PORT", "TINHSO_EXCHANGE_PORT"):
        monkeypatch.delenv(name, raising=False)


def test_by_itself_only_this_machine_reads_how_the_gateway_fares() -> None:
    said = exchange.read(home=Path("/nha"), port=8000)

    assert (said.operators_host, said.operators_port, said.operators_key) == ("127.0.0.1", 8212, "")


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.7", "::", "gateway.angiang.gov.vn", ""])  # noqa: S104
def test_elsewhere_there_must_be_a_key(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv(HOST, host)
    with pytest.raises(BadEnvironment, match=KEY):
        exchange.read(home=Path("/nha"), port=8000)

    monkeypatch.setenv(KEY, "khoa")
    assert exchange.read(home=Path("/nha"), port=8000).operators_host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "::1", "localhost"])
def test_this_machine_needs_none(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv(HOST, host)

    assert exchange.read(home=Path("/nha"), port=8000).operators_host == host
