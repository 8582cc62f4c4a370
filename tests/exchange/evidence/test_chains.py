"""Hash chains: each message shows its way up, and every lie has its name (exchange protocol §10.3)."""

from __future__ import annotations

import hashlib
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.exchange.evidence import chains, digests
from tinhso.exchange.evidence.chains import MESSAGE, SIGNATURE_CHAIN
from tinhso.exchange.evidence.errors import BadEvidence
from tinhso.exchange.evidence.signatures import named

SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
DIGEST = hashlib.sha512(b"thu").digest()


def hashed(text: str) -> bytes:
    return hashlib.sha512(text.encode()).digest()


def batch(*counts: int) -> tuple[bytes, list[bytes], list[dict[str, bytes]]]:
    """A result and chains over messages with so many parts each, and what each message's parts are."""
    leaves = [[hashed(f"{at}/{part}") for part in range(count)] for at, count in enumerate(counts)]
    tree = digests.tree([digests.message_digest(parts) for parts in leaves])
    made = [chains.chain_xml(path, named(parts)) for path, parts in zip(tree.paths, leaves, strict=True)]
    return chains.result_xml(tree.top, SIGNATURE_CHAIN), made, [dict(named(parts)) for parts in leaves]


def code(result: bytes, chain: bytes, inputs: dict[str, bytes], **options: object) -> str:
    with pytest.raises(BadEvidence) as caught:
        chains.verify_chain(result, {SIGNATURE_CHAIN: chain}, inputs, **options)  # type: ignore[arg-type]  # the few options of the call
    return caught.value.code


@given(st.lists(st.integers(1, 4), min_size=2, max_size=20))
def test_every_message_of_a_batch_stands_under_the_result(counts: list[int]) -> None:
    result, made, parts = batch(*counts)
    for chain, inputs in zip(made, parts, strict=True):
        assert not chains.verify_chain(result, {SIGNATURE_CHAIN: chain}, inputs)


def test_a_message_with_attachments_alone_is_one_step_of_references() -> None:
    result, (chain,), (inputs,) = batch(3)
    assert chain.count(b"<HashStep") == 1
    assert chain.count(b"<DataRef") == 3
    chains.verify_chain(result, {SIGNATURE_CHAIN: chain}, inputs)


def test_a_message_of_one_part_alone_has_no_chain() -> None:
    with pytest.raises(ValueError, match="nothing to chain"):
        chains.chain_xml((), [(MESSAGE, DIGEST)])


def test_a_changed_message_is_not_what_the_chain_says() -> None:
    result, made, parts = batch(1, 2, 1)
    for at in range(3):
        assert code(result, made[at], parts[at] | {MESSAGE: DIGEST}) == "invalid_hash_chain_ref"


def test_a_changed_attachment_is_not_what_the_chain_says() -> None:
    result, made, parts = batch(1, 2)
    assert code(result, made[1], parts[1] | {"/attachment1": DIGEST}) == "invalid_hash_chain_ref"


def test_a_part_that_the_chain_does_not_name_is_refused() -> None:
    result, made, parts = batch(1, 2)
    assert code(result, made[0], parts[0] | {"/attachment1": DIGEST}) == "hashchain_unused_inputs"


def test_a_missing_part_is_refused_unless_only_some_are_asked_for() -> None:
    result, made, parts = batch(2, 2)
    asked = {MESSAGE: parts[0][MESSAGE]}
    assert code(result, made[0], asked) == "invalid_reference"
    missing = chains.verify_chain(result, {SIGNATURE_CHAIN: made[0]}, asked, partial=True)
    assert missing["/attachment1"].digest == parts[0]["/attachment1"]


def test_a_chain_of_another_message_is_refused() -> None:
    result, made, parts = batch(1, 1)
    assert code(result, made[1], parts[0]) == "invalid_hash_chain_ref"


def test_a_chain_of_another_batch_does_not_lead_to_the_result() -> None:
    result, _, _ = batch(1, 1)
    _, made, parts = batch(1, 1, 1)
    assert code(result, made[0], parts[0]) == "invalid_hash_chain"


def test_a_chain_may_go_on_in_another_file() -> None:
    result, (chain, _), (inputs, _) = batch(2, 2)
    head, _, tail = chain.partition(b'<HashStep id="STEP1">')
    opening = chain[: chain.index(b"<HashStep")]
    first = head.replace(b'URI="#STEP1"', b'URI="/rest.xml#STEP1"') + b"</HashChain>"
    second = opening + b'<HashStep id="STEP1">' + tail
    chains.verify_chain(result, {SIGNATURE_CHAIN: first, "/rest.xml": second}, inputs)
    assert code(result, first, inputs) == "invalid_reference"


