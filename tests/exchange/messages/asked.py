"""What the tests ask of another system."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from tinhso.exchange import api as exchange
from tinhso.exchange.messages.clients import Client
from tinhso.foundation import http, jobs


class Birth(msgspec.Struct, frozen=True):
    """A birth to be told of."""

    personal_id: str
    name: str
    reason: str = ""


class Taken(msgspec.Struct, frozen=True):
    """What the other side says of it."""

    number: str


class Look(msgspec.Struct, frozen=True):
    """A question in an address."""

    code: str
    years: list[int]
    whole: bool = False
    note: str | None = None


def _about(birth: Birth) -> exchange.About:
    return exchange.About((birth.personal_id,), birth.reason)


TELL = exchange.declare(
    Client(
        name="tests.tell-birth",
        title="Báo khai sinh",
        service="GOV/BTP/HOTICH/bao-sinh",
        sends=Birth,
        gives=Taken,
        about=_about,
        retry=jobs.Retry(tries=3, first=timedelta(seconds=10), jitter=0),
        timeouts=http.Timeouts(connect=1, read=1, total=2),
    )
)
READ = exchange.declare(
    Client(
        name="tests.read-papers",
        title="Đọc giấy tờ",
        service="GOV/BTP/HOTICH/giay-to",
        verb="GET",
        path="/so/{code}",
        sends=Look,
        gives=dict[str, str],
        also=frozenset({404}),
        timeouts=http.Timeouts(connect=1, read=1, total=2),
    )
)
ONCE_ONLY = exchange.declare(
    Client(
        name="tests.pay-once",
        title="Chi một lần",
        service="GOV/KBNN/CHI/chi",
        sends=Birth,
        gives=Taken,
        repeatable=False,
        question_tries=3,
    )
)
