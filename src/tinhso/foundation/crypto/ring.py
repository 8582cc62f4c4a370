"""The master keys this process runs on."""

from __future__ import annotations

from django.conf import settings

from tinhso.foundation.keyring import Keyring


def ring() -> Keyring:
    """The keyring that settings were made from."""
    keyring = settings.KEYRING
    if not isinstance(keyring, Keyring):
        raise TypeError("settings.KEYRING must be a foundation.keyring.Keyring")
    return keyring


def production_faults() -> list[str]:
    """Why production must not start on these secrets, in Vietnamese; empty when nothing is wrong."""
    faults = list(ring().faults)
    if ring().session_secrets()[0] != settings.SECRET_KEY:
        faults.append("SECRET_KEY không lấy từ khóa chủ: bỏ giá trị đặt riêng trong settings.")
    return faults
