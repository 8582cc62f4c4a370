"""Identifiers are read part by part, and written as peers read them (exchange protocol §1)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.exchange.protocol.faults import Fault
from tinhso.exchange.protocol.identifiers import (
    ClientId,
    ServerId,
    ServiceId,
    encode,
    oddities,
    parse_client,
    parse_represented_party,
    parse_server,
    parse_service,
)

PART = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=40)
LGSP = ClientId("XROADVN", "GOV", "TINHSO", "LGSP")


def test_t03_a_client_has_four_parts_or_three() -> None:
    assert parse_client("XROADVN/GOV/TEST235/HATEST") == ClientId("XROADVN", "GOV", "TEST235", "HATEST")
    assert parse_client("XROADVN/GOV/TEST235") == ClientId("XROADVN", "GOV", "TEST235")
    assert parse_client("XROADVN/GOV/TEST235/HATEST").member == parse_client("XROADVN/GOV/TEST235")


@pytest.mark.parametrize(
    "text", ["", "XROADVN", "XROADVN/GOV", "A/B/C/D/E", "A//C", "/A/B/C", "A/B/C/", "A/B/"]
)
def test_t04_a_client_of_other_parts_is_refused(text: str) -> None:
    with pytest.raises(Fault) as caught:
        parse_client(text)
    assert caught.value.code == "client.invalid_client_identifier"


def test_t02_t09_parts_are_decoded_one_by_one() -> None:
    assert parse_service("I/C/M/S/HO%2FSO").code == "HO/SO"
    assert parse_service("I/C/M/S/HO%2fSO").code == "HO/SO"
    assert parse_service("I/C/M/S/%C3%B6").code == "ö"
    assert str(ServiceId(LGSP, "HO/SO")) == "XROADVN/GOV/TINHSO/LGSP/HO%2FSO"
    assert str(ServiceId(LGSP, "Hộ tịch")) == "XROADVN/GOV/TINHSO/LGSP/H%E1%BB%99%20t%E1%BB%8Bch"


@pytest.mark.parametrize("part", ["%", "%2", "%zz", "%2G", "a%", "%C3", "%ff", "%00"])
def test_t10_broken_escapes_are_refused(part: str) -> None:
    with pytest.raises(Fault):
        parse_client(f"I/C/{part}")
    with pytest.raises(Fault):
        parse_service(f"I/C/M/S/{part}")


@pytest.mark.parametrize(
    "part", ["a b", "Hộ", '"', "<", "a\tb", "a\r\nb", "[", "\\", "^", "`", "{", "|", "#", "?"]
)
def test_t11_raw_characters_that_must_be_encoded_are_refused(part: str) -> None:
    with pytest.raises(Fault):
        parse_client(f"I/C/{part}")


def test_every_character_that_needs_no_escape_passes_as_it_is() -> None:
    part = "AZaz09-._~!$&'()*+,;=:@"
    assert parse_client(f"I/C/{part}").member_code == part
    assert encode(part) == part


def test_a_server_has_exactly_four_parts() -> None:
    assert parse_server("VN-DEMO/GOV/H01/AG1") == ServerId("VN-DEMO", "GOV", "H01", "AG1")
    assert parse_server("VN-DEMO/GOV/H01/AG1").owner == ClientId("VN-DEMO", "GOV", "H01")
    for text in ("VN-DEMO/GOV/H01", "VN-DEMO/GOV/H01/AG1/X", "VN-DEMO/GOV/%/AG1"):
        with pytest.raises(Fault, match="invalid_security_server"):
            parse_server(text)


def test_a_represented_party_has_one_part_or_two() -> None:
    assert parse_represented_party("GOV/H01") == ("GOV", "H01")
    assert parse_represented_party("H01") == ("", "H01")
    for text in ("A/GOV/H01", "", "%"):
        with pytest.raises(Fault):
            parse_represented_party(text)


def test_a_service_has_five_parts_or_six_with_its_version() -> None:
    assert parse_service("I/C/M/S/a/v1") == ServiceId(ClientId("I", "C", "M", "S"), "a", "v1")
    assert parse_service("I/C/M/S/a/v1").parts == ("I", "C", "M", "S", "a", "v1")
    for text in ("I/C/M/S", "I/C/M/S/a/v1/x"):
        with pytest.raises(Fault):
            parse_service(text)


def test_a_part_that_the_log_cannot_hold_is_refused() -> None:
    assert parse_client(f"I/C/{'ộ' * 1}{'a' * 254}".replace("ộ", "%E1%BB%99")).member_code[0] == "ộ"
    with pytest.raises(Fault):
        parse_client(f"I/C/{'a' * 256}")
    with pytest.raises(Fault):
        parse_client("a" * 10_000)


def test_odd_characters_are_only_told() -> None:
    assert oddities(ClientId("XROADVN", "GOV", "TINHSO", "LGSP")) == ()
    assert oddities(ClientId("I", "G%V", "a:b", "c/d")) == ("G%V", "a:b", "c/d")
    assert oddities(ServiceId(LGSP, "a\u200bb")) == ("a\u200bb",)


@given(PART, PART, PART, st.one_of(st.just(""), PART), PART)
def test_what_is_written_reads_back(one: str, two: str, three: str, four: str, code: str) -> None:
    client = ClientId(one, two, three, four)
    assert parse_client(str(client)) == client
    assert str(client).isascii()
    server = ServerId(one, two, three, code)
    assert parse_server(str(server)) == server
    if four:
        service = ServiceId(client, code)
        assert parse_service(str(service)) == service


@given(st.text())
def test_any_text_is_an_identifier_or_a_fault(text: str) -> None:
    for parse in (parse_client, parse_server, parse_service, parse_represented_party):
        try:
            parse(text)
        except Fault:
            continue
