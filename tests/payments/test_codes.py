"""Payment references: one for each number, found again in what banks make of a transfer's content."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinhso.payments import codes

numbers = st.integers(0, codes.MOST - 1)
words = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .-/", max_size=40)


@settings(max_examples=30)
@given(numbers)
def test_a_code_is_short_and_has_no_letters_that_look_alike(number: int) -> None:
    code = codes.make(number)

    assert len(code) == codes.LENGTH <= 16
    assert code.isascii()
    assert code.isalnum()
    assert not set("0O1IL") & set(code[2:])
    assert codes.holds(code)


@settings(max_examples=40)
@given(numbers, numbers)
def test_each_number_has_a_code_of_its_own(one: int, other: int) -> None:
    assert (codes.make(one) == codes.make(other)) is (one == other)


@settings(max_examples=30)
@given(numbers, st.integers(2, codes.LENGTH - 1), st.sampled_from(codes.ALPHABET))
def test_every_single_wrong_letter_is_noticed(number: int, place: int, letter: str) -> None:
    code = codes.make(number)
    wrong = code[:place] + letter + code[place + 1 :]

    assert codes.holds(wrong) is (wrong == code)


@settings(max_examples=30)
@given(numbers, st.data())
def test_every_pair_of_exchanged_letters_is_noticed(number: int, data: st.DataObject) -> None:
    code = list(codes.make(number))
    one, other = data.draw(st.lists(st.integers(2, codes.LENGTH - 1), min_size=2, max_size=2, unique=True))
    code[one], code[other] = code[other], code[one]

    assert codes.holds("".join(code)) is (code[one] == code[other])


def test_neighbours_differ_in_most_letters() -> None:
    made = [codes.make(number) for number in range(2000)]

    assert len(set(made)) == len(made)
    apart = [sum(a != b for a, b in zip(one, other, strict=True)) for one, other in pairwise(made)]
    assert min(apart) >= 6


@pytest.mark.parametrize(
    "as_banks_write",
    [
        lambda code: code,
        str.lower,
        lambda code: f"MBVCB.3278907687.{code}.CT tu 0071000888888 NGUYEN VAN A toi 1012345678",
        lambda code: f"{code[:3]}-{code[3:7]}-{code[7:]} nop le phi",
        lambda code: f"NOP PHI {code[:6]} {code[6:]}",
        lambda code: f"Nộp lệ phí {code}, hồ sơ đất đai",
        lambda code: f"TT{code}NGUYEN VAN B",
        lambda code: f"IBFT {code}\nFT26332123456789",
    ],
)
@settings(max_examples=30)
@given(numbers)
def test_a_code_is_found_in_what_banks_make_of_it(as_banks_write: Callable[[str], str], number: int) -> None:
    code = codes.make(number)

    assert code in codes.find(as_banks_write(code))


@settings(max_examples=30)
@given(numbers, words, words)
def test_a_code_is_found_between_any_words_and_nothing_false_is_said(
    number: int, before: str, after: str
) -> None:
    code = codes.make(number)
    found = codes.find(f"{before} {code} {after}")

    assert code in found
    assert all(codes.holds(one) for one in found)
    assert len(set(found)) == len(found)


@settings(max_examples=30)
@given(st.text())
def test_any_text_can_be_searched(text: str) -> None:
    assert all(codes.holds(code) for code in codes.find(text))


@pytest.mark.parametrize("wrong", ["", "TS", "TS23456789", "TS0000000000", "XX22222222", "ts222222222"])
def test_what_is_no_code_is_refused(wrong: str) -> None:
    assert not codes.holds(wrong)


@pytest.mark.parametrize("number", [-1, codes.MOST])
def test_numbers_without_a_code_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match="number"):
        codes.make(number)
