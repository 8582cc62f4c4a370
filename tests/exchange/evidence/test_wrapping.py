"""Signatures that are right somewhere and about something else: none passes (exchange protocol §10.1)."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable

import pytest

from tests.exchange.evidence.trusted import NOW, World
from tinhso.exchange.evidence import signatures
from tinhso.exchange.evidence.chains import MESSAGE
from tinhso.exchange.evidence.errors import BadEvidence
from tinhso.exchange.evidence.signatures import Signed

OTHER = hashlib.sha512(b"gia mao").digest()
DIGEST = hashlib.sha512(b"that").digest()
WORLD = World("ec")
HONEST = signatures.sign_one(WORLD.seal(), DIGEST, at=NOW).signature
_START, _END = HONEST.index(b"<ds:Signature "), HONEST.index(b"</asic:")
SIGNATURE = HONEST[_START:_END]
PROPERTIES = HONEST[
    HONEST.index(b"<xades:SignedProperties ") : HONEST.index(b"</xades:SignedProperties>")
    + len(b"</xades:SignedProperties>")
]
FORGED_REFERENCE = SIGNATURE.replace(b64encode(DIGEST), b64encode(OTHER))
LATER = PROPERTIES.replace(b"2026-11-24", b"2026-11-25")


def refused(signature: bytes) -> str:
    with pytest.raises(BadEvidence) as caught:
        signatures.verify(Signed(signature), {MESSAGE: OTHER}, WORLD.trust(), NOW)
    return caught.value.code


def within(before: bytes, inside: bytes, after: bytes) -> bytes:
    return HONEST[:_START] + before + inside + after + HONEST[_END:]


def test_the_honest_signature_stands() -> None:
    signatures.verify(Signed(HONEST), {MESSAGE: DIGEST}, WORLD.trust(), NOW)


@pytest.mark.parametrize(
    "forged",
    [
        within(b"", FORGED_REFERENCE + SIGNATURE, b""),
        within(b"", SIGNATURE + FORGED_REFERENCE, b""),
        within(b"<x>", SIGNATURE, b"</x>" + FORGED_REFERENCE),
        within(b"", FORGED_REFERENCE.replace(b"</ds:Object>", SIGNATURE + b"</ds:Object>"), b""),
        within(
            b"",
            FORGED_REFERENCE.replace(
                b"</ds:Object>", b"</ds:Object><ds:Object>" + SIGNATURE + b"</ds:Object>"
            ),
            b"",
        ),
        within(b"", SIGNATURE, b"<ds:Object>khac</ds:Object>"),
        HONEST.replace(b"asic:XAdESSignatures", b"asic:Other"),
    ],
)
def test_a_second_signature_or_a_stranger_in_its_place_is_malformed(forged: bytes) -> None:
    assert refused(forged) == "malformed_signature"


def moved(change: Callable[[bytes], bytes]) -> bytes:
    return HONEST.replace(PROPERTIES, change(PROPERTIES))


@pytest.mark.parametrize(
    ("forged", "code"),
    [
        (moved(lambda own: LATER), "invalid_signature_value"),
        (moved(lambda own: LATER + own), "malformed_signature"),
        (moved(lambda own: LATER.replace(b"signed-properties", b"other")), "invalid_reference"),
        (
            HONEST.replace(PROPERTIES, LATER.replace(b"signed-properties", b"other")).replace(
                b"</ds:Object>", PROPERTIES + b"</ds:Object>"
            ),
            "malformed_signature",
        ),
        (
            HONEST.replace(PROPERTIES, LATER).replace(
                b"<xades:RevocationValues>", PROPERTIES + b"<xades:RevocationValues>"
            ),
            "malformed_signature",
        ),
        (HONEST.replace(b'Target="#signature"', b'Target="#other"'), "malformed_signature"),
        (HONEST.replace(b'Id="signature-value"', b'Id="signed-properties"'), "malformed_signature"),
        (HONEST.replace(b'Id="signature-value"', b'xml:id="signed-properties"'), "malformed_signature"),
        (HONEST.replace(b'Id="signature-value"', b'ID="signed-properties"'), "malformed_signature"),
        (HONEST.replace(b'URI="#signed-properties"', b'URI="#signature"'), "invalid_reference"),
        (HONEST.replace(b'URI="#signed-properties"', b'URI=""'), "invalid_reference"),
        (HONEST.replace(b'URI="#signed-properties"', b'URI="#xpointer(/)"'), "invalid_reference"),
        (HONEST.replace(b'URI="/message.xml"', b'URI="/attachment1"'), "invalid_reference"),
        (HONEST.replace(b'URI="/message.xml"', b'URI=""'), "invalid_reference"),
        (HONEST.replace(b'URI="/message.xml"', b'URI="http://127.0.0.1/message.xml"'), "invalid_reference"),
        (HONEST.replace(b'URI="/message.xml"', b'URI="/sig-hashchainresult.xml"'), "invalid_signature_value"),
        (HONEST.replace(b"01903#SignedProperties", b"01903#Other"), "invalid_reference"),
    ],
)
def test_signed_properties_and_references_have_one_place(forged: bytes, code: str) -> None:
    assert forged != HONEST
    assert refused(forged) == code


INFO_END = b"</ds:SignedInfo>"
REFERENCE = HONEST[
    HONEST.index(b"<ds:Reference ") : HONEST.index(b"</ds:Reference>") + len(b"</ds:Reference>")
]
DIGEST_METHOD = b'<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha512">'
TRANSFORM = b'<ds:Transforms><ds:Transform Algorithm="%s"></ds:Transform></ds:Transforms>'
XSLT = TRANSFORM % b"http://www.w3.org/TR/1999/REC-xslt-19991116"
C14N = TRANSFORM % b"http://www.w3.org/TR/2001/REC-xml-c14n-20010315"


@pytest.mark.parametrize(
    "forged",
    [
        HONEST.replace(INFO_END, REFERENCE.replace(b"reference-0", b"reference-2") + INFO_END),
        HONEST.replace(REFERENCE, b""),
        HONEST.replace(DIGEST_METHOD, XSLT + DIGEST_METHOD),
        HONEST.replace(DIGEST_METHOD, C14N + DIGEST_METHOD, 1),
        HONEST.replace(b"REC-xml-c14n-20010315", b"REC-xml-c14n-20010315#WithComments"),
        HONEST.replace(b"ecdsa-sha512", b"hmac-sha512"),
        HONEST.replace(b"ecdsa-sha512", b"rsa-sha512"),
        HONEST.replace(b"ecdsa-sha512", b"ecdsa-sha1"),
        HONEST.replace(b"xmlenc#sha512", b"xmldsig#sha1", 1),
        HONEST.replace(b"<ds:X509Data>", b"<ds:KeyName>x</ds:KeyName><ds:X509Data>"),
        HONEST.replace(b"<ds:SignedInfo>", b"<!-- --><ds:SignedInfo>"),
        HONEST.replace(b"<asic:", b"<!DOCTYPE x><asic:", 1),
        HONEST.replace(b"<asic:", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><asic:', 1),
        HONEST.replace(b'encoding="UTF-8"', b'encoding="UTF-16"'),
        HONEST.decode().encode("utf-16"),
        HONEST + b"<!-- -->",
        HONEST[:-5],
        b"",
    ],
)
def test_whatever_the_profile_does_not_have_is_malformed(forged: bytes) -> None:
    assert forged != HONEST
    assert refused(forged) == "malformed_signature"


def test_a_bomb_of_entities_is_not_unfolded() -> None:
    layers = b"".join(b'<!ENTITY a%d "%s">' % (at, b"&a%d;" % (at - 1) * 10) for at in range(1, 10))
    bomb = b'<!DOCTYPE x [<!ENTITY a0 "ha">' + layers + b"]><x>&a9;</x>"
    assert refused(bomb) == "malformed_signature"


def test_another_certificate_with_the_same_key_is_not_the_one_that_signed() -> None:
    other = WORLD.signing()
    swapped = HONEST.replace(b64encode(WORLD.signer.der), b64encode(other.der))
    assert swapped != HONEST
    assert refused(swapped) == "incorrect_certificate"


def test_a_forger_with_a_key_of_his_own_has_no_path() -> None:
    forger = World("ec", authority=WORLD.signer)
    made = signatures.sign_one(forger.seal(), OTHER, at=NOW)
    assert refused(made.signature) == "cannot_create_cert_path"
