"""Code 128: against the standard's own arithmetic, and read back bar by bar."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.parcels import barcode

LETTERS = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=30)


def read(widths: str) -> str:
    """What a scanner makes of the widths: start, letters, check, stop."""
    assert widths.endswith("2331112")
    body = widths[: -len("2331112")]
    values = [barcode._WIDTHS.index(body[at : at + 6]) for at in range(0, len(body), 6)]
    start, *letters, check = values
    assert start == 104
    assert (start + sum(place * value for place, value in enumerate(letters, start=1))) % 103 == check
    return "".join(chr(value + 32) for value in letters)


@given(LETTERS)
def test_what_was_written_is_read(text: str) -> None:
    assert read(barcode.modules(text)) == text


def test_the_table_is_that_of_the_standard() -> None:
    """Every symbol: three bars, three spaces, eleven modules, an even number of them dark; none twice."""
    assert len(barcode._WIDTHS) == len(set(barcode._WIDTHS)) == 106
    for symbol in barcode._WIDTHS:
        assert sum(int(width) for width in symbol) == 11
        assert sum(int(width) for width in symbol[::2]) % 2 == 0


def test_known_symbols() -> None:
    """Wikipedia's example PJJ123C in code set B: check value 54."""
    assert (
        barcode.modules("PJJ123C")[-13:-7]
        == barcode._WIDTHS[(104 + 48 + 84 + 126 + 68 + 90 + 114 + 245) % 103]
    )


def test_the_drawing_has_its_quiet_zones_and_no_other_letters() -> None:
    drawn = barcode.svg("EA123456785VN")
    wide = int(re.search(r'viewBox="0 0 (\d+)', drawn)[1])  # type: ignore[index]
    assert wide == 20 + 11 * (13 + 2) + 13
    assert drawn.index('x="10"') > 0
    with pytest.raises(ValueError, match="ASCII"):
        barcode.modules("Đ")
    with pytest.raises(ValueError, match="ASCII"):
        barcode.modules("")
