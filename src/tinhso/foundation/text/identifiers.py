"""Identifiers of people: căn cước, tax code, phone. Typed in any grouping, checked as far as they can be."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import vn_ident
from django.utils.translation import gettext as _

from tinhso.foundation.text.unreadable import Unreadable

_GROUPING = re.compile(r"[\s.,\-–/()]+")
_MOBILE = re.compile(r"0[35789][0-9]{8}")
_LANDLINE = re.compile(r"02[0-9]{9}")


@dataclass(frozen=True, slots=True)
class PersonalId:
    """What a personal identifier says: province of birth registration, year and gender (`male`, `female`)."""

    number: str
    province_code: str
    birth_year: int
    gender: str


def _bare(text: str) -> str:
    return _GROUPING.sub("", unicodedata.normalize("NFKC", text))


def _digits_only(text: str, sentence: str) -> str:
    bare = _bare(text)
    if not (bare.isascii() and bare.isdigit()):
        raise Unreadable(sentence)
    return bare


def read_personal_id(text: str) -> PersonalId:
    """Read 12 digits typed in any grouping. Raises Unreadable.

    The number has no check digit: this tells a slip in length, province or century, not a wrong number.
    """
    bare = _digits_only(text, _("Số căn cước chỉ gồm 12 chữ số. Hãy nhập lại như ghi trên thẻ."))
    if len(bare) != 12:
        raise Unreadable(
            _("Số căn cước có 12 chữ số. Ông/bà đã nhập %(count)d chữ số.") % {"count": len(bare)}
        )
    found = vn_ident.parse_cccd(bare)
    if found is None:
        raise Unreadable(
            _("Không có tỉnh nào mang mã %(code)s. Hãy xem lại 3 chữ số đầu của số căn cước.")
            % {"code": bare[:3]}
        )
    return PersonalId(
        number=bare,
        province_code=found.province_code,
        birth_year=found.birth_year,
        gender=str(found.gender),
    )


def personal_id(text: str) -> str:
    """The 12 digits of a personal identifier. Raises Unreadable."""
    return read_personal_id(text).number


def tax_code(text: str) -> str:
    """A tax code: "0100047516", "0100047516-001", or a person's 12-digit identifier. Raises Unreadable."""
    bare = _digits_only(text, _("Mã số thuế chỉ gồm chữ số. Ví dụ: 0100047516 hoặc 0100047516-001."))
    if len(bare) == 12:
        return personal_id(bare)
    if len(bare) not in (10, 13):
        raise Unreadable(
            _("Mã số thuế có 10, 12 hoặc 13 chữ số. Ông/bà đã nhập %(count)d chữ số.") % {"count": len(bare)}
        )
    if not vn_ident.is_valid_mst(bare):
        raise Unreadable(_("Mã số thuế này có chữ số bị nhầm. Hãy đối chiếu với giấy đăng ký."))
    return bare if len(bare) == 10 else f"{bare[:10]}-{bare[10:]}"


def phone(text: str, *, landline: bool = False) -> str:
    """A Vietnamese mobile number as "0912345678"; also a landline (11 digits) if asked. Raises Unreadable."""
    bare = _bare(text)
    if landline and _LANDLINE.fullmatch(bare.replace("+84", "0", 1)):
        return bare.replace("+84", "0", 1)
    if re.fullmatch(r"\+?[0-9]+", bare):
        found = vn_ident.normalize_phone(bare)
        if found is not None and _MOBILE.fullmatch(found):
            return found
    raise Unreadable(_("Số điện thoại di động có 10 chữ số, bắt đầu bằng số 0. Ví dụ: 0917 123 456."))


def mask(number: str, *, shown: int = 3) -> str:
    """An identifier with all but its last characters hidden: "•••••••••456"."""
    hidden = max(len(number) - shown, 0)
    return "•" * hidden + number[hidden:]
