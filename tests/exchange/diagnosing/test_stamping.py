"""A time-stamping authority is tried with a stamp that nobody needs."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

import national.serve
from tests.support.signing import KEYS
from tinhso.exchange.contracts import Cause, DependencyKind
from tinhso.exchange.diagnosing.probes import Target, Tried, attempt, stamping

SECRET = {"authorization": "Bearer sandbox-secret"}


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[national.serve.Running]:
    with national.serve.start_in_thread(tmp_path_factory.mktemp("nation"), keys=KEYS) as running:
        yield running


def approved(nation: national.serve.Running) -> bytes:
    content = httpx.get(f"{nation.base}/exchange/content", headers=SECRET).json()
    pem = content["stamping"][0]["certificate"]
    return base64.b64decode(pem)


def tried(url: str, certificate: bytes) -> Tried:
    return attempt(
        Target(DependencyKind.STAMPING, "Dấu", url, lambda: stamping(url, certificate=certificate))
    )


def test_a_stamp_by_the_approved_certificate_is_a_success(nation: national.serve.Running) -> None:
    found = tried(f"{nation.base}/tsa", approved(nation))

    assert found.cause is None, found.said
    assert found.certificate["subject"]
    assert found.offset is not None


def test_a_stamp_by_another_certificate_is_not_trusted(nation: national.serve.Running) -> None:
    other = x509.load_pem_x509_certificate(httpx.get(f"{nation.base}/ca/root.pem").content)

    assert tried(f"{nation.base}/tsa", other.public_bytes(Encoding.DER)).cause is Cause.UNTRUSTED


def test_nobody_there_is_unreachable_and_no_stamp_a_wrong_answer(nation: national.serve.Running) -> None:
    certificate = approved(nation)

    assert tried("http://127.0.0.1:9/tsa", certificate).cause is Cause.UNREACHABLE
    assert tried(f"{nation.base}/health", certificate).cause is Cause.ANSWERED_WRONG
