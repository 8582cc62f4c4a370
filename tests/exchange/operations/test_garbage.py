"""Configurations, certificates, keys and OCSP answers of others: any bytes are read or refused in words."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exchange.evidence import trusted
from tests.exchange.evidence.trusted import NOW, World
from tests.support.garbage import spoilt
from tinhso.exchange.evidence.errors import BadEvidence
from tinhso.exchange.evidence.trust import Use
from tinhso.exchange.operations import certificates, key_files
from tinhso.exchange.protocol import globalconf
from tinhso.exchange.protocol.globalconf import Anchor, Refused
from tinhso.foundation.errors import Invalid

FUZZ = settings(max_examples=int(os.environ.get("EXAMPLES", "40")))
WORLD = World()
KEY = trusted.key_of("ec", "anchor")
ANCHOR = Anchor(
    instance="VN-DEMO", url="http://x", certificate=trusted.certificate(trusted.named("Neo"), KEY, None).der
)
DER = WORLD.authority.der
PEM = WORLD.authority.certificate.public_bytes(Encoding.PEM)
DOCUMENT = json.dumps(
    {
        "instance": "VN-DEMO",
        "serial": 7,
        "issued": "2026-11-29T00:00:00Z",
        "expires": "2026-11-30T00:00:00Z",
        "authorities": [{"name": "CA", "certificate": base64.b64encode(DER).decode(), "ocsp": "http://x"}],
        "members": [{"class": "GOV", "code": "H01", "name": "x", "subsystems": [{"code": "A", "name": "y"}]}],
        "servers": [
            {
                "owner": "VN-DEMO/GOV/H01",
                "code": "AG1",
                "address": "127.0.0.1:1",
                "ocsp": "",
                "auth_certificates": ["00"],
                "clients": ["VN-DEMO/GOV/H01/A"],
                "maintenance": "",
            }
        ],
        "groups": [{"code": "g", "members": ["VN-DEMO/GOV/H01/A"]}],
    }
).encode()


def signed(payload: bytes) -> str:
    return jwt.api_jws.PyJWS().encode(payload, KEY, algorithm="ES256")


def text(data: bytes) -> str:
    return data.decode(errors="replace")


@dataclass(frozen=True)
class Parser:
    """A reader of outside bytes, what it reads, and how it may refuse."""

    read: Callable[[bytes], object]
    samples: tuple[bytes, ...]
    refuses: type[Exception]


def answered(data: bytes) -> object:
    seal = WORLD.seal()
    standing = WORLD.trust().standing(seal.key.certificate, (), [data], Use.SIGNING)
    return standing.require(NOW)


def certified(data: bytes) -> object:
    return WORLD.trust().standing(data, (), list(WORLD.seal().answers), Use.SIGNING).require(NOW)


PARSERS = {
    "a signed document": Parser(lambda data: globalconf.read(signed(data), by=ANCHOR), (DOCUMENT,), Refused),
    "a document as it comes": Parser(
        lambda data: globalconf.read(text(data), by=ANCHOR), (signed(DOCUMENT).encode(),), Refused
    ),
    "certificates": Parser(certificates.chain, (DER, PEM), Invalid),
    "a key": Parser(
        key_files.read,
        (KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),),
        Invalid,
    ),
    "an OCSP answer": Parser(answered, tuple(WORLD.seal().answers), BadEvidence),
    "a signer's certificate": Parser(certified, (WORLD.seal().key.certificate,), BadEvidence),
}


@pytest.mark.parametrize("name", PARSERS)
@FUZZ
@given(data=st.data())
def test_any_bytes_are_read_or_refused(name: str, data: st.DataObject) -> None:
    parser = PARSERS[name]
    drawn = data.draw(spoilt(*parser.samples))
    with suppress(parser.refuses):
        parser.read(drawn)


def test_the_whole_document_is_read() -> None:
    assert globalconf.read(signed(DOCUMENT), by=ANCHOR).document.serial == 7


@pytest.mark.parametrize("part", ["authorities", "stamping"])
def test_a_document_with_a_certificate_that_is_none_is_refused(part: str) -> None:
    said: dict[str, Any] = json.loads(DOCUMENT)
    said[part] = [{"name": "CA", "certificate": "AAAA", "ocsp": "http://x", "url": "http://x"}]

    with pytest.raises(Refused, match="certificate"):
        globalconf.read(signed(json.dumps(said).encode()), by=ANCHOR)
