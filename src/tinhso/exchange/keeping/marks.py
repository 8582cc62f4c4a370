"""What is taken from peers once only: marks of their messages, shared by all nodes through the database.

A mark is claimed in the transaction that logs its message. Of two nodes that get the same message at once,
one waits for the other's commit and is refused then; when the other dies instead, it goes on.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final, LiteralString, NamedTuple

from psycopg.pq.abc import PGresult

from tinhso.exchange.protocol.faults import Fault

DIGEST_BYTES: Final = 16
PREPARE: LiteralString = """
PREPARE exchange_marks (timestamptz[], bytea[]) AS
INSERT INTO exchange_received (signed_at, digest) SELECT signed_at, digest
FROM unnest($1, $2) AS t (signed_at, digest) ON CONFLICT DO NOTHING RETURNING digest
"""
FORGET: LiteralString = (
    "DELETE FROM exchange_received WHERE signed_at < clock_timestamp() - interval '10 minutes'"
)
"""By then every node refuses the message for its age, also one whose clock is minutes off the database's."""


class Mark(NamedTuple):
    """What no other message has: when it was signed, and the begin of a digest of what is signed in it.

    By their times marks lie in the table's index in the order in which they come and go.
    """

    signed_at: datetime
    digest: bytes


def mark_of(signed_at: datetime, digest: bytes) -> Mark:
    """The mark of a message signed at that time; `digest` has 16 bytes or more."""
    return Mark(signed_at, digest[:DIGEST_BYTES])


def replayed() -> Fault:
    """What the sender of a message hears that came before."""
    return Fault("invalid_request", "This very message was received before")


def claim(marks: Iterable[Mark]) -> str:
    """One statement that claims marks: in order, so that no two nodes wait for each other."""
    ordered = sorted(marks)
    times = ",".join(f"'{one.signed_at.isoformat()}'" for one in ordered)
    digests = ",".join(f"'\\x{one.digest.hex()}'" for one in ordered)
    return f"EXECUTE exchange_marks(ARRAY[{times}]::timestamptz[],ARRAY[{digests}]::bytea[])"


def claimed(result: PGresult) -> set[bytes]:
    """The digests of the marks that were new, by the answer to `claim`."""
    values = (result.get_value(number, 0) for number in range(result.ntuples))
    return {bytes.fromhex(value[2:].decode("ascii")) for value in values if value is not None}
