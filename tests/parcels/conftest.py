"""The carrier of the sandbox, on loopback; Django told to use it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from django.conf import LazySettings

from national import serve
from national.post.parcels import Parcel as Carried
from tests.support.signing import KEYS
from tinhso.config import parcels as configured
from tinhso.foundation import http
from tinhso.parcels import wire

SECRET = {"authorization": "Bearer sandbox-secret"}


@dataclass(frozen=True, slots=True)
class Post:
    """The carrier: its switches, and what it holds."""

    running: serve.Running
    web: httpx.Client

    def fault(self, mode: str, **more: Any) -> None:
        """Switch a fault on."""
        given = {"service": "post", "mode": mode, **more}
        assert self.web.post("/_fault", json=given, headers=SECRET).status_code == 200

    @property
    def held(self) -> dict[str, Carried]:
        """Its parcels by our key."""
        known: dict[str, Carried] = self.running.app.state.parcels.known
        return known

    def move(self, key: str, *statuses: str, receiver: str = "") -> None:
        """What a press on its page does."""
        for status in statuses:
            form = {"key": key, "status": status, "receiver": receiver}
            assert self.web.post("/post/move", data=form).status_code == 303


@pytest.fixture(scope="session")
def national(tmp_path_factory: pytest.TempPathFactory) -> Iterator[serve.Running]:
    """The national side."""
    KEYS.mkdir(parents=True, exist_ok=True)
    with serve.start_in_thread(tmp_path_factory.mktemp("national"), keys=KEYS) as running:
        yield running


@pytest.fixture
def post(national: serve.Running, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    """The carrier, quick to be given up; its switches are off again afterwards."""
    settings.PARCELS = configured.read(production=False, sandbox=national.base)
    monkeypatch.setattr(wire, "TIMEOUTS", http.Timeouts(connect=1, read=0.5, total=1))
    with httpx.Client(base_url=national.base, timeout=10) as web:
        yield Post(running=national, web=web)
        web.delete("/_fault", headers=SECRET)


@pytest.fixture
def notices(national: serve.Running, live_site: str) -> Iterator[None]:
    """The carrier's notices come to the live site of this test."""
    national.app.state.carrier.receipts.callback = f"{live_site}/goi-lai/"
    yield
    national.app.state.carrier.receipts.callback = ""
