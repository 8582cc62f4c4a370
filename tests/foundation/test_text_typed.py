from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.foundation import text

READERS: tuple[Callable[[str], object], ...] = (
    text.typed_money,
    text.loose_date,
    text.typed_date,
    text.personal_id,
    text.tax_code,
    text.phone,
)
ANYTHING = st.text(alphabet=st.characters()) | st.text(alphabet="0123456789 .,/-+kđtrieuthangnamngay")


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1.234.567", 1234567),
        ("1,234,567 VNĐ", 1234567),
        ("1 234 567đ", 1234567),
        ("1'234'567", 1234567),
        ("12 34 567", 1234567),
        ("1234567", 1234567),
        ("1.234.567,00 đồng", 1234567),
        ("200 nghìn", 200_000),
        ("200k", 200_000),
        ("1,5 triệu", 1_500_000),
        ("2 tỷ", 2_000_000_000),
        ("0", 0),
        ("１２０．０００", 120_000),
    ],
)
def test_money_is_read_in_any_grouping(typed: str, amount: int) -> None:
    assert text.typed_money(typed) == amount


@pytest.mark.parametrize(
    "typed", ["", "abc", "-5", "1.2345", "1.234.56.7", "12,5", "1e9", "9" * 40, "1..000"]
)
def test_money_that_cannot_be_meant_is_refused_in_words(typed: str) -> None:
    with pytest.raises(text.Unreadable) as caught:
        text.typed_money(typed)
    assert "1.234.567" in caught.value.message


@given(st.integers(0, 10**15))
def test_money_shown_is_read_back(amount: int) -> None:
    assert text.typed_money(text.format_money(amount)) == amount


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (0, "Không đồng"),
        (5, "Năm đồng"),
        (15, "Mười lăm đồng"),
        (21, "Hai mươi mốt đồng"),
        (11, "Mười một đồng"),
        (24, "Hai mươi tư đồng"),
        (104, "Một trăm linh bốn đồng"),
        (1_005, "Một nghìn không trăm linh năm đồng"),
        (1_234_567, "Một triệu hai trăm ba mươi tư nghìn năm trăm sáu mươi bảy đồng"),
        (1_000_000, "Một triệu đồng"),
        (2_000_000_015, "Hai tỷ không trăm mười lăm đồng"),
        (10**12, "Một nghìn tỷ đồng"),
        (50_000, "Năm mươi nghìn đồng"),
    ],
)
def test_amounts_are_said_as_people_say_them(amount: int, said: str) -> None:
    assert text.amount_in_words(amount) == said


@given(st.integers(0, 10**18), st.integers(0, 10**18))
def test_two_amounts_are_never_said_alike(one: int, other: int) -> None:
    assert (text.amount_in_words(one) == text.amount_in_words(other)) == (one == other)


@pytest.mark.parametrize(
    "typed",
    ["27 3 2024", "27/3/2024", "27-03-2024", "27.3.2024", "ngày 27 tháng 3 năm 2024",
     "27032024", "2024-03-27", "27 tháng ba năm 2024", " 27 / 3 / 2024 ", "Ngày 27, tháng 3, năm 2024",
     "２７ ３ ２０２４"],
)  # fmt: skip
def test_a_day_is_read_however_it_is_typed(typed: str) -> None:
    assert text.typed_date(typed) == date(2024, 3, 27)


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("tháng 3", text.LooseDate(month=3)),
        ("tháng ba", text.LooseDate(month=3)),
        ("tháng mười hai", text.LooseDate(month=12)),
        ("tháng năm", text.LooseDate(month=5)),
        ("tháng 3 năm 2024", text.LooseDate(year=2024, month=3)),
        ("3/2024", text.LooseDate(year=2024, month=3)),
        ("1956", text.LooseDate(year=1956)),
        ("năm 1956", text.LooseDate(year=1956)),
        ("27/3", text.LooseDate(month=3, day=27)),
        ("29/2", text.LooseDate(month=2, day=29)),
    ],
)
def test_what_is_known_of_a_day_is_kept(typed: str, known: text.LooseDate) -> None:
    assert text.loose_date(typed) == known
    with pytest.raises(text.Unreadable, match="đủ ngày, tháng và năm"):
        text.typed_date(typed)


