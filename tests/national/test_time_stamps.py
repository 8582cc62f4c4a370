"""The played time-stamp authority stamps what is asked rightly and refuses the rest."""

from __future__ import annotations

import hashlib
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from asn1crypto import cms, core, tsp

from national.tsa.stamps import POLICY
from tests.national.conftest import SECRET

DIGEST = hashlib.sha256(b"van ban").digest()
KIND = {"content-type": "application/timestamp-query"}


def question(**changes: Any) -> bytes:
    members: dict[str, Any] = {
        "version": "v1",
        "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": DIGEST},
        "nonce": 77,
        "cert_req": True,
    } | changes
    return bytes(tsp.TimeStampReq(members).dump())


def answer(web: httpx.Client, body: bytes) -> tsp.TimeStampResp:
    told = web.post("/tsa", content=body, headers=KIND)
    assert told.status_code == 200
    assert told.headers["content-type"] == "application/timestamp-reply"
    return tsp.TimeStampResp.load(told.content)


def refusal(web: httpx.Client, body: bytes) -> str:
    """The reason of a rejection that carries no token (the library cannot read such an answer whole)."""
    parts = core.Sequence.load(web.post("/tsa", content=body, headers=KIND).content, strict=True)
    assert len(parts) == 1
    status = tsp.PKIStatusInfo.load(parts[0].dump())
    assert status["status"].native == "rejection"
    (reason,) = status["fail_info"].native
    return str(reason)


def signed(told: tsp.TimeStampResp) -> cms.SignedData:
    assert told["status"]["status"].native == "granted"
    return told["time_stamp_token"]["content"]


def stamped(told: tsp.TimeStampResp) -> Any:
    return signed(told)["encap_content_info"]["content"].parsed


def test_a_stamp_says_what_was_asked_when_and_how_exactly(web: httpx.Client) -> None:
    told = answer(web, question(req_policy=POLICY))
    content = stamped(told)
    assert content["message_imprint"]["hashed_message"].native == DIGEST
    assert content["nonce"].native == 77
    assert content["policy"].native == POLICY
    assert content["accuracy"]["seconds"].native == 1
    assert abs((datetime.now(UTC) - content["gen_time"].native).total_seconds()) < 5
    attributes = {
        each["type"].native: each["values"][0] for each in signed(told)["signer_infos"][0]["signed_attrs"]
    }
    named = attributes["signing_certificate_v2"]["certs"][0]["cert_hash"].native
    certificates = [each.chosen for each in signed(told)["certificates"]]
    assert named in {hashlib.sha256(each.dump()).digest() for each in certificates}


def test_every_stamp_has_its_own_number(web: httpx.Client) -> None:
    numbers = {stamped(answer(web, question()))["serial_number"].native for _ in range(5)}
    assert len(numbers) == 5


def test_certificates_and_nonce_come_only_when_asked(web: httpx.Client) -> None:
    told = answer(web, question(cert_req=False, nonce=None))
    assert not signed(told)["certificates"].native
    assert stamped(told)["nonce"].native is None


@pytest.mark.parametrize(
    ("changes", "failure"),
    [
        (
            {"message_imprint": {"hash_algorithm": {"algorithm": "sha1"}, "hashed_message": b"x" * 20}},
            "bad_alg",
        ),
        (
            {"message_imprint": {"hash_algorithm": {"algorithm": "md5"}, "hashed_message": b"x" * 16}},
            "bad_alg",
        ),
        (
            {"message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": b"x" * 20}},
            "bad_data_format",
        ),
        (
            {"message_imprint": {"hash_algorithm": {"algorithm": "sha512"}, "hashed_message": DIGEST}},
            "bad_data_format",
        ),
        ({"req_policy": "1.2.3.4"}, "unaccepted_policy"),
        (
            {"extensions": [{"extn_id": "1.2.3.4", "critical": False, "extn_value": b"\x05\x00"}]},
            "unaccepted_extensions",
        ),
        ({"version": "v2"}, "bad_request"),
    ],
)
def test_a_wrong_question_is_rejected_by_name(
    web: httpx.Client, changes: dict[str, Any], failure: str
) -> None:
    if changes.get("version"):
        body = question().replace(b"\x02\x01\x01", b"\x02\x01\x02", 1)
    else:
        body = question(**changes)
    assert refusal(web, body) == failure


@pytest.mark.parametrize("body", [b"", b"nonsense", question() + b"tail"])
def test_bytes_that_are_no_question_are_rejected(web: httpx.Client, body: bytes) -> None:
    assert refusal(web, body) == "bad_data_format"


def test_only_a_posted_question_of_the_right_kind_and_size_is_read(web: httpx.Client) -> None:
    assert web.get("/tsa").status_code == 405
    assert web.post("/tsa", content=question()).status_code == 415
    assert web.post("/tsa", content=b"x" * 20_001, headers=KIND).status_code == 413


def test_faults_spoil_nonce_signature_and_clock(web: httpx.Client) -> None:
    for mode in ("wrong_nonce", "wrong_signature"):
        web.post("/_fault", json={"service": "tsa", "mode": mode, "times": 1}, headers=SECRET)
    assert stamped(answer(web, question()))["nonce"].native == 78
    assert stamped(answer(web, question()))["nonce"].native == 77
    web.post("/_fault", json={"service": "tsa", "mode": "clock_skew", "seconds": 3600}, headers=SECRET)
    ahead = stamped(answer(web, question()))["gen_time"].native - datetime.now(UTC)
    assert 3590 < ahead.total_seconds() < 3610


@pytest.mark.parametrize("hashed", ["sha256", "sha384", "sha512"])
def test_openssl_believes_the_stamp(web: httpx.Client, tmp_path: Path, hashed: str) -> None:
    (tmp_path / "van-ban.txt").write_bytes("văn bản".encode())
    (tmp_path / "root.pem").write_bytes(web.get("/ca/root.pem").content)
    ask = ["openssl", "ts", "-query", "-data", "van-ban.txt", f"-{hashed}", "-cert", "-out", "q.tsq"]
    subprocess.run(ask, cwd=tmp_path, check=True, capture_output=True)
    told = web.post("/tsa", content=(tmp_path / "q.tsq").read_bytes(), headers=KIND)
    (tmp_path / "a.tsr").write_bytes(told.content)
    check = ["openssl", "ts", "-verify", "-queryfile", "q.tsq", "-in", "a.tsr", "-CAfile", "root.pem"]
    done = subprocess.run(check, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert "Verification: OK" in done.stdout, done.stderr
    web.post("/_fault", json={"service": "tsa", "mode": "wrong_signature", "times": 1}, headers=SECRET)
    told = web.post("/tsa", content=(tmp_path / "q.tsq").read_bytes(), headers=KIND)
    (tmp_path / "a.tsr").write_bytes(told.content)
    assert subprocess.run(check, cwd=tmp_path, check=False, capture_output=True).returncode != 0
