"""What another library says of our signatures: signxml, for messages signed one by one."""

from __future__ import annotations

import hashlib

import pytest
from signxml.algorithms import DigestAlgorithm
from signxml.exceptions import InvalidDigest, InvalidSignature
from signxml.xades import XAdESSignatureConfiguration, XAdESSignaturePolicy, XAdESVerifier

from tests.exchange.evidence.trusted import NOW, World
from tinhso.exchange.evidence import profile, signatures

HEAD = b"GET\r\n/r1/VN-DEMO/GOV/BTP/HOTICH/tra-cuu\r\nX-Road-Client:VN-DEMO/GOV/H01/TINHSO\r\n"
POLICY = XAdESSignaturePolicy(
    Identifier=profile.POLICY,
    Description=profile.POLICY_TEXT,
    DigestMethod=DigestAlgorithm.SHA512,
    DigestValue=profile.POLICY_DIGEST,
)


def believed(world: World, signature: bytes, content: bytes, reference: str) -> bool:
    """Whether signxml verifies the signature by the certificate, its reference resolved to `content`."""

    def resolve(uri: str) -> bytes:
        assert uri == reference
        return content

    found = XAdESVerifier().verify(
        signature,
        x509_cert=world.signer.certificate,
        uri_resolver=resolve,
        expect_config=XAdESSignatureConfiguration(location="./", expect_references=2, verification_time=NOW),
        expect_signature_policy=POLICY,
    )
    return len(found) == 2


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_signxml_believes_a_message_signed_alone(kind: str) -> None:
    world = World(kind)
    signed = signatures.sign_one(world.seal(), hashlib.sha512(HEAD).digest(), at=NOW)
    assert believed(world, signed.signature, HEAD, "/message.xml")
    with pytest.raises(InvalidDigest):
        believed(world, signed.signature, HEAD + b"x", "/message.xml")
    later = signed.signature.replace(b"2026-11-24", b"2026-11-25")
    with pytest.raises((InvalidDigest, InvalidSignature)):
        believed(world, later, HEAD, "/message.xml")


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_signxml_believes_the_signature_of_a_batch_over_its_result(kind: str) -> None:
    world = World(kind)
    leaves = [[hashlib.sha512(b"%d" % at).digest()] for at in range(3)]
    signed = signatures.sign_batch(world.seal(), leaves, at=NOW)[0]
    assert believed(world, signed.signature, signed.chain_result or b"", "/sig-hashchainresult.xml")
