"""Statements in MT940 and CAMT.053: what others write is read, what is hostile or torn is refused."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from national.payments.bank import statement as bank
from national.payments.bank.moving import Account
from national.payments.bank.statements import KINDS
from national.payments.book import Booking
from tests.payments.camt_samples import camt, valid
from tests.payments.tables import Moved, as_mt940, at
from tinhso.payments import statements
from tinhso.payments.statements import Fault, Format, StatementFault

MOVES = [
    Moved(at(2026, 11, 2, 8, 30, 15), 120_000, "FT26306001", "TSABCDEFGHJ NOP LE PHI"),
    Moved(at(2026, 11, 2, 23, 59), -11_000, "FT26306002", "PHI CHUYEN TIEN"),
    Moved(at(2026, 11, 28, 0, 0, 1), 1_234_567, "FT26332003", "NGUYEN THI ANH NGUYET CT TIEN"),
]
OPENING, CLOSING = 5_000_000, 6_343_567
MT940 = as_mt940(MOVES, OPENING)
CAMT = camt(MOVES, OPENING)

moves = st.lists(
    st.builds(
        Moved,
        at=st.integers(1, 30).map(lambda day: at(2026, 11, day, 9)),
        amount=st.integers(-(10**9), 10**9).filter(bool),
        reference=st.text("ABCDEF0123456789", min_size=1, max_size=16),
        content=st.text("ABC NOP PHI 019", min_size=1, max_size=40).map(
            lambda text: " ".join(text.split()) or "X"
        ),
    ),
    max_size=8,
).map(lambda found: sorted(found, key=lambda one: one.at))


def _read(data: bytes) -> statements.Statement:
    (one,) = statements.read(data)
    return one


def _fault(data: bytes) -> StatementFault:
    with pytest.raises(StatementFault) as refused:
        statements.read(data)
    assert refused.value.message.endswith(".")
    return refused.value


@pytest.mark.parametrize(
    "data", [MT940, MT940.replace(b"\n", b"\r\n"), b"{1:F01BANKVNVXAXXX}{4:\r\n" + MT940 + b"\r\n-}"]
)
def test_what_another_writes_as_mt940_is_read(data: bytes) -> None:
    read = _read(data)

    assert (read.format, read.opening, read.closing) == (Format.MT940, OPENING, CLOSING)
    assert read.account == "1012345678"
    assert (read.opened_on, read.closed_on) == (date(2026, 11, 2), date(2026, 11, 28))
    assert [line.amount for line in read.lines] == [one.amount for one in MOVES]
    assert [line.reference for line in read.lines] == [one.reference for one in MOVES]
    assert [line.content for line in read.lines] == [one.content for one in MOVES]
    assert not read.lines[0].timed
    assert read.lines[0].booked_at == datetime(2026, 11, 1, 17, tzinfo=UTC)
    assert data.decode().splitlines()[read.lines[2].row - 1].startswith(":61:")


@pytest.mark.parametrize("version", ["02", "08"])
def test_a_camt_file_that_the_published_schema_takes_is_read(version: str) -> None:
    data = camt(MOVES, OPENING, version=version)
    assert valid(data, version)

    read = _read(data)

    assert (read.format, read.account) == (Format.CAMT053, "1012345678")
    assert (read.opening, read.closing) == (OPENING, CLOSING)
    assert (read.opened_on, read.closed_on) == (date(2026, 11, 1), date(2026, 11, 30))
    assert [(line.amount, line.reference, line.content) for line in read.lines] == [
        (one.amount, one.reference, one.content) for one in MOVES
    ]
    assert read.lines[0].booked_at == datetime(2026, 11, 2, 1, 30, 15, tzinfo=UTC)
    assert read.lines[0].timed
    assert {line.counterparty for line in read.lines} == {"TRAN VAN B"}
    assert b"<Ntry>" in data.splitlines()[read.lines[0].row - 2] or read.lines[0].row > 1


@given(moves, st.integers(0, 10**11), st.sampled_from(["mt940", "02", "08"]))
@settings(max_examples=20)
def test_no_dong_is_lost(found: list[Moved], opening: int, way: str) -> None:
    closing = opening + sum(one.amount for one in found)
    data = as_mt940(found, opening) if way == "mt940" else camt(found, opening, version=way)

    read = _read(data)

    assert [line.amount for line in read.lines] == [one.amount for one in found]
    assert (read.opening, read.closing) == (opening, closing)
    assert all(type(line.amount) is int for line in read.lines)
    assert (type(read.opening), type(read.closing)) == (int, int)


def test_a_statement_sent_in_two_messages_is_one() -> None:
    first = as_mt940(MOVES[:2], OPENING).replace(b":62F:", b":62M:")
    second = (
        as_mt940(MOVES[2:], OPENING + 109_000).replace(b":60F:", b":60M:").replace(b"00001/001", b"00001/002")
    )

    read = _read(first + b"\n-\n" + second)

    assert [line.amount for line in read.lines] == [one.amount for one in MOVES]
    assert (read.opening, read.closing) == (OPENING, CLOSING)


def test_statements_of_several_accounts_are_several() -> None:
    other = as_mt940(MOVES[:1], 0).replace(b"1012345678", b"2099999999")

    one, two = statements.read(MT940 + b"\n-\n" + other)

    assert (one.account, two.account) == ("1012345678", "2099999999")
    assert one.sha256 == two.sha256
    double = camt(MOVES, OPENING).replace(
        b"</Stmt>", b"</Stmt>" + camt(MOVES, 1).split(b"</GrpHdr>")[1].split(b"</BkTo")[0]
    )
    assert [found.opening for found in statements.read(double)] == [OPENING, 1]


def _batch(*amounts: int) -> bytes:
    """One entry of 300 000 whose parts say these amounts."""
    parts = "".join(
        f"<TxDtls><Refs><TxId>T{place}</TxId></Refs>"
        f'<AmtDtls><TxAmt><Amt Ccy="VND">{amount}</Amt></TxAmt></AmtDtls>'
        f"<RmtInf><Ustrd>MA {place}</Ustrd></RmtInf></TxDtls>"
        for place, amount in enumerate(amounts)
    )
    whole = camt([Moved(at(2026, 11, 3), 300_000, "LO1", "X")], OPENING).decode()
    head, _details, tail = whole.partition("<NtryDtls>")
    return (head + f"<NtryDtls>{parts}</NtryDtls>" + tail.partition("</NtryDtls>")[2]).encode()


def test_a_batch_is_as_many_movements_as_it_has_parts() -> None:
    assert valid(_batch(100_000, 200_000), "02")

    read = _read(_batch(100_000, 200_000))

    assert [(line.amount, line.reference, line.content) for line in read.lines] == [
        (100_000, "T0", "MA 0"),
        (200_000, "T1", "MA 1"),
    ]
    assert _fault(_batch(100_000, 150_000)).fault is Fault.BALANCE


def test_what_is_not_booked_yet_is_left_out() -> None:
    pending = camt(MOVES, OPENING).replace(b"<Sts>BOOK</Sts>", b"<Sts>PDNG</Sts>", 1)

    assert _fault(pending).fault is Fault.BALANCE
    balanced = pending.replace(b">6343567<", b">6223567<")
    assert len(_read(balanced).lines) == 2


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (MT940.replace(b"120000,00", b"120000,50"), Fault.FRACTION),
        (MT940.replace(b":62F:C261128VND6343567", b":62F:C261128VND6343568"), Fault.BALANCE),
        (MT940.replace(b"VND5000000", b"USD5000000"), Fault.CURRENCY),
        (MT940.replace(b":60F:C261102VND5000000,00\n", b""), Fault.BALANCE),
        (MT940.replace(b":61:2611021102C", b":61:2613021302C"), Fault.UNREADABLE),
        (MT940.replace(b":61:2611021102C", b":61:hom qua "), Fault.UNREADABLE),
        (CAMT.replace(b">120000<", b">120000.5<"), Fault.FRACTION),
        (CAMT.replace(b">6343567<", b">6343568<"), Fault.BALANCE),
        (CAMT.replace(b'"VND">120000', b'"EUR">120000'), Fault.CURRENCY),
        (CAMT.replace(b">120000<", b">1e5<"), Fault.UNREADABLE),
        (CAMT.replace(b"<Cd>OPBD</Cd>", b"<Cd>XPCD</Cd>"), Fault.BALANCE),
        (CAMT.replace(b"2026-11-02T08:30:15", b"2026-13-02T08:30:15"), Fault.DAY),
        (CAMT.replace(b"<DtTm>2026-11-02T08:30:15+07:00</DtTm>", b"<Dt>0001-01-01</Dt>"), Fault.DAY),
        (CAMT.replace(b"CRDT", b"BOTH"), Fault.UNREADABLE),
        (CAMT.replace(b"BkToCstmrStmt", b"BkToCstmrDbtCdtNtfctn"), Fault.UNREADABLE),
        (CAMT[:-40], Fault.UNREADABLE),
    ],
)
def test_each_fault_is_named(data: bytes, fault: Fault) -> None:
    assert _fault(data).fault is fault


def test_a_fault_names_its_row() -> None:
    row = next(n for n, line in enumerate(CAMT.splitlines(), start=1) if b">120000<" in line)
    assert _fault(CAMT.replace(b">120000<", b">120000.5<")).row == row
    row = next(n for n, line in enumerate(MT940.splitlines(), start=1) if b"120000,00" in line)
    assert _fault(MT940.replace(b"120000,00", b"120000,50")).row == row
    assert _fault(MT940.replace(b":61:2611021102C", b":61:hom qua ")).row == row


LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))


@pytest.mark.parametrize(
    "declared",
    [
        b'<!DOCTYPE D [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE D [<!ENTITY l0 "ha">' + LAUGHS + b"]>",
        b'<!DOCTYPE D SYSTEM "http://127.0.0.1:9/evil.dtd">',
        b"<!DOCTYPE D>",
    ],
)
def test_entities_are_refused_whatever_they_are(declared: bytes) -> None:
    for use in (b"", b"&x;", b"&l9;"):
        hostile = CAMT.replace(b"?>\n", b"?>\n" + declared, 1).replace(b"NOP LE PHI", use or b"X")
        assert _fault(hostile).fault in (Fault.HOSTILE, Fault.UNREADABLE)
    assert _fault(CAMT.replace(b"?>\n", b"?>\n" + declared, 1)).fault is Fault.HOSTILE


def test_numbers_written_with_empty_decimals_are_whole() -> None:
    assert _read(CAMT.replace(b">120000<", b">120000.00<")).lines[0].amount == 120_000


def test_nothing_of_a_torn_statement_reaches_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    _fault(MT940.replace(b":61:2611021102C", b":61:NGUYEN VAN A "))

    assert "NGUYEN" not in caplog.text


@pytest.mark.parametrize("whole", [MT940, CAMT, camt(MOVES, OPENING, version="08")])
@given(data=st.data())
@settings(max_examples=20)
def test_a_torn_file_is_read_or_refused(whole: bytes, data: st.DataObject) -> None:
    torn = bytearray(whole[: data.draw(st.integers(len(whole) // 3, len(whole)))])
    changes = data.draw(st.dictionaries(st.integers(0, len(torn) - 1), st.integers(0, 255), max_size=8))
    for place, byte in changes.items():
        torn[place] = byte
    _read_or_refuse(bytes(torn))


TAGS = [
    ":20:X",
    ":25:1",
    ":28C:1",
    ":60F:C261101VND0,",
    ":61:2611021102C5,NTRFX",
    ":86:A",
    ":62F:C261101VND5,",
    "-",
    "",
]


@settings(max_examples=40)
@given(st.lists(st.sampled_from(TAGS) | st.text(":6012,CDVN", max_size=12), max_size=14))
def test_any_order_of_fields_is_read_or_refused(fields: list[str]) -> None:
    _read_or_refuse("\n".join([":20:X", ":25:1", *fields]).encode())


def _read_or_refuse(
    data: bytes, of: Callable[[bytes], tuple[statements.Statement, ...]] = statements.read
) -> None:
    try:
        found = of(data)
    except StatementFault:
        return
    for one in found:
        assert all(type(line.amount) is int for line in one.lines)
        if one.opening is not None and one.closing is not None:
            assert one.opening + one.moved == one.closing


def _bank(lines: list[Moved], format: str) -> bytes:
    """A day's statement as the bank of the national side writes it."""
    made = bank.Statement(
        account=Account(number="1012345678", name="KHO BAC AN GIANG", agency=True),
        bin="970400",
        day=date(2026, 11, 2),
        made_at=at(2026, 11, 3),
        opening=OPENING,
        lines=[
            Booking(
                id=place,
                transaction_id=one.reference,
                account="1012345678",
                amount=one.amount,
                content=one.content,
                at=one.at,
                other_name="TRAN VAN B",
                other_account="2099999999",
            )
            for place, one in enumerate(lines)
        ],
    )
    return KINDS[format][1](made)


@pytest.mark.parametrize("lines", [MOVES[:2], []])
def test_the_bank_of_the_sandbox_says_the_same_in_four_formats(lines: list[Moved]) -> None:
    read = {format: _read(_bank(lines, format)) for format in ("csv", "xlsx", "sta", "xml")}

    assert {one.format for one in read.values()} == set(Format)
    for one in read.values():
        assert (one.account, one.opening, one.closing) == ("1012345678", OPENING, OPENING + one.moved)
        assert one.opened_on == one.closed_on == date(2026, 11, 2)
        assert [(line.amount, line.reference) for line in one.lines] == [
            (m.amount, m.reference) for m in lines
        ]
        assert all(line.content.startswith(m.content) for line, m in zip(one.lines, lines, strict=True))
    assert [line.booked_at for line in read["csv"].lines] == [line.booked_at for line in read["xml"].lines]
