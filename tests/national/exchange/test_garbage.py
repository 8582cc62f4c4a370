"""Whatever bytes the nation's parsers are given, they read them or refuse them in words of the protocol."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest
from asn1crypto import tsp
from hypothesis import given, settings
from hypothesis import strategies as st

from national.exchange import chains, check, failures, names, parts, rest, soap, trust, wires, xades, xml
from national.exchange.failures import Failure
from national.exchange.names import BadName
from national.exchange.trust import Trust
from national.exchange.wires import Broken
from national.exchange.xml import BadXml
from national.tsa import stamps
from national.wire import Bad, Fields
from tests.exchange.evidence.kept import response
from tests.exchange.evidence.kept import soap as soap_message
from tests.exchange.evidence.trusted import NOW
from tests.national.exchange.test_check import LOGS, archived, changed, content
from tests.national.exchange.test_civil import SOAP
from tests.support.garbage import spoilt
from tinhso.exchange.evidence import containers

FUZZ = settings(max_examples=int(os.environ.get("EXAMPLES", "40")))
LOG = LOGS["ec"]
TRUST = Trust(content(LOG))
KINDS = (LOG.alone(), LOG.alone(soap_message()), LOG.with_body(), LOG.batches(5)[2])
CONTAINERS = [containers.build(one) for one in KINDS]
ARCHIVE = archived(LOG)[0][0]
ENVELOPE = SOAP.format(person="091078004512", name="Nguyễn Văn Biển").encode()
MIXED = 'multipart/mixed; boundary="x"'
BODY = parts.written([parts.part("text/xml", ENVELOPE), parts.part(parts.OCSP, b"\x30\x00")], "x")[1]
HTTP = b"POST /r1/a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
CHUNKED = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"


def files_of(container: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(container)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


FILES = [files_of(one) for one in CONTAINERS]
BATCH = FILES[3]
INPUTS = {
    name: hashlib.sha512(BATCH[name]).digest() for name in BATCH if name.startswith(("message", "attach"))
}


@dataclass(frozen=True)
class Parser:
    """A reader of outside bytes, what it reads, and how it may refuse."""

    read: Callable[[bytes], object]
    samples: tuple[bytes, ...]
    refuses: type[Exception] = Failure


def head_and_body(data: bytes) -> object:
    file = io.BytesIO(data)
    _first, headers = wires.read_head(file)
    return wires.read_body(file, headers, until_close=True)


def members(data: bytes) -> object:
    fields = Fields(data)
    told = fields.text("soDinhDanh"), fields.texts("nhieu", default=[]), fields.whole("so", default=0)
    json.dumps(told, ensure_ascii=False).encode()
    return told


def told_again(data: bytes) -> object:
    """A fault in words of a stranger can be told on, in every form."""
    said = Failure("x", wires.text_of(data)).within("server.serverproxy")
    return (
        failures.read_fault(failures.soap_fault(said)),
        failures.rendered(said, "text/xml"),
        failures.rendered(said, ""),
    )


def stamp_question() -> bytes:
    imprint = {"hash_algorithm": {"algorithm": "sha512"}, "hashed_message": bytes(64)}
    asked = {"version": "v1", "message_imprint": imprint, "nonce": 7, "cert_req": True}
    return bytes(tsp.TimeStampReq(asked).dump())


SIGNATURES = tuple(each["META-INF/signatures.xml"] for each in FILES)
XADES = xades.Xades(SIGNATURES[0])
PARSERS: Mapping[str, Parser] = {
    "a container": Parser(lambda data: check.container(data, TRUST), tuple(CONTAINERS)),
    "an archive": Parser(lambda data: check.archive(data, TRUST), (ARCHIVE,)),
    "a message in a container": Parser(check._said, (response(), *(each["message.xml"] for each in FILES))),
    "XML": Parser(xml.read, (ENVELOPE, *SIGNATURES), BadXml),
    "a SOAP envelope": Parser(soap.read_envelope, (ENVELOPE,)),
    "a SOAP body with attachments": Parser(
        lambda data: soap.opened("multipart/related" + MIXED[15:], data), (BODY,)
    ),
    "a SOAP fault": Parser(failures.read_fault, (failures.soap_fault(Failure("a", "b")),)),
    "a fault that is told on": Parser(told_again, (b"loi",)),
    "parts": Parser(lambda data: parts.read(MIXED, data), (BODY,)),
    "a content type": Parser(lambda data: parts.read(wires.text_of(data), BODY), (MIXED.encode(),)),
    "a request's header part": Parser(rest.read_request, (FILES[0]["message.xml"],)),
    "a response's header part": Parser(rest.read_response, (response(),)),
    "an identifier": Parser(
        lambda data: names.joined(names.split(wires.text_of(data), 3, 4)),
        (b"VN-DEMO/GOV/H01/A%2FB",),
        BadName,
    ),
    "a signature": Parser(
        lambda data: xades.verify(
            xades.Signed(data, BATCH.get("sig-hashchainresult.xml"), BATCH.get("sig-hashchain.xml")),
            INPUTS, TRUST, NOW, stamped=True,
        ),
        SIGNATURES,
    ),
    "a chain": Parser(
        lambda data: chains.verify(BATCH["sig-hashchainresult.xml"], data, "sig-hashchain.xml", INPUTS),
        (BATCH["sig-hashchain.xml"],),
    ),
    "a chain's result": Parser(
        lambda data: chains.verify(data, BATCH["sig-hashchain.xml"], "sig-hashchain.xml", INPUTS),
        (BATCH["sig-hashchainresult.xml"],),
    ),
    "a stamp": Parser(lambda data: TRUST.stamp_time(data, b"x"), (BATCH["META-INF/timestamp.tst"],)),
    "an OCSP answer": Parser(lambda data: TRUST.check(XADES.certificate, [data], NOW), tuple(XADES.ocsp)),
    "whom an OCSP answer is about": Parser(trust.serial_of, tuple(XADES.ocsp)),
    "a message of HTTP": Parser(head_and_body, (HTTP, CHUNKED), Broken),
    "posted JSON": Parser(members, (b'{"soDinhDanh":"1","nhieu":["a"],"so":12}',), Bad),
    "a stamp request": Parser(stamps.read, (stamp_question(),), stamps.Rejected),
}  # fmt: skip


@pytest.mark.parametrize("name", PARSERS)
@FUZZ
@given(data=st.data())
def test_any_bytes_are_read_or_refused(name: str, data: st.DataObject) -> None:
    parser = PARSERS[name]
    given = data.draw(spoilt(*parser.samples))
    with contextlib.suppress(parser.refuses):
        parser.read(given)


@FUZZ
@given(st.data())
def test_a_container_with_any_file_changed_is_read_or_refused(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(FILES) - 1))
    name = data.draw(st.sampled_from(sorted(FILES[at])))
    other = data.draw(spoilt(FILES[at][name]))
    with contextlib.suppress(Failure):
        check.container(changed(CONTAINERS[at], lambda files: files.update({name: other})), TRUST)


def test_a_chain_that_doubles_at_every_step_ends_at_once() -> None:
    head, rest_of = BATCH["sig-hashchain.xml"].split(b"<HashStep", 1)
    tail = rest_of[rest_of.index(b"</HashChain>") :]
    step = b'<HashStep id="STEP%d"><StepRef URI="#STEP%d"/><StepRef URI="#STEP%d"/></HashStep>'
    steps = b"".join(step % (at, at + 1, at + 1) for at in range(60))

    with pytest.raises(Failure, match="or two"):
        chains.verify(BATCH["sig-hashchainresult.xml"], head + steps + tail, "sig-hashchain.xml", INPUTS)


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "MOST_BYTES", 1_000_000)

    with pytest.raises(Failure, match="too large"):
        check.container(
            changed(CONTAINERS[0], lambda files: files.update({"attachment1": bytes(10**6)})), TRUST
        )


@pytest.mark.parametrize(
    "said",
    [
        b'<!DOCTYPE a [<!ENTITY b "c">]>' + ENVELOPE,
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd">' + ENVELOPE,
        ENVELOPE.replace(b"<soapenv:Body>", b"<soapenv:Body><?go on?>"),
    ],
    ids=["entities", "an outside document", "an instruction"],
)
def test_no_xml_reaches_out_or_says_more_than_its_elements(said: bytes) -> None:
    with pytest.raises(Failure, match="not allowed"):
        soap.read_envelope(said)


def test_comments_change_nothing() -> None:
    plain = soap.read_envelope(ENVELOPE)
    said = ENVELOPE.replace(b"<soapenv:Body>", b"<soapenv:Body><!-- a -->").replace(
        b"<xrd:id>", b"<!-- b --><xrd:id>"
    )
    commented = soap.read_envelope(said)

    assert (commented.headers, commented.service) == (plain.headers, plain.service)
