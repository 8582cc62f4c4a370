"""The CSC API over HTTP: v1 (1.0.4.0) in full strictness, v2 where its names differ.

A request that leaves out, mistypes or adds a member is refused. The one departure from the
specification: a bearer token per client stands in for OAuth 2.0.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import functools
import hmac
from collections.abc import Awaitable, Callable
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from national.ca.profiles import Profile, TooLong
from national.csc import signing
from national.csc.approvals import ASK_LIFE, SAD_LIFE, Answer, Ask
from national.csc.credentials import Credential, Enrolment, Taken
from national.csc.service import Service, service_of
from national.faults import Mode
from national.guard import guarded
from national.wire import Bad, Fields

METHODS = ["credentials/list", "credentials/info", "credentials/authorize", "signatures/signHash"]
MOST_AT_ONCE = 100
CLIENT = "tinhso"


class _Version(Convertor[str]):
    """`v1` or `v2` in a path."""

    regex = "v[12]"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("csc", _Version())

Call = Callable[[Request, Fields], Awaitable[dict[str, Any]]]


class Declined(Exception):
    """A CSC error other than invalid_request."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error


def called(call: Call) -> Callable[[Request], Awaitable[Response]]:
    """Check bearer and JSON, answer errors as CSC §10 says."""

    @functools.wraps(call)
    async def endpoint(http: Request) -> Response:
        right = f"Bearer {service_of(http).settings.csc_token}"
        if not hmac.compare_digest(http.headers.get("authorization", "").encode(), right.encode()):
            told = {
                "error": "invalid_request",
                "error_description": "The access or refresh token is not valid",
            }
            return JSONResponse(told, 401, headers={"www-authenticate": 'Bearer realm="csc"'})
        try:
            if http.headers.get("content-type", "").split(";")[0] != "application/json":
                raise Bad("the content type must be application/json")
            fields = Fields(await http.body())
            return JSONResponse(await call(http, fields), headers={"cache-control": "no-store"})
        except Bad as fault:
            return JSONResponse({"error": "invalid_request", "error_description": str(fault)}, 400)
        except Declined as fault:
            return JSONResponse({"error": fault.error, "error_description": str(fault)}, 400)

    return endpoint


def _is_v2(http: Request) -> bool:
    return str(http.path_params["version"]) == "v2"


async def info(http: Request) -> Response:
    """What the service is; open to all."""
    return JSONResponse(
        {
            "specs": "2.0.0.2" if _is_v2(http) else "1.0.4.0",
            "name": "Môi trường thử - Ký số từ xa",
            "logo": f"{service_of(http).settings.base}/static/mark.svg",
            "region": "VN",
            "lang": "vi-VN",
            "description": "Dịch vụ ký số từ xa để trình diễn và kiểm thử, không có giá trị pháp lý",
            "authType": ["external"],
            "methods": [*METHODS, "credentials/authorizeCheck"] if _is_v2(http) else METHODS,
        }
    )


@called
async def listed(http: Request, fields: Fields) -> dict[str, Any]:
    """Credentials of one user."""
    user = fields.text("userID")
    most = fields.whole("maxResults", default=100)
    fields.text("pageToken", default="")
    fields.text("clientData", default="")
    fields.nothing_else()
    if most < 1:
        raise Bad("Invalid parameter maxResults")
    held = service_of(http).credentials.of_user(user)
    if not held:
        raise Bad("Invalid parameter userID")
    return {"credentialIDs": [each.enrolment.credential for each in held[:most]]}


def _credential(http: Request, fields: Fields) -> Credential:
    held = service_of(http).credentials.get(fields.text("credentialID"))
    if held is None:
        raise Bad("Invalid parameter credentialID")
    return held


