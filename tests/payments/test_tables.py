"""Statements in CSV and Excel: every layout and way of writing; what is wrong is named by row."""

from __future__ import annotations

import hashlib
import io
import unicodedata
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.payments import tables
from tests.payments.tables import Moved, as_csv, as_xlsx, at, commas, directed, dots, signed, two_columns
from tinhso.payments import statements
from tinhso.payments.statements import Fault, Format, Layout, StatementFault, amounts

MOVES = (
    Moved(at(2026, 11, 2, 8, 30, 15), 120_000, "FT26306001", "TSABCDEFGHJ nộp lệ phí; hồ sơ đất, “gấp”"),
    Moved(at(2026, 11, 2, 23, 59), -11_000, "FT26306002", "Phí chuyển tiền"),
    Moved(at(2026, 11, 28, 0, 0, 1), 1_234_567, "FT26332003", "Nguyễn Thị Ánh Nguyệt CT tiền"),
)
OPENING, CLOSING = 5_000_000, 6_343_567

moves = st.lists(
    st.builds(
        Moved,
        at=st.integers(0, 30 * 86_400 - 1).map(lambda second: at(2026, 11, 1) + timedelta(seconds=second)),
        amount=st.integers(-(10**12), 10**12).filter(bool),
        reference=st.text("ABCDEF0123456789", min_size=1, max_size=16),
        content=st.text("ABCĐƯ nộp phí 019.,;", max_size=40).map(lambda text: " ".join(text.split())),
    ),
    min_size=1,
    max_size=12,
).map(lambda found: sorted(found, key=lambda one: one.at))


def _read(data: bytes) -> statements.Statement:
    (one,) = statements.read(data)
    return one


@pytest.mark.parametrize(
    ("data", "format"),
    [
        (as_csv(two_columns(MOVES, OPENING)), Format.CSV),
        (as_csv(two_columns(MOVES, OPENING, money=commas), separator=";", encoding="utf-8-sig"), Format.CSV),
        (as_csv(two_columns(MOVES, OPENING), separator="\t", encoding="utf-16"), Format.CSV),
        (as_csv(two_columns(MOVES, OPENING), separator="|", encoding="utf-16-le"), Format.CSV),
        (as_xlsx(two_columns(MOVES, OPENING, money=int)), Format.XLSX),
        (as_xlsx(two_columns(MOVES, OPENING)), Format.XLSX),
    ],
)
def test_a_statement_is_read_however_the_bank_writes_it(data: bytes, format: Format) -> None:
    read = _read(data)

    assert read.format is format
    assert (read.account, read.opening, read.closing) == ("1012345678", OPENING, CLOSING)
    assert (read.opened_on, read.closed_on) == (date(2026, 11, 1), date(2026, 11, 30))
    assert read.sha256 == hashlib.sha256(data).hexdigest()
    first = read.lines[0]
    assert [line.amount for line in read.lines] == [one.amount for one in MOVES]
    assert [line.content for line in read.lines] == [one.content for one in MOVES]
    assert first.booked_at == datetime(2026, 11, 2, 1, 30, 15, tzinfo=UTC)
    assert first.timed
    assert (first.row, first.reference, first.counterparty) == (8, "FT26306001", "TRAN VAN B")
    assert MOVES[0].reference in first.raw
    assert read.moved == CLOSING - OPENING


def test_windows_own_vietnamese_letters_are_read() -> None:
    rows: tables.Rows = [
        ["Ngày giao dịch", "Diễn giải", "Số tiền"],
        ["02/11/2026", "Nộp lệ phí hộ tịch", "50.000"],
    ]
    text = "".join(_tone_apart(letter) for letter in as_csv(rows).decode())

    (line,) = _read(text.encode("cp1258")).lines

    assert line.content == "Nộp lệ phí hộ tịch"


def _tone_apart(letter: str) -> str:
    """As page 1258 of Windows has it: a letter with its hat or horn, then its tone."""
    marks = unicodedata.normalize("NFD", letter)
    tones = [mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323"]
    return unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in tones)) + "".join(tones)


def test_newest_first_and_one_signed_column_are_told_by_themselves() -> None:
    read = _read(as_csv(signed(MOVES, OPENING)))

    assert [line.amount for line in read.lines] == [one.amount for one in MOVES]
    assert (read.opening, read.closing) == (OPENING, CLOSING)
    assert (read.opened_on, read.closed_on) == (date(2026, 11, 2), date(2026, 11, 28))
    assert read.lines[1].booked_at == datetime(2026, 11, 2, 16, 59, tzinfo=UTC)


def test_a_column_that_says_which_way_and_days_without_times() -> None:
    read = _read(as_csv(directed(MOVES, OPENING)))

    assert [line.amount for line in read.lines] == [one.amount for one in MOVES]
    assert (read.opening, read.closing) == (OPENING, CLOSING)
    assert not read.lines[0].timed
    assert read.lines[0].booked_at == datetime(2026, 11, 1, 17, tzinfo=UTC)


