"""Messages signed one by one and in batches, by keys of both kinds, and what does not verify (§10)."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.exchange.evidence.trusted import NOW, World, authority
from tinhso.exchange.evidence import chains, digests, profile, signatures
from tinhso.exchange.evidence.chains import MESSAGE
from tinhso.exchange.evidence.errors import BadEvidence
from tinhso.exchange.evidence.keys import FileKey
from tinhso.exchange.evidence.profile import Seal
from tinhso.exchange.evidence.signatures import Signed, Verifier

BODY = chains.attachment(1)
HEAD = b"GET\r\n/r1/VN-DEMO/GOV/BTP/HOTICH/tra-cuu\r\nX-Road-Client:VN-DEMO/GOV/H01/TINHSO\r\n"


def hashed(data: bytes) -> bytes:
    return hashlib.sha512(data).digest()


def messages(count: int, *, parts: int = 2) -> list[list[bytes]]:
    return [[hashed(b"%d/%d" % (at, part)) for part in range(parts)] for at in range(count)]


def named(parts: Sequence[bytes]) -> dict[str, bytes]:
    return dict(signatures.named(parts))


@pytest.fixture(params=["ec", "rsa"], scope="module")
def world(request: pytest.FixtureRequest) -> World:
    return World(request.param)


def code(world: World, signed: Signed, parts: dict[str, bytes]) -> str:
    with pytest.raises(BadEvidence) as caught:
        signatures.verify(signed, parts, world.trust(), NOW)
    return caught.value.code


def test_a_message_of_one_part_is_signed_itself(world: World) -> None:
    signed = signatures.sign_one(world.seal(), hashed(HEAD), at=NOW)
    signer = signatures.verify(signed, {MESSAGE: hashed(HEAD)}, world.trust(), NOW)
    assert (signer.member, signer.certificate, signer.signed_at) == (world.member, world.signer.der, NOW)
    assert signed.chain is signed.chain_result is None


@pytest.mark.parametrize("count", [1, 2, 3, 16, 33])
@pytest.mark.parametrize("parts", [1, 2, 4])
def test_a_batch_is_one_signature_with_a_chain_for_each(world: World, count: int, parts: int) -> None:
    leaves = messages(count, parts=parts)
    made = signatures.sign_batch(world.seal(), leaves, at=NOW)
    assert len({one.signature for one in made}) == 1
    verifier = Verifier(world.trust())
    for one, of in zip(made, leaves, strict=True):
        assert verifier.verify(one, named(of), at=NOW).member == world.member


def test_messages_with_and_without_bodies_go_into_one_batch(world: World) -> None:
    leaves = [*messages(2, parts=1), *messages(3, parts=2)]
    for one, of in zip(signatures.sign_batch(world.seal(), leaves, at=NOW), leaves, strict=True):
        signatures.verify(one, named(of), world.trust(), NOW)


def test_nothing_is_not_signed(world: World) -> None:
    with pytest.raises(ValueError, match="leaf"):
        signatures.sign_batch(world.seal(), [], at=NOW)


def test_another_message_is_not_what_was_signed(world: World) -> None:
    one = signatures.sign_one(world.seal(), hashed(HEAD), at=NOW)
    assert code(world, one, {MESSAGE: hashed(HEAD + b"x")}) == "invalid_signature_value"
    first, _ = signatures.sign_batch(world.seal(), messages(2), at=NOW)
    parts = named(messages(1)[0])
    assert code(world, first, parts | {MESSAGE: hashed(b"")}) == "invalid_hash_chain_ref"
    assert code(world, first, parts | {BODY: hashed(b"")}) == "invalid_hash_chain_ref"


def test_a_body_added_or_taken_away_is_seen(world: World) -> None:
    one = signatures.sign_one(world.seal(), hashed(HEAD), at=NOW)
    assert code(world, one, {MESSAGE: hashed(HEAD), BODY: hashed(b"")}) == "invalid_reference"
    (two,) = signatures.sign_batch(world.seal(), messages(1), at=NOW)
    parts = named(messages(1)[0])
    assert code(world, two, {MESSAGE: parts[MESSAGE]}) == "invalid_reference"
    assert code(world, two, {BODY: parts[BODY]}) == "invalid_reference"
    assert code(world, two, parts | {"/attachment2": hashed(b"")}) == "hashchain_unused_inputs"


def test_signature_result_and_chain_belong_together(world: World) -> None:
    leaves = messages(2)
    first, second = signatures.sign_batch(world.seal(), leaves, at=NOW)
    other = signatures.sign_batch(world.seal(), messages(3), at=NOW)[0]
    one = signatures.sign_one(world.seal(), leaves[0][0], at=NOW)
    parts = named(leaves[0])
    assert (
        code(world, Signed(first.signature, first.chain_result, second.chain), parts)
        == "invalid_hash_chain_ref"
    )
    assert (
        code(world, Signed(first.signature, first.chain_result, other.chain), parts) == "invalid_hash_chain"
    )
    assert (
        code(world, Signed(first.signature, other.chain_result, other.chain), parts)
        == "invalid_signature_value"
    )
    assert code(world, Signed(first.signature, None, first.chain), parts) == "invalid_reference"
    assert code(world, Signed(first.signature, first.chain_result), parts) == "malformed_hash_chain"
    alone = {MESSAGE: leaves[0][0]}
    assert code(world, Signed(one.signature, first.chain_result, first.chain), parts) == "invalid_reference"
    assert code(world, Signed(one.signature, None, first.chain), alone) == "invalid_reference"


def test_a_stamp_s_result_does_not_pass_for_a_signature_s(world: World) -> None:
    top = digests.tree(messages(2, parts=1)[0] + messages(2, parts=1)[1]).top
    result = chains.result_xml(top, chains.STAMP_CHAIN)
    signature = world.seal().sign(chains.SIGNATURE_RESULT, hashed(result), at=NOW)
    assert code(world, Signed(signature, result, b""), {MESSAGE: top}) == "invalid_reference"


def test_a_revoked_or_stale_certificate_signs_no_message(world: World) -> None:
    revoked = Seal(world.key(), [world.answer(revoked_at=NOW)])
    stale = Seal(world.key(), [world.answer(at=NOW - timedelta(hours=2), serves=None)])
    silent = Seal(world.key())
    codes = [
        code(world, signatures.sign_one(seal, hashed(HEAD), at=NOW), {MESSAGE: hashed(HEAD)})
        for seal in (revoked, stale, silent)
    ]
    assert codes == ["cert_validation", "incorrect_validation_info", "incorrect_validation_info"]


def test_intermediate_certificates_travel_with_the_signature(world: World) -> None:
    between = authority("Nơi cấp bên dưới", world.authority)
    signer = world.signing(issuer=between)
    key = FileKey(signer.key, signer.der, [between.der])
    seal = Seal(key, [world.answer(signer, issuer=between), world.answer(between)])
    one = signatures.sign_one(seal, hashed(HEAD), at=NOW)
    assert signatures.verify(one, {MESSAGE: hashed(HEAD)}, world.trust(), NOW).certificate == signer.der


def test_a_member_s_answer_serves_an_hour_and_no_longer(world: World) -> None:
    one = signatures.sign_one(world.seal(), hashed(HEAD), at=NOW)
    verifier = Verifier(world.trust())
    verifier.verify(one, {MESSAGE: hashed(HEAD)}, at=NOW + timedelta(minutes=59))
    with pytest.raises(BadEvidence):
        verifier.verify(one, {MESSAGE: hashed(HEAD)}, at=NOW + timedelta(hours=2))


def test_what_was_verified_is_remembered_within_bounds(world: World) -> None:
    leaves = messages(5)
    verifier = Verifier(world.trust(), most=2)
    made = [signatures.sign_batch(world.seal(), [of], at=NOW)[0] for of in leaves]
    for _ in range(2):
        for one, of in zip(made, leaves, strict=True):
            verifier.verify(one, named(of), at=NOW)
    assert len(verifier._known) == 2
    with pytest.raises(BadEvidence):
        verifier.verify(made[-1], named(leaves[0]), at=NOW)


def test_remembering_does_not_lend_a_signature_to_another_result(world: World) -> None:
    first, _ = signatures.sign_batch(world.seal(), messages(2), at=NOW)
    verifier = Verifier(world.trust())
    verifier.verify(first, named(messages(1)[0]), at=NOW)
    forged_leaves = [[hashed(b"gia"), hashed(b"mao")]]
    top = digests.message_digest(forged_leaves[0])
    forged = Signed(
        first.signature,
        chains.result_xml(top, chains.SIGNATURE_CHAIN),
        chains.chain_xml((), signatures.named(forged_leaves[0])),
    )
    with pytest.raises(BadEvidence) as caught:
        verifier.verify(forged, named(forged_leaves[0]), at=NOW)
    assert caught.value.code == "invalid_signature_value"


def test_the_text_put_together_is_canonical_already(world: World) -> None:
    signed = signatures.sign_one(world.seal(), hashed(HEAD), at=NOW)
    body = signed.signature.partition(b"?>")[2]
    assert etree.tostring(etree.fromstring(body), method="c14n") == body


def test_the_profile_says_what_the_protocol_asks(world: World) -> None:
    text = signatures.sign_batch(world.seal(), messages(2), at=NOW)[0].signature.decode()
    for stated in (
        profile.POLICY,
        profile.POLICY_TEXT,
        profile.POLICY_DIGEST,
        profile.POLICY_URL,
        'Qualifier="OIDAsURN"',
        "<xades:MimeType>application/hash-chain-result</xades:MimeType>",
        'URI="/sig-hashchainresult.xml"',
        "<xades:SigningTime>2026-11-24T03:00:00.000Z</xades:SigningTime>",
    ):
        assert stated in text
    assert text.count("<ds:Signature ") == 1


@cache
def signed_once() -> tuple[World, Signed]:
    """The same bytes for each example: certificates made anew differ in length."""
    world = World("ec")
    return world, signatures.sign_one(world.seal(), hashed(HEAD), at=NOW)


@given(st.data())
def test_one_changed_byte_of_a_signature_is_refused_or_says_the_same(data: st.DataObject) -> None:
    world, signed = signed_once()
    changed = bytearray(signed.signature)
    at = data.draw(st.integers(0, len(changed) - 1))
    changed[at] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(BadEvidence):
        signer = signatures.verify(Signed(bytes(changed)), {MESSAGE: hashed(HEAD)}, world.trust(), NOW)
        assert (signer.certificate, signer.signed_at) == (world.signer.der, NOW)
    with pytest.raises(BadEvidence):
        signatures.verify(Signed(bytes(changed)), {MESSAGE: hashed(b"khac")}, world.trust(), NOW)


@given(st.binary(max_size=400))
def test_any_bytes_are_a_signature_or_refused(data: bytes) -> None:
    with pytest.raises(BadEvidence):
        signatures.verify(Signed(data), {MESSAGE: hashed(b"")}, signed_once()[0].trust(), NOW)
