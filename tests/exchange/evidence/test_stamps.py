"""Time stamps over one signature and over many, and those that are refused (exchange protocol §12, T53)."""

from __future__ import annotations

import contextlib
import hashlib

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st

from tests.exchange.evidence.stamping import Stamper, stamping_identity
from tests.exchange.evidence.trusted import NOW, World
from tinhso.exchange.evidence import chains, reading, signatures, stamps
from tinhso.exchange.evidence.chains import MESSAGE, SIGNATURES, STAMP_CHAIN
from tinhso.exchange.evidence.errors import BadEvidence
from tinhso.exchange.evidence.signatures import Signed
from tinhso.exchange.evidence.trust import Trust

DIGEST = hashlib.sha512(b"thong diep").digest()


def trusting(stamper: Stamper) -> Trust:
    return World().trust(stamping=[stamper.identity.der])


def refusal(stamper: Stamper, trust: Trust | None = None) -> str:
    question = stamps.ask(b"data")
    with pytest.raises(BadEvidence) as caught:
        stamps.answered(question, stamper.answer(question.der), trust or trusting(stamper))
    return caught.value.code


@pytest.mark.parametrize("kind", ["ec", "rsa"])
@pytest.mark.parametrize("by_key", [False, True])
def test_a_stamp_of_a_named_authority_is_taken(kind: str, by_key: bool) -> None:
    stamper = Stamper(stamping_identity(kind), by_key=by_key)
    question = stamps.ask(b"data")
    stamp = stamps.answered(question, stamper.answer(question.der), trusting(stamper))
    assert (stamp.at, stamp.certificate) == (NOW, stamper.identity.der)
    assert stamps.check_token(stamp.token, hashlib.sha512(b"data").digest(), trusting(stamper)) == stamp


def test_a_certificate_that_the_authority_left_out_is_put_in() -> None:
    stamper = Stamper(certified=False)
    question = stamps.ask(b"data")
    stamp = stamps.answered(question, stamper.answer(question.der), trusting(stamper))
    held = cms.ContentInfo.load(stamp.token)["content"]["certificates"]
    assert [one.chosen.dump() for one in held] == [stamper.identity.der]


EMAIL = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.EMAIL_PROTECTION])


@pytest.mark.parametrize(
    ("stamper", "code"),
    [
        (Stamper(changes={"nonce": 1}), "timestamp_response_validation_failed"),
        (
            Stamper(
                changes={
                    "message_imprint": {"hash_algorithm": {"algorithm": "sha512"}, "hashed_message": DIGEST}
                }
            ),
            "timestamp_response_validation_failed",
        ),
        (
            Stamper(
                changes={
                    "message_imprint": {
                        "hash_algorithm": {"algorithm": "sha256"},
                        "hashed_message": b"x" * 32,
                    }
                }
            ),
            "timestamp_response_validation_failed",
        ),
        (Stamper(status="waiting"), "timestamp_non_granted_response"),
        (Stamper(spoilt=True), "timestamp_signer_verification_failed"),
        (Stamper(stamping_identity("rsa"), spoilt=True), "timestamp_signer_verification_failed"),
        (Stamper(left_out=("message_digest",)), "timestamp_signer_verification_failed"),
        (Stamper(left_out=("content_type",)), "timestamp_signer_verification_failed"),
        (Stamper(left_out=("signing_certificate_v2",)), "timestamp_signer_verification_failed"),
        (Stamper(signers=0), "timestamp_token_signer_info_not_found"),
        (Stamper(stamping_identity(uses=EMAIL)), "incorrect_certificate"),
        (Stamper(stamping_identity(days=30)), "timestamp_signer_verification_failed"),
    ],
)
def test_a_wrong_answer_is_refused_by_name(stamper: Stamper, code: str) -> None:
    assert refusal(stamper) == code


def test_an_authority_that_nobody_named_stamps_nothing() -> None:
    stamper = Stamper()
    assert refusal(stamper, World().trust()) == "no_timestamping_provider_found"
    assert refusal(stamper, trusting(Stamper(stamping_identity("rsa")))) == "tsp_certificate_not_found"
    twin = Stamper(stamping_identity(days=99))
    assert refusal(stamper, trusting(twin)) == "tsp_certificate_not_found"


