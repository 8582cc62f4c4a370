"""The sandbox that signs, for the tests of results."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from django.conf import LazySettings

import national.serve
from tinhso.foundation import signing
from tinhso.foundation.signing import ports

KEYS = Path(__file__).resolve().parents[2] / ".data" / "test" / "national-keys"


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[national.serve.Running]:
    """The national side on loopback; phones say yes by themselves."""
    KEYS.mkdir(parents=True, exist_ok=True)
    home = tmp_path_factory.mktemp("national")
    with national.serve.start_in_thread(home, keys=KEYS, auto_approve=True) as running:
        yield running


@pytest.fixture
def can_sign(
    sandbox: national.serve.Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> national.serve.Running:
    """Signing bound to the sandbox, its root trusted."""
    roots = tmp_path / "roots"
    roots.mkdir()
    (roots / "root.pem").write_bytes(httpx.get(f"{sandbox.base}/ca/root.pem").content)
    settings.SIGNING = {**settings.SIGNING, "csc": f"{sandbox.base}/csc/v2", "seals": tmp_path / "seals"}
    bound = {
        "stamp_authority": signing.HttpStamps(f"{sandbox.base}/tsa"),
        "personal_signer": signing.CscSigner(
            f"{sandbox.base}/csc/v2",
            token=lambda: "tinhso-demo-csc",
            credential_of=lambda person: f"ky-{person}",
        ),
        "seal_signer": signing.FolderSeals(tmp_path / "seals", password=b"thu"),
        "trusted": signing.FolderTrust(roots, revocations=signing.HttpRevocations()),
    }
    for name, port in bound.items():
        monkeypatch.setattr(getattr(ports, name), "_bound", port)
    return sandbox
