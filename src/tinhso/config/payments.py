"""Who takes money for the province: named by the environment, the sandbox's while trying out."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VnpaySettings:
    """Address, terminal (vnp_TmnCode) and hash secret; off without any of them."""

    url: str
    terminal: str
    secret: str


@dataclass(frozen=True, slots=True)
class BankSettings:
    """The bank's address and our token there, for its lists, and the secret of its notices."""

    url: str
    token: str
    secret: str


@dataclass(frozen=True, slots=True)
class PlatformSettings:
    """The national payment platform's address and the secret that both sign with; off without either."""

    url: str
    secret: str


@dataclass(frozen=True, slots=True)
class TaxSettings:
    """The tax side's address for receipts and the secret requests are signed with; off without either."""

    url: str
    secret: str


@dataclass(frozen=True, slots=True)
class Payments:
    """All that take money, and who takes receipts."""

    vnpay: VnpaySettings
    bank: BankSettings
    payplat: PlatformSettings
    tax: TaxSettings


def read(*, production: bool, sandbox: str) -> Payments:
    """As `TINHSO_VNPAY_…`, `TINHSO_BANK_…`, `TINHSO_PAYPLAT_…` and `TINHSO_TAX_…` say."""

    def asked(name: str, demo: str) -> str:
        return os.environ.get(name, "" if production else demo).strip()

    return Payments(
        vnpay=VnpaySettings(
            url=asked("TINHSO_VNPAY_URL", f"{sandbox}/vnpay").rstrip("/"),
            terminal=asked("TINHSO_VNPAY_TERMINAL", "TINHSO01"),
            secret=asked("TINHSO_VNPAY_SECRET", "tinhso-demo-vnpay"),
        ),
        bank=BankSettings(
            url=asked("TINHSO_BANK_URL", f"{sandbox}/bank").rstrip("/"),
            token=asked("TINHSO_BANK_TOKEN", "tinhso-demo-bank"),
            secret=asked("TINHSO_BANK_SECRET", "tinhso-demo-bank-notices"),
        ),
        payplat=PlatformSettings(
            url=asked("TINHSO_PAYPLAT_URL", f"{sandbox}/payplat").rstrip("/"),
            secret=asked("TINHSO_PAYPLAT_SECRET", "tinhso-demo-payplat"),
        ),
        tax=TaxSettings(
            url=asked("TINHSO_TAX_URL", f"{sandbox}/tax").rstrip("/"),
            secret=asked("TINHSO_TAX_SECRET", "tinhso-demo-tax"),
        ),
    )
