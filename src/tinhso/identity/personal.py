"""Keyed hashes by which persons are found, and reading what they typed."""

from __future__ import annotations

from tinhso.foundation import crypto, text
from tinhso.foundation.text import Unreadable


def personal_id_hash(number: str) -> bytes:
    """By which a person is found again; `number` is 12 digits."""
    return crypto.keyed_hash("identity.personal-id", number)


def phone_hash(number: str) -> bytes:
    """By which persons are found by their phone; `number` is in its national form."""
    return crypto.keyed_hash("identity.phone", number)


def phone_or_none(typed: str) -> str:
    """A phone number in its national form; empty for what is none."""
    try:
        return text.phone(typed, landline=True) if typed.strip() else ""
    except Unreadable:
        return ""