@pytest.mark.parametrize("typed", ["31 2 2024", "32/1/2024", "0/1/2024", "tháng 13", "29 2 2023", "99992024"])
def test_a_day_that_is_not_in_the_calendar_is_refused(typed: str) -> None:
    with pytest.raises(text.Unreadable, match="Không có ngày này"):
        text.loose_date(typed)


@pytest.mark.parametrize("typed", ["", "hôm qua", "27/3/24", "1/2/3/2024", "tháng", "ba"])
def test_a_day_that_cannot_be_read_is_refused(typed: str) -> None:
    with pytest.raises(text.Unreadable):
        text.loose_date(typed)


@given(
    st.dates(), st.sampled_from(["{d} {m} {y:04}", "{d:02}/{m:02}/{y:04}", "ngày {d} tháng {m} năm {y:04}"])
)
def test_every_day_is_read_back(day: date, form: str) -> None:
    assert text.typed_date(form.format(d=day.day, m=day.month, y=day.year)) == day


def test_a_personal_identifier_is_read_in_any_grouping() -> None:
    found = text.read_personal_id(" 091 085.001-234 ")
    assert (found.number, found.province_code, found.birth_year, found.gender) == (
        "091085001234",
        "091",
        1985,
        "male",
    )


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("09108500123", "Số căn cước có 12 chữ số. Ông/bà đã nhập 11 chữ số."),
        ("003085001234", "Không có tỉnh nào mang mã 003"),
        ("09108500123x", "chỉ gồm 12 chữ số"),
        ("", "chỉ gồm 12 chữ số"),
        ("٠٩١٠٨٥٠٠١٢٣٤", "chỉ gồm 12 chữ số"),
    ],
)
def test_a_wrong_personal_identifier_is_told_in_words(typed: str, sentence: str) -> None:
    with pytest.raises(text.Unreadable, match=sentence):
        text.personal_id(typed)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("0100047516", "0100047516"),
        ("0100 047 516-001", "0100047516-001"),
        ("0100047516001", "0100047516-001"),
        ("091085001234", "091085001234"),
    ],
)
def test_a_tax_code_is_read(typed: str, code: str) -> None:
    assert text.tax_code(typed) == code


@pytest.mark.parametrize("typed", ["0100047517", "0100047516-000", "123", "01000475x6", "000000000000", ""])
def test_a_wrong_tax_code_is_refused(typed: str) -> None:
    with pytest.raises(text.Unreadable):
        text.tax_code(typed)


@pytest.mark.parametrize(
    "typed", ["+84 917 123 456", "0917.123.456", "917123456", "(0917) 123-456", "84917123456"]
)
def test_a_phone_number_is_read_in_any_grouping(typed: str) -> None:
    assert text.phone(typed) == "0917123456"


def test_a_landline_is_read_where_it_is_asked_for() -> None:
    assert text.phone("0297 386 3000", landline=True) == "02973863000"
    assert text.phone("+84 297 386 3000", landline=True) == "02973863000"
    with pytest.raises(text.Unreadable):
        text.phone("0297 386 3000")


@pytest.mark.parametrize("typed", ["", "0000000000", "12345", "abc0917123456", "09171234567"])
def test_a_wrong_phone_number_is_refused(typed: str) -> None:
    with pytest.raises(text.Unreadable, match="10 chữ số"):
        text.phone(typed)


def test_a_masked_number_shows_only_its_end() -> None:
    assert text.mask("091085001234") == "•••••••••234"
    assert text.mask("12") == "12"


@given(ANYTHING)
def test_whatever_is_typed_is_read_or_refused_by_our_own_error(typed: str) -> None:
    for read in READERS:
        with contextlib.suppress(text.Unreadable):
            read(typed)
