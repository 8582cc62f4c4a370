"""Our questions to the sandbox nation's time-stamping authority, and what openssl says of the stamps."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from national import serve
from tests.exchange.evidence.trusted import World
from tests.support.waiting import WITHIN_SECONDS
from tinhso.exchange.evidence import reading, signatures, stamps
from tinhso.exchange.evidence.chains import MESSAGE
from tinhso.exchange.evidence.errors import BadEvidence
from tinhso.exchange.evidence.signatures import Signed
from tinhso.exchange.evidence.trust import Trust

KIND = {"content-type": "application/timestamp-query"}
SECRET = {"authorization": "Bearer sandbox-secret"}
OPENSSL = shutil.which("openssl") or ""


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[serve.Running]:
    with serve.start_in_thread(tmp_path_factory.mktemp("national")) as running:
        yield running


@pytest.fixture
def web(sandbox: serve.Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.base, timeout=WITHIN_SECONDS) as client:
        yield client
        client.delete("/_fault", headers=SECRET)


@pytest.fixture
def trust(sandbox: serve.Running) -> Trust:
    held = (sandbox.settings.home / "ca" / "issued" / "tsa.pem").read_bytes()
    return World().trust(stamping=[x509.load_pem_x509_certificate(held).public_bytes(Encoding.DER)])


def stamp(web: httpx.Client, data: bytes, trust: Trust) -> stamps.Stamp:
    question = stamps.ask(data)
    return stamps.answered(question, web.post("/tsa", content=question.der, headers=KIND).content, trust)


def openssl_believes(web: httpx.Client, token: bytes, data: bytes, folder: Path) -> bool:
    """Whether `openssl ts -verify` finds the token to be about the data, by the sandbox's root."""
    (folder / "token.tst").write_bytes(token)
    (folder / "data").write_bytes(data)
    (folder / "root.pem").write_bytes(web.get("/ca/root.pem").content)
    check = [
        OPENSSL,
        "ts",
        "-verify",
        "-data",
        "data",
        "-in",
        "token.tst",
        "-token_in",
        "-CAfile",
        "root.pem",
    ]
    done = subprocess.run(check, cwd=folder, check=False, capture_output=True, text=True)
    return "Verification: OK" in done.stdout


def test_the_nation_stamps_and_openssl_believes_one_signature(
    web: httpx.Client, trust: Trust, tmp_path: Path
) -> None:
    if not OPENSSL:
        pytest.skip("openssl is not installed: no second opinion on stamps")
    world, now = World("rsa"), datetime.now(UTC)
    digest = hashlib.sha512(b"thong diep").digest()
    signed = signatures.sign_one(world.seal(at=now), digest, at=now)
    made = stamp(web, reading.read(signed.signature).value, trust)
    stamped = stamps.stamp_one(signed.signature, made.token)
    signatures.verify(Signed(stamped), {MESSAGE: digest}, world.trust(), now)
    read = reading.read(stamped)
    assert openssl_believes(web, read.stamps[0], read.value, tmp_path)
    assert not openssl_believes(web, read.stamps[0], read.value + b"x", tmp_path)


def test_the_nation_stamps_and_openssl_believes_a_batch(
    web: httpx.Client, trust: Trust, tmp_path: Path
) -> None:
    if not OPENSSL:
        pytest.skip("openssl is not installed: no second opinion on stamps")
    made = stamps.batch([hashlib.sha512(b"%d" % at).digest() for at in range(5)])
    token = stamp(web, made.result, trust).token
    assert openssl_believes(web, token, made.result, tmp_path)
    assert not openssl_believes(web, token, made.result + b" ", tmp_path)


@pytest.mark.parametrize(
    ("mode", "code"),
    [
        ("wrong_nonce", "timestamp_response_validation_failed"),
        ("wrong_signature", "timestamp_signer_verification_failed"),
    ],
)
def test_a_fault_of_the_authority_is_seen(web: httpx.Client, trust: Trust, mode: str, code: str) -> None:
    web.post("/_fault", json={"service": "tsa", "mode": mode, "times": 1}, headers=SECRET)
    with pytest.raises(BadEvidence) as caught:
        stamp(web, b"data", trust)
    assert caught.value.code == code
    stamp(web, b"data", trust)


def test_a_refusal_of_the_authority_is_a_refusal(trust: Trust, web: httpx.Client) -> None:
    told = web.post("/tsa", content=b"nonsense", headers=KIND).content
    with pytest.raises(BadEvidence):
        stamps.answered(stamps.ask(b"data"), told, trust)
