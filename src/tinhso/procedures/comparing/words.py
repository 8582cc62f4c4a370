"""How the things that two versions differ in are called, and values as words."""

from __future__ import annotations

from dataclasses import is_dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tinhso.foundation.text import format_money
from tinhso.foundation.worktime import Term, say_term
from tinhso.procedures.contracts import (
    AgencyLevel,
    ApplicantKind,
    ChannelKind,
    ComparedPart,
    Deemed,
    DeemedOutcome,
    OnlineLevel,
)
from tinhso.procedures.fees.contracts import FeeKind
from tinhso.procedures.wording import applicant, channel, level, online

SHORT = 300
_D, _P, _F = ComparedPart.DESCRIPTION, ComparedPart.PAPERS, ComparedPart.FEES
_W, _T = ComparedPart.PROCESS, ComparedPart.TEMPLATES
FIELDS: dict[str, tuple[ComparedPart, str | Promise, str]] = {
    "name": (_D, lazy("Tên thủ tục"), ""),
    "sector": (_D, lazy("Lĩnh vực"), ""),
    "short_name": (_D, lazy("Tên gọi ngắn"), ""),
    "summary": (_D, lazy("Tóm tắt"), ""),
    "kind": (_D, lazy("Loại thủ tục"), ""),
    "decision_number": (_D, lazy("Số quyết định công bố"), ""),
    "levels": (_D, lazy("Cấp thực hiện"), ""),
    "agency_level": (_D, lazy("Cấp tiếp nhận"), ""),
    "applicant_kinds": (_D, lazy("Đối tượng thực hiện"), ""),
    "agencies": (_D, lazy("Cơ quan"), ""),
    "online_level": (_D, lazy("Mức độ trực tuyến"), ""),
    "words": (_D, lazy("Từ người dân hay tìm"), ""),
    "minutes": (_D, lazy("Số phút để khai"), ""),
    "term": (_D, lazy("Thời hạn giải quyết"), ""),
    "steps": (_D, lazy("Trình tự thực hiện"), ""),
    "channels": (_D, lazy("Cách nộp"), "kind"),
    "papers": (_P, lazy("Giấy tờ"), "code"),
    "fees": (_F, lazy("Phí, lệ phí"), "code"),
    "legal_bases": (_D, lazy("Căn cứ pháp lý"), "number"),
    "conditions": (_D, lazy("Yêu cầu, điều kiện"), ""),
    "questions": (_D, lazy("Câu hỏi trước khi nộp"), "text"),
    "results": (_D, lazy("Kết quả"), "name"),
    "step_allotments": (_W, lazy("Thời gian của bước"), "step"),
    "phases": (_W, lazy("Giai đoạn của cơ quan"), "key"),
    "deemed": (_D, lazy("Hết hạn mà không trả lời"), ""),
    "bundle": (_D, lazy("Thủ tục trong nhóm"), "procedure"),
    "process_key": (_W, lazy("Kiểu quy trình"), ""),
    "fee_table": (_F, lazy("Bảng phí, lệ phí"), "code"),
    "result_template": (_T, lazy("Mẫu kết quả"), ""),
    "letters": (_T, lazy("Lời thêm vào phiếu"), "use"),
}
"""Field of the content: its part, its name, and what tells its rows apart."""
ABOUT: dict[str, str | Promise] = {
    "name": lazy("tên"),
    "title": lazy("trích yếu"),
    "code": lazy("mã"),
    "kind": lazy("loại"),
    "required": lazy("bắt buộc"),
    "originals": lazy("số bản chính"),
    "copies": lazy("số bản sao"),
    "case": lazy("trường hợp phải nộp"),
    "hint": lazy("hướng dẫn"),
    "example": lazy("ví dụ"),
    "form_file": lazy("tệp mẫu"),
    "amount": lazy("số tiền"),
    "condition": lazy("áp dụng khi"),
    "exemption": lazy("miễn, giảm"),
    "ground": lazy("căn cứ"),
    "term": lazy("thời hạn"),
    "fee_text": lazy("lệ phí"),
    "note": lazy("ghi chú"),
    "suits": lazy("câu trả lời được đi tiếp"),
    "reason": lazy("lý do"),
    "instead": lazy("cách làm khác"),
    "implementing": lazy("thực hiện"),
    "competent": lazy("có thẩm quyền"),
    "cooperating": lazy("phối hợp"),
    "delegated": lazy("được uỷ quyền"),
    "intake_address": lazy("nơi tiếp nhận"),
    "agency": lazy("cơ quan"),
    "role": lazy("người làm"),
    "act": lazy("việc"),
    "share": lazy("phần thời gian"),
    "phase": lazy("giai đoạn"),
    "label": lazy("lời hỏi"),
    "spoken": lazy("cách gọi"),
    "show_if": lazy("điều kiện hiện"),
    "show_note": lazy("lời nhắc điều kiện"),
    "value": lazy("cách tính"),
    "options": lazy("các lựa chọn"),
    "parts": lazy("các mục hỏi"),
    "optional_parts": lazy("các mục không bắt buộc"),
    "format": lazy("dạng chữ"),
    "max_length": lazy("số chữ nhiều nhất"),
    "minimum": lazy("nhỏ nhất"),
    "maximum": lazy("lớn nhất"),
    "decimals": lazy("số chữ số lẻ"),
    "unit": lazy("đơn vị"),
    "when": lazy("ngày được ghi"),
    "papers.when": lazy("áp dụng khi"),
    "partial": lazy("được ghi thiếu ngày, tháng"),
    "rows_min": lazy("số dòng ít nhất"),
    "rows_max": lazy("số dòng nhiều nhất"),
    "row_label": lazy("tên dòng"),
    "as_of": lazy("ngày xét địa chỉ"),
    "prefill": lazy("nguồn điền sẵn"),
    "anew": lazy("hỏi lại mỗi lần nộp"),
    "empty_fault": lazy("lời báo thiếu"),
    "question": lazy("lời hỏi của trang"),
    "part": lazy("phần"),
    "holds": lazy("điều kiện"),
    "fault": lazy("lời báo lỗi"),
    "purpose": lazy("lý do hỏi"),
    "block": lazy("khối câu hỏi"),
    "reuse": lazy("giấy tờ đã có dùng thay"),
    "ecopy": lazy("bản điện tử được nhận"),
    "procedure": lazy("thủ tục"),
    "template": lazy("nội dung"),
    "tests": lazy("các ô điều kiện"),
    "expression": lazy("câu trả lời được hỏi"),
    "type": lazy("kiểu giá trị"),
    "fee": lazy("khoản thu"),
    "per": lazy("tính theo"),
    "exempt_percent": lazy("phần trăm được miễn, giảm"),
    "exempt_amount": lazy("số tiền được miễn, giảm"),
    "exempt_ground": lazy("căn cứ miễn, giảm"),
    "valid_from": lazy("áp dụng từ ngày"),
    "valid_to": lazy("áp dụng đến ngày"),
    "at": lazy("câu báo lỗi"),
}
"""What of a thing changed. A field without a word here is told as something else of it."""
UNSAID = frozenset({"show_if", "value", "holds", "law"})
"""Rules: that they changed is told, their text is not a sentence."""
WRITTEN = frozenset(
    {"when", "tests", "expression", "options", "template", "type", "per", "fee", "reuse", "ecopy"}
)
"""The same of the content: rules, sources of templates, codes."""


