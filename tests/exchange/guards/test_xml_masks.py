"""XML and SOAP in the log without what must not stand there; what cannot be masked is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.exchange.gateway.test_soap import envelope
from tinhso.exchange.guards.mask_rules import BadRule, CannotMask
from tinhso.exchange.guards.masking import MOST_BODY, Masks
from tinhso.exchange.protocol import soap

CCCD = "079123456789"
PERSONS = (
    f'<p:persons xmlns:p="urn:p"><!-- {CCCD} --><p:person code="{CCCD}" n="1"><p:cccd>{CCCD}</p:cccd>'
    f"<name>Lan</name></p:person><p:person><deep><cccd>{CCCD}</cccd></deep></p:person>tail</p:persons>"
)


def masked(data: str | bytes, *rules: dict[str, str], kind: str = "application/xml") -> str:
    given = data.encode() if isinstance(data, str) else data
    return Masks([{"in": "xml"} | rule for rule in rules]).body(kind, "", given).decode()


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (
            [{"at": "//cccd"}, {"at": "//@code", "as": "remove"}],
            (
                "<person n='1'><cccd>***</cccd><name>Lan</name></person>"
                "<person><deep><cccd>***</cccd></deep></person>tail"
            ),
        ),
        ([{"at": "/persons/person", "as": "remove"}], "tail"),
        (
            [{"at": "/persons/*/deep"}, {"at": "/persons/person/@code"}, {"at": "/persons/person/cccd"}],
            (
                "<person code='***' n='1'><cccd>***</cccd><name>Lan</name></person>"
                "<person><deep>***</deep></person>tail"
            ),
        ),
        (
            [{"at": "//cccd", "as": "regex", "pattern": "[0-9]{9}", "with": "x"}, {"at": "//@code"}],
            (
                "<person code='***' n='1'><cccd>x789</cccd><name>Lan</name></person>"
                "<person><deep><cccd>x789</cccd></deep></person>tail"
            ),
        ),
        ([{"at": "/persons", "as": "remove"}], ""),
    ],
)
def test_elements_and_attributes_by_their_local_names(rules: list[dict[str, str]], expected: str) -> None:
    said = masked(PERSONS, *rules).replace("p:", "").replace(' xmlns:p="urn:p"', "")
    assert etree.canonicalize(said) == etree.canonicalize(f"<persons>{expected}</persons>")


def test_a_long_value_and_a_whole_branch_are_replaced_where_a_pattern_was_asked() -> None:
    rule = {"at": "/a", "as": "regex", "pattern": "x", "with": ""}
    assert masked(f"<a>{CCCD}{'y' * 5000}</a>", rule) == "<a>***</a>"
    assert masked("<a k='1'>x<b>x1</b></a>", rule) == "<a>1</a>"


def test_what_is_cut_by_comments_or_written_otherwise_does_not_slip_through() -> None:
    split = f"<a><cccd>0791<!-- -->234<![CDATA[56789]]></cccd><z:cccd xmlns:z='urn:z'>{CCCD}</z:cccd></a>"
    assert masked(split, {"at": "//cccd", "as": "regex", "pattern": "[0-9]{12}"}).count("***") == 2
    wide = f"<a><cccd>{CCCD}</cccd></a>".encode("utf-16")
    assert CCCD not in masked(wide, {"at": "//cccd"})
    said = '<?xml version="1.0" encoding="windows-1252"?><a><b>\xe9</b></a>'.encode("windows-1252")
    assert masked(said, {"at": "//c"}) == "<a><b>é</b></a>"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/xml", b"<a>"),
        ("application/xml", b"\xff\xfe"),
        ("text/xml; charset=nowhere", b"<a/>"),
        ("application/xml", b"<!DOCTYPE a><a/>"),
        ("application/xml", b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'),
        ("application/xml", b"<a>" * 5000 + b"</a>" * 5000),
        ("application/json", b"{}"),
        ("application/xml", b"<a/>" + b" " * MOST_BODY),
    ],
    ids=lambda said: repr(said[:30]),
)
def test_xml_that_no_rule_can_reach_into_is_refused(kind: str, body: bytes) -> None:
    with pytest.raises(CannotMask):
        masked(body, {"at": "//a"}, kind=kind)


@pytest.mark.parametrize(
    "at", ["", "a", "/", "/a/", "//", "/a[1]", "/@a/b", "/p:a", "//a//b//c", "/a b", "/{u}a"]
)
def test_a_path_that_cannot_be_meant_is_refused(at: str) -> None:
    with pytest.raises(BadRule):
        Masks([{"in": "xml", "at": at}])


def test_a_soap_message_keeps_its_headers_and_loses_what_rules_name() -> None:
    asked = envelope(body=f"<soDinhDanh>{CCCD}</soDinhDanh><hoTen>Lan</hoTen>")
    blocks = f"<w:Security xmlns:w='urn:wsse'><p>{CCCD}</p></w:Security><f:nguoi xmlns:f='u'>{CCCD}</f:nguoi>"
    asked = asked.replace(b"</s:Header>", f"{blocks}</s:Header>".encode())
    masks = Masks([{"in": "xml", "at": "/TraCuuHoTich/soDinhDanh"}, {"in": "xml", "at": "/nguoi"}])

    kept = masks.envelope("text/xml; charset=UTF-8", asked)

    assert CCCD.encode() not in kept
    assert b"Lan" in kept
    before, after = soap.read_envelope(asked), soap.read_envelope(kept)
    assert (after.client, after.service, after.id, after.user_id) == (
        *(before.client, before.service, before.id),
        before.user_id,
    )


def test_rules_never_reach_the_headers_the_log_is_searched_by() -> None:
    rules = [{"in": "xml", "at": at} for at in ("//memberCode", "//id", "/client", "//userId")]
    said = soap.read_envelope(Masks(rules).envelope("text/xml", envelope()))
    assert (str(said.client), said.id) == (str(soap.read_envelope(envelope()).client), "id-9")


@pytest.mark.parametrize(
    ("rules", "data"),
    [
        ([], envelope()),
        ([{"in": "body", "at": "a"}], envelope()),
        ([{"in": "xml", "at": "//a"}], b"<a/>"),
        ([{"in": "xml", "at": "//a"}], envelope().replace(b"s:Body>", b"s:Bodi>")),
    ],
)
def test_a_soap_message_that_no_rule_can_reach_into_is_refused(rules: list[Any], data: bytes) -> None:
    with pytest.raises(CannotMask):
        Masks(rules).envelope("text/xml", data)


@given(st.binary(max_size=60) | st.text(alphabet="<>/abc&;!-[]? \"'=x", max_size=60).map(str.encode))
def test_whatever_comes_is_masked_or_refused(data: bytes) -> None:
    try:
        kept = Masks([{"in": "xml", "at": "//a"}]).body("text/xml", "", data)
    except CannotMask:
        return
    if kept:
        root = etree.fromstring(kept)
        assert all("".join(one.itertext()) == "***" for one in root.iter("a"))
