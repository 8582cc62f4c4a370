"""Verification and preparation meet files made to break them: always a report or a typed error."""

from __future__ import annotations

import os
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tests.foundation.signing.conftest import Office
from tests.support.pki import NOW
from tinhso.foundation import signing
from tinhso.foundation.errors import Unable

ROUNDS = int(os.environ.get("TINHSO_FUZZ_ROUNDS", "150"))


def _survives(pdf: bytes, office: Office) -> signing.Report | None:
    try:
        return office.verify(pdf)
    except Unable:
        return None


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rubbish=some.binary(max_size=2000), dressed=some.booleans())
def test_rubbish_raises_nothing_untyped(
    rubbish: bytes, dressed: bool, finished: tuple[Office, bytes]
) -> None:
    pdf = (
        b"%PDF-1.7\n" + rubbish + b"\ntrailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF" if dressed else rubbish
    )

    report = _survives(pdf, finished[0])

    assert report is None or not report.sound


@pytest.mark.parametrize("seed", range(3))
def test_corrupted_documents_raise_nothing_untyped_and_are_never_sound(
    seed: int, finished: tuple[Office, bytes]
) -> None:
    office, pdf = finished
    chance = random.Random(seed)
    for _round in range(ROUNDS // 3):
        damaged = bytearray(pdf)
        for _place in range(chance.randint(1, 12)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        if bytes(damaged) == pdf:
            continue
        report = _survives(bytes(damaged), office)
        assert report is None or not report.sound or _only_padding_changed(pdf, bytes(damaged))


@pytest.mark.parametrize("keep", [0, 1, 10, 1000, 40_000, 60_000, -1, -100, -2000])
def test_truncated_documents_are_never_sound_as_a_whole(keep: int, finished: tuple[Office, bytes]) -> None:
    office, pdf = finished

    report = _survives(pdf[:keep], office)

    assert report is None or len(report.signatures) < 2 or not report.sound


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7", b"hello", b"\x00" * 100])
def test_what_is_no_pdf_is_not_prepared(pdf: bytes, finished: tuple[Office, bytes]) -> None:
    with pytest.raises(signing.errors.UnreadableDocument):
        signing.prepare(pdf, fields=[signing.SignatureFieldSpec("signature")])
    with pytest.raises(signing.errors.UnreadableDocument):
        finished[0].begin(pdf)


def test_a_document_of_many_nested_objects_is_refused(finished: tuple[Office, bytes]) -> None:
    nested = b"%PDF-1.7\n1 0 obj\n" + b"[" * 50_000 + b"]" * 50_000 + b"\nendobj\n"
    pdf = nested + b"trailer << /Root 1 0 R /Size 2 >>\nstartxref\n9\n%%EOF"

    assert _survives(pdf, finished[0]) is None


def test_a_document_that_is_too_large_is_refused() -> None:
    with pytest.raises(signing.errors.UnreadableDocument):
        signing.verify(b"%PDF-1.7" + bytes(65 * 1024 * 1024), roots=[], at=NOW)


def _only_padding_changed(pdf: bytes, damaged: bytes) -> bool:
    """A signature container's zero padding is covered by nothing: changing it changes no document."""
    changed = [place for place, (old, new) in enumerate(zip(pdf, damaged, strict=True)) if old != new]
    return all(pdf[max(0, place - 8) : place + 1].strip(b"0") == b"" for place in changed)
