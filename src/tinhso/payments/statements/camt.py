"""Statements as CAMT.053 (ISO 20022 BankToCustomerStatement), of any version from .02 on.

Read by lxml and the local names of elements: the versions differ in namespace and in two or three wrappings,
and the one library on the registry that reads them asks for a web server and pinned parts of its own. What is
a CAMT.053 file is told by the published schema, against which the tests hold their samples.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from tinhso.foundation.moments import LOCAL, today
from tinhso.foundation.text import normal
from tinhso.payments.statements.amounts import refuse_other_money, whole
from tinhso.payments.statements.finishing import Found, refuse_too_many
from tinhso.payments.statements.moments import moment, no_day
from tinhso.payments.statements.shapes import EARLIEST, LATEST, Fault, Line, StatementFault

_AMOUNT = re.compile(r"[0-9]{1,18}(?:\.[0-9]{0,17})?|\.[0-9]{1,17}")
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)
_SIGNS = {"CRDT": 1, "DBIT": -1}
_BOOKED = "BOOK"


def read(data: bytes) -> tuple[Found, ...]:
    """Every statement of a CAMT.053 file. Raises StatementFault."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _torn(getattr(error, "lineno", 0) or 0) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise StatementFault(
            Fault.HOSTILE,
            _("Tệp XML này khai báo thực thể (DOCTYPE), có thể gây hại. Hãy lấy lại tệp từ ngân hàng."),
        )
    statements = list(_all(root, "BkToCstmrStmt", "Stmt"))
    if not statements:
        raise _torn(0)
    refuse_too_many(sum(1 for one in statements for _entry in _all(one, "Ntry")))
    return tuple(_statement(one) for one in statements)


def _statement(said: Any) -> Found:
    balances: dict[str, tuple[int, date]] = {}
    for one in _all(said, "Bal"):
        code = _text(one, "Tp", "CdOrPrtry", "Cd")
        balances.setdefault(code, (_dong(one), _day(one, "Dt")))
    opening = next((balances[code] for code in _OPENING if code in balances), None)
    closing = next((balances[code] for code in _CLOSING if code in balances), None)
    if opening is None or closing is None:
        raise StatementFault(
            Fault.BALANCE,
            _("Sao kê CAMT.053 thiếu số dư đầu kỳ (OPBD) hoặc cuối kỳ (CLBD). Hãy lấy lại tệp."),
        )
    lines = [line for entry in _all(said, "Ntry") if _is_booked(entry) for line in _lines(entry)]
    return Found(
        account=_text(said, "Acct", "Id", "IBAN") or _text(said, "Acct", "Id", "Othr", "Id"),
        lines=lines,
        opening=opening[0],
        closing=closing[0],
        opened_on=opening[1],
        closed_on=closing[1],
    )


def _is_booked(entry: Any) -> bool:
    return (_text(entry, "Sts", "Cd") or _text(entry, "Sts")) == _BOOKED


def _lines(entry: Any) -> Iterator[Line]:
    """The movements of an entry: one, or each of a batch whose parts say their own amounts."""
    total = _dong(entry)
    at, timed = _booked(entry)
    parts = list(_all(entry, "NtryDtls", "TxDtls"))
    amounts = [_amount_of(part) for part in parts]
    whole_batch = len(parts) > 1 and None not in amounts
    row = _row(entry)
    if whole_batch:
        sign = 1 if total > 0 else -1
        values = [sign * value for value in amounts if value is not None]
        if sum(values) != total:
            raise StatementFault(
                Fault.BALANCE,
                _("Dòng %(row)d: các phần của bút toán gộp cộng lại khác số tiền của nó. Hãy hỏi ngân hàng.")
                % {"row": row},
                row=row,
            )
        for part, value in zip(parts, values, strict=True):
            yield _line(entry, [part], value, at=at, timed=timed)
    else:
        yield _line(entry, parts, total, at=at, timed=timed)


