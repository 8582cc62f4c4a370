"""The table of channels: way of filing, time, money, remarks, run together without separators.

    Trực tuyến5 Ngày làm việc200,000 Việt Nam Đồng(200.000 đồng/hộ chiếu)Nộp qua CổngTrực tiếp...

Time is always there (a number, a number with a unit, or words that there is none), so figures glued
together split into time first, money second: `120,000 VNĐ` is 1 and 20,000.
"""

from __future__ import annotations

import re

from tinhso.foundation.worktime import Unit
from tinhso.procedures.contracts import ChannelKind
from tinhso.procedures.importer.contracts import ChannelRow, Money
from tinhso.procedures.importer.texts import bracketed, clean

HEAD = "Hình thức nộpThời gianPhí, lệ phíMô tả"
KINDS = {
    "Trực tuyến": ChannelKind.ONLINE,
    "Trực tiếp": ChannelKind.COUNTER,
    "Dịch vụ bưu chính": ChannelKind.POST,
}
UNITS = {
    "Ngày làm việc": Unit.WORKING_DAY,
    "Ngày": Unit.CALENDAR_DAY,
    "Giờ": Unit.HOUR,
    "Tháng": Unit.MONTH,
}
NO_TIME = (
    "Không có thông tin|Không phải trả kết quả cho người nộp thuế|Không quy định|Không(?= ?(?:Không|Miễn))"
)
CURRENCY = r"(?:VNĐ|Việt Nam Đồng|USD|CAT|EUR)"
SUM = rf"\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)? ?{CURRENCY}|\d+(?:\.\d+)? ?{CURRENCY}"
FEE = rf"Miễn phí|Không có thông tin|{SUM}"
WORDS = r"[A-ZĐ][^()\d]{0,160}?"
START = re.compile(
    rf"(?P<kind>{'|'.join(KINDS)})"
    rf"(?:(?P<none>{NO_TIME}) ?(?=Miễn phí|Không có thông tin|\d)"
    rf"|(?P<amount>\d+(?:[.,]\d{{1,2}}(?!\d))?) (?P<unit>{'|'.join(UNITS)})(?={FEE})"
    rf"|(?P<bare>\d+)(?=Miễn phí|Không có thông tin)"
    rf"|(?P<glued>\d{{1,8}}(?:,\d{{3}})* ?(?:VNĐ|Việt Nam Đồng|USD))"
    rf"|(?P<words>{WORDS})(?=Miễn phí|Không có thông tin))"
)
MONEY = re.compile(rf"(?P<figure>\d{{1,3}}(?:,\d{{3}})+|\d+)(?:\.\d+)? ?(?P<currency>{CURRENCY})")
SMALLEST = 1000
MOST = 10**13


def table(cell: dict[str, str]) -> tuple[ChannelRow, ...]:
    """The rows of a record.

    A remark naming the next section ("Thành phần hồ sơ") made the crawl cut there: the rows behind it
    then stand before the table of papers.
    """
    spilt = cell["thanh_phan_ho_so"].split("Tên giấy tờ", 1)[0]
    return rows(cell["cach_thuc_thuc_hien"] + (spilt if START.search(spilt) else ""))


def rows(text: str) -> tuple[ChannelRow, ...]:
    """The rows of the table; none when the text is not such a table."""
    if HEAD not in text:
        return ()
    body = text.split(HEAD, 1)[1]
    starts = list(START.finditer(body))
    if not starts:
        return ()
    ends = [match.start() for match in starts[1:]] + [len(body)]
    return tuple(_row(match, body[match.end() : end]) for match, end in zip(starts, ends, strict=True))


def _row(match: re.Match[str], rest: str) -> ChannelRow:
    amount, fraction, unit = None, "", None
    if match["glued"]:
        bare, money = _split(match["glued"], rest)
        amount, rest = bare, money + rest
    elif match["bare"]:
        amount = _whole(match["bare"])
    elif match["amount"]:
        figure = match["amount"].replace(",", ".")
        unit = UNITS[match["unit"]]
        amount, fraction = (None, figure) if "." in figure else (_whole(figure), "")
    free, money_rows, fee_note, note = _fees(rest)
    return ChannelRow(
        kind=KINDS[match["kind"]],
        amount=amount,
        unit=unit,
        fraction=fraction,
        words=clean(match["words"] or ""),
        free=free,
        money=money_rows,
        fee_note=clean(fee_note),
        note=clean(note),
    )


def _whole(figure: str) -> int | None:
    value = int(figure)
    return value if 0 < value < SMALLEST else None


def _split(glued: str, rest: str) -> tuple[int | None, str]:
    """Time and money out of figures run together: the sum the remarks repeat, else the shortest time."""
    figure = glued.rstrip("VNĐiệtamồngUS ")
    tail = glued[len(figure) :]
    splits = [
        (int(figure[:place]), figure[place:])
        for place in range(1, min(4, len(figure)))
        if figure[:place].isdigit()
        and figure[0] != "0"
        and re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3})*|[1-9]\d*", figure[place:])
    ]
    if not splits:
        return None, glued
    plain = rest.replace(".", "").replace(",", "")
    for time, money in splits:
        value = int(money.replace(",", ""))
        if re.search(rf"(?<!\d){value}(?:000)?(?!\d)", plain):
            return time, money + tail
    return splits[0][0], splits[0][1] + tail


def _fees(rest: str) -> tuple[bool, tuple[Money, ...], str, str]:
    """Whether it is free, the sums, the words about money, and the remarks behind."""
    if rest.startswith("Không có thông tin"):
        return False, (), "", rest[len("Không có thông tin") :]
    if rest.startswith("Miễn phí"):
        note, rest = _note(rest[len("Miễn phí") :])
        further, rest = _sums(rest)
        return not further, further, note, rest
    sums, rest = _sums(rest)
    return False, sums, "", rest


def _note(rest: str) -> tuple[str, str]:
    if not rest.startswith("("):
        return "", rest
    note, end = bracketed(rest, 0)
    return note, rest[end:]


def _sums(rest: str) -> tuple[tuple[Money, ...], str]:
    found: list[Money] = []
    while match := MONEY.match(rest):
        note, rest = _note(rest[match.end() :])
        found.append(_money(int(match["figure"].replace(",", "")), match["currency"], clean(note)))
    return tuple(found), rest


def _money(figure: int, currency: str, note: str) -> Money:
    """The sum; figures under 1,000 đồng were typed in thousands when the words beside them say so."""
    code = "VND" if currency in {"VNĐ", "Việt Nam Đồng"} else currency
    if code != "VND" or figure >= SMALLEST or figure == 0:
        return Money(min(figure, MOST), code, note)
    thousands = figure * SMALLEST
    plain = note.replace(".", "").replace(",", "").replace(" ", "")
    said = re.search(rf"(?<!\d){thousands}(?!\d)", plain) is not None
    return Money(thousands if said else figure, code, note, doubtful=not said)
