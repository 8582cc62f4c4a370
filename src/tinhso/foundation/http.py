"""The one way out: every request to another system goes through `call`.

Time-outs, a limit on the answer's size, no proxies, no redirects and no retries unless the call says so;
never while a transaction is open, since the answer may take longer than anyone should hold a lock.
"""

from __future__ import annotations

import atexit
import logging
import random
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

import httpx
import orjson
from django.utils.translation import gettext as _

from tinhso.foundation import transactions
from tinhso.foundation.errors import Unable
from tinhso.foundation.reaching import Reach, Transport
from tinhso.foundation.registry import Port

logger = logging.getLogger(__name__)
REPEATABLE = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
PASSING = frozenset({429, 502, 503, 504})
MOVED = frozenset({301, 302, 303, 307, 308})
MAX_BYTES = 4 * 1024 * 1024
LONGEST_PAUSE = 30.0


class Unanswered(Unable):
    """Another system gave no usable answer. `facts`: service, host."""

    code = "unanswered"
    status = 502


class TimedOut(Unanswered):
    """No answer, or no end of it, within the time-out. What was asked may have been done, unless
    `facts["reached"]` is false."""

    code = "timed-out"
    status = 504


class Refused(Unanswered):
    """No connection: unreachable, TLS not trusted, or not on the list of allowed hosts; or one that broke.

    `facts["reached"]` is true when the request may have arrived before it broke.
    """

    code = "refused"


class BadAnswer(Unanswered):
    """An answer that cannot be used: too long, not HTTP, not what was asked for, or an error status."""

    code = "bad-answer"


class TransactionOpen(RuntimeError):
    """A question was asked while a transaction was open: a fault of the program."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Limits in seconds: to connect, between two pieces of the answer, and for one whole try."""

    connect: float = 3.0
    read: float = 10.0
    total: float = 20.0


@dataclass(frozen=True, slots=True)
class Tries:
    """How often a repeatable call is made, and the first pause in seconds (doubling, with jitter)."""

    count: int = 3
    pause: float = 0.3


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    service: str

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    def ensure(self) -> Answer:
        """Itself. Raises BadAnswer unless 2xx."""
        if not self.ok:
            raise BadAnswer(
                _("Hệ thống %(service)s trả lời lỗi %(status)s: thử lại sau.")
                % {"service": self.service, "status": self.status},
                service=self.service,
                answered=self.status,
            )
        return self

    def json(self) -> Any:
        """The body as JSON. Raises BadAnswer."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            raise BadAnswer(
                _("Hệ thống %(service)s trả lời không đúng định dạng.") % {"service": self.service},
                service=self.service,
            ) from None


@dataclass(frozen=True, slots=True)
class Seen:
    """One try, for metrics: `outcome` is the status or the error's code; seconds it took."""

    service: str
    method: str
    host: str
    outcome: str
    seconds: float


class Egress(Protocol):
    """Which hosts may be called; bound by config."""

    def allows(self, *, scheme: str, host: str, port: int) -> bool:
        """Whether this host may be called."""
        ...


egress: Port[Egress] = Port("egress")
observers: list[Callable[[Seen], None]] = []
_clients: dict[tuple[int, Reach | None], tuple[httpx.Client, ssl.SSLContext | None]] = {}
_lock = Lock()


def call(
    method: str,
    url: str,
    *,
    service: str,
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
    json: Any = None,
    form: Mapping[str, str] | None = None,
    timeouts: Timeouts = Timeouts(),
    tries: Tries = Tries(),
    repeatable: bool | None = None,
    max_bytes: int = MAX_BYTES,
    redirects: int = 0,
    tls: ssl.SSLContext | None = None,
    inside_transaction: bool = False,
    within: Reach | None = None,
) -> Answer:
    """Ask another system, called `service` in messages and figures; any status is an answer.

    Calls that may be made twice (GET, PUT, DELETE … or `repeatable`, as a POST with its own key) are
    tried again after no connection, a time-out, and 429, 502, 503, 504. Redirects are followed for GET and
    HEAD only, at most `redirects` times. An address that others gave is called `within` a reach. Raises
    TimedOut, Refused, BadAnswer, TransactionOpen.
    """
    if not inside_transaction and transactions.open_outside_tests():
        raise TransactionOpen(f"{service} was asked while a transaction was open")
    method = method.upper()
    given = dict(headers or {})
    if json is not None:
        content, given = orjson.dumps(json), {"content-type": "application/json", **given}
    again = method in REPEATABLE if repeatable is None else repeatable
    ask = _Ask(method, service, content, form, timeouts, max_bytes, tls, within)
    for attempt in range(1, (tries.count if again else 1) + 1):
        last = attempt == (tries.count if again else 1)
        try:
            answer = _followed(ask, url, given, redirects)
        except (TimedOut, Refused) as error:
            if last or error.facts.get("final"):
                raise
            time.sleep(_pause(tries, attempt, None))
            continue
        if answer.status not in PASSING or last:
            return answer
        time.sleep(_pause(tries, attempt, answer.headers.get("retry-after")))
    raise AssertionError("the last try returns or raises")


