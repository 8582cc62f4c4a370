"""The directory over HTTP: the document for everybody, registration for whoever knows the secret.

`POST` registers (again: anew), `DELETE` takes out: `/exchange/members`, `/subsystems`, `/servers`,
`/clients`, `/groups`. Every answer tells the entry.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from national.exchange.directory import Directory, Unknown
from national.exchange.names import BadName, split
from national.guard import guarded
from national.wire import Bad, Fields

PART = re.compile(r"[A-Za-z0-9'()+,\-.=?]{1,255}")
"""Characters of new identifiers (§1.1)."""
DIGEST = re.compile(r"[0-9a-f]{64}")
ADDRESS = re.compile(r"[A-Za-z0-9.\-]+:\d{1,5}")


def directory_of(http: Request) -> Directory:
    """The directory this request came to."""
    found = http.app.state.directory
    if not isinstance(found, Directory):
        raise TypeError("the application has no directory")
    return found


async def globalconf(http: Request) -> Response:
    """The document."""
    return Response(directory_of(http).document(), media_type="application/jose")


async def anchor(http: Request) -> Response:
    """The anchor, as it is handed over on paper elsewhere."""
    return JSONResponse(directory_of(http).anchor())


def _part(fields: Fields, name: str) -> str:
    text = fields.text(name)
    if not PART.fullmatch(text):
        raise Bad(f"Invalid parameter {name}")
    return text


def _known(directory: Directory, kind: str, text: str, parts: int) -> str:
    """An identifier (instance first) without its instance: the directory's key; raises Bad, Unknown."""
    try:
        first, *rest = split(text, parts)
    except BadName as fault:
        raise Bad(str(fault)) from fault
    if first != directory.instance:
        raise Unknown(f"unknown instance {first}")
    key = "/".join(rest)
    if kind and not directory.has(kind, key):
        raise Unknown(f"unknown {kind} {text}")
    return key


def member(directory: Directory, fields: Fields) -> tuple[str, dict[str, Any]]:
    """`{class, code, name}`."""
    data = {
        "class": _part(fields, "class"),
        "code": _part(fields, "code"),
        "name": fields.text("name", default=""),
    }
    return f"{data['class']}/{data['code']}", data


def subsystem(directory: Directory, fields: Fields) -> tuple[str, dict[str, Any]]:
    """`{member, code, name}`."""
    owner = _known(directory, "member", fields.text("member"), 3)
    data = {"code": _part(fields, "code"), "name": fields.text("name", default="")}
    return f"{owner}/{data['code']}", data


def server(directory: Directory, fields: Fields) -> tuple[str, dict[str, Any]]:
    """`{owner, code, address, ocsp, auth_certificates, maintenance}`: PEM or SHA-256 in hex."""
    owner = fields.text("owner")
    key = f"{_known(directory, 'member', owner, 3)}/{_part(fields, 'code')}"
    address = fields.text("address", default="")
    if address and not ADDRESS.fullmatch(address):
        raise Bad("address must be host:port")
    return key, {
        "owner": owner,
        "code": key.rsplit("/", 1)[1],
        "address": address,
        "ocsp": fields.text("ocsp", default=""),
        "auth_certificates": [_digest(text) for text in fields.texts("auth_certificates", default=[])],
        "maintenance": fields.text("maintenance", default=""),
    }


def _digest(text: str) -> str:
    if DIGEST.fullmatch(text):
        return text
    try:
        certificate = x509.load_pem_x509_certificate(text.encode())
    except ValueError as fault:
        raise Bad("auth_certificates holds something else") from fault
    return hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest()


def client(directory: Directory, fields: Fields) -> tuple[str, dict[str, Any]]:
    """`{server, client}`: the server serves that subsystem."""
    served = fields.text("client")
    at = _known(directory, "server", fields.text("server"), 4)
    _known(directory, "subsystem", served, 4)
    return f"{at} {served}", {}


def group(directory: Directory, fields: Fields) -> tuple[str, dict[str, Any]]:
    """`{code, members}`: a global group of subsystems."""
    members = fields.texts("members", default=[])
    for one in members:
        _known(directory, "subsystem", one, 4)
    code = _part(fields, "code")
    return code, {"code": code, "members": members}


KINDS: dict[str, tuple[str, Callable[[Directory, Fields], tuple[str, dict[str, Any]]]]] = {
    "members": ("member", member),
    "subsystems": ("subsystem", subsystem),
    "servers": ("server", server),
    "clients": ("client", client),
    "groups": ("group", group),
}


@guarded
async def registered(http: Request) -> Response:
    """POST registers one entry; 400 for what cannot be read, 404 for what hangs on something unknown."""
    found = KINDS.get(http.path_params["kind"])
    if found is None:
        return JSONResponse({"error": "unknown"}, 404)
    kind, read = found
    try:
        fields = Fields(await http.body())
        key, data = read(directory_of(http), fields)
        fields.nothing_else()
    except Bad as fault:
        return JSONResponse({"error": str(fault)}, 400)
    except Unknown as fault:
        return JSONResponse({"error": str(fault)}, 404)
    directory_of(http).put(kind, key, data)
    return JSONResponse(data, 201)


@guarded
async def removed(http: Request) -> Response:
    """DELETE `/exchange/{kind}/{key}`: an identifier without its instance (client: `server client`)."""
    found = KINDS.get(http.path_params["kind"])
    try:
        if found is None:
            raise Unknown("unknown")
        directory_of(http).remove(found[0], http.path_params["key"])
    except Unknown as fault:
        return JSONResponse({"error": str(fault)}, 404)
    return Response(status_code=204)


@guarded
async def listed(http: Request) -> Response:
    """The document's content without signature and serial."""
    return JSONResponse(directory_of(http).content())


routes = [
    Route("/globalconf", globalconf),
    Route("/anchor", anchor),
    Route("/content", listed),
    Route("/{kind}", registered, methods=["POST"]),
    Route("/{kind}/{key:path}", removed, methods=["DELETE"]),
]
