"""The played signing service signs exactly what its owner approved, and speaks CSC to the letter."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import aiohttp
import httpx
import pikepdf
import pytest
from asn1crypto import algos
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, async_sign_pdf
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import csc_signer
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.fetchers.aiohttp_fetchers import AIOHttpFetcherBackend

from national import serve
from tests.national.conftest import SECRET

BEARER = {"authorization": "Bearer tinhso-demo-csc"}
LEADER, LEADER_EC = "lanh-dao-rach-gia", "lanh-dao-long-xuyen"
SHA256, RSA_SHA256, ECDSA_SHA256 = "2.16.840.1.101.3.4.2.1", "1.2.840.113549.1.1.11", "1.2.840.10045.4.3.2"


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


ONE, TWO = (b64(hashlib.sha256(text).digest()) for text in (b"mot", b"hai"))


@pytest.fixture
def willing(web: httpx.Client) -> Iterator[httpx.Client]:
    """Phones that say yes by themselves."""
    web.post("/phone/auto", json={"enabled": True}, headers=SECRET)
    yield web
    web.post("/phone/auto", json={"enabled": False}, headers=SECRET)


def call(web: httpx.Client, method: str, body: dict[str, Any], *, version: str = "v1") -> httpx.Response:
    return web.post(f"/csc/{version}/{method}", json=body, headers=BEARER)


def authorize(web: httpx.Client, *given: str, credential: str = LEADER, **more: Any) -> httpx.Response:
    body = {"credentialID": credential, "numSignatures": len(given), "hash": list(given)} | more
    return call(web, "credentials/authorize", body)


def sad(web: httpx.Client, *given: str, credential: str = LEADER) -> str:
    answer = authorize(web, *given, credential=credential)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["SAD"])


def wish(activation: str, *given: str, **changes: Any) -> dict[str, Any]:
    return {
        "credentialID": LEADER,
        "SAD": activation,
        "hash": list(given),
        "hashAlgo": SHA256,
        "signAlgo": RSA_SHA256,
    } | changes


def public_key(web: httpx.Client, credential: str) -> Any:
    told = call(web, "credentials/info", {"credentialID": credential}).json()
    return x509.load_der_x509_certificate(base64.b64decode(told["cert"]["certificates"][0])).public_key()


def on_phone(web: httpx.Client, user: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = web.get(f"/phone/{user}/requests", headers=SECRET).json()
    return [each for each in listed if each["answer"] == "waiting"]


def press(web: httpx.Client, user: str, ask: dict[str, Any], decision: str) -> httpx.Response:
    return web.post(
        f"/phone/{user}", data={"handle": ask["handle"], "token": ask["token"], "decision": decision}
    )


def wait_for_ask(web: httpx.Client, user: str) -> dict[str, Any]:
    pause = threading.Event()
    for _ in range(200):
        if found := on_phone(web, user):
            return found[0]
        pause.wait(0.02)
    raise AssertionError("nothing arrived on the phone")


def test_the_service_says_what_it_is(web: httpx.Client) -> None:
    told = web.post("/csc/v1/info", json={}).json()
    assert told["specs"] == "1.0.4.0"
    assert "signatures/signHash" in told["methods"]
    assert web.post("/csc/v2/info", json={}).json()["specs"].startswith("2.")
    assert web.post("/csc/v3/info", json={}).status_code == 404


def test_credentials_are_listed_by_user_and_described(web: httpx.Client) -> None:
    assert call(web, "credentials/list", {"userID": "lanhdao.rachgia"}).json() == {"credentialIDs": [LEADER]}
    told = call(
        web, "credentials/info", {"credentialID": LEADER, "certificates": "chain", "certInfo": True}
    ).json()
    assert len(told["cert"]["certificates"]) == 3
    assert (told["authMode"], told["SCAL"], told["cert"]["status"]) == ("implicit", "2", "valid")
    assert "Trần Quốc Việt" in told["cert"]["subjectDN"]
    none = call(web, "credentials/info", {"credentialID": LEADER_EC, "certificates": "none"}).json()
    assert "certificates" not in none["cert"]
    assert none["key"]["curve"] == "1.2.840.10045.3.1.7"


def test_an_approved_hash_is_signed_by_an_rsa_key(willing: httpx.Client) -> None:
    answer = call(willing, "signatures/signHash", wish(sad(willing, ONE, TWO), ONE, TWO))
    key = public_key(willing, LEADER)
    assert isinstance(key, rsa.RSAPublicKey)
    for text, signature in zip((b"mot", b"hai"), answer.json()["signatures"], strict=True):
        key.verify(base64.b64decode(signature), text, padding.PKCS1v15(), hashes.SHA256())


def test_an_approved_hash_is_signed_by_a_p256_key(willing: httpx.Client) -> None:
    activation = sad(willing, ONE, credential=LEADER_EC)
    body = wish(activation, ONE, credentialID=LEADER_EC, signAlgo=ECDSA_SHA256)
    signature = call(willing, "signatures/signHash", body).json()["signatures"][0]
    key = public_key(willing, LEADER_EC)
    key.verify(base64.b64decode(signature), b"mot", ec.ECDSA(hashes.SHA256()))


def pss(*, salt: int = 32, inner: str = "sha256") -> str:
    made = algos.RSASSAPSSParams(
        {
            "hash_algorithm": {"algorithm": "sha256"},
            "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": inner}},
            "salt_length": salt,
        }
    )
    return b64(made.dump())


def test_pss_follows_its_parameters(willing: httpx.Client) -> None:
    body = wish(sad(willing, ONE), ONE, signAlgo="1.2.840.113549.1.1.10", signAlgoParams=pss())
    signature = call(willing, "signatures/signHash", body).json()["signatures"][0]
    scheme = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
    public_key(willing, LEADER).verify(base64.b64decode(signature), b"mot", scheme, hashes.SHA256())


@pytest.mark.parametrize(
    "changes",
    [
        {"signAlgo": ECDSA_SHA256},
        {"signAlgo": "1.2.3"},
        {"signAlgo": None},
        {"hashAlgo": "2.16.840.1.101.3.4.2.3"},
        {"hashAlgo": "1.3.14.3.2.26", "signAlgo": "1.2.840.113549.1.1.1"},
        {"hashAlgo": "", "signAlgo": "1.2.840.113549.1.1.1"},
        {"hashAlgo": "2.16.840.1.101.3.4.2.3", "signAlgo": "1.2.840.113549.1.1.1"},
        {"signAlgoParams": pss()},
        {"signAlgo": "1.2.840.113549.1.1.10"},
        {"signAlgo": "1.2.840.113549.1.1.10", "signAlgoParams": "AAAA"},
        {"signAlgo": "1.2.840.113549.1.1.10", "signAlgoParams": pss(salt=20)},
        {"hash": [TWO]},
        {"hash": [ONE, TWO]},
        {"hash": []},
        {"hash": ["***"]},
        {"hash": [b64(b"short")]},
        {"hash": ONE},
        {"SAD": "made up"},
        {"SAD": None},
        {"credentialID": "nobody"},
        {"credentialID": LEADER_EC, "signAlgo": ECDSA_SHA256},
        {"surprise": 1},
    ],
)
def test_a_wrong_wish_gets_no_signature(willing: httpx.Client, changes: dict[str, Any]) -> None:
    body = wish(sad(willing, ONE), ONE) | changes
    answer = call(willing, "signatures/signHash", {k: v for k, v in body.items() if v is not None})
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_request"
    assert answer.json()["error_description"]


def test_activation_works_once_even_when_misused(willing: httpx.Client) -> None:
    used = sad(willing, ONE)
    assert call(willing, "signatures/signHash", wish(used, ONE)).status_code == 200
    assert call(willing, "signatures/signHash", wish(used, ONE)).status_code == 400
    misused = sad(willing, ONE)
    assert call(willing, "signatures/signHash", wish(misused, TWO)).status_code == 400
    assert call(willing, "signatures/signHash", wish(misused, ONE)).status_code == 400


def test_activation_dies_after_five_minutes(willing: httpx.Client) -> None:
    old = sad(willing, ONE)
    willing.post("/_fault", json={"service": "csc", "mode": "clock_skew", "seconds": 301}, headers=SECRET)
    assert call(willing, "signatures/signHash", wish(old, ONE)).status_code == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"numSignatures": 2},
        {"numSignatures": "1"},
        {"numSignatures": True},
        {"hash": []},
        {"hash": None},
        {"hash": ["***"]},
        {"hash": [b64(b"short")]},
        {"hash": [ONE] * 101, "numSignatures": 101},
        {"credentialID": "nobody"},
        {"credentialID": None},
        {"PIN": "1234"},
        {"OTP": "1234"},
        {"description": 5},
        {"surprise": 1},
    ],
)
def test_a_wrong_request_never_reaches_the_phone(web: httpx.Client, changes: dict[str, Any]) -> None:
    body = {"credentialID": LEADER, "numSignatures": 1, "hash": [ONE]} | changes
    before = on_phone(web, "lanhdao.rachgia")
    answer = call(web, "credentials/authorize", {k: v for k, v in body.items() if v is not None})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert on_phone(web, "lanhdao.rachgia") == before


@pytest.mark.parametrize(
    "method",
    ["credentials/list", "credentials/info", "credentials/authorize", "signatures/signHash"],
)
def test_only_the_client_with_its_token_is_served(web: httpx.Client, method: str) -> None:
    for headers in ({}, {"authorization": "Bearer wrong"}):
        assert web.post(f"/csc/v1/{method}", json={}, headers=headers).status_code == 401
    assert web.post(f"/csc/v1/{method}", content=b"{}", headers=BEARER).status_code == 400
    wrong = BEARER | {"content-type": "application/json"}
    for body in (b"{", b"[]", b"\xff"):
        assert web.post(f"/csc/v1/{method}", content=body, headers=wrong).status_code == 400
    assert web.get(f"/csc/v1/{method}", headers=BEARER).status_code == 405


@pytest.mark.parametrize("body", [{}, {"userID": "nobody"}, {"userID": "lanhdao.so", "maxResults": 0}])
def test_a_list_needs_a_known_user(web: httpx.Client, body: dict[str, Any]) -> None:
    assert call(web, "credentials/list", body).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"credentialID": "nobody"},
        {"credentialID": LEADER, "certificates": "all"},
        {"credentialID": LEADER, "certInfo": "yes"},
    ],
)
def test_only_a_known_credential_is_described(web: httpx.Client, body: dict[str, Any]) -> None:
    assert call(web, "credentials/info", body).status_code == 400


def test_the_owner_sees_what_is_signed_and_says_yes(web: httpx.Client) -> None:
    user = "lanhdao.rachgia"
    with ThreadPoolExecutor(1) as other:
        asked = other.submit(authorize, web, ONE, description="Trích lục khai sinh số 12")
        ask = wait_for_ask(web, user)
        shown = web.get(f"/phone/{user}").text
        assert "Trích lục khai sinh số 12" in shown
        digest = hashlib.sha256(b"mot").hexdigest()
        assert digest[:4] + " " + digest[4:8] in shown
        assert press(web, user, ask, "approve").status_code == 303
        activation = asked.result(10).json()["SAD"]
    assert call(web, "signatures/signHash", wish(activation, ONE)).status_code == 200
    assert press(web, user, ask, "deny").status_code == 409


def test_the_owner_says_no(web: httpx.Client) -> None:
    user = "lanhdao.rachgia"
    with ThreadPoolExecutor(1) as other:
        asked = other.submit(authorize, web, ONE)
        ask = wait_for_ask(web, user)
        assert press(web, user, ask | {"token": "guessed"}, "approve").status_code == 409
        assert press(web, user, ask, "perhaps").status_code == 409
        assert press(web, "lanhdao.so", ask, "approve").status_code == 409
        assert press(web, user, ask, "deny").status_code == 303
        answer = asked.result(10)
    assert (answer.status_code, answer.json()["error"]) == (400, "access_denied")


def test_nobody_has_a_phone_here_who_has_no_credential(web: httpx.Client) -> None:
    assert web.get("/phone/nobody").status_code == 404
    assert web.get("/phone/lanhdao.rachgia/requests").status_code == 401
    assert "lanhdao.rachgia" in web.get("/phone").text


def authorize_v2(web: httpx.Client, **changes: Any) -> httpx.Response:
    body = {
        "credentialID": LEADER,
        "numSignatures": 1,
        "hashes": [ONE],
        "hashAlgorithmOID": SHA256,
        "description": "Văn bản",
    } | changes
    return call(web, "credentials/authorize", body, version="v2")


def test_v2_gives_a_handle_to_come_back_with(web: httpx.Client) -> None:
    handle = authorize_v2(web).json()["handle"]

    def check() -> httpx.Response:
        return call(web, "credentials/authorizeCheck", {"handle": handle}, version="v2")

    assert "SAD" not in check().json()
    press(web, "lanhdao.rachgia", wait_for_ask(web, "lanhdao.rachgia"), "approve")
    activation = check().json()["SAD"]
    assert check().status_code == 400
    body = {
        "credentialID": LEADER,
        "SAD": activation,
        "hashes": [ONE],
        "hashAlgorithmOID": SHA256,
        "signAlgo": RSA_SHA256,
    }
    assert call(web, "signatures/signHash", body, version="v1").status_code == 400
    assert len(call(web, "signatures/signHash", body, version="v2").json()["signatures"]) == 1


def test_v2_refuses_unknown_handles_and_wrong_hashes_and_late_owners(web: httpx.Client) -> None:
    assert call(web, "credentials/authorizeCheck", {"handle": "x"}, version="v2").status_code == 400
    assert authorize_v2(web, hashAlgorithmOID="2.16.840.1.101.3.4.2.3").status_code == 400
    assert authorize_v2(web, hashAlgorithmOID="1.2.3").status_code == 400
    handle = authorize_v2(web).json()["handle"]
    web.post("/_fault", json={"service": "csc", "mode": "clock_skew", "seconds": 301}, headers=SECRET)
    late = call(web, "credentials/authorizeCheck", {"handle": handle}, version="v2")
    assert (late.status_code, late.json()["error"]) == (400, "expired_request")


ENROL = {
    "credential": "lanh-dao-moi",
    "user": "lanhdao.moi",
    "profile": "officer",
    "key": "p256",
    "common_name": "Danh Sóc",
}


def test_an_officer_is_enrolled_revoked_and_renewed(willing: httpx.Client) -> None:
    made = willing.post("/csc/credentials", json=ENROL, headers=SECRET)
    assert made.status_code == 201
    assert willing.post("/csc/credentials", json=ENROL, headers=SECRET).status_code == 200
    other = ENROL | {"common_name": "Người khác"}
    assert willing.post("/csc/credentials", json=other, headers=SECRET).status_code == 400
    held = sad(willing, ONE, credential="lanh-dao-moi")
    willing.post("/ca/revoke", json={"serial": made.json()["serial"]}, headers=SECRET)
    info = call(willing, "credentials/info", {"credentialID": "lanh-dao-moi"}).json()
    assert info["cert"]["status"] == "revoked"
    assert authorize(willing, ONE, credential="lanh-dao-moi").status_code == 400
    body = wish(held, ONE, credentialID="lanh-dao-moi", signAlgo=ECDSA_SHA256)
    assert call(willing, "signatures/signHash", body).status_code == 400
    assert willing.post("/csc/credentials/lanh-dao-moi/renew", headers=SECRET).status_code == 201
    assert sad(willing, ONE, credential="lanh-dao-moi")
    assert willing.post("/csc/credentials/nobody/renew", headers=SECRET).status_code == 404


@pytest.mark.parametrize(
    "changes", [{"credential": "../x"}, {"user": ""}, {"profile": "server"}, {"common_name": "x" * 65}]
)
def test_a_wrong_enrolment_is_refused(web: httpx.Client, changes: dict[str, str]) -> None:
    body = ENROL | {"credential": "khac"} | changes
    assert web.post("/csc/credentials", json=body, headers=SECRET).status_code == 400


def test_the_fault_spoils_a_signature(willing: httpx.Client) -> None:
    willing.post("/_fault", json={"service": "csc", "mode": "wrong_signature", "times": 1}, headers=SECRET)
    answer = call(willing, "signatures/signHash", wish(sad(willing, ONE), ONE))
    with pytest.raises(InvalidSignature):
        public_key(willing, LEADER).verify(
            base64.b64decode(answer.json()["signatures"][0]), b"mot", padding.PKCS1v15(), hashes.SHA256()
        )


class _Manager(csc_signer.CSCAuthorizationManager):
    """Asks for activation the way the specification says, with the hashes."""

    def __init__(self, session: aiohttp.ClientSession, *parts: Any) -> None:
        super().__init__(*parts)
        self.session = session

    async def authorize_signature(self, hash_b64s: list[str]) -> csc_signer.CSCAuthorizationInfo:
        body = self.format_csc_auth_request(hash_b64s=hash_b64s, description="Văn bản thử")
        url = self.csc_session_info.endpoint_url("credentials/authorize")
        async with self.session.post(url, headers=self.auth_headers, json=body) as answer:
            return self.parse_csc_auth_response(await answer.json())


async def _sign_and_check(base: str, credential: str, root: bytes) -> tuple[bool, bool, str]:
    blank = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(blank)
    (trusted,) = load_certs_from_pemder_data(root)
    async with aiohttp.ClientSession() as session:

        def trust() -> ValidationContext:
            return ValidationContext(
                trust_roots=[trusted],
                fetcher_backend=AIOHttpFetcherBackend(session),
                allow_fetching=True,
                revocation_mode="require",
            )

        where = csc_signer.CSCServiceSessionInfo(base, credential, "tinhso-demo-csc")
        told = await csc_signer.fetch_certs_in_csc_credential(session, where)
        signed = await async_sign_pdf(
            IncrementalPdfFileWriter(blank),
            PdfSignatureMetadata(
                field_name="LanhDao",
                md_algorithm="sha256",
                subfilter=SigSeedSubFilter.PADES,
                use_pades_lta=True,
                embed_validation_info=True,
                validation_context=trust(),
            ),
            signer=csc_signer.CSCSigner(session, _Manager(session, where, told)),
            timestamper=HTTPTimeStamper(f"{base}/tsa", session=session),
        )
        embedded = PdfFileReader(signed).embedded_signatures[0]
        status = await async_validate_pdf_signature(embedded, trust())
    return status.bottom_line, status.timestamp_validity.valid, status.pretty_print_details()


@pytest.mark.parametrize("credential", [LEADER, LEADER_EC, "con-dau-rach-gia"])
def test_an_independent_client_makes_a_long_lived_pdf_signature(
    willing: httpx.Client, sandbox: serve.Running, credential: str
) -> None:
    root = willing.get("/ca/root.pem").content
    whole, stamped, details = asyncio.run(_sign_and_check(sandbox.base, credential, root))
    assert whole, details
    assert stamped