@dataclass(frozen=True, slots=True)
class _Ask:
    method: str
    service: str
    content: bytes | None
    form: Mapping[str, str] | None
    timeouts: Timeouts
    max_bytes: int
    tls: ssl.SSLContext | None
    within: Reach | None = None


def _followed(ask: _Ask, url: str, headers: dict[str, str], redirects: int) -> Answer:
    answer = _once(ask, url, headers)
    while redirects and answer.status in MOVED and ask.method in ("GET", "HEAD"):
        target = urljoin(url, answer.headers.get("location", ""))
        if urlsplit(target)[:2] != urlsplit(url)[:2]:
            secret = ("authorization", "cookie")
            headers = {name: value for name, value in headers.items() if name.lower() not in secret}
        url, redirects = target, redirects - 1
        answer = _once(ask, url, headers)
    return answer


def _once(ask: _Ask, url: str, headers: Mapping[str, str]) -> Answer:
    host = _allowed(ask.service, url)
    started = time.monotonic()
    outcome = "error"
    try:
        answer = _read(ask, url, headers, started + ask.timeouts.total)
        outcome = str(answer.status)
        return answer
    except httpx.TimeoutException as error:
        outcome = TimedOut.code
        reached = not isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout)
        raise _timed_out(ask.service, host, reached=reached) from None
    except (httpx.NetworkError, httpx.ProxyError) as error:
        outcome = Refused.code
        reached = not isinstance(error, httpx.ConnectError | httpx.ProxyError)
        raise _refused(ask.service, host, why=str(error), reached=reached) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        outcome = BadAnswer.code
        raise _unusable(ask.service, host, why=str(error)) from None
    except Unanswered as error:
        outcome = error.code
        raise
    finally:
        seen = Seen(ask.service, ask.method, host, outcome, time.monotonic() - started)
        for observe in observers:
            observe(seen)


def _read(ask: _Ask, url: str, headers: Mapping[str, str], deadline: float) -> Answer:
    limits = httpx.Timeout(ask.timeouts.read, connect=ask.timeouts.connect)
    host = urlsplit(url).hostname or ""
    with _client(ask.tls, ask.within).stream(
        ask.method,
        url,
        headers=dict(headers),
        content=ask.content,
        data=dict(ask.form) if ask.form is not None else None,
        timeout=limits,
    ) as response:
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > ask.max_bytes:
                raise _unusable(ask.service, host, why=f"longer than {ask.max_bytes} bytes")
            if time.monotonic() > deadline:
                raise _timed_out(ask.service, host)
        return Answer(
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=bytes(body),
            url=url,
            service=ask.service,
        )


def _client(tls: ssl.SSLContext | None, within: Reach | None) -> httpx.Client:
    """A pooled client per TLS context and reach, without proxies or other settings from the environment."""
    with _lock:
        held = _clients.get((id(tls), within))
        if held is None:
            client = httpx.Client(
                trust_env=False,
                follow_redirects=False,
                verify=tls if tls is not None else True,
                transport=Transport(within, tls) if within is not None else None,
                headers={"user-agent": "tinhso"},
                limits=httpx.Limits(max_connections=50, max_keepalive_connections=10, keepalive_expiry=30),
            )
            held = _clients[id(tls), within] = (client, tls)
        return held[0]


@atexit.register
def close() -> None:
    """Close all kept connections; the next call opens anew."""
    with _lock:
        for client, _tls in _clients.values():
            client.close()
        _clients.clear()


def _allowed(service: str, url: str) -> str:
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    except ValueError:
        port = 0
    if not host or not port or parts.scheme not in ("http", "https"):
        raise _refused(service, host, why="not an address that can be called", final=True)
    if egress.answered and not egress().allows(scheme=parts.scheme, host=host, port=port):
        raise _refused(service, host, why="not on the list of allowed hosts", final=True)
    return host


def _pause(tries: Tries, attempt: int, asked: str | None) -> float:
    if asked and asked.isdigit():
        return min(float(asked), LONGEST_PAUSE)
    spread = random.uniform(0.75, 1.25)  # noqa: S311 - spreads load, hides nothing
    return min(tries.pause * float(2 ** (attempt - 1)) * spread, LONGEST_PAUSE)


def _timed_out(service: str, host: str, *, reached: bool = True) -> TimedOut:
    return TimedOut(
        _("Hệ thống %(service)s chưa trả lời kịp: thử lại sau.") % {"service": service},
        service=service,
        host=host,
        reached=reached,
    )


def _refused(service: str, host: str, *, why: str, final: bool = False, reached: bool = False) -> Refused:
    return Refused(
        _("Không kết nối được với hệ thống %(service)s: thử lại sau.") % {"service": service},
        service=service,
        host=host,
        why=why,
        final=final,
        reached=reached,
    )


def _unusable(service: str, host: str, *, why: str) -> BadAnswer:
    return BadAnswer(
        _("Hệ thống %(service)s trả lời không dùng được: báo quản trị hệ thống.") % {"service": service},
        service=service,
        host=host,
        why=why,
    )
