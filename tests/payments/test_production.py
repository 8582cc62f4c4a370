"""No đồng goes through the sandbox in production."""

from __future__ import annotations

import pytest
from django.conf import LazySettings

from tinhso.config import payments as configured
from tinhso.payments import production

SANDBOX = "http://localhost:8100"


def given(monkeypatch: pytest.MonkeyPatch, **environment: str) -> configured.Payments:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return configured.read(production=True, sandbox=SANDBOX)


def test_nobody_takes_money_in_production_until_somebody_is_named(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PAYMENTS = given(monkeypatch)

    assert not settings.PAYMENTS.bank.url
    assert production.production_faults() == []


def test_whatever_is_the_sandboxes_is_named(settings: LazySettings) -> None:
    settings.PAYMENTS = configured.read(production=False, sandbox=SANDBOX)

    told = [fault.split()[0] for fault in production.production_faults()]
    assert told == [
        *("TINHSO_VNPAY_URL", "TINHSO_BANK_URL", "TINHSO_PAYPLAT_URL", "TINHSO_TAX_URL"),
        *("TINHSO_VNPAY_TERMINAL", "TINHSO_VNPAY_SECRET", "TINHSO_BANK_TOKEN", "TINHSO_BANK_SECRET"),
        *("TINHSO_PAYPLAT_SECRET", "TINHSO_TAX_SECRET"),
    ]


def test_a_bank_without_the_secret_of_its_notices_is_named(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = {"TINHSO_BANK_URL": "https://bank.example.vn", "TINHSO_BANK_TOKEN": "riêng"}
    settings.PAYMENTS = given(monkeypatch, **real)
    assert production.production_faults() == ["TINHSO_BANK_SECRET chưa có: đặt giá trị được cấp."]

    settings.PAYMENTS = given(monkeypatch, TINHSO_BANK_SECRET="riêng")
    assert production.production_faults() == []