def about(field: str) -> str:
    """The name of one side of a thing; `papers.when` is that of papers, where it has another there."""
    return str(ABOUT.get(field, ABOUT.get(field.rpartition(".")[2], _("nội dung khác"))))


def said(value: Any, *, money: bool = False) -> str:
    """A value of the content in words, shortened; empty for nothing."""
    words = _said(value, money=money)
    return words if len(words) <= SHORT else f"{words[: SHORT - 1]}…"


def _said(value: Any, *, money: bool) -> str:
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if value is None:
        return ""
    if isinstance(value, Term):
        return say_term(value)
    if isinstance(value, StrEnum):
        return _kind(value)
    if isinstance(value, int) and money:
        return format_money(value)
    if isinstance(value, (tuple, list)):
        return "; ".join(words for each in value if (words := _said(each, money=False)))
    if isinstance(value, dict):
        return str(value.get("label") or value.get("value") or "")
    if isinstance(value, Deemed):
        return f"{_kind(value.outcome)} ({value.ground})"
    if is_dataclass(value):
        return str(getattr(value, "name", "")) or _("có")
    return str(value)


def _kind(value: StrEnum) -> str:
    if isinstance(value, ApplicantKind):
        return applicant(value)
    if isinstance(value, AgencyLevel):
        return level(value)
    if isinstance(value, OnlineLevel):
        return online(value)
    if isinstance(value, ChannelKind):
        return channel(value)
    return {
        FeeKind.FEE: _("phí"),
        FeeKind.CHARGE: _("lệ phí"),
        DeemedOutcome.APPROVAL: _("coi như chấp thuận"),
        DeemedOutcome.REFUSAL: _("coi như từ chối"),
    }.get(value, value.value)
