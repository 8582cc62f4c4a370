"""What a form can be made of, for who draws an editor: kinds of questions, their parts, facts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.forms.contracts import Field, Format, Kind
from tinhso.forms.engine.leaves import (
    COMPOSITE,
    FACTS,
    ORGANISATION_DEFAULT,
    PERSON_DEFAULT,
)
from tinhso.forms.engine.pages import ORIGINS
from tinhso.forms.sources import REGISTERS
from tinhso.foundation import legal

WORDS = {
    "text": (gettext_noop("Chữ ngắn"), gettext_noop("Một dòng: tên, số giấy tờ, số điện thoại.")),
    "long_text": (gettext_noop("Chữ dài"), gettext_noop("Nhiều dòng: lý do, nội dung đề nghị.")),
    "number": (gettext_noop("Số"), gettext_noop("Số lượng, diện tích; có đơn vị.")),
    "money": (gettext_noop("Số tiền"), gettext_noop("Số đồng, không có phần lẻ.")),
    "date": (gettext_noop("Ngày"), gettext_noop("Ngày, tháng, năm; hoặc chỉ năm.")),
    "yes_no": (gettext_noop("Có hoặc không"), gettext_noop("Câu hỏi chỉ trả lời Có hoặc Không.")),
    "choice": (gettext_noop("Chọn một"), gettext_noop("Chọn một ý trong danh sách.")),
    "choices": (gettext_noop("Chọn nhiều"), gettext_noop("Đánh dấu các ý đúng.")),
    "person": (gettext_noop("Người"), gettext_noop("Họ tên, ngày sinh, số căn cước của một người.")),
    "organisation": (gettext_noop("Tổ chức"), gettext_noop("Tên, mã số thuế, người đại diện.")),
    "address": (gettext_noop("Địa chỉ"), gettext_noop("Xã, phường trước hoặc sau 7/2025; số nhà.")),
    "table": (gettext_noop("Bảng"), gettext_noop("Nhóm câu hỏi lặp lại: từng thành viên, từng tầng.")),
    "file": (gettext_noop("Tệp"), gettext_noop("Ảnh chụp hoặc tệp gửi kèm câu trả lời.")),
    "section": (gettext_noop("Nhóm câu hỏi"), gettext_noop("Vài câu hỏi dưới một tiêu đề.")),
    "computed": (gettext_noop("Mục tự tính"), gettext_noop("Kết quả tính từ các câu trả lời khác.")),
    "consent": (gettext_noop("Lời cam đoan"), gettext_noop("Một ô phải đánh dấu mới gửi được.")),
    "signature": (gettext_noop("Chữ ký"), gettext_noop("Người khai ký trên màn hình.")),
    "map_point": (gettext_noop("Điểm trên bản đồ"), gettext_noop("Một vị trí, ghi bằng toạ độ.")),
}
"""Each kind's name and its use in one line; a kind without words shows its own name."""

FORMATS = {
    Format.PERSON_NAME: gettext_noop("Họ và tên"),
    Format.PERSONAL_ID: gettext_noop("Số căn cước"),
    Format.PHONE: gettext_noop("Số điện thoại"),
    Format.EMAIL: gettext_noop("Thư điện tử"),
    Format.TAX_CODE: gettext_noop("Mã số thuế"),
}

_PERSON_FACTS = ("full_name", "birth_date", "personal_id", "phone", "email")
_ORGANISATION_FACTS = ("name", "tax_code", "representative")
_SAID = {
    "full_name": gettext_noop("họ và tên"),
    "birth_date": gettext_noop("ngày sinh"),
    "personal_id": gettext_noop("số căn cước"),
    "phone": gettext_noop("số điện thoại"),
    "email": gettext_noop("thư điện tử"),
    "residence": gettext_noop("nơi cư trú"),
    "name": gettext_noop("tên tổ chức"),
    "tax_code": gettext_noop("mã số thuế"),
    "representative": gettext_noop("người đại diện"),
}
_SCOPES = {
    "account": gettext_noop("Tài khoản người nộp"),
    "applicant": gettext_noop("Chủ hồ sơ"),
    "organisation": gettext_noop("Tổ chức đứng tên"),
    "vault": gettext_noop("Kho giấy tờ"),
    "register": gettext_noop("Sổ đăng ký"),
}


def palette() -> dict[str, Any]:
    """Kinds with name and use, formats of texts, parts of people and organisations, facts to fill from, legal
    values: everything as JSON values, in the order to show it."""
    return {
        "kinds": [
            {"kind": kind.value, "name": _(name), "use": _(use)}
            for kind in Kind
            for name, use in (WORDS.get(kind.value, (kind.value, "")),)
        ],
        "formats": [{"value": value.value, "label": _(label)} for value, label in FORMATS.items()],
        "parts": {
            kind.value: [
                {
                    "name": name,
                    "label": part.label,
                    "kind": part.kind.value,
                    "always": name in (PERSON_DEFAULT if kind is Kind.PERSON else ORGANISATION_DEFAULT),
                }
                for name, part in known.items()
            ]
            for kind, known in COMPOSITE.items()
        },
        "facts": [*_facts()],
        "registers": [
            {
                "word": word,
                "name": str(register.name),
                "gives": [str(one.label) for one in register.gives],
            }
            for word, register in REGISTERS
        ],
        "origins": [{"value": scope, "label": _(_SCOPES[scope])} for scope in ORIGINS if scope in _SCOPES],
        "law": [
            {"key": key, "label": declared.label, "unit": declared.unit}
            for key, declared in sorted(legal.declarations().items())
            if declared.kind in (legal.Kind.INTEGER, legal.Kind.DECIMAL)
        ],
    }


def _facts() -> list[dict[str, Any]]:
    """Facts by name, each with the kinds of questions it can fill."""
    found = []
    for scope in ("account", "applicant"):
        found.append(_fact(scope, "", _("mọi phần"), [Kind.PERSON]))
        found += [_fact(scope, name, _(_SAID[name]), _kinds_of(name)) for name in _PERSON_FACTS]
        found.append(_fact(scope, "residence", _(_SAID["residence"]), [Kind.ADDRESS]))
    found.append(_fact("organisation", "", _("mọi phần"), [Kind.ORGANISATION]))
    found += [_fact("organisation", name, _(_SAID[name]), [Kind.TEXT]) for name in _ORGANISATION_FACTS]
    for word, register in REGISTERS:
        found += [
            {
                "value": f"{word}.{one.name}" if one.name else word,
                "label": f"{register.name}: {one.label}",
                "kinds": [kind.value for kind in one.kinds],
            }
            for one in register.gives
        ]
    return found


def _fact(scope: str, name: str, said: str, kinds: list[Kind]) -> dict[str, Any]:
    return {
        "value": f"{scope}.{name}" if name else scope,
        "label": f"{_(_SCOPES[scope])}: {said}",
        "kinds": [kind.value for kind in kinds],
    }


def _kinds_of(fact: str) -> list[Kind]:
    """The kinds of the parts that this fact fills."""
    parts: list[Field] = [part for known in COMPOSITE.values() for part in known.values()]
    return sorted({part.kind for part in parts if FACTS[part.name] == fact})
