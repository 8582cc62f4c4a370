"""The sandbox that signs, for tests of results and certified copies; how officers and offices get keys."""

from __future__ import annotations

import base64
import ssl
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from django.conf import LazySettings
from django.conf import settings as configured

import national.serve
from tests.support.office import Office
from tinhso.foundation import moments, signing
from tinhso.foundation.signing import ports
from tinhso.identity import api as identity

PLAIN = ssl.create_default_context()  # once: it reads all the certificates of the machine
ADMIN = {"authorization": "Bearer sandbox-secret"}
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
    (roots / "root.pem").write_bytes(httpx.get(f"{sandbox.base}/ca/root.pem", verify=PLAIN).content)
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


def equip(place: Office, sandbox: national.serve.Running) -> None:
    """A credential for the office's leader and a seal for its agency."""
    assert place.leader.id is not None
    login = identity.officer(place.leader.id, moments.now()).login
    credential = {
        "credential": f"ky-{login}",
        "user": login,
        "profile": "officer",
        "common_name": "Nguyễn Văn An",
    }
    with httpx.Client(base_url=sandbox.base, headers=ADMIN, verify=PLAIN) as web:
        web.post("/csc/credentials", json=credential).raise_for_status()
    give_seal(place.identifier, sandbox)


def give_seal(identifier: str, sandbox: national.serve.Running) -> None:
    """A seal for the agency of that identifier."""
    seal = {"profile": "seal", "common_name": "UBND phường Thử", "pkcs12_password": "thu"}
    with httpx.Client(base_url=sandbox.base, headers=ADMIN, verify=PLAIN) as web:
        issued = web.post("/ca/issue", json=seal).raise_for_status()
    folder = Path(configured.SIGNING["seals"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{identifier}.p12").write_bytes(base64.b64decode(issued.json()["pkcs12"]))
