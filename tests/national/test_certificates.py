"""The played authority gives certificates others can check, takes them back, and says so."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
from asn1crypto.ocsp import OCSPRequest as OcspQuestion
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.x509 import ocsp
from cryptography.x509.oid import NameOID
from cryptography.x509.verification import PolicyBuilder, Store

from national import serve
from tests.national.conftest import SECRET

SHA1 = hashes.SHA1()  # noqa: S303 - OCSP clients name the issuer by it
OFFICER = {"profile": "officer", "common_name": "Võ Thị Bé", "organization": "UBND xã Gò Quao"}


def issue(web: httpx.Client, **changes: object) -> dict[str, Any]:
    answer = web.post("/ca/issue", json=OFFICER | changes, headers=SECRET)
    assert answer.status_code == 201, answer.text
    given: dict[str, Any] = answer.json()
    return given


def certificate(given: dict[str, Any]) -> x509.Certificate:
    return x509.load_pem_x509_certificate(given["certificate"].encode())


def authorities(web: httpx.Client) -> tuple[x509.Certificate, x509.Certificate]:
    root, issuing = (web.get(f"/ca/{name}.pem").content for name in ("root", "issuing"))
    return x509.load_pem_x509_certificate(root), x509.load_pem_x509_certificate(issuing)


def ask(web: httpx.Client, serial: int, *, nonce: bytes = b"") -> ocsp.OCSPResponse:
    _, issuing = authorities(web)
    key = x509.SubjectKeyIdentifier.from_public_key(issuing.public_key()).digest
    digest = hashes.Hash(SHA1)
    digest.update(issuing.subject.public_bytes())
    builder = ocsp.OCSPRequestBuilder().add_certificate_by_hash(digest.finalize(), key, serial, SHA1)
    if nonce:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    answer = web.post(
        "/ocsp",
        content=builder.build().public_bytes(Encoding.DER),
        headers={"content-type": "application/ocsp-request"},
    )
    assert answer.headers["content-type"] == "application/ocsp-response"
    return ocsp.load_der_ocsp_response(answer.content)


@pytest.mark.parametrize(("key", "kind"), [("rsa", rsa.RSAPublicKey), ("p256", ec.EllipticCurvePublicKey)])
def test_an_officer_gets_a_certificate_that_may_sign(web: httpx.Client, key: str, kind: type) -> None:
    given = issue(web, key=key, title="Chủ tịch", identifier="CCCD:091190000001", email="be@example.com")
    made = certificate(given)
    root, issuing = authorities(web)
    made.verify_directly_issued_by(issuing)
    issuing.verify_directly_issued_by(root)
    assert isinstance(made.public_key(), kind)
    usage = made.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert usage.content_commitment
    assert not usage.key_cert_sign
    names = {part.oid: part.value for part in made.subject}
    assert names[NameOID.COMMON_NAME] == "Võ Thị Bé"
    assert names[NameOID.TITLE] == "Chủ tịch"
    assert names[NameOID.USER_ID] == "CCCD:091190000001"


def test_a_server_certificate_passes_the_check_of_a_browser(web: httpx.Client) -> None:
    given = issue(web, profile="server", common_name="tinhso.test", dns_names=["tinhso.test"])
    root, issuing = authorities(web)
    verifier = PolicyBuilder().store(Store([root])).build_server_verifier(x509.DNSName("tinhso.test"))
    assert len(verifier.verify(certificate(given), [issuing])) == 3


def test_a_long_vietnamese_name_of_64_letters_fits_and_65_do_not(web: httpx.Client) -> None:
    issue(web, organization="Ộ" * 64)
    answer = web.post("/ca/issue", json=OFFICER | {"organization": "Ộ" * 65}, headers=SECRET)
    assert answer.status_code == 400


def test_a_pkcs12_file_carries_key_certificate_and_chain(web: httpx.Client) -> None:
    given = issue(web, pkcs12_password="mật khẩu")
    key, made, chain = pkcs12.load_key_and_certificates(
        base64.b64decode(given["pkcs12"]), "mật khẩu".encode()
    )
    assert key is not None
    assert made == certificate(given)
    assert len(chain) == 2


def csr(key: Any) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])
    algorithm = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    made = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, algorithm)
    return made.public_bytes(Encoding.PEM).decode()


def test_a_key_made_elsewhere_is_certified_by_its_request(web: httpx.Client) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    given = issue(web, csr=csr(key))
    assert certificate(given).public_key() == key.public_key()
    assert "private_key" not in given


@pytest.mark.parametrize(
    "changes",
    [
        {"profile": "root"},
        {"profile": "ocsp"},
        {"common_name": ""},
        {"key": "dsa"},
        {"csr": "nonsense"},
        {"csr": csr(ed25519.Ed25519PrivateKey.generate())},
        {"csr": csr(ec.generate_private_key(ec.SECP384R1()))},
        {"not_before": "2026-01-01T00:00:00"},
        {"not_before": "yesterday"},
        {"not_before": "2026-01-02T00:00:00+07:00", "not_after": "2026-01-01T00:00:00+07:00"},
        {"dns_names": "one.test"},
        {"surprise": 1},
    ],
)
def test_a_wrong_wish_gets_no_certificate(web: httpx.Client, changes: dict[str, object]) -> None:
    answer = web.post("/ca/issue", json=OFFICER | changes, headers=SECRET)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_an_expired_certificate_can_be_made_for_tests(web: httpx.Client) -> None:
    made = certificate(issue(web, not_after="2026-01-01T00:00:00+07:00"))
    assert made.not_valid_after_utc.year == 2025


@pytest.mark.parametrize("path", ["/ca/issue", "/ca/revoke", "/_fault", "/phone/auto", "/csc/credentials"])
def test_nothing_is_done_for_those_who_do_not_know_the_secret(web: httpx.Client, path: str) -> None:
    assert web.post(path, json=OFFICER).status_code == 401
    assert web.post(path, json=OFFICER, headers={"authorization": "Bearer wrong"}).status_code == 401


def test_a_revoked_certificate_is_on_the_list_and_in_the_answer(web: httpx.Client) -> None:
    given = issue(web)
    serial = int(given["serial"], 16)
    good = ask(web, serial)
    assert good.certificate_status is ocsp.OCSPCertStatus.GOOD
    wish = {"serial": given["serial"], "reason": "keyCompromise"}
    assert web.post("/ca/revoke", json=wish, headers=SECRET).status_code == 200
    assert web.post("/ca/revoke", json=wish, headers=SECRET).status_code == 404
    taken = ask(web, serial)
    assert taken.certificate_status is ocsp.OCSPCertStatus.REVOKED
    assert taken.revocation_reason is x509.ReasonFlags.key_compromise
    listed = x509.load_der_x509_crl(web.get("/crl/issuing.crl").content)
    _, issuing = authorities(web)
    assert listed.is_signature_valid(issuing.public_key())  # type: ignore[arg-type]
    entry = listed.get_revoked_certificate_by_serial_number(serial)
    assert entry is not None
    assert entry.extensions.get_extension_for_class(x509.CRLReason).value.reason.value == "keyCompromise"


def test_each_list_has_a_higher_number(web: httpx.Client) -> None:
    first, second = (
        x509.load_der_x509_crl(web.get("/crl/root.crl").content)
        .extensions.get_extension_for_class(x509.CRLNumber)
        .value.crl_number
        for _ in range(2)
    )
    assert second > first


@pytest.mark.parametrize(
    "wish",
    [
        {"serial": "not hex"},
        {"serial": "ff", "reason": "boredom"},
        {"reason": "keyCompromise"},
        {"serial": "ff", "at": "2026-01-01"},
    ],
)
def test_a_wrong_wish_revokes_nothing(web: httpx.Client, wish: dict[str, str]) -> None:
    assert web.post("/ca/revoke", json=wish, headers=SECRET).status_code == 400


def test_a_serial_never_given_is_unknown(web: httpx.Client) -> None:
    assert ask(web, 12345).certificate_status is ocsp.OCSPCertStatus.UNKNOWN


def test_the_nonce_comes_back_unless_the_fault_is_on(web: httpx.Client) -> None:
    nonce = b"n" * 16
    answered = ask(web, 1, nonce=nonce)
    assert answered.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == nonce
    switch = {"service": "ocsp", "mode": "wrong_nonce", "times": 1}
    assert web.post("/_fault", json=switch, headers=SECRET).status_code == 200
    answered = ask(web, 1, nonce=nonce)
    assert answered.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce != nonce


def test_a_question_about_two_certificates_is_malformed(web: httpx.Client) -> None:
    one = ocsp.OCSPRequestBuilder().add_certificate_by_hash(b"a" * 20, b"b" * 20, 1, SHA1).build()
    asked = OcspQuestion.load(one.public_bytes(Encoding.DER)).native["tbs_request"]
    asked["request_list"] *= 2
    body = OcspQuestion({"tbs_request": asked}).dump()
    kind = {"content-type": "application/ocsp-request"}
    answer = ocsp.load_der_ocsp_response(web.post("/ocsp", content=body, headers=kind).content)
    assert answer.response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST


def test_questions_that_are_none_are_malformed_and_strangers_unauthorized(web: httpx.Client) -> None:
    kind = {"content-type": "application/ocsp-request"}
    answer = ocsp.load_der_ocsp_response(web.post("/ocsp", content=b"x", headers=kind).content)
    assert answer.response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST
    stranger = ocsp.OCSPRequestBuilder().add_certificate_by_hash(b"a" * 20, b"b" * 20, 1, SHA1)
    body = stranger.build().public_bytes(Encoding.DER)
    answer = ocsp.load_der_ocsp_response(web.post("/ocsp", content=body, headers=kind).content)
    assert answer.response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED
    question = base64.b64encode(body).decode()
    answer = ocsp.load_der_ocsp_response(web.get(f"/ocsp/{question}").content)
    assert answer.response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED
    assert web.post("/ocsp", content=body, headers={"content-type": "text/plain"}).status_code == 415
    assert web.post("/ocsp", content=b"x" * 20_001, headers=kind).status_code == 413


def test_files_nobody_made_are_not_found(web: httpx.Client) -> None:
    assert web.get("/ca/other.pem").status_code == 404
    assert web.get("/crl/other.crl").status_code == 404


@pytest.mark.parametrize("digest", ["-sha1", "-sha256"])
def test_openssl_believes_the_answers(web: httpx.Client, tmp_path: Path, digest: str) -> None:
    given = issue(web)
    for name in ("root", "issuing", "chain"):
        (tmp_path / f"{name}.pem").write_bytes(web.get(f"/ca/{name}.pem").content)
    (tmp_path / "leaf.pem").write_text(given["certificate"])
    command = [
        "openssl",
        "ocsp",
        digest,
        "-issuer",
        "issuing.pem",
        "-cert",
        "leaf.pem",
        "-CAfile",
        "chain.pem",
    ]
    command += ["-url", f"{web.base_url}ocsp" if str(web.base_url).endswith("/") else f"{web.base_url}/ocsp"]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "Response verify OK" in told.stderr
    assert "leaf.pem: good" in told.stdout
    above = [part if part != "leaf.pem" else "issuing.pem" for part in command]
    above[above.index("-issuer") + 1] = "root.pem"
    told = subprocess.run(above, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "issuing.pem: good" in told.stdout


def test_a_second_start_keeps_the_authority_and_what_it_knows(tmp_path: Path) -> None:
    with serve.start_in_thread(tmp_path) as first, httpx.Client(base_url=first.base) as web:
        given = issue(web)
        web.post("/ca/revoke", json={"serial": given["serial"]}, headers=SECRET)
        root = web.get("/ca/root.pem").content
    with serve.start_in_thread(tmp_path) as second, httpx.Client(base_url=second.base) as web:
        assert web.get("/ca/root.pem").content == root == (tmp_path / "ca" / "root.pem").read_bytes()
        certificate(given).verify_directly_issued_by(authorities(web)[1])
        status = ask(web, int(given["serial"], 16)).certificate_status
        assert status is ocsp.OCSPCertStatus.REVOKED
    with pytest.raises(httpx.ConnectError):
        httpx.get(second.base)


def test_keys_are_for_their_owner_only(sandbox: serve.Running) -> None:
    for file in (sandbox.settings.home / "keys").iterdir():
        assert file.stat().st_mode & 0o077 == 0, file
