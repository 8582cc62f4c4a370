"""What each trouble means, and what to do about it, in the words of those who keep the exchange running."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tinhso.exchange.contracts import Cause, DependencyKind

KINDS: dict[DependencyKind, str | Promise] = {
    DependencyKind.GATEWAY: _("Cổng trao đổi của tỉnh"),
    DependencyKind.DIRECTORY: _("Cấu hình toàn cục"),
    DependencyKind.OCSP: _("Nơi trả lời tình trạng chứng thư (OCSP)"),
    DependencyKind.STAMPING: _("Dấu thời gian"),
    DependencyKind.PEER: _("Máy chủ bảo mật bên kia"),
    DependencyKind.REGISTER: _("Nơi giữ dữ liệu"),
}

CAUSES: dict[Cause, str | Promise] = {
    Cause.UNREACHABLE: _("Không kết nối được"),
    Cause.SLOW: _("Trả lời quá chậm"),
    Cause.ANSWERED_WRONG: _("Trả lời sai hoặc báo lỗi"),
    Cause.UNTRUSTED: _("Chứng thư hoặc chữ ký không được tin cậy"),
    Cause.EXPIRED: _("Đã hết hiệu lực"),
    Cause.STALE: _("Câu trả lời quá cũ"),
    Cause.REVOKED: _("Chứng thư đã bị thu hồi"),
    Cause.CLOCK: _("Đồng hồ lệch"),
    Cause.UNCONFIGURED: _("Chưa được cấu hình"),
}

_COMMON: dict[Cause, str | Promise] = {
    Cause.UNREACHABLE: _(
        "Kiểm tra đường truyền và tường lửa tới địa chỉ này từ máy chủ trục;"
        " hỏi bên kia có đang bảo dưỡng không."
    ),
    Cause.SLOW: _("Thử lại sau vài phút; nếu vẫn chậm, đo đường truyền rồi báo bên vận hành địa chỉ này."),
    Cause.ANSWERED_WRONG: _(
        "Chép nguyên câu trả lời ở trên gửi bên vận hành địa chỉ này; phía tỉnh không phải sửa gì."
    ),
    Cause.UNTRUSTED: _(
        "Chưa dùng tiếp. Hỏi bên vận hành xem họ có đổi chứng thư không; chỉ nhận chứng thư mới qua văn bản."
    ),
    Cause.EXPIRED: _("Báo bên vận hành phát hành lại; xem số ngày còn lại của các chứng thư khác bên dưới."),
    Cause.STALE: _("Bên trả lời đang phát câu trả lời cũ: báo họ. Kiểm tra đồng hồ hai bên trước khi gọi."),
    Cause.REVOKED: _("Ngừng dùng khóa này ngay, xin cấp chứng thư mới rồi nhập vào trang Máy chủ và khóa."),
    Cause.CLOCK: _("Chạy lại đồng bộ giờ (NTP) trên máy chủ trục, rồi thử lại; nếu vẫn lệch, báo bên kia."),
    Cause.UNCONFIGURED: _("Nhập nguồn cấu hình toàn cục (anchor) và tên máy chủ ở trang Máy chủ và khóa."),
}

_OWN: dict[tuple[DependencyKind, Cause], str | Promise] = {
    (DependencyKind.GATEWAY, Cause.UNREACHABLE): _(
        "Cổng trao đổi không chạy: xem nhật ký dịch vụ tinhso-gateway rồi khởi động lại."
    ),
    (DependencyKind.GATEWAY, Cause.ANSWERED_WRONG): _(
        "Cổng trao đổi chạy nhưng chưa sẵn sàng: câu trả lời ở trên nói thiếu gì."
    ),
    (DependencyKind.STAMPING, Cause.UNREACHABLE): _(
        "Trao đổi vẫn chạy, thông điệp chờ đóng dấu thời gian. Kiểm tra đường truyền tới địa chỉ này;"
        " dấu sẽ được đóng bù khi nối lại."
    ),
    (DependencyKind.OCSP, Cause.UNREACHABLE): _(
        "Trao đổi chạy tiếp đến khi câu trả lời đang giữ hết hạn (1 giờ). Kiểm tra đường truyền ngay."
    ),
    (DependencyKind.DIRECTORY, Cause.UNREACHABLE): _(
        "Cấu hình đang giữ còn dùng được đến hạn ghi trong đó. Kiểm tra đường truyền tới địa chỉ này."
    ),
    (DependencyKind.REGISTER, Cause.UNREACHABLE): _(
        "Trang của người dân vẫn mở, chỉ thiếu phần của nơi này. Xem cổng trao đổi và máy chủ bảo mật bên kia"
        " ở trang Chẩn đoán trước; nếu đều tốt thì báo bên giữ dữ liệu."
    ),
    (DependencyKind.REGISTER, Cause.ANSWERED_WRONG): _(
        "Mã lỗi ở trên nói thiếu quyền (access_denied) thì xin bên giữ dữ liệu mở quyền cho tỉnh;"
        " nói không có dịch vụ thì sửa mã ở trang Nơi giữ dữ liệu; còn lại thì gửi họ nguyên câu trả lời."
    ),
}


def remedy(kind: DependencyKind, cause: Cause) -> str:
    """What to do, one or two sentences."""
    return str(_OWN.get((kind, cause), _COMMON[cause]))
