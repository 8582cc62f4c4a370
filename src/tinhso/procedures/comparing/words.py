"""How the things that two versions differ in are called, and values as words."""

from __future__ import annotations

from dataclasses import is_dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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
    "name": (_D, gettext_lazy("Tên thủ tục"), ""),
    "sector": (_D, gettext_lazy("Lĩnh vực"), ""),
    "short_name": (_D, gettext_lazy("Tên gọi ngắn"), ""),
    "summary": (_D, gettext_lazy("Tóm tắt"), ""),
    "kind": (_D, gettext_lazy("Loại thủ tục"), ""),
    "decision_number": (_D, gettext_lazy("Số quyết định công bố"), ""),
    "levels": (_D, gettext_lazy("Cấp thực hiện"), ""),
    "agency_level": (_D, gettext_lazy("Cấp tiếp nhận"), ""),
    "applicant_kinds": (_D, gettext_lazy("Đối tượng thực hiện"), ""),
    "agencies": (_D, gettext_lazy("Cơ quan"), ""),
    "online_level": (_D, gettext_lazy("Mức độ trực tuyến"), ""),
    "words": (_D, gettext_lazy("Từ người dân hay tìm"), ""),
    "minutes": (_D, gettext_lazy("Số phút để khai"), ""),
    "term": (_D, gettext_lazy("Thời hạn giải quyết"), ""),
    "steps": (_D, gettext_lazy("Trình tự thực hiện"), ""),
    "channels": (_D, gettext_lazy("Cách nộp"), "kind"),
    "papers": (_P, gettext_lazy("Giấy tờ"), "code"),
    "fees": (_F, gettext_lazy("Phí, lệ phí"), "code"),
    "legal_bases": (_D, gettext_lazy("Căn cứ pháp lý"), "number"),
    "conditions": (_D, gettext_lazy("Yêu cầu, điều kiện"), ""),
    "questions": (_D, gettext_lazy("Câu hỏi trước khi nộp"), "text"),
    "results": (_D, gettext_lazy("Kết quả"), "name"),
    "step_allotments": (_W, gettext_lazy("Thời gian của bước"), "step"),
    "phases": (_W, gettext_lazy("Giai đoạn của cơ quan"), "key"),
    "deemed": (_D, gettext_lazy("Hết hạn mà không trả lời"), ""),
    "bundle": (_D, gettext_lazy("Thủ tục trong nhóm"), "procedure"),
    "process_key": (_W, gettext_lazy("Kiểu quy trình"), ""),
    "fee_table": (_F, gettext_lazy("Bảng phí, lệ phí"), "code"),
    "result_template": (_T, gettext_lazy("Mẫu kết quả"), ""),
    "letters": (_T, gettext_lazy("Lời thêm vào phiếu"), "use"),
    "own_letters": (_T, gettext_lazy("Thư, thông báo"), "code"),
}
"""Field of the content: its part, its name, and what tells its rows apart."""
ABOUT: dict[str, str | Promise] = {
    "name": gettext_lazy("tên"),
    "title": gettext_lazy("trích yếu"),
    "code": gettext_lazy("mã"),
    "kind": gettext_lazy("loại"),
    "required": gettext_lazy("bắt buộc"),
    "originals": gettext_lazy("số bản chính"),
    "copies": gettext_lazy("số bản sao"),
    "case": gettext_lazy("trường hợp phải nộp"),
    "hint": gettext_lazy("hướng dẫn"),
    "example": gettext_lazy("ví dụ"),
    "form_file": gettext_lazy("tệp mẫu"),
    "amount": gettext_lazy("số tiền"),
    "condition": gettext_lazy("áp dụng khi"),
    "exemption": gettext_lazy("miễn, giảm"),
    "ground": gettext_lazy("căn cứ"),
    "term": gettext_lazy("thời hạn"),
    "fee_text": gettext_lazy("lệ phí"),
    "note": gettext_lazy("ghi chú"),
    "suits": gettext_lazy("câu trả lời được đi tiếp"),
    "reason": gettext_lazy("lý do"),
    "instead": gettext_lazy("cách làm khác"),
    "implementing": gettext_lazy("thực hiện"),
    "competent": gettext_lazy("có thẩm quyền"),
    "cooperating": gettext_lazy("phối hợp"),
    "delegated": gettext_lazy("được uỷ quyền"),
    "intake_address": gettext_lazy("nơi tiếp nhận"),
    "agency": gettext_lazy("cơ quan"),
    "role": gettext_lazy("người làm"),
    "act": gettext_lazy("việc"),
    "share": gettext_lazy("phần thời gian"),
    "phase": gettext_lazy("giai đoạn"),
    "label": gettext_lazy("lời hỏi"),
    "spoken": gettext_lazy("cách gọi"),
    "show_if": gettext_lazy("điều kiện hiện"),
    "show_note": gettext_lazy("lời nhắc điều kiện"),
    "value": gettext_lazy("cách tính"),
    "options": gettext_lazy("các lựa chọn"),
    "parts": gettext_lazy("các mục hỏi"),
    "optional_parts": gettext_lazy("các mục không bắt buộc"),
    "format": gettext_lazy("dạng chữ"),
    "max_length": gettext_lazy("số chữ nhiều nhất"),
    "minimum": gettext_lazy("nhỏ nhất"),
    "maximum": gettext_lazy("lớn nhất"),
    "decimals": gettext_lazy("số chữ số lẻ"),
    "unit": gettext_lazy("đơn vị"),
    "when": gettext_lazy("ngày được ghi"),
    "papers.when": gettext_lazy("áp dụng khi"),
    "partial": gettext_lazy("được ghi thiếu ngày, tháng"),
    "rows_min": gettext_lazy("số dòng ít nhất"),
    "rows_max": gettext_lazy("số dòng nhiều nhất"),
    "row_label": gettext_lazy("tên dòng"),
    "as_of": gettext_lazy("ngày xét địa chỉ"),
    "prefill": gettext_lazy("nguồn điền sẵn"),
    "anew": gettext_lazy("hỏi lại mỗi lần nộp"),
    "empty_fault": gettext_lazy("lời báo thiếu"),
    "question": gettext_lazy("lời hỏi của trang"),
    "part": gettext_lazy("phần"),
    "holds": gettext_lazy("điều kiện"),
    "fault": gettext_lazy("lời báo lỗi"),
    "purpose": gettext_lazy("lý do hỏi"),
    "block": gettext_lazy("khối câu hỏi"),
    "reuse": gettext_lazy("giấy tờ đã có dùng thay"),
    "ecopy": gettext_lazy("bản điện tử được nhận"),
    "procedure": gettext_lazy("thủ tục"),
    "template": gettext_lazy("nội dung"),
    "tests": gettext_lazy("các ô điều kiện"),
    "expression": gettext_lazy("câu trả lời được hỏi"),
    "type": gettext_lazy("kiểu giá trị"),
    "fee": gettext_lazy("khoản thu"),
    "per": gettext_lazy("tính theo"),
    "exempt_percent": gettext_lazy("phần trăm được miễn, giảm"),
    "exempt_amount": gettext_lazy("số tiền được miễn, giảm"),
    "exempt_ground": gettext_lazy("căn cứ miễn, giảm"),
    "valid_from": gettext_lazy("áp dụng từ ngày"),
    "valid_to": gettext_lazy("áp dụng đến ngày"),
    "at": gettext_lazy("câu báo lỗi"),
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
