"""Personal identifiers, phones and tax codes: one written form each, and how they are shown masked."""

from __future__ import annotations

import re

import vn_ident
from django.utils.translation import gettext as _

from tinhso.foundation import crypto
from tinhso.foundation.errors import Invalid


def personal_id(raw: str) -> str:
    """The 12 digits of a personal identifier. Raises Invalid with a sentence that says what is wrong.

    Identifiers given by former provinces stay valid (089 and 091 both live on in the merged An Giang).
    """
    digits = re.sub(r"\D", "", raw)
    if len(digits) != 12:
        raise Invalid(
            _("Số căn cước có 12 chữ số. Ông/bà đã nhập %(count)d chữ số.") % {"count": len(digits)},
            faults={"personal_id": "length"},
        )
    if not vn_ident.is_valid_cccd(digits):
        raise Invalid(
            _("Số căn cước này không đúng cấu trúc. Hãy xem lại từng chữ số trên thẻ."),
            faults={"personal_id": "form"},
        )
    return digits


def phone(raw: str) -> str:
    """A phone number in its national form, or empty when it is none."""
    found = vn_ident.normalize_phone(raw)
    return found or ""


def masked(value: str) -> str:
    """All but the last three signs hidden."""
    return "•" * max(len(value) - 3, 0) + value[-3:] if value else ""


def personal_id_hash(value: str) -> bytes:
    """By which a person is found again."""
    return crypto.keyed_hash("identity.personal-id", value)


def phone_hash(value: str) -> bytes:
    """By which persons are found by their phone."""
    return crypto.keyed_hash("identity.phone", value)
