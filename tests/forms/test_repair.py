"""What can only mean one thing is repaired without a word; what cannot stays as it was typed."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.forms.engine import repair


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (unicodedata.normalize("NFD", "Nguyễn Ẫm Ỗ Ể"), "Nguyễn Ẫm Ỗ Ể"),
        ("  Trần   Gia\tBảo ", "Trần Gia Bảo"),
        ("An\u200b\x00 \u202eGiang", "An Giang"),
    ],
)
def test_a_name_loses_what_nobody_meant(typed: str, kept: str) -> None:
    assert repair.line(typed) == kept


def test_long_text_keeps_its_lines() -> None:
    assert repair.lines(" Dòng  một \r\n\r\nDòng hai\x00 ") == "Dòng một\n\nDòng hai"


@pytest.mark.parametrize("typed", ["091 203 004 567", "091.203.004.567", "091203-004567", "０９１203004567"])
def test_a_personal_id_is_read_in_any_grouping(typed: str) -> None:
    assert repair.identifier(typed) == "091203004567"


@pytest.mark.parametrize("typed", ["0912 345 678", "+84 912 345 678", "(84) 912.345.678", "0912-345-678"])
def test_a_phone_is_read_in_any_grouping(typed: str) -> None:
    assert repair.phone(typed) == "0912345678"


def test_a_branch_has_its_hyphen() -> None:
    assert repair.tax_code("0100109106 001") == "0100109106-001"


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("1.234.567 đ", 1234567), ("50 triệu", 50_000_000), ("1,2 tỷ", 1_200_000_000), ("1 200 000", 1_200_000)],
)
def test_money_is_read_as_people_write_it(typed: str, amount: int) -> None:
    assert repair.money(typed) == amount


@pytest.mark.parametrize(
    ("typed", "decimals", "value"),
    [
        ("12,5", 2, 12.5),
        ("12.5", 2, 12.5),
        ("1.234", 2, 1234),
        ("1.234,5", 1, 1234.5),
        ("120", 0, 120),
        ("1.500", 0, 1500),
        ("mười hai", 0, "mười hai"),
        ("1.2.3", 2, "1.2.3"),
        ("99999999999999999", 0, "99999999999999999"),
    ],
)
def test_a_number_is_read_the_vietnamese_way(typed: str, decimals: int, value: Any) -> None:
    assert repair.number(typed, decimals=decimals) == value


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ({"ngay": "27", "thang": "3", "nam": "2024"}, "2024-03-27"),
        ({"ngay": "27", "thang": "tháng 3", "nam": "2024"}, "2024-03-27"),
        ({"ngay": "27/3/2024", "thang": "", "nam": ""}, "2024-03-27"),
        ({"ngay": "", "thang": "3", "nam": "2024"}, "2024-03"),
        ({"ngay": "", "thang": "", "nam": "1990"}, "1990"),
        ("ngày 27 tháng 3 năm 2024", "2024-03-27"),
        ("27.3.2024", "2024-03-27"),
        ("31/2/2024", "2024-02-31"),
        ("hôm qua", "hôm qua"),
        ({"ngay": "", "thang": "", "nam": ""}, None),
        ({"ngay": "31", "thang": "", "nam": "24"}, {"ngay": "31", "thang": "", "nam": "24"}),
    ],
)
def test_a_date_is_read_loosely(typed: Any, day: Any) -> None:
    assert repair.day(typed) == day


@given(st.text(max_size=40))
def test_repairing_twice_changes_nothing_more(typed: str) -> None:
    for mend in (repair.line, repair.lines, repair.identifier, repair.phone, repair.email, repair.tax_code):
        assert mend(mend(typed)) == mend(typed)


@given(st.text(max_size=40))
def test_what_is_kept_can_be_stored(typed: str) -> None:
    for kept in (repair.line(typed), repair.lines(typed)):
        assert "\x00" not in kept
        kept.encode("utf-8")
