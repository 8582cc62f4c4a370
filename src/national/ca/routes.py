"""The authority over HTTP: certificates, lists, OCSP, and (behind the secret) issuing and revoking."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from national.ca import revocation
from national.ca.authority import Authority, PublicKey, pem
from national.ca.profiles import Profile, Subject, TooLong
from national.guard import guarded
from national.keys import PrivateKey
from national.wire import Bad, Fields

MOST_BYTES = 20_000


def authority_of(http: Request) -> Authority:
    """The authority this request came to."""
    authority = http.app.state.authority
    if not isinstance(authority, Authority):
        raise TypeError("the application has no authority")
    return authority


async def certificate(http: Request) -> Response:
    """`/ca/{root|issuing|chain}.{pem|cer}`."""
    authority = authority_of(http)
    name = http.path_params["file"]
    texts = {
        "root.pem": pem(authority.root),
        "issuing.pem": pem(authority.issuing),
        "chain.pem": authority.chain_pem,
    }
    if name in texts:
        return Response(texts[name], media_type="application/x-pem-file")
    held = {"root.cer": authority.root, "issuing.cer": authority.issuing}.get(name)
    if held is None:
        return Response("unknown", 404)
    return Response(held.public_bytes(Encoding.DER), media_type="application/pkix-cert")


async def crl(http: Request) -> Response:
    """`/crl/{root|issuing}.crl`."""
    label = http.path_params["label"]
    if label not in ("root", "issuing"):
        return Response("unknown", 404)
    return Response(revocation.revocation_list(authority_of(http), label), media_type="application/pkix-crl")


async def ocsp_post(http: Request) -> Response:
    """OCSP by POST (RFC 6960 appendix A.1)."""
    if http.headers.get("content-type", "") != "application/ocsp-request":
        return Response("application/ocsp-request expected", 415)
    return _ocsp(http, await http.body())


async def ocsp_get(http: Request) -> Response:
    """OCSP by GET, the question in the path."""
    try:
        body = base64.b64decode(http.path_params["question"], validate=True)
    except binascii.Error:
        body = b""
    return _ocsp(http, body)


def _ocsp(http: Request, body: bytes) -> Response:
    if len(body) > MOST_BYTES:
        return Response("too large", 413)
    return Response(revocation.ocsp_answer(authority_of(http), body), media_type="application/ocsp-response")


@guarded
async def issue(http: Request) -> Response:
    """Give a certificate to whoever knows the secret: with a CSR, or with a key made here."""
    authority = authority_of(http)
    try:
        fields = Fields(await http.body())
        profile = fields.choice("profile", [profile.value for profile in Profile if profile != "ocsp"])
        subject = Subject(
            **_named(fields, Profile(profile)),
            unit=fields.text("unit", default=""),
            title=fields.text("title", default=""),
            identifier=fields.text("identifier", default=""),
            email=fields.text("email", default=""),
            dns_names=tuple(fields.texts("dns_names", default=[])),
        )
        kind: Literal["rsa", "p256"] = (
            "p256" if fields.choice("key", ["rsa", "p256"], default="rsa") == "p256" else "rsa"
        )
        request = fields.text("csr", default="")
        password = fields.text("pkcs12_password", default="")
        begin, end = fields.moment("not_before"), fields.moment("not_after")
        fields.nothing_else()
        subject.name()
        public, private = _requested(request) if request else _fresh(kind)
        if begin and end and begin >= end:
            raise Bad("not_before must lie before not_after")
        if end and not begin:
            begin = min(authority.now(), end) - timedelta(days=1)
    except (Bad, TooLong) as fault:
        return JSONResponse({"error": str(fault)}, 400)
    made = authority.issue(
        profile=Profile(profile), subject=subject, key=public, not_before=begin, not_after=end
    )
    return JSONResponse(_given(authority, made, private, password), 201)


def _named(fields: Fields, profile: Profile) -> dict[str, str]:
    """Who the certificate is about; those of the exchange carry identifiers, not places. Raises Bad."""
    if profile is Profile.EXCHANGE_AUTH:
        return {
            "common_name": _identifier(fields.text("common_name"), 4),
            "organization": fields.text("organization", default=""),
            "state": "",
        }
    if profile is Profile.EXCHANGE_SIGN:
        return {
            "serial_number": _identifier(fields.text("serial_number"), 3),
            "organization": fields.text("organization"),
            "state": "",
        }
    return {
        "common_name": fields.text("common_name"),
        "organization": fields.text("organization", default=""),
    }


def _identifier(text: str, parts: int) -> str:
    """An identifier of the exchange with that many parts; new ones hold no other characters."""
    if (
        not re.fullmatch(r"[A-Za-z0-9'()+,\-.=?]+(/[A-Za-z0-9'()+,\-.=?]+)*", text)
        or text.count("/") != parts - 1
    ):
        raise Bad(f"an identifier of {parts} parts is expected: {text}")
    return text


def _requested(text: str) -> tuple[PublicKey, None]:
    try:
        request = x509.load_pem_x509_csr(text.encode())
    except ValueError as fault:
        raise Bad("csr cannot be read") from fault
    key = request.public_key()
    if not request.is_signature_valid:
        raise Bad("csr is not signed by its key")
    good = (isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048) or (
        isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)
    )
    if not good or not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise Bad("csr must hold an RSA key of 2048 bits or more, or a P-256 key")
    return key, None


def _fresh(kind: str) -> tuple[PublicKey, PrivateKey]:
    key: PrivateKey = (
        ec.generate_private_key(ec.SECP256R1()) if kind == "p256" else rsa.generate_private_key(65537, 2048)
    )
    return key.public_key(), key


def _given(
    authority: Authority, made: x509.Certificate, private: PrivateKey | None, password: str
) -> dict[str, Any]:
    told: dict[str, Any] = {
        "serial": f"{made.serial_number:x}",
        "certificate": pem(made),
        "chain": authority.chain_pem,
    }
    if private:
        told["private_key"] = private.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        ).decode()
    if private and password:
        told["pkcs12"] = base64.b64encode(packed(authority, made, private, password)).decode()
    return told


def packed(authority: Authority, made: x509.Certificate, private: PrivateKey, password: str) -> bytes:
    """A PKCS#12 file with key, certificate and chain."""
    return pkcs12.serialize_key_and_certificates(
        b"sandbox",
        private,
        made,
        [authority.issuing, authority.root],
        BestAvailableEncryption(password.encode()),
    )


