"""Records as the gateway would hand them over, and the log's database as libpq names it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from django.db import connection
from psycopg.conninfo import make_conninfo

from tinhso.exchange.contracts import BodyLog
from tinhso.exchange.evidence import chains, digests
from tinhso.exchange.evidence.signatures import Signed
from tinhso.exchange.keeping.records import Record
from tinhso.exchange.keeping.writer import Keeper

AT = datetime(2026, 11, 29, 2, 30, tzinfo=UTC)
CLIENT = "VN-DEMO/GOV/H01/TINHSO"
SERVICE = "VN-DEMO/GOV/BTP/HOTICH/tra-cuu"
_numbers = count(1)


def conninfo() -> str:
    """The test's database for raw psycopg."""
    wanted = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    return make_conninfo("", **{name: wanted[name] for name in names if wanted.get(name)})


def keeper(folder: Path, **options: Any) -> Keeper:
    """A keeper of the test's log."""
    return Keeper(conninfo(), folder=folder, **options)


def head(number: int) -> bytes:
    """A request's header part (§4.1)."""
    return (
        f"POST\r\n/r1/{SERVICE}/v1/nguoi?so={number}\r\nContent-Type:application/json\r\n"
        f"X-Road-Client:{CLIENT}\r\nAuthorization:Bearer bi-mat\r\n"
        f"x-road-request-id:r-{number}\r\nx-road-id:VN-DEMO-{number}\r\n"
    ).encode()


def record(**changes: Any) -> Record:
    """A signed request with a small body; its identifiers are its own."""
    number = next(_numbers)
    body = changes.pop("body", b'{"so": "%d"}' % number)
    made = Record(
        side="client",
        response=False,
        message_id=f"VN-DEMO-{number}",
        request_id=f"r-{number}",
        at=AT + timedelta(microseconds=number),
        client=CLIENT,
        service=SERVICE,
        head=head(number),
        body=body,
        signed=Signed(f"<signature>{number}</signature>".encode()),
        mode=BodyLog.FULL,
        size=len(body) if isinstance(body, bytes) else getattr(body, "size", 0),
    )
    return replace(made, **changes)


def batch(records: list[Record], signature: bytes = b"<signature>shared</signature>") -> list[Record]:
    """The records as one signature over all of them would leave them."""
    parts = [
        [
            (chains.MESSAGE, hashlib.sha512(one.head).digest()),
            *(
                [(chains.attachment(1), hashlib.sha512(one.body).digest())]
                if isinstance(one.body, bytes)
                else []
            ),
        ]
        for one in records
    ]
    tree = digests.tree([digests.message_digest([digest for _name, digest in each]) for each in parts])
    result = chains.result_xml(tree.top, chains.SIGNATURE_CHAIN)
    return [
        replace(one, signed=Signed(signature, result, chains.chain_xml(path, each)))
        for one, path, each in zip(records, tree.paths, parts, strict=True)
    ]
