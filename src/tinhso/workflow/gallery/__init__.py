"""The common processes that most procedures choose from, as BPMN files shipped with the program.

Seven of the ten are `lines.linear` of the steps in `gallery.drawn`; run as a module it writes them.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.workflow.contracts import GalleryLine
from tinhso.workflow.lines import listed

_USES: dict[str, tuple[str, str]] = {
    "mot-buoc": (
        gettext_noop("Giải quyết ngay tại một cửa"),
        gettext_noop(
            "Việc đơn giản, một cửa tự dự thảo kết quả, trả trong ngày: chứng thực, ghi nhận, thông báo."
        ),
    ),
    "tham-dinh-ky": (
        gettext_noop("Thẩm định rồi ký"),
        gettext_noop("Một cơ quan giải quyết: chuyên viên thẩm định trên hồ sơ, lãnh đạo ký."),
    ),
    "tra-so-goc": (
        gettext_noop("Tra sổ gốc, cấp trích lục"),
        gettext_noop("Kết quả lấy từ sổ đang lưu: trích lục, bản sao, xác nhận thông tin đã đăng ký."),
    ),
    "kiem-tra-thuc-dia": (
        gettext_noop("Kiểm tra thực địa rồi thẩm định"),
        gettext_noop("Phải đến tận nơi xem xét trước khi thẩm định: đất đai, xây dựng, cơ sở kinh doanh."),
    ),
    "hop-hoi-dong": (
        gettext_noop("Họp hội đồng xét duyệt"),
        gettext_noop(
            "Pháp luật yêu cầu hội đồng, tổ thẩm định hoặc cuộc họp xét duyệt trước khi quyết định."
        ),
    ),
    "lay-y-kien": (
        gettext_noop("Lấy ý kiến nhiều cơ quan cùng lúc"),
        gettext_noop("Phải hỏi một hay nhiều cơ quan khác; các cơ quan trả lời song song, rồi tổng hợp."),
    ),
    "nghia-vu-tai-chinh": (
        gettext_noop("Nộp nghĩa vụ tài chính trước khi ký"),
        gettext_noop("Người dân phải nộp thuế, tiền sử dụng đất hoặc khoản khác trước khi có kết quả."),
    ),
    "xa-so": (
        gettext_noop("Xã nhận, Sở giải quyết"),
        gettext_noop("Nộp ở xã, thẩm quyền của cơ quan cấp trên; kết quả trả về nơi người dân chọn."),
    ),
    "so-tinh": (
        gettext_noop("Sở thẩm định, UBND tỉnh ký"),
        gettext_noop("Nộp ở Sở, thẩm quyền của UBND hoặc Chủ tịch UBND tỉnh; hai cấp lãnh đạo xem."),
    ),
    "xa-so-tinh": (
        gettext_noop("Xã xác minh, Sở thẩm định, UBND tỉnh ký"),
        gettext_noop("Ba cấp cùng làm: xã xác minh, Sở thẩm định, UBND tỉnh quyết định."),
    ),
}

KEYS = tuple(_USES)


@cache
def drawing(key: str) -> str:
    """The BPMN of a gallery process. Raises FileNotFoundError for a key the gallery lacks."""
    return (resources.files(__name__) / f"{key}.bpmn").read_text(encoding="utf-8")


@cache
def _steps(key: str) -> tuple[str, ...]:
    return tuple(step.name for step in listed(drawing(key)))


def gallery_lines() -> tuple[GalleryLine, ...]:
    """The ten processes to choose from: what each is called, when it suits, its steps in words."""
    return tuple(
        GalleryLine(key=key, title=_(title), use=_(use), steps=_steps(key))
        for key, (title, use) in _USES.items()
    )