@guarded
async def revoke(http: Request) -> Response:
    """Take a certificate back: {serial, reason, at?}."""
    authority = authority_of(http)
    try:
        fields = Fields(await http.body())
        serial = int(fields.text("serial"), 16)
        reason = fields.choice("reason", sorted(revocation.REASONS), default="unspecified")
        at = fields.moment("at") or authority.now()
        fields.nothing_else()
    except (Bad, ValueError) as fault:
        return JSONResponse({"error": str(fault)}, 400)
    if not authority.ledger.revoke(serial=serial, at=at, reason=reason):
        return JSONResponse({"error": "unknown serial, or revoked before"}, 404)
    return JSONResponse({"serial": f"{serial:x}", "reason": reason, "at": at.astimezone(UTC).isoformat()})


@guarded
async def listed(http: Request) -> Response:
    """Every certificate given, newest first."""
    entries = authority_of(http).ledger.everything()
    return JSONResponse(
        [
            {
                "serial": f"{entry.serial:x}",
                "issuer": entry.issuer,
                "name": entry.name,
                "revoked_at": _text(entry.revoked_at),
                "reason": entry.reason,
            }
            for entry in entries
        ]
    )


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


ca_routes = [
    Route("/issue", issue, methods=["POST"]),
    Route("/revoke", revoke, methods=["POST"]),
    Route("/certificates", listed),
    Route("/{file}", certificate),
]
crl_routes = [Route("/{label}.crl", crl)]
