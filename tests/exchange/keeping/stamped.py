"""A time-stamping authority that a test makes fail, and signatures that wait for it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection

from tests.exchange.evidence.stamping import Stamper
from tests.exchange.evidence.trusted import NOW, World
from tinhso.exchange.evidence import signatures, stamps
from tinhso.exchange.evidence.errors import BadEvidence
from tinhso.exchange.evidence.trust import Trust
from tinhso.exchange.keeping.stamping import NotStamped, Token
from tinhso.exchange.models import Signature, Unstamped

MONTH = date(NOW.year, NOW.month, 1)
WORLD = World()


@dataclass
class Played:
    """An authority in memory; `down` says why it does not answer."""

    name: str = "TSA 1"
    stamper: Stamper = field(default_factory=Stamper)
    down: str = ""
    asked: int = 0

    @property
    def trusted(self) -> Trust:
        return Trust.of([WORLD.authority.der], [self.stamper.identity.der])

    def stamp(self, content: bytes) -> Token:
        self.asked += 1
        if self.down:
            raise NotStamped("mlog.timestamp_provider_connection_failed", self.down)
        question = stamps.ask(content)
        try:
            found = stamps.answered(question, self.stamper.answer(question.der), self.trusted)
        except BadEvidence as error:
            raise NotStamped(f"mlog.{error.code}", error.message) from error
        return Token(found.token, found.at)


def real_signature(number: int = 0) -> bytes:
    """A signature of the profile over some message."""
    return signatures.sign_one(WORLD.seal(), hashlib.sha512(b"%d" % number).digest(), at=NOW).signature


def wait_for_stamp(*xmls: bytes, at: datetime = NOW) -> list[bytes]:
    """These signatures, kept and waiting; their digests."""
    months(at.date())
    found = []
    for xml in xmls:
        digest = hashlib.sha512(xml).digest()
        Signature.objects.create(month=MONTH, digest=digest, xml=xml, kept_at=at)
        Unstamped.objects.create(month=MONTH, digest=digest, since=at)
        found.append(digest)
    return found


def many_wait(count: int) -> None:
    """That many signatures, of which only digests matter."""
    months(MONTH)
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH made AS (INSERT INTO exchange_signature (month, digest, xml, kept_at)"
            " SELECT %s, sha512(n::text::bytea), n::text::bytea, now() FROM generate_series(1, %s) n"
            " RETURNING month, digest)"
            " INSERT INTO exchange_unstamped (month, digest, since) SELECT month, digest, now() FROM made",
            [MONTH, count],
        )


def months(day: date) -> None:
    """The partitions of that day's month."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT exchange_log_month(%s)", [day])