@given(st.binary(max_size=200))
def test_any_bytes_are_an_answer_or_refused(data: bytes) -> None:
    trust = trusting(Stamper())
    with pytest.raises(BadEvidence):
        stamps.answered(stamps.ask(b"data"), data, trust)
    with pytest.raises(BadEvidence):
        stamps.check_token(data, DIGEST, trust)
    with pytest.raises(BadEvidence):
        stamps.imprint_method(data)


TOKEN = Stamper().over(b"data")


@given(st.integers(0, len(TOKEN) - 1), st.integers(1, 255))
def test_a_changed_byte_of_a_stamp_is_refused_or_says_the_same(at: int, change: int) -> None:
    token = bytearray(TOKEN)
    token[at] ^= change
    stamper = Stamper()
    with contextlib.suppress(BadEvidence):
        stamp = stamps.check_token(bytes(token), hashlib.sha512(b"data").digest(), trusting(stamper))
        assert (stamp.at, stamp.certificate) == (NOW, stamper.identity.der)


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_a_stamp_for_one_message_lies_in_its_signature_and_does_not_touch_it(kind: str) -> None:
    world, stamper = World(kind), Stamper()
    signed = signatures.sign_one(world.seal(), DIGEST, at=NOW)
    data = reading.read(signed.signature).value
    stamped = stamps.stamp_one(signed.signature, stamper.over(data))
    assert signatures.verify(Signed(stamped), {MESSAGE: DIGEST}, world.trust(), NOW).member == world.member
    read = reading.read(stamped)
    assert read.value == data
    stamps.check_token(read.stamps[0], hashlib.sha512(data).digest(), trusting(stamper))
    with pytest.raises(ValueError, match="already"):
        stamps.stamp_one(stamped, stamper.over(data))


def test_a_signature_without_room_for_a_stamp_is_told() -> None:
    signed = signatures.sign_one(World().seal(), DIGEST, at=NOW).signature
    begin, end = b"<xades:UnsignedProperties>", b"</xades:UnsignedProperties>"
    bare = signed[: signed.index(begin)] + signed[signed.index(end) + len(end) :]
    with pytest.raises(BadEvidence):
        stamps.stamp_one(bare, TOKEN)


@pytest.mark.parametrize("count", [2, 3, 64, 1000])
def test_a_batch_is_stamped_once_and_each_signature_has_its_chain(count: int) -> None:
    leaves = [stamps.signature_hash(b"<chu-ky>%d</chu-ky>" % at) for at in range(count)]
    made = stamps.batch(leaves)
    for leaf, chain in list(zip(leaves, made.chains, strict=True))[:: max(1, count // 8)]:
        chains.verify_chain(made.result, {STAMP_CHAIN: chain}, {SIGNATURES: leaf})
        with pytest.raises(BadEvidence):
            chains.verify_chain(made.result, {STAMP_CHAIN: chain}, {SIGNATURES: DIGEST})
    stamper = Stamper()
    question = stamps.ask(made.result)
    stamps.answered(question, stamper.answer(question.der), trusting(stamper))


def test_one_signature_is_no_batch() -> None:
    with pytest.raises(ValueError, match="two"):
        stamps.batch([DIGEST])


def test_every_question_is_another() -> None:
    first, second = stamps.ask(b"data"), stamps.ask(b"data")
    assert first.digest == second.digest
    assert first.nonce != second.nonce


@pytest.mark.parametrize("method", ["sha256", "sha384", "sha512"])
def test_a_stamp_says_by_which_digest_it_speaks(method: str) -> None:
    stamper = Stamper()
    token = stamper.over(b"data", method=method)
    assert stamps.imprint_method(token) == method
    stamps.check_token(token, hashlib.new(method, b"data").digest(), trusting(stamper), method=method)


def test_a_stamp_by_a_weak_digest_is_refused() -> None:
    weak = Stamper().over(b"data", method="sha1")
    with pytest.raises(BadEvidence):
        stamps.imprint_method(weak)
