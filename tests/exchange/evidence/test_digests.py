"""The tree of digests, held against the vectors of exchange protocol §10.2."""

from __future__ import annotations

import hashlib
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.exchange.evidence import digests


def leaf(number: int) -> bytes:
    return hashlib.sha512(str(number).encode()).digest()


def leaves(count: int) -> list[bytes]:
    return [leaf(number) for number in range(1, count + 1)]


VECTORS = {
    2: "TIK5IqidU2uRcfcLGOul20d+ODP87he8LtZM6MN2FDLudRLqcuFzhTO3NuGxRzJg85cdg8P5d5HGJhoY0Rn4/Q==",
    3: "qsT16JHmNPGlxchFTUGXaOw4Kn5KwubK/gpQzYUNv6aUg6wwJWowslXgEMIrqpUzkQU+YKc4TEOlqhglITklqw==",
    4: "munQKRbQuAbiZBfRpjEQYMqF6ON4BlCvVZcgUaid2WjkASSpdfQgPaMhzufKjS82NZBGQPjINFrY/67zeptDZA==",
    5: "opdtUsI30OzCdqYtHdauqpl+h1rS6rXngymOCw5pzambPqqXaO/ooQnzZRsqZc2Oh96EjuKfd3Pu9ABzCIqN4g==",
}
THREE_PARTS = "ETU8K7cCNoyu7X09aNHFq8LCDGw1xyNhwrg4S2xWKbrnDcZTDppMV9d2KxjYmr0jBr324G0M2r7vTE24/J+dKA=="


def by_definition(of: list[bytes]) -> bytes:
    """T(h1..hn) as the protocol writes it: split at the largest power of two below n."""
    if len(of) == 1:
        return of[0]
    half = 1
    while half * 2 < len(of):
        half *= 2
    return digests.node(by_definition(of[:half]), by_definition(of[half:]))


def test_a_list_of_two_digests_has_the_bytes_of_the_vector() -> None:
    made = digests.digest_list(leaves(2))
    assert len(made) == 225
    assert made.startswith(bytes.fromhex("3081de306d0440"))


@pytest.mark.parametrize("count", sorted(VECTORS))
def test_the_top_of_the_tree_is_that_of_the_vector(count: int) -> None:
    assert b64encode(digests.top(leaves(count))).decode() == VECTORS[count]


def test_a_message_of_three_parts_is_one_leaf() -> None:
    assert b64encode(digests.message_digest(leaves(3))).decode() == THREE_PARTS
    assert digests.message_digest(leaves(1)) == leaf(1)


@pytest.mark.parametrize("count", [1, 2, 3, 6, 7, 12, 31, 33, 64, 65, 69])
def test_the_tree_built_upwards_is_the_tree_of_the_definition(count: int) -> None:
    assert digests.top(leaves(count)) == by_definition(leaves(count))


@given(st.integers(1, 300))
def test_every_path_leads_from_its_leaf_to_the_top(count: int) -> None:
    tree = digests.tree(leaves(count))
    for at, path in enumerate(tree.paths):
        reached = leaf(at + 1)
        for sibling in reversed(path):
            reached = (
                digests.node(sibling.digest, reached)
                if sibling.left
                else digests.node(reached, sibling.digest)
            )
        assert reached == tree.top


def test_nothing_makes_no_tree() -> None:
    with pytest.raises(ValueError, match="leaf"):
        digests.tree([])


def test_long_lists_carry_long_lengths() -> None:
    made = digests.digest_list([bytes(64)] * 1000)
    assert made[:2] == b"\x30\x83"
    assert int.from_bytes(made[2:5], "big") == len(made) - 5
