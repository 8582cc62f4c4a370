from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.db import transaction

from national.ports import free_port
from tinhso.foundation import http
from tinhso.foundation.http import Answer, Seen, Timeouts, Tries

pytestmark = pytest.mark.django_db
FAST = Tries(count=3, pause=0.01)


class Peer:
    """A system on loopback that answers from a script and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self.script: list[Callable[[BaseHTTPRequestHandler], None]] = []
        peer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _any(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                peer.asked.append((self.command, self.path, headers, body))
                step = peer.script.pop(0) if len(peer.script) > 1 else peer.script[0]
                step(self)

            do_GET = do_POST = do_PUT = _any  # noqa: N815 - names of the base class

            def log_message(self, format: str, *args: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def reply(
    status: int = 200, body: bytes = b"ok", headers: dict[str, str] | None = None
) -> Callable[[BaseHTTPRequestHandler], None]:
    def step(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in (headers or {}).items():
            handler.send_header(name, value)
        handler.send_header("content-length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return step


def drip(seconds: float) -> Callable[[BaseHTTPRequestHandler], None]:
    def step(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("content-length", "1000")
        handler.end_headers()
        until = time.monotonic() + seconds
        try:
            while time.monotonic() < until:
                handler.wfile.write(b".")
                time.sleep(0.05)
        except OSError:
            return

    return step


def silent(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(1)
    handler.close_connection = True


@pytest.fixture
def peer() -> Iterator[Peer]:
    peer = Peer()
    yield peer
    http.close()
    peer.stop()


def ask(peer: Peer, path: str = "/", *, method: str = "GET", **options: Any) -> Answer:
    return http.call(method, peer.url + path, service="đối tác", **options)


def test_an_answer_comes_back_whole(peer: Peer) -> None:
    peer.script = [reply(201, b'{"a": 1}', {"X-Kind": "test"})]

    answer = ask(peer, "/x?y=1", method="POST", json={"tên": "Ân"}, headers={"authorization": "Bearer t"})

    assert (answer.status, answer.json(), answer.headers["x-kind"], answer.ok) == (
        201,
        {"a": 1},
        "test",
        True,
    )
    method, path, headers, body = peer.asked[0]
    assert (method, path, body) == ("POST", "/x?y=1", '{"tên":"Ân"}'.encode())
    assert (headers["content-type"], headers["authorization"]) == ("application/json", "Bearer t")


def test_a_form_is_sent_as_a_form(peer: Peer) -> None:
    peer.script = [reply()]
    ask(peer, method="POST", form={"code": "a b"})

    assert peer.asked[0][3] == b"code=a+b"


def test_a_repeatable_call_is_made_again_and_one_that_is_not_only_once(peer: Peer) -> None:
    peer.script = [reply(503), reply(503), reply(200)]
    assert ask(peer, tries=FAST).status == 200
    assert len(peer.asked) == 3

    peer.script = [reply(503)]
    assert ask(peer, method="POST", tries=FAST).status == 503
    assert len(peer.asked) == 4
    assert ask(peer, method="POST", repeatable=True, tries=FAST).status == 503
    assert len(peer.asked) == 7


def test_an_error_that_will_not_pass_is_not_asked_again(peer: Peer) -> None:
    peer.script = [reply(404)]
    answer = ask(peer, tries=FAST)

    assert len(peer.asked) == 1
    with pytest.raises(http.BadAnswer, match="404"):
        answer.ensure()


def test_a_peer_that_says_nothing_times_out(peer: Peer) -> None:
    peer.script = [silent]
    with pytest.raises(http.TimedOut):
        ask(peer, timeouts=Timeouts(read=0.1), tries=Tries(count=1))


def test_a_peer_that_drips_times_out_as_a_whole(peer: Peer) -> None:
    peer.script = [drip(5)]
    started = time.monotonic()
    with pytest.raises(http.TimedOut):
        ask(peer, timeouts=Timeouts(total=0.3), tries=Tries(count=1))
    assert time.monotonic() - started < 2


def test_too_long_an_answer_is_refused_also_when_it_is_packed(peer: Peer) -> None:
    peer.script = [reply(body=b"x" * 2000)]
    with pytest.raises(http.BadAnswer):
        ask(peer, max_bytes=1999)
    assert len(ask(peer, max_bytes=2000).body) == 2000

    bomb = gzip.compress(bytes(10_000_000))
    peer.script = [reply(body=bomb, headers={"content-encoding": "gzip"})]
    with pytest.raises(http.BadAnswer):
        ask(peer, max_bytes=1_000_000)


def test_an_answer_that_is_not_json_is_a_bad_answer(peer: Peer) -> None:
    peer.script = [reply(body=b"<html>")]
    with pytest.raises(http.BadAnswer):
        ask(peer).json()


def test_nobody_listening_is_refused() -> None:
    url = f"http://127.0.0.1:{free_port()}/"
    with pytest.raises(http.Refused):
        http.call("GET", url, service="đối tác", tries=FAST)
    http.close()


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://", "ftp://a/b", "http://a:99999/", "nonsense"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(http.Refused):
        http.call("GET", url, service="đối tác")


def test_a_redirect_is_an_answer_unless_asked_to_follow(peer: Peer) -> None:
    peer.script = [reply(302, headers={"location": "/there"}), reply(body=b"there")]
    assert ask(peer).status == 302

    peer.script = [reply(302, headers={"location": "/there"}), reply(body=b"there")]
    assert ask(peer, redirects=1).body == b"there"


def test_a_redirect_elsewhere_takes_no_credentials_along(peer: Peer) -> None:
    other = Peer()
    other.script = [reply(body=b"other")]
    peer.script = [reply(302, headers={"location": other.url})]

    secret = {"Authorization": "Bearer t", "x-kept": "1"}
    assert ask(peer, headers=secret, redirects=1).body == b"other"

    other.stop()
    assert "authorization" in peer.asked[0][2]
    assert "authorization" not in other.asked[0][2]
    assert other.asked[0][2]["x-kept"] == "1"


class OnlyLoopback:
    def allows(self, *, scheme: str, host: str, port: int) -> bool:
        return host == "127.0.0.1"


def test_only_allowed_hosts_are_called_and_redirects_too(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http.egress, "_bound", OnlyLoopback())
    peer.script = [reply(302, headers={"location": "http://169.254.169.254/latest"})]

    with pytest.raises(http.Refused):
        ask(peer, redirects=1, tries=FAST)
    assert len(peer.asked) == 1
    with pytest.raises(http.Refused):
        http.call("GET", "http://localhost/", service="đối tác")


def test_proxies_of_the_environment_are_not_used(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    peer.script = [reply()]

    assert ask(peer).ok


def test_every_try_is_seen_by_the_figures(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Seen] = []
    monkeypatch.setattr(http, "observers", [seen.append])
    peer.script = [reply(503), reply(200)]
    ask(peer, tries=FAST)
    peer.script = [silent]
    with pytest.raises(http.TimedOut):
        ask(peer, timeouts=Timeouts(read=0.05), tries=Tries(count=1))

    assert [one.outcome for one in seen] == ["503", "200", "timed-out"]
    assert {(one.service, one.host, one.method) for one in seen} == {("đối tác", "127.0.0.1", "GET")}


def test_nobody_asks_while_a_transaction_is_open(peer: Peer) -> None:
    peer.script = [reply()]
    with transaction.atomic(), pytest.raises(http.TransactionOpen):
        ask(peer)
    assert peer.asked == []
    with transaction.atomic():
        assert ask(peer, inside_transaction=True).ok


@pytest.mark.django_db(transaction=True)
def test_nor_in_a_test_with_real_transactions(peer: Peer) -> None:
    peer.script = [reply()]
    assert ask(peer).ok
    with transaction.atomic(), pytest.raises(http.TransactionOpen):
        ask(peer)
