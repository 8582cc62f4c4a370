"""The whole signing against the national sandbox: its issuer, its stamps, its phones, over HTTP."""

from __future__ import annotations

import base64
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from asn1crypto import x509

from national import serve
from tests.foundation.signing.conftest import LATER, certificate_on_paper, draft_of
from tests.support.ink import SEAL, SIGNATURE
from tinhso.foundation import signing
from tinhso.foundation.signing import errors

SECRET = {"authorization": "Bearer sandbox-secret"}
CREDENTIALS = {
    "lanhdao.rachgia": "lanh-dao-rach-gia",
    "lanhdao.longxuyen": "lanh-dao-long-xuyen",
}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[serve.Running]:
    with serve.start_in_thread(tmp_path_factory.mktemp("national")) as running:
        yield running


@pytest.fixture(scope="module")
def web(sandbox: serve.Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.base, headers=SECRET, timeout=20) as client:
        yield client


@pytest.fixture(scope="module")
def root(web: httpx.Client) -> x509.Certificate:
    return x509.Certificate.load(web.get("/ca/root.cer").content)


@pytest.fixture
def trust(root: x509.Certificate) -> signing.Trust:
    return signing.Trust([root], revocations=signing.HttpRevocations())


@pytest.fixture
def remote(sandbox: serve.Running) -> signing.CscSigner:
    return signing.CscSigner(
        f"{sandbox.base}/csc/v2",
        token=lambda: "tinhso-demo-csc",
        credential_of=CREDENTIALS.__getitem__,
        confirm_at=lambda person: f"{sandbox.base}/phone/{person}",
    )


def _seals(web: httpx.Client) -> signing.KeptKeySeals:
    issued = web.post(
        "/ca/issue",
        json={
            "profile": "seal",
            "common_name": "UBND phường Rạch Giá",
            "organization": "UBND phường Rạch Giá",
            "pkcs12_password": "mat-khau",
        },
    ).json()
    container = signing.KeptKey.from_pkcs12(_bytes(issued["pkcs12"]), password=b"mat-khau")
    return signing.KeptKeySeals({"rach-gia": container})


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)


def _answer(web: httpx.Client, person: str, decision: str) -> None:
    waiting = web.get(f"/phone/{person}/requests").json()
    asked = (waiting["requests"] if isinstance(waiting, dict) else waiting)[0]
    web.post(
        f"/phone/{person}",
        data={"handle": asked["handle"], "token": asked["token"], "decision": decision},
    )


@pytest.mark.parametrize("person", sorted(CREDENTIALS))
def test_a_leader_confirms_on_the_phone_and_the_office_seals(
    person: str,
    web: httpx.Client,
    sandbox: serve.Running,
    remote: signing.CscSigner,
    trust: signing.Trust,
    root: x509.Certificate,
    tmp_path: Path,
) -> None:
    at = datetime.now(UTC)
    stamps = signing.HttpStamps(f"{sandbox.base}/tsa")
    begun = signing.begin(
        draft_of(certificate_on_paper()),
        field="signature",
        chain=remote.chain(person=person),
        trust=trust,
        at=at,
        appearance=signing.Appearance(image=SIGNATURE),
    )
    asked = remote.ask(person=person, digest=begun.digest, document="Giấy xác nhận tình trạng hôn nhân")
    assert asked.confirm_at.endswith(f"/phone/{person}")
    assert remote.collect(asked=asked) is None
    _answer(web, person, "approve")
    signature = remote.collect(asked=asked)
    assert signature is not None
    led = signing.complete(begun.state, signature=signature, trust=trust, at=at, stamps=stamps)

    sealed = signing.seal(
        led.pdf,
        field="seal",
        agency="rach-gia",
        signer=_seals(web),
        trust=trust,
        stamps=stamps,
        at=datetime.now(UTC),
        appearance=signing.Appearance(image=SEAL),
        fill=LATER,
    )

    report = signing.verify(sealed.pdf, roots=[root], at=datetime.now(UTC))
    assert report.sound
    assert {one.level for one in report.signatures} == {signing.Level.B_LT}
    _outside(sealed.pdf, web.get("/ca/root.pem").content, tmp_path)


def _outside(pdf: bytes, root: bytes, folder: Path) -> None:
    """Poppler's own judgement, with the sandbox's root installed, when its tools are at hand."""
    pdfsig, certutil = shutil.which("pdfsig"), shutil.which("certutil")
    if pdfsig is None or certutil is None:
        print("pdfsig or certutil is not installed: the outside check of trust was not run")  # noqa: T201
        return
    (folder / "result.pdf").write_bytes(pdf)
    (folder / "root.pem").write_bytes(root)
    store = folder / "nss"
    store.mkdir()
    for command in (
        [certutil, "-N", "-d", f"sql:{store}", "--empty-password"],
        [
            certutil,
            "-A",
            "-d",
            f"sql:{store}",
            "-n",
            "root",
            "-t",
            "CT,CT,CT",
            "-i",
            str(folder / "root.pem"),
        ],
    ):
        subprocess.run(command, check=True, capture_output=True, timeout=60)
    said = subprocess.run(
        [pdfsig, "-nssdir", f"sql:{store}", "-no-ocsp", str(folder / "result.pdf")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    ).stdout
    assert said.count("Signature is Valid.") == 2
    assert said.count("Certificate is Trusted.") == 2


def test_a_leader_who_declines_signs_nothing(web: httpx.Client, remote: signing.CscSigner) -> None:
    person = "lanhdao.rachgia"
    asked = remote.ask(person=person, digest=bytes(32), document="Quyết định")
    _answer(web, person, "deny")

    with pytest.raises(errors.SignatureRefused):
        remote.collect(asked=asked)


@pytest.mark.parametrize("mode", ["garbage", "error", "wrong_nonce", "wrong_signature", "clock_skew"])
def test_a_faulty_stamp_never_reaches_a_document(
    mode: str, web: httpx.Client, sandbox: serve.Running, trust: signing.Trust, root: x509.Certificate
) -> None:
    more = {"seconds": 3600} if mode == "clock_skew" else {}
    web.post("/_fault", json={"service": "tsa", "mode": mode, "times": 5, **more}).raise_for_status()
    try:
        sealed = signing.seal(
            draft_of(certificate_on_paper()),
            field="seal",
            agency="rach-gia",
            signer=_seals(web),
            trust=trust,
            stamps=signing.HttpStamps(f"{sandbox.base}/tsa"),
            at=datetime.now(UTC),
        )
    except errors.StampUnavailable:
        return
    finally:
        web.delete("/_fault")
    raise AssertionError(f"sealed with a stamp that is {mode}: {sealed.stamped_at}")
