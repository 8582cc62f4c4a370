"""The played bank and providers as tests use them: money put there at a moment, statements taken."""

from __future__ import annotations

from datetime import date, datetime

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