def test_a_chain_by_another_digest_is_followed_when_the_bytes_are_there() -> None:
    """Verifiers accept SHA-256 and SHA-384 too (§12)."""
    content, beside = b"chu ky", hashlib.sha256(b"khac").digest()
    own = hashlib.sha256(content).digest()
    top = hashlib.sha256(digests.mixed_digest_list([(beside, SHA256), (own, SHA256)])).digest()
    result = chains.result_xml(DIGEST, "/ts-hashchain.xml").replace(b"xmlenc#sha512", b"xmlenc#sha256")
    result = result.replace(b64encode(DIGEST), b64encode(top))
    path = (digests.Sibling(beside, left=True),)
    chain = chains.chain_xml(path, [("/x", own)]).replace(b"xmlenc#sha512", b"xmlenc#sha256")
    wrong = {"/x": hashlib.sha512(content).digest()}
    assert not chains.verify_chain(result, {"/ts-hashchain.xml": chain}, wrong, contents={"/x": content})
    with pytest.raises(BadEvidence, match="cannot be resolved"):
        chains.verify_chain(result, {"/ts-hashchain.xml": chain}, wrong)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'URI="#STEP1"', b'URI="#STEP9"'),
        (b'URI="#STEP1"', b'URI="#STEP0"'),
        (b'URI="#STEP1"', b'URI="#"'),
        (b'URI="#STEP1"', b'URI="STEP1"'),
        (b'id="STEP1"', b'id="STEP0"'),
        (b'id="STEP1"', b""),
        (b"<HashValue>", b"<HashValue><x/>"),
        (b"<HashValue>", b'<HashValue URI="/x">'),
        (b"xmlenc#sha512", b"xmldsig#sha1"),
        (b"<HashStep ", b"<!-- --><HashStep "),
        (b"<HashChain ", b"<?x y?><HashChain "),
        (b"<HashChain ", b"<!DOCTYPE HashChain><HashChain "),
        (b"<HashChain ", b'<!DOCTYPE x [<!ENTITY a "b">]><HashChain '),
        (b"</HashChain>", b"</HashChain><!-- -->"),
        (b"<ds:DigestValue>", b"<ds:DigestValue>AAAA"),
        (b"<ds:DigestValue>", b"<ds:DigestValue>*"),
        (b"<DefaultDigestMethod", b"<Other"),
        (b"HashChain", b"HashChains"),
    ],
)
def test_a_malformed_chain_is_named_so(old: bytes, new: bytes) -> None:
    result, made, parts = batch(2, 2)
    assert old in made[0]
    assert code(result, made[0].replace(old, new), parts[0]) == "malformed_hash_chain"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'URI="/sig-hashchain.xml#STEP0"', b""),
        (b"#STEP0", b""),
        (b"HashChainResult", b"Result"),
        (b"<ds:DigestValue>", b"<ds:DigestValue>AAAA"),
        (b"xmlenc#sha512", b"xmldsig#sha1"),
        (b"<ds:DigestMethod", b"<ds:Other/><ds:DigestMethod"),
    ],
)
def test_a_malformed_result_is_named_so(old: bytes, new: bytes) -> None:
    result, made, parts = batch(2, 2)
    assert old in result
    assert code(result.replace(old, new), made[0], parts[0]) == "malformed_hash_chain"


def test_the_same_part_twice_in_a_chain_is_refused() -> None:
    twice = chains.chain_xml((), [(MESSAGE, DIGEST), (MESSAGE, DIGEST)])
    result = chains.result_xml(
        hashlib.sha512(digests.digest_list([DIGEST, DIGEST])).digest(), SIGNATURE_CHAIN
    )
    assert code(result, twice, {MESSAGE: DIGEST}) == "malformed_hash_chain"


def test_a_chain_that_branches_without_end_is_stopped() -> None:
    opening = chains.chain_xml((), [(MESSAGE, DIGEST), ("/x", DIGEST)]).partition(b"<HashStep")[0]
    steps = b"".join(
        b'<HashStep id="STEP%d"><StepRef URI="#STEP%d"/><StepRef URI="#STEP%d"/></HashStep>'
        % (at, at + 1, at + 1)
        for at in range(200)
    )
    result = chains.result_xml(DIGEST, SIGNATURE_CHAIN)
    assert code(result, opening + steps + b"</HashChain>", {MESSAGE: DIGEST}) == "malformed_hash_chain"


def test_too_many_steps_or_bytes_are_refused_before_they_are_walked() -> None:
    result, made, parts = batch(2, 2)
    many = made[0].replace(
        b"</HashChain>",
        b"".join(b'<HashStep id="X%d"><StepRef URI="#A"/></HashStep>' % at for at in range(300))
        + b"</HashChain>",
    )
    assert code(result, many, parts[0]) == "malformed_hash_chain"
    assert code(result, made[0] + b" " * (1 << 20), parts[0]) == "malformed_hash_chain"


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for read in (chains.read_chain, chains.read_result):
        with pytest.raises(BadEvidence):
            read(data)


@given(st.data())
def test_one_changed_byte_never_verifies_another_message(data: st.DataObject) -> None:
    result, made, parts = batch(2, 1, 2)
    chain = bytearray(made[0])
    at = data.draw(st.integers(0, len(chain) - 1))
    chain[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(BadEvidence):
        chains.verify_chain(result, {SIGNATURE_CHAIN: bytes(chain)}, parts[0] | {MESSAGE: DIGEST})
