"""Messages really signed, logged and stamped, so that what comes out of the log can be verified."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.exchange.evidence.trusted import MEMBER, NOW
from tests.exchange.keeping.laid import keeper, record
from tests.exchange.keeping.stamped import WORLD, Played
from tinhso.exchange.evidence import signatures
from tinhso.exchange.evidence.trust import Trust
from tinhso.exchange.keeping.records import Record
from tinhso.exchange.keeping.spool import Spooled
from tinhso.exchange.keeping.stamping import stamp_round

OWNER = MEMBER + "/TINHSO"
STAMPING = Played()


def trust() -> Trust:
    """What verifies everything here."""
    return Trust.of([WORLD.authority.der], [STAMPING.stamper.identity.der])


def signed(records: list[Record]) -> list[Record]:
    """The records signed by one signature, as the gateway does."""
    leaves = []
    for one in records:
        leaf = [hashlib.sha512(one.head).digest()]
        for body in (one.body, *one.more):
            if body is not None:
                leaf.append(body.digest if isinstance(body, Spooled) else hashlib.sha512(body).digest())
        leaves.append(leaf)
    made = signatures.sign_batch(WORLD.seal(), leaves, at=NOW)
    return [replace(one, signed=each) for one, each in zip(records, made, strict=True)]


def request(**changes: Any) -> Record:
    """A request of our own subsystem, to be signed."""
    return record(client=OWNER, at=NOW, **changes)


def kept(folder: Path, records: list[Record]) -> list[UUID]:
    """The records logged in this order; their identifiers."""

    async def work() -> list[UUID]:
        async with keeper(folder) as one:
            return [id for each in records if (id := await one.keep(each)) is not None]

    return asyncio.run(work())


def stamped(*, at: datetime = NOW) -> None:
    """Everything that waits gets its stamp."""
    while stamp_round([STAMPING], at=at).again:
        pass
