"""Time-stamping authorities over HTTP: what each failure is called, how they are configured (§12, T53)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.exchange.evidence.stamping import Stamper, stamping_identity
from tests.exchange.evidence.trusted import NOW
from tests.exchange.keeping import anchored
from tests.exchange.keeping.stamped import WORLD
from tests.support.waiting import WITHIN_SECONDS
from tinhso.exchange import configuration
from tinhso.exchange.evidence.trust import Trust
from tinhso.exchange.keeping import authorities
from tinhso.exchange.keeping.authorities import HttpAuthority
from tinhso.exchange.keeping.stamping import NotStamped
from tinhso.exchange.models import State
from tinhso.foundation import http

Answer = Callable[[bytes], tuple[int, bytes]]
STAMPER = Stamper()
TRUSTED = Trust.of([WORLD.authority.der], [STAMPER.identity.der])


class Quiet(ThreadingHTTPServer):
    """Says nothing when a client has gone."""

    def handle_error(self, *_arguments: Any) -> None:
        """Quiet."""


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], str]]:
    """Starts an HTTP server that answers by a function; its address."""
    running = []

    def start(answer: Answer) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                status, body = answer(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(status)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments: Any) -> None:
                """Quiet."""

        server = Quiet(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return f"http://127.0.0.1:{server.server_port}/tsa"

    yield start
    for server in running:
        server.shutdown()
        server.server_close()
    http.close()


def refused(url: str, trusted: Trust = TRUSTED) -> str:
    with pytest.raises(NotStamped) as error:
        HttpAuthority("TSA", url, trusted).stamp(b"content")
    assert "TSA" in str(error.value)
    assert url in str(error.value), "the failure names its dependency"
    return error.value.code.removeprefix("mlog.")


def test_an_authority_stamps(serve: Callable[[Answer], str]) -> None:
    url = serve(lambda question: (200, STAMPER.answer(question)))
    assert HttpAuthority("TSA", url, TRUSTED).stamp(b"content").at == NOW


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (lambda _question: (503, b""), "timestamping_non_ok_response"),
        (lambda _question: (200, b"hello"), "timestamp_response_validation_failed"),
        (
            lambda question: (200, Stamper(status="rejection").answer(question)),
            "timestamp_non_granted_response",
        ),
        (lambda _question: (200, Stamper().answer(_other())), "timestamp_response_validation_failed"),
    ],
    ids=["unavailable", "nonsense", "not granted", "another question"],
)
def test_an_answer_that_is_no_stamp(serve: Callable[[Answer], str], answer: Answer, code: str) -> None:
    assert refused(serve(answer)) == code


def _other() -> bytes:
    return authorities.stamps.ask(b"something else").der


def test_a_signer_that_the_configuration_does_not_name(serve: Callable[[Answer], str]) -> None:
    url = serve(lambda question: (200, STAMPER.answer(question)))
    other = Trust.of([WORLD.authority.der], [stamping_identity("rsa").der])
    assert refused(url, other) == "tsp_certificate_not_found"


def test_an_authority_that_is_slow(serve: Callable[[Answer], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authorities, "TIMEOUTS", http.Timeouts(connect=0.2, read=0.2, total=0.4))
    ended = threading.Event()

    def slow(_question: bytes) -> tuple[int, bytes]:
        ended.wait(WITHIN_SECONDS)
        return 200, b""

    assert refused(serve(slow)) == "timestamp_request_timed_out"
    ended.set()


def test_an_authority_that_is_not_there() -> None:
    assert refused("http://127.0.0.1:9/") == "timestamp_provider_connection_failed"
    assert refused("tsa.example") == "malformed_timestamp_server_url"


@pytest.mark.django_db
def test_the_global_configuration_says_who_stamps_in_which_order_and_how_often() -> None:
    stampers = [anchored.listed(STAMPER.identity.der, name) for name in ("b", "a")]
    ca = [anchored.listed(WORLD.authority.der, ocsp="http://o/")]
    anchored.hold(authorities=ca, stamping=stampers, stamping_interval=5)
    found = authorities.configured()
    assert [(one.name, one.url) for one in found.authorities] == [("b", "http://b/"), ("a", "http://a/")]
    assert found.interval_seconds == 60, "clamped"
    assert len(found.authorities[0].trusted.stamping) == 2


@pytest.mark.django_db
def test_without_a_configuration_nobody_stamps() -> None:
    assert authorities.configured().authorities == ()
    State.objects.create()
    assert authorities.configured().authorities == ()


@pytest.mark.django_db
def test_a_document_that_the_anchor_did_not_sign_names_nobody() -> None:
    anchored.hold(stamping=[anchored.listed(STAMPER.identity.der)])
    kept = State.objects.get()
    State.objects.update(global_configuration=kept.global_configuration[:-6] + "AAAAAA")
    assert authorities.configured().authorities == ()
    assert configuration.held().anchor is not None
