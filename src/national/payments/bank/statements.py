"""Statements of an account and a day (`/bank/accounts/{account}/statements/{date}.{csv,xlsx,sta,xml}`)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import xlsxwriter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from national.csc.phone import VIETNAM
from national.payments.bank import camt053, mt940
from national.payments.bank.interface import agency_account, day, known
from national.payments.bank.moving import SERVICE, masked
from national.payments.bank.statement import Statement, statement
from national.payments.book import Booking
from national.payments.money import money_of
from national.payments.payouts import due
from national.wire import Bad

HEADINGS = (
    *("Ngày giờ", "Mã giao dịch", "Ghi nợ", "Ghi có", "Số dư", "Nội dung"),
    *("Tên đối ứng", "Tài khoản đối ứng"),
)
BOM = "\ufeff"
"""Excel takes a CSV without it for another alphabet."""

Row = tuple[str | int, ...]


def _rows(made: Statement) -> list[Row]:
    """Title, account, opening balance, headings, lines with a running balance, closing balance."""
    balance, lines = made.opening, list[Row]()
    for line in made.lines:
        balance += line.amount
        lines.append(_row(line, balance))
    return [
        ("SAO KÊ TÀI KHOẢN", f"{made.day:%d/%m/%Y}"),
        ("Số tài khoản", made.account.number),
        ("Chủ tài khoản", made.account.name),
        ("Số dư đầu ngày", made.opening),
        HEADINGS,
        *lines,
        ("Số dư cuối ngày", made.closing),
    ]


def _row(line: Booking, balance: int) -> Row:
    return (
        f"{line.at.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S}",
        line.transaction_id,
        -line.amount if line.amount < 0 else "",
        line.amount if line.amount > 0 else "",
        balance,
        line.content,
        line.other_name,
        masked(line.other_account),
    )


def _csv(made: Statement) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(_rows(made))
    return (BOM + text.getvalue()).encode()


def _xlsx(made: Statement) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as workbook:
        sheet = workbook.add_worksheet("Sao kê")
        money = workbook.add_format({"num_format": "#,##0"})
        for at, row in enumerate(_rows(made)):
            for column, value in enumerate(row):
                if isinstance(value, int):
                    sheet.write_number(at, column, value, money)
                else:
                    sheet.write_string(at, column, value)
        sheet.set_column(0, 7, 20)
    return file.getvalue()


KINDS: dict[str, tuple[str, Callable[[Statement], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", _csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
    "sta": ("text/plain; charset=us-ascii", mt940.write),
    "xml": ("application/xml", camt053.write),
}


@known
async def download(http: Request) -> Response:
    """The statement of a day, also of one that is not over yet."""
    money = money_of(http)
    date_text, _, kind = http.path_params["file"].rpartition(".")
    try:
        account, of = agency_account(http), day(date_text)
        if kind not in KINDS:
            raise Bad("a statement ends in csv, xlsx, sta or xml")
    except Bad as fault:
        return JSONResponse({"error": str(fault)}, 404)
    await due(money)
    media_type, write = KINDS[kind]
    made = statement(money, account, of, now=money.now(SERVICE))
    return Response(
        write(made),
        media_type=media_type,
        headers={"content-disposition": f'attachment; filename="{account.number}-{of:%Y%m%d}.{kind}"'},
    )


routes = [Route("/accounts/{account}/statements/{file}", download)]