def test_an_excel_day_is_a_day_and_may_have_its_time_beside_it() -> None:
    rows: tables.Rows = [
        ["Ngày", "Giờ", "Nội dung", "Số tiền"],
        [at(2026, 11, 2), "08:30", "A", 50_000],
        [at(2026, 11, 3, 9, 15), "", "B", -20_000.0],
    ]
    first, second = _read(as_xlsx(rows)).lines

    assert (first.booked_at, first.amount) == (datetime(2026, 11, 2, 1, 30, tzinfo=UTC), 50_000)
    assert (second.booked_at, second.amount) == (datetime(2026, 11, 3, 2, 15, tzinfo=UTC), -20_000)


@given(
    moves,
    st.integers(-(10**12), 10**12),
    st.sampled_from([dots, commas, str]),
    st.sampled_from([two_columns, signed, directed]),
)
@settings(max_examples=20)
def test_no_dong_is_lost_in_csv(
    found: list[Moved], opening: int, money: Callable[[int], str], layout: Any
) -> None:
    read = _read(as_csv(layout(found, opening, money=money)))

    assert sorted(line.amount for line in read.lines) == sorted(one.amount for one in found)
    assert read.closing == opening + sum(one.amount for one in found)
    assert all(type(line.amount) is int for line in read.lines)
    assert (type(read.opening), type(read.closing)) == (int, int)


@given(moves, st.integers(0, 9 * 10**12))
@settings(max_examples=8)
def test_no_dong_is_lost_in_excel(found: list[Moved], opening: int) -> None:
    read = _read(as_xlsx(two_columns(found, opening, money=int)))

    assert [line.amount for line in read.lines] == [one.amount for one in found]
    assert all(type(line.amount) is int for line in read.lines)


@given(st.integers(-(10**15), 10**15))
def test_an_amount_is_read_in_every_way_of_writing_it(amount: int) -> None:
    size = abs(amount)
    sign = "-" if amount < 0 else ""
    ways = [
        f"{amount}",
        f"{sign}{dots(size)}",
        f"{sign}{commas(size)}",
        f"{sign}{dots(size)},00 VND",
        f"{sign}{dots(size)} đ",
    ]
    ways += (
        [f"({dots(size)})", f"{dots(size)}-", f"−{size:,}".replace(",", " ")] if amount < 0 else [f"+{size}"]
    )

    assert {amounts.written(text, row=1) for text in ways} == {amount}


@pytest.mark.parametrize("text", ["1.234,5", "0,01", "1234.5", "12.34", "1,234.10", "0.5"])
def test_a_part_of_a_dong_is_refused_in_words(text: str) -> None:
    with pytest.raises(StatementFault, match=r"Dòng 7.*phần lẻ") as refused:
        amounts.written(text, row=7)

    assert (refused.value.fault, refused.value.row) == (Fault.FRACTION, 7)


