"""What people read when a file cannot be taken: what is wrong, and what to do."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation.examining.verdicts import Fault, Refused
from tinhso.foundation.files.contracts import FileRefused, FileTooLarge

MEGABYTE = 1024**2
SENTENCES = {
    Fault.KIND: gettext_lazy(
        "Tệp “%(name)s” không thuộc loại nhận được. Hãy gửi ảnh chụp (JPEG, PNG, HEIC) hoặc tệp PDF."
    ),
    Fault.LOCKED: gettext_lazy(
        "Không mở được tệp “%(name)s”, có thể tệp đặt mật khẩu. Hãy bỏ mật khẩu rồi tải lại,"
        " hoặc chụp ảnh tờ giấy."
    ),
    Fault.UNREADABLE: gettext_lazy(
        "Không đọc được tệp “%(name)s”, có thể tệp bị hỏng. Hãy mở thử trên máy rồi tải lại,"
        " hoặc chụp ảnh tờ giấy."
    ),
    Fault.TOO_MANY_PIXELS: gettext_lazy(
        "Ảnh “%(name)s” quá lớn: %(width)s × %(height)s điểm ảnh. Hãy chụp lại ở cỡ thường rồi tải lên."
    ),
    Fault.TOO_MANY_PAGES: gettext_lazy(
        "Tệp “%(name)s” có %(pages)s trang, nhiều hơn mức cho phép. Hãy tách thành nhiều tệp rồi tải lên."
    ),
    Fault.BOMB: gettext_lazy(
        "Tệp “%(name)s” khi mở ra quá lớn nên không nhận được. Hãy lưu lại thành PDF hoặc chụp ảnh tờ giấy."
    ),
    Fault.MACROS: gettext_lazy(
        "Tệp “%(name)s” có lệnh tự chạy (macro) hoặc nội dung lấy từ nơi khác nên không nhận được."
        " Hãy lưu thành PDF rồi tải lên."
    ),
    Fault.ACTIVE_AND_SIGNED: gettext_lazy(
        "Tệp “%(name)s” đã ký số nhưng có lệnh tự chạy hoặc tệp kèm bên trong nên không nhận được."
        " Hãy xin cơ quan cấp bản PDF thường, hoặc chụp ảnh tờ giấy."
    ),
}


def refused(refusal: Refused, *, name: str) -> FileRefused:
    """The error, in words, of a file that cannot be taken."""
    shown = {key: grouped(fact) if isinstance(fact, int) else fact for key, fact in refusal.facts.items()}
    message = str(SENTENCES[refusal.fault]) % {"name": name, **shown}
    facts: dict[str, Any] = {"fault": refusal.fault.value, **refusal.facts}
    return FileRefused(message, **facts)


def too_large(*, name: str, size: int, most: int) -> FileTooLarge:
    """The error of a file of `size` bytes where at most `most` may be sent."""
    message = _(
        "Tệp “%(name)s” nặng %(size)s MB, nhiều hơn %(most)s MB cho phép. Hãy chụp ảnh tờ giấy"
        " hoặc quét lại ở cỡ nhỏ hơn rồi tải lên."
    )
    words = {"name": name, "size": _megabytes(size), "most": _megabytes(most)}
    return FileTooLarge(message % words, size=size, most=most)


def empty(*, name: str) -> FileRefused:
    """The error of a file without a byte."""
    return FileRefused(_("Tệp “%(name)s” trống. Hãy chọn lại tệp.") % {"name": name}, fault="empty")


def grouped(number: int) -> str:
    """A number with points between thousands, as written in Vietnamese."""
    return f"{number:,}".replace(",", ".")


def _megabytes(size: int) -> str:
    """In whole megabytes, rounded up: what is said to be too large must look larger."""
    return grouped(-(-size // MEGABYTE))