@called
async def described(http: Request, fields: Fields) -> dict[str, Any]:
    """Certificate, key and way of approval of one credential."""
    held = _credential(http, fields)
    certificates = fields.choice("certificates", ["none", "single", "chain"], default="single")
    details = fields.flag("certInfo", default=False)
    approval = fields.flag("authInfo", default=False)
    fields.text("lang", default="")
    fields.text("clientData", default="")
    fields.nothing_else()
    service = service_of(http)
    status = service.status(held)
    chain = [held.certificate, service.authority.issuing, service.authority.root]
    shown = {"none": [], "single": chain[:1], "chain": chain}[certificates]
    cert: dict[str, Any] = {"status": status}
    if shown:
        cert["certificates"] = [_base64(each) for each in shown]
    if details:
        cert |= _details(held.certificate)
    told: dict[str, Any] = {
        "description": f"{held.enrolment.common_name}, {held.enrolment.organization}",
        "key": {
            "status": "enabled",
            "algo": signing.kinds(held.key),
            "len": held.key.key_size,
            **({} if held.is_rsa else {"curve": "1.2.840.10045.3.1.7"}),
        },
        "cert": cert,
        "multisign": MOST_AT_ONCE,
        "lang": "vi-VN",
    }
    if _is_v2(http):
        told |= {"SCAL": "2", "signatureQualifier": "eu_eidas_aes"} | (
            {"auth": {"mode": "implicit"}} if approval else {}
        )
    else:
        told |= {"authMode": "implicit", "SCAL": "2"}
    return told


def _base64(certificate: x509.Certificate) -> str:
    return base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()


def _details(certificate: x509.Certificate) -> dict[str, str]:
    return {
        "issuerDN": certificate.issuer.rfc4514_string(),
        "serialNumber": f"{certificate.serial_number:x}",
        "subjectDN": certificate.subject.rfc4514_string(),
        "validFrom": certificate.not_valid_before_utc.strftime("%Y%m%d%H%M%SZ"),
        "validTo": certificate.not_valid_after_utc.strftime("%Y%m%d%H%M%SZ"),
    }


def _hashes(fields: Fields, name: str) -> tuple[str, ...]:
    given = tuple(fields.texts(name))
    if not given:
        raise Bad("Empty hash array")
    if len(given) > MOST_AT_ONCE:
        raise Bad("Numbers of signatures is too high")
    sizes = {algorithm.digest_size for algorithm in signing.HASHES.values()}
    for each in given:
        if len(signing.digest_of(each)) not in sizes:
            raise Bad("Invalid digest value length")
    return given


@called
async def authorize(http: Request, fields: Fields) -> dict[str, Any]:
    """Ask the owner on the phone. v1 answers when the owner did; v2 gives a handle to come back with."""
    service = service_of(http)
    held = _credential(http, fields)
    hashes = _hashes(fields, "hashes" if _is_v2(http) else "hash")
    count = fields.whole("numSignatures")
    algorithm = fields.text("hashAlgorithmOID") if _is_v2(http) else ""
    description = fields.text("description", default="")
    for credential_secret in ("PIN", "OTP"):
        if credential_secret in fields:
            raise Bad(f"Invalid parameter {credential_secret}: this credential is approved by its owner")
    fields.text("clientData", default="")
    fields.nothing_else()
    if count != len(hashes):
        raise Bad("Invalid parameter numSignatures")
    if algorithm:
        for each in hashes:
            signing.check_length(
                signing.digest_of(each), signing.hash_named(algorithm="", hash_oid=algorithm)
            )
    if service.status(held) != "valid":
        raise Bad("The credential is not valid")
    ask = service.approvals.ask(
        client=CLIENT,
        credential=held.enrolment.credential,
        user=held.enrolment.user,
        hashes=hashes,
        hash_algorithm=algorithm,
        description=description,
        now=service.now(),
    )
    if service.auto_approve:
        service.approvals.decide(ask, token=ask.token, yes=True, now=service.now())
    if _is_v2(http) and ask.answer is Answer.WAITING:
        return {"handle": ask.handle, "expiresIn": int(ASK_LIFE.total_seconds())}
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(ask.answered.wait(), ASK_LIFE.total_seconds())
    return _activation(service, ask)


@called
async def authorize_check(http: Request, fields: Fields) -> dict[str, Any]:
    """v2: has the owner answered?"""
    service = service_of(http)
    handle = fields.text("handle")
    fields.text("clientData", default="")
    fields.nothing_else()
    ask = service.approvals.find(handle, now=service.now())
    if ask is None or ask.sad_told:
        raise Bad("Invalid parameter handle")
    if ask.answer is Answer.WAITING:
        left = ask.expires_at - service.now()
        return {"handle": handle, "expiresIn": int(left.total_seconds())}
    return _activation(service, ask)