@pytest.mark.parametrize(
    "text", ["", "abc", "1e5", "1 2 3", "1..2", "12d5", "nan", "inf", "--5x", "200k", "9" * 30, "٣"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(StatementFault) as refused:
        amounts.written(text, row=3)

    assert refused.value.fault is Fault.AMOUNT


def _changed(change: Callable[[tables.Rows], object]) -> bytes:
    rows = two_columns(MOVES, OPENING)
    change(rows)
    return as_csv(rows)


def _set(row: int, column: int, value: str) -> Callable[[tables.Rows], object]:
    return lambda rows: rows[row - 1].__setitem__(column, value)


@pytest.mark.parametrize(
    ("change", "fault", "row"),
    [
        (_set(9, 1, "31/02/2026"), Fault.DAY, 9),
        (_set(9, 1, "hôm qua"), Fault.DAY, 9),
        (_set(9, 1, "02/11/2026 25:00"), Fault.DAY, 9),
        (_set(9, 1, "02/12/2026"), Fault.DAY, 9),
        (_set(9, 3, "mười"), Fault.AMOUNT, 0),
        (_set(8, 4, "120.000,5"), Fault.FRACTION, 8),
        (_set(8, 3, "5.000"), Fault.AMOUNT, 8),
        (_set(10, 5, "1"), Fault.RUNNING_BALANCE, 10),
        (_set(7, 5, "1"), Fault.BALANCE, 0),
        (_set(4, 0, "Từ ngày 30/11/2026 đến ngày 01/11/2026"), Fault.OPEN_PERIOD, 0),
        (lambda rows: rows.pop(8), Fault.RUNNING_BALANCE, 9),
        (lambda rows: rows.pop(5), Fault.LAYOUT, 0),
    ],
)
def test_each_fault_is_named_with_its_row(
    change: Callable[[tables.Rows], object], fault: Fault, row: int
) -> None:
    with pytest.raises(StatementFault) as refused:
        statements.read(_changed(change))

    if row:
        assert (refused.value.fault, refused.value.row) == (fault, row)
        assert f"Dòng {row}:" in refused.value.message
    else:
        assert refused.value.fault in (fault, Fault.RUNNING_BALANCE)
    assert refused.value.message.endswith(".")


def test_references_that_stand_twice_are_named() -> None:
    twice = (*MOVES, Moved(MOVES[2].at, 5_000, "FT26306001", "lại"))

    assert _read(as_csv(two_columns(twice, OPENING))).repeats == (statements.Repeat("FT26306001", (8, 11)),)


def test_a_bank_of_its_own_headings_gets_a_layout_of_its_own() -> None:
    data = as_csv([["Kênh", "Lúc", "Vào", "Ra", "Lời nhắn"], ["QR", "02/11/2026", "70.000", "", "TSX"]])
    own = Layout(
        "own", "Riêng", {"day": ("Lúc",), "credit": ("Vào",), "debit": ("Ra",), "content": ("Lời nhắn",)}
    )

    (read,) = statements.read(data, layouts=(own,))

    assert (read.lines[0].amount, read.lines[0].content, read.opening) == (70_000, "TSX", None)
    with pytest.raises(StatementFault, match="mẫu"):
        statements.read(data)


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b" \r\n", b"\xff\xfe"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(StatementFault) as refused:
        statements.read(data)

    assert refused.value.fault is Fault.EMPTY


def test_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tinhso.payments.statements.finishing.MOST_LINES", 2)
    with pytest.raises(StatementFault) as refused:
        statements.read(as_csv(signed(MOVES, 0)))
    assert refused.value.fault is Fault.TOO_MANY_LINES

    monkeypatch.setattr("tinhso.payments.statements.reading.LARGEST", 10)
    with pytest.raises(StatementFault) as refused:
        statements.read(b"x" * 11)
    assert refused.value.fault is Fault.TOO_LARGE


def _repacked(change: Callable[[str, bytes], bytes]) -> bytes:
    """A good Excel file with its parts changed."""
    out = io.BytesIO()
    good = zipfile.ZipFile(io.BytesIO(as_xlsx(signed(MOVES, OPENING, money=int))))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in good.namelist():
            archive.writestr(name, change(name, good.read(name)))
    return out.getvalue()


@pytest.mark.parametrize(
    "change",
    [
        lambda name, data: data + b" " * 40_000_000 if name.endswith("sheet2.xml") else data,
        lambda name, data: (
            data.replace(b"?>\n", b'?>\n<!DOCTYPE x [<!ENTITY a "b">]>', 1) if "sheet2" in name else data
        ),
        lambda name, data: (
            data.decode().replace("UTF-8", "UTF-16").encode("utf-16") if "sheet2" in name else data
        ),
        lambda name, data: (
            data.replace(b"main+xml", b"main.macroEnabled+xml") if name.startswith("[") else data
        ),
    ],
)
def test_a_hostile_excel_file_is_refused_before_it_is_opened(change: Callable[[str, bytes], bytes]) -> None:
    with pytest.raises(StatementFault) as refused:
        statements.read(_repacked(change))

    assert refused.value.fault is Fault.HOSTILE


FAR = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'


def test_a_cell_far_away_costs_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tinhso.payments.statements.finishing.MOST_LINES", 500)
    far = _repacked(lambda name, data: data.replace(b"</sheetData>", FAR) if "sheet2" in name else data)

    with pytest.raises(StatementFault) as refused:
        statements.read(far)
    assert refused.value.fault is Fault.TOO_MANY_LINES


@settings(max_examples=50)
@given(st.binary(max_size=400) | st.binary(max_size=300).map(lambda tail: b"PK\x03\x04" + tail))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    _read_or_refuse(data)


@given(st.data())
@settings(max_examples=35)
def test_a_torn_file_is_read_or_refused(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from([CSV, XLSX, NAKED]))
    torn = bytearray(whole[: data.draw(st.integers(len(whole) // 2, len(whole)))])
    for place, byte in data.draw(
        st.dictionaries(st.integers(0, len(torn) - 1), st.integers(0, 255), max_size=6)
    ).items():
        torn[place] = byte

    _read_or_refuse(bytes(torn))


CSV = as_csv(two_columns(MOVES, OPENING))
XLSX = as_xlsx(signed(MOVES, OPENING, money=int))
NAKED = as_csv(directed(MOVES, OPENING), separator=";")


def _read_or_refuse(data: bytes) -> None:
    try:
        found = statements.read(data)
    except StatementFault:
        return
    for one in found:
        assert all(type(line.amount) is int for line in one.lines)
        if one.opening is not None and one.closing is not None:
            assert one.opening + one.moved == one.closing
        assert one.opened_on - timedelta(days=1) < one.closed_on + timedelta(days=1)
