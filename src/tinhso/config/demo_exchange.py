"""Makes the demo province a member of the sandbox's exchange: keys, certificates, its place in the directory.

Talks to the sandbox over HTTP, as the province's operator would on paper. Safe to repeat.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode
from datetime import datetime

import httpx
from django.conf import settings

from tinhso.config.demo_signing import sandbox_client
from tinhso.exchange.contracts import Authentication, KeyUse
from tinhso.exchange.models import ServerKey, Subsystem
from tinhso.exchange.operations import members, server
from tinhso.foundation.refs import SYSTEM

INSTANCE = "VN-DEMO"
MEMBER = f"{INSTANCE}/GOV/H01"
MEMBER_NAME = "UBND tỉnh An Giang"
SUBSYSTEM, SUBSYSTEM_NAME = f"{MEMBER}/TINHSO", "Nền tảng Tỉnh Số"
SERVER = f"{MEMBER}/AG1"


def prepare(*, at: datetime, base: str = "") -> None:
    """Everything that the gateway needs to exchange messages with the sandbox nation."""
    with sandbox_client(base) as sandbox:
        anchor = sandbox.get("/exchange/anchor").raise_for_status().json()
        server.name_server(server=SERVER, anchor=anchor, by=SYSTEM, at=at)
        tls = _key(sandbox, KeyUse.TLS, SERVER, at=at)
        _key(sandbox, KeyUse.SIGNING, MEMBER, at=at)
        if not Subsystem.objects.filter(identifier=SUBSYSTEM).exists():
            members.register(
                identifier=SUBSYSTEM,
                member_name=MEMBER_NAME,
                name=SUBSYSTEM_NAME,
                authentication=Authentication.HTTP,
                by=SYSTEM,
                at=at,
            )
        _enter(sandbox, tls)


def _key(sandbox: httpx.Client, use: KeyUse, member: str, *, at: datetime) -> ServerKey:
    """The key in use, or a new one with a certificate of the sandbox's authority."""
    held = ServerKey.objects.filter(use=use, member=member, active=True, not_after__gt=at).first()
    if held is not None and _is_of(sandbox, held):
        return held
    made = server.make_key(use=use, member=member, name=MEMBER_NAME, by=SYSTEM, at=at)
    named = (
        {"profile": "exchange-auth", "common_name": member}
        if use is KeyUse.TLS
        else {"profile": "exchange-sign", "serial_number": member}
    )
    asked = {**named, "organization": MEMBER_NAME, "csr": made.request}
    answer = sandbox.post("/ca/issue", json=asked).raise_for_status().json()
    given = (answer["certificate"] + answer["chain"]).encode()
    key_id = server.take_certificate(
        use=use, member=member, reference=made.reference, given=given, by=SYSTEM, at=at
    )
    server.activate(key_id=key_id, by=SYSTEM, at=at)
    return ServerKey.objects.get(id=key_id)


def _is_of(sandbox: httpx.Client, held: ServerKey) -> bool:
    """Whether the sandbox's authority, which may have been made anew, gave the certificate."""
    issuing = sandbox.get("/ca/issuing.cer").raise_for_status().content
    return issuing in [b64decode(one) for one in held.certificates[1:]]


def _enter(sandbox: httpx.Client, tls: ServerKey) -> None:
    said = settings.EXCHANGE
    entry = {
        "owner": MEMBER,
        "code": SERVER.rpartition("/")[2],
        "address": f"{said.peers_host}:{said.peers_port}",
        "ocsp": f"http://{said.peers_host}:{said.ocsp_port}/",
        "auth_certificates": [hashlib.sha256(b64decode(tls.certificates[0])).hexdigest()],
    }
    sandbox.post("/exchange/servers", json=entry).raise_for_status()
    sandbox.post("/exchange/clients", json={"server": SERVER, "client": SUBSYSTEM}).raise_for_status()
