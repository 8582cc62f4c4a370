"""What the places of a procedure and their codes are called, on every page of the studio."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tinhso.procedures import api as procedures

Words = Mapping[str, str | Promise]

PLACES: Words = {
    "name": _("Tên thủ tục"),
    "short_name": _("Tên ngắn"),
    "sector": _("Lĩnh vực"),
    "kind": _("Loại"),
    "decision_number": _("Số quyết định công bố"),
    "levels": _("Cấp thực hiện"),
    "agency_level": _("Cấp tiếp nhận"),
    "steps": _("Trình tự thực hiện"),
    "channels": _("Cách thức thực hiện"),
    "term": _("Thời hạn giải quyết"),
    "deemed": _("Hết hạn không trả lời"),
    "outcome": _("Coi như"),
    "applicant_kinds": _("Đối tượng thực hiện"),
    "agencies": _("Cơ quan thực hiện"),
    "implementing": _("Cơ quan thực hiện"),
    "competent": _("Cơ quan có thẩm quyền quyết định"),
    "cooperating": _("Cơ quan phối hợp"),
    "delegated": _("Cơ quan được ủy quyền"),
    "intake_address": _("Nơi tiếp nhận"),
    "results": _("Kết quả"),
    "conditions": _("Yêu cầu, điều kiện"),
    "legal_bases": _("Căn cứ pháp lý"),
    "number": _("Số hiệu"),
    "title": _("Tên"),
    "online_level": _("Mức trực tuyến"),
    "summary": _("Tóm tắt bằng lời thường"),
    "words": _("Từ thường nói"),
    "minutes": _("Số phút điền tờ khai"),
    "questions": _("Câu hỏi trước khi nộp"),
    "bundle": _("Nhóm thủ tục liên thông"),
    "fee_text": _("Phí, lệ phí (lời)"),
    "note": _("Ghi chú"),
    "text": _("Câu hỏi"),
    "suits": _("Trả lời nào thì làm tiếp"),
    "reason": _("Vì sao không hợp"),
    "instead": _("Nên làm gì"),
    "papers": _("Giấy tờ"),
    "originals": _("Số bản chính"),
    "copies": _("Số bản sao"),
    "required": _("Bắt buộc"),
    "case": _("Trường hợp"),
    "hint": _("Hướng dẫn"),
    "example": _("Ví dụ"),
    "form_file": _("Tệp mẫu"),
    "when": _("Khi nào"),
    "fees": _("Phí, lệ phí"),
    "amount": _("Số tiền"),
    "condition": _("Điều kiện"),
    "exemption": _("Miễn, giảm"),
    "ground": _("Căn cứ"),
    "definition": _("Tờ khai"),
    "pages": _("Trang"),
    "question": _("Tiêu đề trang"),
    "fields": _("Câu hỏi"),
    "parts": _("Chặng"),
    "checks": _("Kiểm tra"),
    "holds": _("Phải đúng"),
    "fault": _("Lời báo lỗi"),
    "options": _("Lựa chọn"),
    "label": _("Nhãn"),
    "spoken": _("Tên gọi trong câu"),
    "show_if": _("Hỏi khi"),
    "prefill": _("Điền sẵn từ"),
    "value": _("Giá trị"),
    "unit": _("Đơn vị"),
    "minimum": _("Nhỏ nhất"),
    "maximum": _("Lớn nhất"),
    "max_length": _("Dài nhất"),
    "key": _("Mẫu quy trình"),
    "bpmn": _("Bản vẽ quy trình"),
    "process_steps": _("Các bước của quy trình"),
    "role": _("Ai làm"),
    "act": _("Việc phải làm"),
    "share": _("Phần thời hạn"),
    "step_allotments": _("Thời hạn từng bước"),
    "phases": _("Giai đoạn của từng cơ quan"),
    "agency": _("Cơ quan"),
    "code": _("Mã"),
    "result": _("Mẫu kết quả"),
    "examples": _("Trường hợp thử"),
    "answers": _("Câu trả lời"),
    "facts": _("Hoàn cảnh"),
    "turns": _("Kết luận ở từng bước"),
    "expected": _("Kết quả mong đợi"),
}

CHANNELS: Words = {
    procedures.ChannelKind.COUNTER: _("Trực tiếp"),
    procedures.ChannelKind.ONLINE: _("Trực tuyến"),
    procedures.ChannelKind.POST: _("Bưu chính"),
}
UNITS: Words = {
    procedures.Unit.WORKING_DAY: _("ngày làm việc"),
    procedures.Unit.CALENDAR_DAY: _("ngày"),
    procedures.Unit.HOUR: _("giờ làm việc"),
    procedures.Unit.MONTH: _("tháng"),
}
LEVELS: Words = {
    procedures.AgencyLevel.MINISTRY: _("Cấp bộ"),
    procedures.AgencyLevel.PROVINCE: _("Cấp tỉnh"),
    procedures.AgencyLevel.COMMUNE: _("Cấp xã"),
    procedures.AgencyLevel.OTHER: _("Cơ quan khác"),
}
APPLICANTS: Words = procedures.APPLICANT_WORDS
ONLINE: Words = {
    procedures.OnlineLevel.FULL: _("Toàn trình"),
    procedures.OnlineLevel.PARTIAL: _("Một phần"),
    procedures.OnlineLevel.INFORMATION: _("Cung cấp thông tin"),
}
DEEMED: Words = {
    procedures.DeemedOutcome.APPROVAL: _("đã chấp thuận"),
    procedures.DeemedOutcome.REFUSAL: _("đã từ chối"),
}
CODES: Words = {**CHANNELS, **UNITS, **LEVELS, **APPLICANTS, **ONLINE, **DEEMED}
"""Every code of a description in words."""
