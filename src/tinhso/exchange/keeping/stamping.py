"""Time-stamps for the signatures of the log, taken by a process of their own (exchange protocol §12).

Writers only add to the queue and the stamper only takes from it: no row is ever waited for. One stamper
works at a time, by an advisory lock of its session; others wait for their turn.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from django.db import connection, transaction

from tinhso.exchange.evidence import digests, reading
from tinhso.exchange.evidence.chains import STAMP_CHAIN, result_xml
from tinhso.exchange.evidence.errors import BadEvidence
from tinhso.exchange.keeping import condition, packing
from tinhso.exchange.models import Signature, Stamp, Stamped, Unstamped

logger = logging.getLogger(__name__)
MOST_RECORDS = 10_000
NEAR_LIMIT = 0.7
LOCK = "exchange stamping"


class NotStamped(Exception):
    """No stamp came. `code` is the protocol's (§5.5, `mlog.`)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Token:
    """A time-stamp token (DER) that was found right, and its own time."""

    der: bytes
    at: datetime


class Authority(Protocol):
    """A time-stamping authority of the global configuration."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    def stamp(self, content: bytes) -> Token:
        """A verified token over these bytes. Raises NotStamped."""
        ...


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did: how many signatures it stamped, and whether more are due at once."""

    stamped: int
    again: bool
    failed: bool = False


@dataclass(frozen=True, slots=True)
class _Due:
    id: int
    month: date
    digest: bytes


def held() -> bool:
    """Whether this database session is the one that stamps, now or by this call; until the session ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [LOCK])
        return bool(cursor.fetchone()[0])


def stamp_round(authorities: Sequence[Authority], *, at: datetime, most: int = MOST_RECORDS) -> Round:
    """Stamp what waits, oldest first: after a failure one signature, else up to `most`.

    The authorities are asked in order, with no transaction open. A full batch, and the first success after
    failures, are followed by another round at once.
    """
    failures = condition.tries()
    due = _due(1 if failures else most)
    if not due:
        condition.idle(at=at)
        return Round(0, again=False)
    if len(due) >= most * NEAR_LIMIT:
        logger.warning("%d of at most %d signatures are stamped in one round", len(due), most)
    try:
        content, chains, result = _content(due)
    except BadEvidence as error:
        logger.error("signature %s cannot be stamped alone: %s", due[0].digest.hex(), error)
        due = _due(2)
        if len(due) < 2:
            return Round(0, again=False)
        content, chains, result = _content(due)
    try:
        authority, token = _asked(authorities, content)
    except NotStamped as error:
        condition.failed(at=at, why=str(error), at_once=not authorities)
        return Round(0, again=False, failed=True)
    stamp = Stamp(at=token.at, authority=authority, token=token.der, chain_result=result, count=len(due))
    if not _written(due, stamp, chains, at):
        return Round(0, again=True)
    return Round(len(due), again=len(due) == most or bool(failures))


def stamp_now(month: date, digest: bytes, authorities: Sequence[Authority], *, at: datetime) -> bool:
    """Stamp this one signature out of turn; whether it has a stamp afterwards. Raises NotStamped."""
    if Stamped.objects.filter(month=month, digest=digest).exists():
        return True
    row = Unstamped.objects.filter(month=month, digest=digest).values_list("id", flat=True).first()
    if row is None:
        return False
    due = [_Due(row, month, digest)]
    content, chains, result = _content(due)
    authority, token = _asked(authorities, content)
    stamp = Stamp(at=token.at, authority=authority, token=token.der, chain_result=result, count=1)
    return _written(due, stamp, chains, at) or Stamped.objects.filter(month=month, digest=digest).exists()


def _due(most: int) -> list[_Due]:
    rows = Unstamped.objects.order_by("id").values_list("id", "month", "digest")[:most]
    return [_Due(id, month, bytes(digest)) for id, month, digest in rows]


def _content(due: Sequence[_Due]) -> tuple[bytes, list[bytes | None], bytes | None]:
    """What is to be stamped, each signature's chain, the tree's top. Of one, its SignatureValue (§12)."""
    if len(due) == 1:
        kept = Signature.objects.get(month=due[0].month, digest=due[0].digest)
        return reading.read(bytes(kept.xml)).value, [None], None
    tree = digests.tree([one.digest for one in due])
    result = result_xml(tree.top, STAMP_CHAIN)
    return result, [packing.of_path(path) for path in tree.paths], result


def _asked(authorities: Sequence[Authority], content: bytes) -> tuple[str, Token]:
    """The first token that an authority gives. Raises NotStamped with what each said."""
    said = []
    for one in authorities:
        try:
            return one.name, one.stamp(content)
        except NotStamped as error:
            logger.warning("%s gave no time-stamp: %s", one.name, error)
            said.append(error)
    if not said:
        raise NotStamped("mlog.no_timestamping_provider_found", "no time-stamping authority is configured")
    raise NotStamped(said[0].code, "; ".join(str(error) for error in said))


def _written(due: Sequence[_Due], stamp: Stamp, chains: Sequence[bytes | None], at: datetime) -> bool:
    """Keep the stamp, unless one of the signatures was stamped by somebody else meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM exchange_unstamped WHERE id = ANY(%s)", [[one.id for one in due]])
        if cursor.rowcount != len(due):
            transaction.set_rollback(True)
            return False
        stamp.save(force_insert=True)
        cursor.execute(
            "INSERT INTO exchange_stamped (month, digest, stamp_id, chain)"
            " SELECT month, digest, %s, chain FROM unnest(%s::date[], %s::bytea[], %s::bytea[])"
            " AS t (month, digest, chain)",
            [stamp.id, [one.month for one in due], [one.digest for one in due], list(chains)],
        )
        condition.succeeded(at=at, authority=stamp.authority)
    return True
