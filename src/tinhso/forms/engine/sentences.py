"""What is said about an answer that is missing or cannot be used: what is wrong and how to mend it."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

from tinhso.forms.contracts import Format, Kind, When
from tinhso.forms.engine.display import number_text
from tinhso.forms.engine.form import title_of
from tinhso.forms.engine.leaves import POINT_KEYS, Leaf
from tinhso.forms.engine.shape import LONG_LENGTH, TEXT_LENGTH

_CHOSEN = {Kind.CHOICE, Kind.CHOICES}


def missing(leaf: Leaf) -> str:
    """The sentence for a required answer that is not there."""
    field = leaf.field
    if field.empty_fault:
        return field.empty_fault
    if leaf.kind in _CHOSEN:
        return _("Hãy chọn %(name)s.") % {"name": leaf.spoken}
    if leaf.kind is Kind.YES_NO:
        return _("Hãy chọn “Có” hoặc “Không” cho mục “%(name)s”.") % {"name": leaf.label}
    if leaf.kind is Kind.CONSENT:
        return _("Hãy đọc và đánh dấu vào ô cam đoan rồi mới tiếp tục.")
    if leaf.kind is Kind.FILE:
        return _("Hãy thêm %(name)s: chụp ảnh hoặc chọn tệp.") % {"name": leaf.spoken}
    if leaf.kind is Kind.SIGNATURE:
        return _("Hãy ký vào ô, hoặc gõ họ và tên để ký.")
    if leaf.kind is Kind.MAP_POINT:
        return _("Hãy nhập vĩ độ, kinh độ của %(name)s, hoặc bấm “Lấy vị trí của máy này”.") % {
            "name": leaf.spoken
        }
    if leaf.kind is Kind.TABLE:
        return _("Hãy ghi ít nhất %(count)s dòng vào phần %(name)s.") % {
            "count": max(field.rows_min, 1),
            "name": leaf.spoken,
        }
    if leaf.kind is Kind.ADDRESS:
        return _("Hãy nhập xã, phường hoặc đặc khu của %(name)s.") % {"name": leaf.spoken}
    example = field.example or ("27 3 2024" if leaf.kind is Kind.DATE else "")
    if example:
        return _("Hãy nhập %(name)s. Ví dụ: %(example)s.") % {"name": leaf.spoken, "example": example}
    return _("Hãy nhập %(name)s.") % {"name": leaf.spoken}


def wrong(leaf: Leaf, value: Any) -> str:
    """The sentence for an answer whose shape the schema refused."""
    if leaf.kind in (Kind.TEXT, Kind.LONG_TEXT):
        return _text(leaf, str(value))
    if leaf.kind in (Kind.NUMBER, Kind.MONEY):
        return _number(leaf, value)
    if leaf.kind is Kind.DATE:
        return _date(leaf, value)
    if leaf.kind is Kind.ADDRESS:
        return _("Hãy ghi %(name)s ngắn lại: tên xã tối đa 120 chữ, số nhà và đường tối đa 200 chữ.") % {
            "name": leaf.spoken
        }
    if leaf.kind is Kind.MAP_POINT:
        return _point(leaf, value)
    if leaf.kind is Kind.SIGNATURE:
        return _("Chữ ký chưa dùng được. Hãy ký lại vào ô, hoặc gõ họ và tên chỉ gồm chữ cái.")
    if leaf.kind in (Kind.TABLE, Kind.FILE):
        return _("Phần %(name)s ghi được tối đa %(count)s mục. Hãy bớt lại.") % {
            "name": leaf.spoken,
            "count": leaf.field.rows_max,
        }
    return _("Hãy chọn %(name)s trong các ý được nêu.") % {"name": leaf.spoken}


def strange(name: str) -> str:
    """The sentence for a value of a type that no repair can make fit."""
    return _("Nội dung gửi cho mục “%(name)s” không đúng kiểu. Hãy nhập lại mục này.") % {"name": name}


def unknown(name: str) -> str:
    """The sentence for an answer nobody asked for."""
    return _("Tờ khai không có mục “%(name)s”. Hãy bỏ mục này.") % {"name": name}


def choose_commune(leaf: Leaf) -> str:
    """The sentence for a commune that was typed and not yet chosen."""
    return _("Hãy chọn đúng xã, phường hoặc đặc khu của %(name)s trong danh sách.") % {"name": leaf.spoken}


def too_precise(leaf: Leaf) -> str:
    """The sentence for a number with more digits after the comma than asked."""
    return _("%(name)s có tối đa %(count)s chữ số sau dấu phẩy.") % {
        "name": title_of(leaf),
        "count": leaf.field.decimals,
    }


def wrong_side(leaf: Leaf) -> str:
    """The sentence for a date on the wrong side of the day of filing, or for a place outside the country."""
    if leaf.kind is Kind.MAP_POINT:
        return _outside(leaf)
    name = {"name": title_of(leaf), "example": leaf.field.example or "27 3 2024"}
    if leaf.field.when is When.PAST:
        return _("%(name)s phải là hôm nay hoặc trước hôm nay. Ví dụ: %(example)s.") % name
    return _("%(name)s phải là hôm nay hoặc sau hôm nay. Hãy xem lại năm đã ghi.") % name


def _outside(leaf: Leaf) -> str:
    return _(
        "%(name)s nằm ngoài Việt Nam. Hãy xem lại: vĩ độ ghi trước, kinh độ ghi sau. Ví dụ: 10,0123 và 105,0809."
    ) % {"name": title_of(leaf)}


def _point(leaf: Leaf, value: Any) -> str:
    given = [value.get(key) for key in POINT_KEYS] if isinstance(value, dict) else []
    if any(isinstance(one, float) and abs(one) > 180 for one in given):
        return _(
            "%(name)s cần vĩ độ, kinh độ tính bằng độ; số này giống toạ độ VN-2000 tính bằng mét. Hãy lấy vị trí"
            " trên điện thoại."
        ) % {"name": title_of(leaf)}
    return _("%(name)s cần cả vĩ độ và kinh độ bằng số. Ví dụ: 10,0123 và 105,0809.") % {
        "name": title_of(leaf)
    }


def _text(leaf: Leaf, value: str) -> str:
    facts = {"name": title_of(leaf), "digits": sum(character.isdigit() for character in value)}
    longest = leaf.field.max_length or (LONG_LENGTH if leaf.kind is Kind.LONG_TEXT else TEXT_LENGTH)
    if len(value) > longest:
        facts |= {"longest": longest, "length": len(value)}
        return _("%(name)s dài tối đa %(longest)s chữ cái. Ông/bà đã nhập %(length)s.") % facts
    if leaf.field.format is Format.PERSONAL_ID:
        if re.fullmatch("[0-9]+", value):
            return _("Số căn cước có 12 chữ số. Ông/bà đã nhập %(digits)s chữ số.") % facts
        return _("%(name)s chỉ gồm 12 chữ số. Ví dụ: 091 203 004 567.") % facts
    if leaf.field.format is Format.PHONE:
        return _("%(name)s có 10 chữ số, bắt đầu bằng số 0. Ví dụ: 0912 345 678.") % facts
    if leaf.field.format is Format.EMAIL:
        return _("%(name)s cần có tên, dấu @ và tên miền. Ví dụ: lan.nguyen@example.vn.") % facts
    if leaf.field.format is Format.TAX_CODE:
        return _("%(name)s có 10, 12 hoặc 13 chữ số. Hãy xem lại từng số trên giấy đăng ký.") % facts
    return _("%(name)s chỉ gồm chữ cái, dấu cách, dấu chấm và gạch nối, như trong giấy tờ.") % facts


def _number(leaf: Leaf, value: Any) -> str:
    field = leaf.field
    facts = {
        "name": title_of(leaf),
        "example": field.example or ("5.000.000" if field.kind is Kind.MONEY else "12"),
    }
    if isinstance(value, str):
        return _("%(name)s chỉ gồm chữ số. Ví dụ: %(example)s.") % facts
    least = 0.0 if field.kind is Kind.MONEY and field.minimum is None else field.minimum
    if least is not None and value < least:
        return _("%(name)s phải từ %(least)s trở lên.") % {**facts, "least": number_text(least, field)}
    if field.maximum is not None and value > field.maximum:
        return _("%(name)s không quá %(most)s.") % {**facts, "most": number_text(field.maximum, field)}
    return _("%(name)s là số nguyên, không có phần lẻ. Ví dụ: %(example)s.") % facts


def _date(leaf: Leaf, value: Any) -> str:
    name = {"name": title_of(leaf), "spoken": leaf.spoken, "example": leaf.field.example or "27 3 2024"}
    if isinstance(value, dict):
        absent = [
            word
            for key, word in (("ngay", _("ngày")), ("thang", _("tháng")), ("nam", _("năm")))
            if not value.get(key)
        ]
        if absent:
            return _("%(name)s còn thiếu %(absent)s. Ví dụ: %(example)s.") % {
                **name,
                "absent": ", ".join(absent),
            }
        if re.fullmatch("[0-9]{1,2}", str(value.get("nam"))):
            return _("%(name)s cần năm đủ 4 chữ số. Ví dụ: %(example)s.") % name
    elif found := re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", str(value)):
        written = f"{int(found[3])}/{int(found[2])}/{found[1]}"
        return _("Ngày %(written)s không có trong lịch. Hãy xem lại %(spoken)s.") % {
            **name,
            "written": written,
        }
    elif not leaf.field.partial and re.fullmatch("[0-9]{4}(-[0-9]{2})?", str(value)):
        return _("%(name)s cần đủ ngày, tháng và năm. Ví dụ: %(example)s.") % name
    return _("%(name)s ghi bằng ngày, tháng, năm. Ví dụ: %(example)s.") % name
