"""The gallery's content: every component at least once, some with hard strings."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tinhso.ui.components import render
from tinhso.ui.lateness import Lateness, Unit

MARKS = "PHỤNG ĐỢ / NGUYỄN ẪM Ỗ Ể"
PROCEDURE = "Đăng ký lại khai sinh có yếu tố nước ngoài cho người đã lớn tuổi"
PERSON = "Công Tằng Tôn Nữ Nguyễn Phước Ngọc Diễm Quỳnh"
PLACE = (
    "Tổ 12, hẻm 345/67/8 đường Nguyễn Trung Trực, khu phố Vĩnh Bảo Đông, phường Rạch Giá, tỉnh An Giang,"
    " đối diện cổng sau Trung tâm Phục vụ hành chính công, cạnh nhà văn hóa, cách cầu Đúc khoảng hai trăm mét"
)
NFD = unicodedata.normalize("NFD", "Nguyễn Thị Hồng Ngãi")
KHMER = "ខេត្តអានយ៉ាង"
CODE = "H33.12-220405-0001"


def everything() -> dict[str, list[SafeString]]:
    """All parts by name, in the language that is active."""
    return {
        "text": _text(),
        "buttons": _buttons(),
        "fields": _fields(),
        "choices": _choices(),
        "errors": _errors(),
        "lists": _lists(),
        "messages": _messages(),
        "navigation": _navigation(),
        "desk": _desk(),
    }


def _text() -> list[SafeString]:
    return [
        render_to_string(
            "ui/specimens/text.html",
            {
                "marks": MARKS,
                "procedure": PROCEDURE,
                "person": PERSON,
                "place": PLACE,
                "nfd": NFD,
                "khmer": KHMER,
                "code": CODE,
            },
        )
    ]


def _buttons() -> list[SafeString]:
    return [
        render("button", text=_("Tiếp tục")),
        render("button", text=_("Lưu nháp"), classes="govuk-button--secondary"),
        render("button", text=_("Rút hồ sơ"), classes="govuk-button--warning"),
        render("button", text=_("Bắt đầu nộp"), href="#", is_start_button=True),
        render("button", text=_("Đang gửi…"), disabled=True),
        render("button", text=MARKS),
    ]


def _fields() -> list[SafeString]:
    return [
        render("input", name="full-name", label=_("Họ và tên"), value=MARKS, autocomplete="name"),
        render("input", name="nfd", label=_("Họ và tên"), hint=_("Viết đúng như trong giấy tờ."), value=NFD),
        render(
            "input", name="fee", label=_("Số tiền"), suffix=_("đồng"), inputmode="numeric", value="1.234.567"
        ),
        render("textarea", name="reason", label=_("Lý do"), value=PLACE),
        render(
            "select",
            name="office",
            label=_("Nơi nộp"),
            items=[("1", PLACE), ("2", "UBND xã Kiên Hải")],
            value="1",
        ),
        render(
            "date-input",
            id="birth",
            name_prefix="birth",
            legend=_("Ngày sinh"),
            hint=_("Ví dụ: 27 3 2024"),
            values={"day": "27", "month": "3", "year": "2024"},
        ),
        render("file-upload", name="paper", label=_("Ảnh giấy chứng sinh")),
        render("password-input", name="password", label=_("Mật khẩu")),
    ]


def _choices() -> list[SafeString]:
    return [
        render(
            "radios",
            name="kind",
            legend=_("Nộp cho ai?"),
            hint=_("Chọn một."),
            value="self",
            items=[
                {"value": "self", "text": _("Cho chính mình")},
                {"value": "other", "text": _("Cho người khác"), "hint": MARKS},
                {"divider": _("hoặc")},
                {"value": "office", "text": PROCEDURE},
            ],
        ),
        render(
            "checkboxes",
            name="papers",
            legend=_("Giấy tờ đã có"),
            values=["birth"],
            items=[("birth", _("Giấy chứng sinh")), ("marriage", MARKS)],
        ),
    ]


def _errors() -> list[SafeString]:
    fault = _("Hãy nhập họ và tên của con, đúng như trong giấy chứng sinh.")
    return [
        render("error-summary", error_list=[("child", fault)], disable_auto_focus=True),
        render("input", name="child", label=_("Họ và tên của con"), error=fault),
        render(
            "date-input",
            id="wrong-date",
            name_prefix="wrong",
            legend=_("Ngày sinh của con"),
            error=_("Ngày sinh của con phải là hôm nay hoặc trước hôm nay. Ví dụ: 27 3 2024."),
        ),
        render("radios", name="wrong-kind", legend=_("Nộp cho ai?"), error=fault, items=[("a", MARKS)]),
    ]


def _lists() -> list[SafeString]:
    change = {"href": "#", "text": _("Sửa"), "visually_hidden": _("họ và tên")}
    return [
        render(
            "summary-list",
            rows=[
                (_("Họ và tên"), MARKS, [change]),
                (_("Nơi cư trú"), PLACE, [{**change, "visually_hidden": _("nơi cư trú")}]),
                (_("Mã hồ sơ"), CODE),
            ],
        ),
        render(
            "task-list",
            items=[
                {"title": MARKS, "href": "#", "status": _("Xong")},
                {
                    "title": PROCEDURE,
                    "href": "#",
                    "hint": _("Mất khoảng 6 phút"),
                    "status": {"tag": {"text": _("Chưa xong")}},
                },
            ],
        ),
        render(
            "table",
            caption=_("Lệ phí"),
            head=[_("Việc"), {"text": _("Số tiền"), "format": "numeric"}],
            rows=[
                [PROCEDURE, {"text": "1.234.567", "format": "numeric"}],
                [MARKS, {"text": "0", "format": "numeric"}],
            ],
            scroll=True,
        ),
        render(
            "phases",
            steps=[
                {"text": _("Đã gửi"), "state": "done", "note": "09:12, 05/4/2022"},
                {"text": _("Tiếp nhận"), "state": "done", "note": "UBND phường Rạch Giá"},
                {"text": _("Giải quyết"), "state": "now", "note": "13/4/2022"},
                {"text": _("Trả kết quả"), "state": "later"},
            ],
        ),
        render(
            "timeline",
            items=[
                {"title": _("Đã tiếp nhận"), "when": "09:12, 06/4/2022", "by": PERSON, "text": PLACE},
                {"title": MARKS, "when": "05/4/2022"},
            ],
        ),
    ]


def _messages() -> list[SafeString]:
    return [
        render(
            "notification-banner",
            text=_("Quầy nghỉ chiều 29/4. Nộp trên mạng vẫn như thường."),
            title_id="banner-1",
        ),
        render(
            "notification-banner",
            type="success",
            text=_("Đã lưu."),
            disable_auto_focus=True,
            title_id="banner-2",
        ),
        render("panel", title=_("Đã gửi hồ sơ"), text=CODE, heading_level=3),
        render("inset-text", text=PLACE),
        render("warning-text", text=_("Ký rồi thì không rút lại được.")),
        render(
            "details", summary=_("Vì sao ngày này?"), text=_("Nghỉ 30/4 và 1/5; tạm dừng 3 ngày chờ bổ sung.")
        ),
        render("turn", yours=True, text=_("Đến lượt ông/bà: gửi thêm 1 giấy tờ.")),
        render("turn", text=_("Không phải làm gì thêm.")),
        render("empty-state", title=_("Chưa có hồ sơ nào"), text=_("Hồ sơ đã gửi sẽ hiện ở đây.")),
        *(
            render("tag", text=MARKS, classes=f"govuk-tag--{hue}")
            for hue in ("grey", "blue", "amber", "green", "red", "purple")
        ),
    ]


def _navigation() -> list[SafeString]:
    return [
        render("back-link", href="#"),
        render("breadcrumbs", items=[{"text": _("Trang đầu"), "href": "#"}, {"text": PROCEDURE}]),
        render("pagination", previous="#", next="#"),
        render(
            "pagination",
            landmark_label=_("Chuyển trang tìm kiếm"),
            items=[{"number": 1, "href": "#", "current": True}, {"number": 2, "href": "#"}],
            next="#",
        ),
        render(
            "tabs",
            id_prefix="tab",
            items=[{"label": _("Giấy tờ"), "panel": PLACE}, {"label": MARKS, "panel": MARKS}],
        ),
    ]


def _desk() -> list[SafeString]:
    standings: list[dict[str, Any]] = [
        {"standing": Lateness.LATE, "amount": 2},
        {"standing": Lateness.TODAY, "at": "16:00"},
        {"standing": Lateness.SOON, "amount": 1},
        {"standing": Lateness.AHEAD, "amount": 6},
        {"standing": Lateness.PAUSED, "amount": 3, "unit": Unit.HOUR},
    ]
    late = [render("lateness", **standing) for standing in standings]
    return [
        render(
            "identity-bar",
            code=CODE,
            title=PERSON,
            facts=[(_("Hạn"), late[0]), (_("Đang giữ"), PERSON)],
            text=render("button", text=_("Tiếp nhận"), type="button", attributes={"data-key": "T"}),
        ),
        render("filter-line", action="#", search="", more="#", clear="#"),
        render_to_string(
            "ui/specimens/list.html",
            {
                "rows": [
                    {"late": tag, "code": CODE, "procedure": PROCEDURE, "person": person, "index": index}
                    for index, (tag, person) in enumerate(
                        zip(late, [MARKS, PERSON, NFD, MARKS, PERSON], strict=True)
                    )
                ]
            },
        ),
        render(
            "views",
            groups=[
                {
                    "title": _("Việc của tôi"),
                    "views": [
                        {"text": _("Trễ hạn"), "href": "#", "count": 3, "current": True},
                        {"text": _("Hôm nay"), "href": "#", "count": 12},
                    ],
                }
            ],
        ),
        render("flag", which="message-dots", text=_("tin mới")),
    ]