def _activation(service: Service, ask: Ask) -> dict[str, Any]:
    if ask.answer is Answer.DENIED:
        raise Declined("access_denied", "The owner of the credential said no")
    if ask.answer is not Answer.APPROVED:
        raise Declined("expired_request", "The owner of the credential did not answer in time")
    made = service.approvals.activate(ask, now=service.now())
    return {"SAD": made.sad, "expiresIn": int(SAD_LIFE.total_seconds())}


@called
async def sign_hash(http: Request, fields: Fields) -> dict[str, Any]:
    """Signatures over exactly the hashes the owner approved."""
    service = service_of(http)
    held = _credential(http, fields)
    sad = fields.text("SAD")
    hashes = _hashes(fields, "hashes" if _is_v2(http) else "hash")
    hash_oid = fields.text("hashAlgorithmOID" if _is_v2(http) else "hashAlgo", default="")
    algorithm = fields.choice("signAlgo", signing.kinds(held.key))
    parameters = fields.text("signAlgoParams", default="")
    fields.text("clientData", default="")
    if _is_v2(http):
        fields.choice("operationMode", ["S"], default="S")
    fields.nothing_else()
    activation = service.approvals.spend(sad, now=service.now())
    if activation is None or activation.credential != held.enrolment.credential:
        raise Bad("Invalid parameter SAD")
    if activation.hashes != hashes:
        raise Bad("Hash is not authorized by the SAD")
    chosen = signing.hash_named(algorithm=algorithm, hash_oid=hash_oid)
    digests = [signing.digest_of(each) for each in hashes]
    for digest in digests:
        signing.check_length(digest, chosen)
    if service.status(held) != "valid":
        raise Bad("The credential is not valid")
    made = [
        bytearray(
            signing.sign(held.key, digest=each, algorithm=algorithm, hash_oid=chosen, parameters=parameters)
        )
        for each in digests
    ]
    if service.faults.take(service="csc", mode=Mode.WRONG_SIGNATURE):
        made[0][-1] ^= 1
    return {"signatures": [base64.b64encode(each).decode() for each in made]}


@guarded
async def enrol(http: Request) -> Response:
    """Give an officer or an agency a credential; the same wish again changes nothing. Behind the secret."""
    service = service_of(http)
    try:
        fields = Fields(await http.body())
        enrolment = Enrolment(
            credential=fields.text("credential"),
            user=fields.text("user"),
            profile=fields.choice("profile", [Profile.OFFICER, Profile.SEAL]),
            key=fields.choice("key", ["rsa", "p256"], default="rsa"),
            common_name=fields.text("common_name"),
            organization=fields.text("organization", default=""),
            identifier=fields.text("identifier", default=""),
            email=fields.text("email", default=""),
            title=fields.text("title", default=""),
            unit=fields.text("unit", default=""),
        )
        fields.nothing_else()
        enrolment.subject().name()
        known = service.credentials.get(enrolment.credential)
        again = known is not None and known.enrolment == enrolment
        made = known if known and again else service.credentials.enrol(enrolment)
    except (Bad, Taken, TooLong) as fault:
        return JSONResponse({"error": str(fault)}, 400)
    return JSONResponse(
        {
            "credential": made.enrolment.credential,
            "user": made.enrolment.user,
            "serial": f"{made.certificate.serial_number:x}",
        },
        200 if again else 201,
    )


@guarded
async def renew(http: Request) -> Response:
    """A fresh certificate for a credential; behind the sandbox's secret."""
    made = service_of(http).credentials.renew(http.path_params["credential"])
    if made is None:
        return JSONResponse({"error": "unknown credential"}, 404)
    return JSONResponse({"serial": f"{made.certificate.serial_number:x}"}, 201)


routes = [
    Route("/credentials", enrol, methods=["POST"]),
    Route("/credentials/{credential}/renew", renew, methods=["POST"]),
    Route("/{version:csc}/info", info, methods=["POST"]),
    Route("/{version:csc}/credentials/list", listed, methods=["POST"]),
    Route("/{version:csc}/credentials/info", described, methods=["POST"]),
    Route("/{version:csc}/credentials/authorize", authorize, methods=["POST"]),
    Route("/v2/credentials/authorizeCheck", authorize_check, methods=["POST"]),
    Route("/{version:csc}/signatures/signHash", sign_hash, methods=["POST"]),
]
