"""The played bank and providers as tests use them: money put there at a moment, statements taken."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import httpx

from national import serve

KEEPER = {"Authorization": "Bearer sandbox-secret"}
CUSTOMER = {"Authorization": "Bearer tinhso-demo-bank"}


def transfer(
    national: serve.Running,
    account: str,
    amount: int,
    content: str,
    *,
    at: datetime,
    payer: str = "DANH SOC KHA",
) -> str:
    """Somebody at another bank sends money to an agency's account; the bank's name for it."""
    asked = {"account": account, "amount": amount, "content": content, "at": at.isoformat()}
    made = httpx.post(f"{national.base}/bank/_transfer", json=asked | {"payerName": payer}, headers=KEEPER)
    return str(made.raise_for_status().json()["transactionId"])


def statement(national: serve.Running, account: str, day: date, kind: str) -> bytes:
    """The bank's statement of a day: csv, xlsx, sta or xml."""
    address = f"{national.base}/bank/accounts/{account}/statements/{day}.{kind}"
    return httpx.get(address, headers=CUSTOMER).raise_for_status().content


def fee(national: serve.Running, account: str, name: str, amount: int, *, at: datetime) -> None:
    """The bank takes its fee."""
    day = f"{at:%y%m%d}"
    national.app.state.money.book.book(
        [
            {
                "transaction_id": f"FT{day}{amount:08d}",
                "account": account,
                "amount": -amount,
                "content": "PHI DICH VU TAI KHOAN",
                "at": at.isoformat(timespec="microseconds"),
                "other_name": name,
                "other_account": "970499000009",
            }
        ]
    )


def scanned(national: serve.Running, qr: str, *, amount: int = 0, content: str = "") -> None:
    """A person opens a code with the bank's app and transfers, with another sum or content if told."""
    page = httpx.get(f"{national.base}/bank/pay", params={"qr": qr}).raise_for_status().text
    filled = {
        name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
        for name in ("token", "amount", "content")
    }
    form = {name: found[1] if found else "" for name, found in filled.items()}
    payer = re.search(r'<option value="(\d+)"', page)
    form |= {"qr": qr, "payer": payer[1] if payer else ""}
    form |= {"amount": str(amount)} if amount else {}
    form |= {"content": content} if content else {}
    done = httpx.post(f"{national.base}/bank/pay", data=form).raise_for_status()
    assert "Đã chuyển" in done.text


def moved_to(national: serve.Running, at: datetime) -> None:
    """What the bank booked so far was booked a minute apart from this moment on."""
    book = national.app.state.money.book
    for number, (id,) in enumerate(book.rows("SELECT id FROM bookings ORDER BY id")):
        stamp = (at + timedelta(minutes=number // 2)).isoformat(timespec="microseconds")
        book.rows("UPDATE bookings SET at = ? WHERE id = ?", (stamp, id))
