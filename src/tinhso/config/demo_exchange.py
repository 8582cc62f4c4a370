"""Lets the demo's security server take part in the sandbox's exchange: name, keys, registration.

Talks to the sandbox over HTTP, as an operator would on paper. Safe to repeat.
"""

from __future__ import annotations

from datetime import datetime

import httpx
from django.conf import settings

from tinhso.config import demo_offers
from tinhso.config.demo_signing import sandbox
from tinhso.exchange.contracts import Authentication, KeyUse
from tinhso.exchange.operations import members
from tinhso.exchange.operations import server as security_server
from tinhso.exchange.queries.server import active_mark, subsystem_id
from tinhso.exchange.usage import trackers
from tinhso.foundation.refs import SYSTEM

MEMBER_CLASS, MEMBER, SERVER, SUBSYSTEM = "GOV", "H01", "AG1", "TINHSO"
MEMBER_NAME = "UBND tỉnh An Giang"
TRACKERS = (
    ("GOV/BTP/HOTICH/theo-doi", "Cơ sở dữ liệu hộ tịch điện tử (thử)"),
    ("GOV/BCA/DANCU/theo-doi", "Cơ sở dữ liệu quốc gia về dân cư (thử)"),
)
SUBSYSTEM_NAME = "Nền tảng chính quyền số tỉnh (Tỉnh Số)"


PORTAL = "GOV/VPCP/DVCQG"
"""The national service portal, which asks the province."""


def join(*, at: datetime) -> None:
    """Become `…/GOV/H01/AG1`, known to the sandbox's directory, with its subsystem `TINHSO`."""
    with sandbox() as nation:
        anchor = nation.get("/exchange/anchor").raise_for_status().json()
        member = f"{anchor['instance']}/{MEMBER_CLASS}/{MEMBER}"
        server, client = f"{member}/{SERVER}", f"{member}/{SUBSYSTEM}"
        security_server.name_server(server=server, anchor=anchor, by=SYSTEM, at=at)
        tls = _key(nation, KeyUse.TLS, server, at=at)
        _key(nation, KeyUse.SIGNING, member, at=at)
        if subsystem_id(client) is None:
            members.register(
                identifier=client,
                member_name=MEMBER_NAME,
                name=SUBSYSTEM_NAME,
                authentication=Authentication.HTTP,
                by=SYSTEM,
                at=at,
            )
        for service, name in TRACKERS:
            trackers.add(service=service, name=name, by=SYSTEM, at=at)
        told = (
            ("members", {"class": MEMBER_CLASS, "code": MEMBER, "name": MEMBER_NAME}),
            ("subsystems", {"member": member, "code": SUBSYSTEM, "name": SUBSYSTEM_NAME}),
            (
                "servers",
                {
                    "owner": member,
                    "code": SERVER,
                    "address": f"localhost:{settings.EXCHANGE.peers_port}",
                    "ocsp": f"http://localhost:{settings.EXCHANGE.ocsp_port}",
                    "auth_certificates": [tls],
                },
            ),
            ("clients", {"server": server, "client": client}),
        )
        for kind, entry in told:
            nation.post(f"/exchange/{kind}", json=entry).raise_for_status()


def offer(*, at: datetime, site: str = "") -> None:
    """Offer the nation what the demo province has to tell, once joined; `site` as in `demo_offers.offer`."""
    with sandbox() as nation:
        instance = nation.get("/exchange/anchor").raise_for_status().json()["instance"]
    subsystem = subsystem_id(f"{instance}/{MEMBER_CLASS}/{MEMBER}/{SUBSYSTEM}")
    if subsystem is None:
        raise LookupError("the demo's security server has not joined yet")
    demo_offers.offer(
        subsystem=subsystem,
        portal=f"{instance}/{PORTAL}",
        site=site or f"http://127.0.0.1:{settings.ENVIRONMENT.port}",
        at=at,
    )


def _key(nation: httpx.Client, use: KeyUse, member: str, *, at: datetime) -> str:
    """The SHA-256 mark of the active certificate for this use; made and asked for when there is none."""
    held = active_mark(use=use, member=member, at=at)
    if held:
        return held
    made = security_server.make_key(use=use, member=member, name=MEMBER_NAME, by=SYSTEM, at=at)
    asked = {"csr": made.request, "organization": MEMBER_NAME} | (
        {"profile": "exchange-auth", "common_name": member}
        if use is KeyUse.TLS
        else {"profile": "exchange-sign", "serial_number": member}
    )
    given = nation.post("/ca/issue", json=asked).raise_for_status().json()
    key_id = security_server.take_certificate(
        use=use,
        member=member,
        reference=made.reference,
        given=f"{given['certificate']}{given['chain']}".encode(),
        by=SYSTEM,
        at=at,
    )
    security_server.activate(key_id=key_id, by=SYSTEM, at=at)
    return active_mark(use=use, member=member, at=at)
