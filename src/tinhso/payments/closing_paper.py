"""Sheets that close money for a day: the accountant's day sheet, and the count of a till.

Their facts are given; nothing is added up here that the ledger did not add up, but a sheet whose sums do not
follow is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tinhso.foundation import paper
from tinhso.foundation.moments import local
from tinhso.foundation.signing import SIGNER, SignatureFieldSpec

DAY_SHEET, TILL_SHEET = "payments/closing", "payments/till"
SIGNED_BY = SignatureFieldSpec(SIGNER, label="chữ ký số của kế toán")
HANDED_OVER_BY = SignatureFieldSpec(SIGNER, label="chữ ký số của người thu tiền")
TAKEN_OVER_BY = SignatureFieldSpec("receiver", label="chữ ký số của người nhận tiền")


@dataclass(frozen=True, slots=True)
class ChannelTotal:
    """What one way of paying brought in on the day, whole đồng: by the ledger, by its statement or list."""

    name: str
    count: int
    ledger: int
    stated: int


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One thing still open when the day is closed: what kind, when (UTC), of what, whole đồng, why."""

    kind: str
    at: datetime
    reference: str
    amount: int
    why: str


@dataclass(frozen=True, slots=True)
class DaySheet:
    """A day's closing of one agency. `matched` and `unmatched` are movements of statements and lists."""

    agency: str
    unit: str
    day: date
    number: str
    account: str
    opening: int | None
    closing: int | None
    channels: tuple[ChannelTotal, ...]
    matched: int
    unmatched: int
    resolved: int
    open: tuple[Discrepancy, ...]
    accountant: str
    prepared: str = ""


@dataclass(frozen=True, slots=True)
class Denomination:
    """How many notes of one value (đồng) lie in the till."""

    value: int
    notes: int


@dataclass(frozen=True, slots=True)
class TillCount:
    """The closing count of a till, in whole đồng. What is counted is the sum of its notes.

    `float_in` lay in it at opening, `taken` came in as cash, `paid_out` went out (refunds). Raises ValueError
    when a difference has no explanation.
    """

    agency: str
    unit: str
    till: str
    cashier: str
    receiver: str
    opened_at: datetime
    closed_at: datetime
    float_in: int
    taken: int
    paid_out: int
    receipts: str
    card_count: int
    card_total: int
    notes: tuple[Denomination, ...]
    explanation: str = ""

    def __post_init__(self) -> None:
        if any(note.notes < 0 or note.value <= 0 for note in self.notes):
            raise ValueError("notes have a value, and there are none below nought")
        if self.difference and not self.explanation:
            raise ValueError("a difference is explained before a till is closed")

    @property
    def expected(self) -> int:
        """What has to lie in the till."""
        return self.float_in + self.taken - self.paid_out

    @property
    def counted(self) -> int:
        """What lies in it."""
        return sum(note.value * note.notes for note in self.notes)

    @property
    def difference(self) -> int:
        """Too much above nought, too little below."""
        return self.counted - self.expected


def day_sheet_pdf(sheet: DaySheet, *, at: datetime) -> bytes:
    """The day sheet as PDF, its signature's place (`SIGNED_BY`) marked. Raises PaperError, LookupError."""
    data = {
        "title": f"Bảng đối soát ngày {sheet.day:%d/%m/%Y}",
        "agency": sheet.agency,
        "unit": sheet.unit,
        "number": sheet.number,
        "day": f"Ngày {sheet.day:%d} tháng {sheet.day:%m} năm {sheet.day:%Y}",
        "facts": [
            ["Tài khoản đối soát", sheet.account],
            *(
                [name, f"{_dong(balance)} đồng"]
                for name, balance in (("Số dư đầu ngày", sheet.opening), ("Số dư cuối ngày", sheet.closing))
                if balance is not None
            ),
            ["Khớp", f"{sheet.matched} giao dịch"],
            ["Chưa khớp", f"{sheet.unmatched} giao dịch"],
            ["Đã xử lý trong ngày", f"{sheet.resolved} sai lệch"],
            *([["Người trình khoá", sheet.prepared]] if sheet.prepared else []),
        ],
        "channels": [
            [one.name, str(one.count), _dong(one.ledger), _dong(one.stated), _dong(one.stated - one.ledger)]
            for one in sheet.channels
        ],
        "channel_total": [
            str(sum(one.count for one in sheet.channels)),
            _dong(sum(one.ledger for one in sheet.channels)),
            _dong(sum(one.stated for one in sheet.channels)),
            _dong(sum(one.stated - one.ledger for one in sheet.channels)),
        ],
        "open": [
            [str(place), one.kind, f"{local(one.at):%H:%M %d/%m}", one.reference, _dong(one.amount), one.why]
            for place, one in enumerate(sheet.open, start=1)
        ],
        "accountant": sheet.accountant,
        "made": f"{local(at):%H:%M ngày %d/%m/%Y}",
    }
    return paper.render(template=DAY_SHEET, data=data, made_at=at, marked=True)


def till_sheet_pdf(count: TillCount, *, at: datetime) -> bytes:
    """The count of a till as PDF, both signatures' places marked (`HANDED_OVER_BY`, `TAKEN_OVER_BY`).

    Raises PaperError, LookupError.
    """
    data = {
        "title": f"Biên bản kiểm đếm quầy {count.till}",
        "agency": count.agency,
        "unit": count.unit,
        "facts": [
            ["Quầy", count.till],
            ["Ca", f"{local(count.opened_at):%H:%M} đến {local(count.closed_at):%H:%M ngày %d/%m/%Y}"],
            ["Biên lai đã lập", count.receipts],
            ["Quẹt thẻ", f"{count.card_count} lần, {_dong(count.card_total)} đồng"],
        ],
        "sums": [
            ["Tiền đầu ca", _dong(count.float_in)],
            ["Thu tiền mặt", _dong(count.taken)],
            ["Chi trả lại", _dong(-count.paid_out)],
            ["Phải có trong quầy", _dong(count.expected)],
            ["Đếm được", _dong(count.counted)],
            [_gap(count.difference), _dong(count.difference)],
        ],
        "notes": [
            [_dong(note.value), str(note.notes), _dong(note.value * note.notes)]
            for note in count.notes
            if note.notes
        ],
        "counted": _dong(count.counted),
        "explanation": count.explanation,
        "cashier": count.cashier,
        "receiver": count.receiver,
    }
    return paper.render(template=TILL_SHEET, data=data, made_at=at, marked=True)


def _gap(difference: int) -> str:
    if not difference:
        return "Không lệch"
    return "Thừa" if difference > 0 else "Thiếu"


def _dong(amount: int) -> str:
    return f"{amount:,}".replace(",", ".").replace("-", "−")
