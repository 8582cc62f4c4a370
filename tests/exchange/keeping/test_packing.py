"""A chain is kept as its siblings and comes back to the byte, or is kept word for word."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.exchange.keeping.laid import batch, record
from tinhso.exchange.evidence import chains
from tinhso.exchange.keeping.packing import packed, unpacked
from tinhso.exchange.keeping.rows import part_digests


@pytest.mark.parametrize("count", [1, 2, 3, 16, 17])
def test_a_chain_of_ours_comes_back_to_the_byte_and_takes_a_fifth(count: int) -> None:
    for one in batch([record() for _ in range(count)]):
        assert one.signed is not None
        assert one.signed.chain is not None
        assert isinstance(one.body, bytes)
        parts = part_digests(one.head, [hashlib.sha512(one.body).digest()])
        kept = packed(one.signed.chain, parts)

        assert unpacked(kept, parts) == one.signed.chain
        assert len(kept) * 4 < len(one.signed.chain)


def test_a_chain_without_body_or_with_another_frame_comes_back_as_well() -> None:
    (one, _other) = batch([record(body=None, size=0), record(body=None, size=0)])
    assert one.signed is not None
    assert one.signed.chain is not None
    parts = part_digests(one.head, [])
    foreign = one.signed.chain.replace(b'encoding="UTF-8"', b"encoding='UTF-8'")

    assert unpacked(packed(one.signed.chain, parts), parts) == one.signed.chain
    assert unpacked(packed(foreign, parts), parts) == foreign
    assert unpacked(packed(one.signed.chain, []), []) == one.signed.chain


@given(chain=some.binary(max_size=400))
def test_any_bytes_come_back(chain: bytes) -> None:
    parts = part_digests(b"GET\r\n", [])
    assert unpacked(packed(chain, parts), parts) == chain


@given(
    digests=some.lists(
        some.tuples(some.binary(min_size=64, max_size=64), some.booleans()), min_size=1, max_size=9
    )
)
def test_any_path_comes_back(digests: list[tuple[bytes, bool]]) -> None:
    parts = part_digests(b"GET\r\n", [bytes(64)])
    chain = chains.chain_xml([chains.Sibling(digest, left) for digest, left in digests], parts)
    kept = packed(chain, parts)
    assert unpacked(kept, parts) == chain
    assert len(kept) == 1 + 65 * len(digests)


@pytest.mark.parametrize("kept", [b"", b"\x02abc", b"\x01abc"])
def test_what_was_never_packed_is_refused(kept: bytes) -> None:
    with pytest.raises(ValueError, match="not a packed chain"):
        unpacked(kept, [])
