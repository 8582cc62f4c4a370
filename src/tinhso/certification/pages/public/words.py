"""Verdicts in plain words, and what may be told of a paper: nothing of persons but who certified it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.certification.contracts import Shown, Standing
from tinhso.foundation.moments import local
from tinhso.vault import api as vault

VERDICTS: Mapping[Standing, str | Promise] = {
    Standing.VALID: gettext_lazy("Còn giá trị"),
    Standing.REVOKED: gettext_lazy("Đã bị thu hồi"),
    Standing.REPLACED: gettext_lazy("Đã có bản thay thế"),
    Standing.EXPIRED: gettext_lazy("Đã hết hạn"),
    Standing.ALTERED: gettext_lazy("Đã bị sửa"),
    Standing.UNTRUSTED: gettext_lazy("Chưa tin được người ký"),
    Standing.SIGNED_ELSEWHERE: gettext_lazy("Chữ ký hợp lệ, không có trong sổ của tỉnh"),
    Standing.UNKNOWN: gettext_lazy("Không có trong sổ của tỉnh"),
    Standing.UNREADABLE: gettext_lazy("Không đọc được tệp"),
}
HUES = {
    Standing.VALID: "green",
    Standing.REVOKED: "red",
    Standing.REPLACED: "grey",
    Standing.EXPIRED: "grey",
    Standing.ALTERED: "red",
    Standing.UNTRUSTED: "red",
    Standing.SIGNED_ELSEWHERE: "blue",
    Standing.UNKNOWN: "grey",
    Standing.UNREADABLE: "grey",
}
SENTENCES: Mapping[Standing, str | Promise] = {
    Standing.VALID: gettext_lazy("Giấy tờ này do cơ quan trong tỉnh cấp và đang có giá trị."),
    Standing.REVOKED: gettext_lazy("Cơ quan đã thu hồi giấy tờ này. Đừng dùng nữa."),
    Standing.REPLACED: gettext_lazy("Cơ quan đã cấp bản khác thay giấy tờ này. Hãy xin bản mới."),
    Standing.EXPIRED: gettext_lazy("Giấy tờ này là thật nhưng đã hết hạn dùng."),
    Standing.ALTERED: gettext_lazy("Nội dung đã bị thay đổi sau khi ký. Đừng nhận tệp này."),
    Standing.UNTRUSTED: gettext_lazy(
        "Tệp có chữ ký số, nhưng chứng thư của người ký không được tin cậy hoặc đã bị thu hồi khi ký."
    ),
    Standing.SIGNED_ELSEWHERE: gettext_lazy(
        "Tệp còn nguyên và chữ ký số hợp lệ. Tệp này không do hệ thống của tỉnh trả kết quả: hãy hỏi nơi ký."
    ),
    Standing.UNKNOWN: gettext_lazy(
        "Tệp không có chữ ký số và không phải tệp mà hệ thống của tỉnh đã cấp."
        " Không nói được là thật hay giả."
    ),
    Standing.UNREADABLE: gettext_lazy(
        "Tệp hỏng, có mật khẩu hoặc không phải PDF nên không kiểm tra được."
        " Hãy thử tệp gốc, đừng dùng ảnh chụp."
    ),
}


def facts(found: Shown, *, code: str) -> list[tuple[str, str]]:
    """What anybody may know of a certified copy."""
    rows = [
        (_("Loại"), _("Bản sao điện tử chứng thực từ bản chính")),
        (_("Tên bản chính"), found.title),
        (_("Cơ quan chứng thực"), found.agency),
        (_("Người ký chứng thực"), found.signed_by),
        (_("Ký lúc"), f"{local(found.signed_at):%H:%M, %d/%m/%Y}" if found.signed_at else ""),
        (_("Số chứng thực"), found.number),
        (_("Quyển số"), found.book),
        (_("Số trang của bản chính"), str(found.pages)),
        (_("Mã kiểm tra"), code),
        (_("Thu hồi lúc"), f"{local(found.revoked_at):%H:%M, %d/%m/%Y}" if found.revoked_at else ""),
        (_("Căn cứ thu hồi"), found.revoked_because),
    ]
    return [(name, value) for name, value in rows if value]


def document_facts(found: vault.DocumentView) -> list[tuple[str, str]]:
    """What anybody who holds the file may know of a paper that an agency gave out."""
    rows = [
        (_("Loại"), found.source.label),
        (_("Số"), found.number),
        (_("Nơi cấp"), found.issuer),
        (
            _("Thu hồi lúc"),
            f"{local(found.ended_at):%H:%M, %d/%m/%Y}" if found.ended_at and found.ended_because else "",
        ),
        (_("Căn cứ thu hồi"), found.ended_because),
    ]
    return [(name, value) for name, value in rows if value]
