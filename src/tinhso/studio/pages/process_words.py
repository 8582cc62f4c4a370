"""What the editor of processes says in the browser."""

from __future__ import annotations

from django.utils.translation import gettext as _


def facts_named() -> dict[str, str]:
    """Conditions of arrows in words, by fact and value; one that is not here shows both as they are."""
    return {
        "ket_luan.ky": _("Lãnh đạo đã ký"),
        "ket_luan.tra_lai": _("Lãnh đạo trả lại dự thảo"),
        "via.online": _("Nộp trực tuyến"),
        "via.counter": _("Nộp tại một cửa"),
        "via.post": _("Nộp qua bưu điện"),
        "via.machine": _("Hệ thống khác gửi đến"),
    }


def words() -> dict[str, str]:
    """Words by what they say."""
    return {
        "up": _("Lên"),
        "down": _("Xuống"),
        "remove": _("Bỏ"),
        "step": _("Bước"),
        "name": _("Tên việc"),
        "role": _("Ai làm"),
        "act": _("Việc trên hệ thống"),
        "phase": _("Cơ quan"),
        "time": _("Thời gian"),
        "back": _("Trả lại về"),
        "choose": _("Chọn"),
        "home": _("Nơi nhận hồ sơ"),
        "percent": "%",
        "tools": _("Sắp xếp"),
        "steps_table": _("Bảng các bước"),
        "phases_table": _("Bảng các cơ quan"),
        "phase_name": _("Tên cơ quan"),
        "phase_xa": _("UBND cấp xã"),
        "phase_so": _("Sở, ngành"),
        "phase_tinh": _("UBND tỉnh"),
        "undone": _("Đã hoàn tác."),
        "new_step": _("Việc mới"),
        "new_phase": _("Cơ quan mới"),
        "key": _("Mã"),
        "agency": _("Là cơ quan nào"),
        "receiving": _("Nơi nhận hồ sơ"),
        "parent": _("Cấp trên của nơi nhận"),
        "named": _("Một cơ quan cụ thể"),
        "which": _("Cơ quan cụ thể"),
        "term": _("Thời hạn riêng"),
        "divided": _("Đã chia {used} trong {total} {unit}."),
        "over": _("Vượt {over} {unit}."),
        "left": _("Còn {left} {unit} chưa chia."),
        "no_term": _("Chưa ghi thời hạn giải quyết ở phần Mô tả công bố."),
        "failed": _("Chưa làm được. Hãy kiểm tra mạng rồi làm lại."),
        "branches": _(
            "Quy trình có nhánh nên thứ tự, người làm sửa trên bản vẽ; thời gian từng bước sửa ở đây."
        ),
        "gone": _("Đã bỏ bước {name}."),
        "moved": _("Bước {name} nay đứng thứ {place}."),
        "added": _("Đã thêm bước thứ {place}."),
        "taken": _("Đã lấy bản vẽ từ tệp."),
        "default_way": _("Khi không điều kiện nào đúng"),
        "asked_way": _("Khi đủ điều kiện"),
        "and": _("và"),
        "or": _("hoặc"),
        "not": _("không phải"),
        "condition": _("Đi đường này khi"),
        "gate": _("Cổng"),
        "exclusive": _("Chọn một đường (X)"),
        "parallel": _("Song song (+)"),
        "lane": _("Làn của"),
        "share": _("Phần thời hạn (%)"),
        "nothing": _("Bấm một phần tử trên bản vẽ để sửa. Bấm đúp để đổi tên."),
        "hand": _("Kéo bản vẽ"),
        "lasso": _("Chọn nhiều phần tử"),
        "space": _("Giãn chỗ"),
        "connect": _("Nối mũi tên"),
        "start": _("Điểm đầu"),
        "end": _("Điểm kết thúc"),
        "user": _("Việc của người"),
        "send": _("Gửi hỏi cơ quan khác"),
        "delete": _("Xóa"),
        "above": _("Thêm làn phía trên"),
        "below": _("Thêm làn phía dưới"),
    }
