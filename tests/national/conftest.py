"""One sandbox for all tests of the national side."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from national import serve

RETURN = "http://127.0.0.1:8000/dang-nhap/tra-ve/"
LOGGED_OUT = "http://127.0.0.1:8000/"
SECRET = {"authorization": "Bearer sandbox-secret"}


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[serve.Running]:
    home: Path = tmp_path_factory.mktemp("national")
    with serve.start_in_thread(home) as running:
        yield running


@pytest.fixture
def web(sandbox: serve.Running) -> Iterator[httpx.Client]:
    """A client with the sandbox as its base address; faults are cleared after the test."""
    with httpx.Client(base_url=sandbox.base, timeout=20) as client:
        yield client
        client.delete("/_fault", headers=SECRET)
