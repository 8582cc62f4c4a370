"""The played registers behind the province's platform, for tests that ask them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from django.conf import settings
from pytest_django import Settings

from national import serve
from tinhso.registers import transport

SECRET = {"authorization": "Bearer sandbox-secret"}
Fault = Callable[..., None]


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[serve.Running]:
    """The national sandbox, with keys kept between runs."""
    keys = Path(settings.HOME) / "national-keys"
    keys.mkdir(parents=True, exist_ok=True)
    with serve.start_in_thread(tmp_path_factory.mktemp("national"), keys=keys) as running:
        yield running


@pytest.fixture
def registers(platform: serve.Running, settings: Settings) -> Iterator[Fault]:
    """Registers that answer, and a way to make them fail: `registers("delay", seconds=9)`."""
    settings.LGSP = replace(settings.LGSP, url=f"{platform.base}/lgsp")
    transport.forget()

    def fail(mode: str, **how: object) -> None:
        given = {"service": "lgsp", "mode": mode, **how}
        assert httpx.post(f"{platform.base}/_fault", json=given, headers=SECRET).status_code == 200

    yield fail
    httpx.delete(f"{platform.base}/_fault", params={"service": "lgsp"}, headers=SECRET)
    transport.forget()
