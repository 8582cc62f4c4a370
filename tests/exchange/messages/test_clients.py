"""What a client may be declared as, and how its questions are written."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.exchange.messages.asked import READ, TELL, Birth, Look
from tinhso.exchange.messages import transport
from tinhso.exchange.messages.clients import declare


@pytest.mark.parametrize(
    "wrong",
    [{"service": "GOV/BTP/HOTICH"}, {"service": "a/b/c/d/e"}, {"verb": "TRACE"}, {"path": "no-slash"}],
)
def test_a_client_that_cannot_work_is_not_declared(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=TELL.name):
        declare(replace(TELL, **wrong))


def test_a_name_is_declared_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        declare(replace(TELL, path="/other"))


@given(code=st.text(min_size=1), years=st.lists(st.integers()), note=st.none() | st.text())
def test_no_question_breaks_out_of_its_address(code: str, years: list[int], note: str | None) -> None:
    target, body = READ.written(Look(code=code.encode("utf-8", "ignore").decode(), years=years, note=None))

    assert body == b""
    assert target.isascii()
    assert target.startswith("/so/")
    path, _mark, query = target.partition("?")
    assert path.count("/") == 2
    assert not set(target) & set(" \r\n#")
    assert query.count("years=") == len(years)


@given(st.text(), st.text())
def test_the_same_question_is_the_same_bytes_and_reads_back(name: str, reason: str) -> None:
    birth = Birth("1", name.encode("utf-8", "ignore").decode(), reason.encode("utf-8", "ignore").decode())

    assert TELL.written(birth) == TELL.written(birth)
    assert msgspec.json.decode(TELL.written(birth)[1], type=Birth) == birth


@pytest.mark.parametrize(
    ("code", "lasting"),
    [
        ("server.serverproxy.access_denied", True),
        ("Server.ServerProxy.AccessDenied", True),
        ("client.bad_request", True),
        ("server.serverproxy.unknown_service", True),
        ("server.serverproxy.service_disabled", False),
        ("server.clientproxy.maintenance_mode", False),
        ("server.clientproxy.unknown_member", False),
        ("server.serverproxy.service_failed.missing_body", False),
    ],
)
def test_which_faults_no_further_try_mends(code: str, lasting: bool) -> None:
    assert transport.for_good(code) is lasting
