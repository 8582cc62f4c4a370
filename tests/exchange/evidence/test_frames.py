"""A signature read by its frame is read as whole, and every lie is found as before (§10.1)."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.exchange.evidence.trusted import NOW, World
from tinhso.exchange.evidence import reading
from tinhso.exchange.evidence.errors import BadEvidence
from tinhso.exchange.evidence.frames import Reader
from tinhso.exchange.evidence.profile import Seal
from tinhso.exchange.evidence.reading import Read

SEAL, RSA = World().seal(), World("rsa").seal()


def signature(number: int, reference: str = "/message.xml", seal: Seal = SEAL) -> bytes:
    digest = hashlib.sha512(str(number).encode()).digest()
    return seal.sign(reference, digest, at=NOW + timedelta(milliseconds=number))


FIRST, OTHER = signature(0), signature(1)


def outcome(reader: Reader | None, data: bytes) -> Read | str:
    try:
        return reading.read(data) if reader is None else reader.read(data)
    except BadEvidence as error:
        return error.code


def learnt() -> Reader:
    """A reader that knows the frame of both."""
    reader = Reader()
    reader.read(FIRST)
    return reader


def test_signatures_of_a_known_frame_are_read_without_xml(monkeypatch: pytest.MonkeyPatch) -> None:
    signed = [signature(number) for number in range(5)]
    wanted = [reading.read(one) for one in signed]
    reader = learnt()
    monkeypatch.setattr(reading, "read", None)
    assert [reader.read(one) for one in signed] == wanted


def test_another_reference_or_key_is_another_frame() -> None:
    reader = learnt()
    for other in (signature(3, "/sig-hashchainresult.xml"), signature(4, seal=RSA)):
        assert reader.read(other) == reading.read(other)


@given(at=some.integers(0, len(OTHER) - 1), byte=some.integers(0, 255))
def test_one_changed_byte_is_judged_as_if_read_whole(at: int, byte: int) -> None:
    changed = OTHER[:at] + bytes([byte]) + OTHER[at + 1 :]
    assert outcome(learnt(), changed) == outcome(None, changed)


@given(some.data())
def test_values_of_two_signatures_do_not_mix(data: some.DataObject) -> None:
    """Any stretch of one signature put into the other."""
    begin = data.draw(some.integers(0, len(OTHER)))
    end = data.draw(some.integers(begin, len(OTHER)))
    mixed = FIRST[:begin] + OTHER[begin:end] + FIRST[end:]
    assert outcome(learnt(), mixed) == outcome(None, mixed)