def _line(entry: Any, parts: list[Any], amount: int, *, at: datetime, timed: bool) -> Line:
    references = [
        _text(part, "Refs", name) for part in parts for name in ("AcctSvcrRef", "TxId", "EndToEndId")
    ]
    own = [_text(entry, name) for name in ("AcctSvcrRef", "NtryRef")]
    ordered = (*references, *own) if len(parts) == 1 else own
    known = [one for one in ordered if one and one != "NOTPROVIDED"]
    words = [normal("".join(one.itertext())) for part in parts for one in _all(part, "RmtInf", "Ustrd")]
    words += [_text(part, "AddtlTxInf") for part in parts]
    words += [_text(entry, "AddtlNtryInf")]
    other = "Dbtr" if amount > 0 else "Cdtr"
    names = [
        _text(part, "RltdPties", other, "Nm") or _text(part, "RltdPties", other, "Pty", "Nm")
        for part in parts
    ]
    return Line(
        row=_row(parts[0] if len(parts) == 1 else entry),
        reference=known[0] if known else "",
        booked_at=at,
        timed=timed,
        amount=amount,
        content=" ".join(dict.fromkeys(word for word in words if word)),
        counterparty=" ".join(dict.fromkeys(name for name in names if name)),
        raw=tuple(etree.tostring(part, encoding="unicode", with_tail=False) for part in parts or [entry]),
    )


def _amount_of(part: Any) -> int | None:
    """The amount of a part of a batch, where versions put it."""
    for path in (("Amt",), ("AmtDtls", "TxAmt", "Amt")):
        found = next(_all(part, *path), None)
        if found is not None:
            return _decimal(found)
    return None


def _dong(said: Any) -> int:
    """The signed amount of an entry or a balance."""
    amount = next(_all(said, "Amt"), None)
    sign = _SIGNS.get(_text(said, "CdtDbtInd"))
    if amount is None or sign is None:
        raise _torn(_row(said))
    return sign * _decimal(amount)


def _decimal(amount: Any) -> int:
    row = _row(amount)
    currency = amount.get("Ccy", "")
    refuse_other_money(currency, row=row)
    text = normal("".join(amount.itertext()))
    if not _AMOUNT.fullmatch(text):
        raise _torn(row)
    return whole(Decimal(text), row=row)


def _booked(entry: Any) -> tuple[datetime, bool]:
    """When it was booked (UTC), and whether the bank says the time and not only the day."""
    for name in ("BookgDt", "ValDt"):
        said = _text(entry, name, "DtTm")
        if said:
            return _instant(said, _row(entry)), True
        if _text(entry, name, "Dt"):
            return moment(_day(entry, name)), False
    raise no_day("", row=_row(entry))


def _day(said: Any, *path: str) -> date:
    text = _text(said, *path, "Dt")[:10]
    if not text:
        return today(_instant(_text(said, *path, "DtTm"), _row(said)))
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise no_day(text, row=_row(said)) from None
    if not EARLIEST <= day.year < LATEST:
        raise no_day(text, row=_row(said))
    return day


def _instant(text: str, row: int) -> datetime:
    """A moment (UTC); one that names no zone is on the bank's clock in Việt Nam."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise no_day(text, row=row) from None
    if not EARLIEST <= at.year < LATEST:
        raise no_day(text, row=row)
    return (at if at.tzinfo else at.replace(tzinfo=LOCAL)).astimezone(UTC)


def _all(said: Any, *path: str) -> Iterator[Any]:
    """The elements at a path of local names, in any namespace."""
    if not path:
        yield said
        return
    for child in said:
        if etree.QName(child).localname == path[0]:
            yield from _all(child, *path[1:])


def _text(said: Any, *path: str) -> str:
    found = next(_all(said, *path), None)
    return "" if found is None else normal("".join(found.itertext()))


def _row(said: Any) -> int:
    return int(said.sourceline or 0)


def _torn(row: int) -> StatementFault:
    if row:
        sentence = _("Dòng %(row)d: không đúng dạng CAMT.053. Hãy lấy lại tệp từ ngân hàng.") % {"row": row}
    else:
        sentence = _("Tệp không phải sao kê CAMT.053. Hãy lấy lại tệp từ ngân hàng.")
    return StatementFault(Fault.UNREADABLE, sentence, row=row)
