"""What payments refuse to start production with."""

from __future__ import annotations

from django.conf import settings

from tinhso.foundation import sandbox


def production_faults() -> list[str]:
    """Who takes money, or receipts, played by the sandbox or by its secrets; nothing of who is not named."""
    asked = settings.PAYMENTS
    return [
        *_faults("TINHSO_VNPAY", asked.vnpay.url, terminal=asked.vnpay.terminal, secret=asked.vnpay.secret),
        *_faults("TINHSO_BANK", asked.bank.url, token=asked.bank.token, secret=asked.bank.secret),
        *_faults("TINHSO_PAYPLAT", asked.payplat.url, secret=asked.payplat.secret),
        *_faults("TINHSO_TAX", asked.tax.url, secret=asked.tax.secret),
    ]


def _faults(stem: str, url: str, **given: str) -> list[str]:
    if not url:
        return []
    return sandbox.faults(
        addresses={f"{stem}_URL": url},
        given={f"{stem}_{name.upper()}": word for name, word in given.items()},
    )
