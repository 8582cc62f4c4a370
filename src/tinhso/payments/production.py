"""What payments refuse to start production with."""

from __future__ import annotations

from django.conf import settings

from tinhso.foundation import sandbox


def production_faults() -> list[str]:
    """Who takes money, or receipts, played by the sandbox or by its secrets; nothing of who is not named."""
    asked = settings.PAYMENTS
    vnpay, bank, payplat, tax = asked.vnpay, asked.bank, asked.payplat, asked.tax
    parts = (
        ("TINHSO_VNPAY_URL", vnpay.url, "TINHSO_VNPAY_TERMINAL", vnpay.terminal),
        ("TINHSO_VNPAY_URL", vnpay.url, "TINHSO_VNPAY_SECRET", vnpay.secret),
        ("TINHSO_BANK_URL", bank.url, "TINHSO_BANK_TOKEN", bank.token),
        ("TINHSO_BANK_URL", bank.url, "TINHSO_BANK_SECRET", bank.secret),
        ("TINHSO_PAYPLAT_URL", payplat.url, "TINHSO_PAYPLAT_SECRET", payplat.secret),
        ("TINHSO_TAX_URL", tax.url, "TINHSO_TAX_SECRET", tax.secret),
    )
    used = [part for part in parts if part[1]]
    return sandbox.faults(
        addresses={address: url for address, url, _name, _word in used},
        given={name: word for _address, _url, name, word in used},
    )
