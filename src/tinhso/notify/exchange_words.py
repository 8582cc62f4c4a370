"""What the exchange tells those who run it, own its data or develop systems that call it."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from tinhso.notify.kinds import ASKS, DUE, OTHER, SECURITY
from tinhso.notify.templates import declare

CERTIFICATE_ENDS = declare(
    "exchange.certificate_ends",
    subject=_("Chứng thư của trục chia sẻ còn %(days)s ngày"),
    body=_(
        "Chứng thư dùng cho %(what)s hết hạn ngày %(end)s (còn %(days)s ngày).\n"
        "Chủ thể: %(subject)s. Số: %(serial)s.\n"
        "Hãy xin cấp chứng thư mới, nhập vào trang Máy chủ và khóa, rồi thử lại ở trang Chẩn đoán."
    ),
    kind=SECURITY,
)
LINKS = {CERTIFICATE_ENDS: "/can-bo/truc/chan-doan/"}

declare(
    "exchange.agreement_asked",
    subject=_("Đề nghị kết nối %(number)s chờ duyệt"),
    body=_("Hệ thống %(application)s xin dùng dịch vụ %(service)s. Hãy mở liên kết để xem rồi trả lời."),
    kind=ASKS,
)
declare(
    "exchange.agreement_to_enable",
    subject=_("Thỏa thuận %(number)s chờ mở kỹ thuật"),
    body=_(
        "Chủ dữ liệu đã chấp thuận cho hệ thống %(application)s dùng dịch vụ %(service)s."
        " Hãy mở liên kết để kiểm tra rồi mở."
    ),
    kind=ASKS,
)
declare(
    "exchange.agreement_decided",
    subject=_("Thỏa thuận %(number)s %(what)s"),
    body=_("Thỏa thuận %(number)s của hệ thống %(application)s với dịch vụ %(service)s %(what)s."),
    kind=OTHER,
)
declare(
    "exchange.agreement_stands",
    subject=_("Thỏa thuận %(number)s %(what)s"),
    body=_("Thỏa thuận %(number)s của hệ thống %(application)s với dịch vụ %(service)s %(what)s."),
    kind=OTHER,
)
declare(
    "exchange.ends",
    subject=_("%(what)s còn %(days)s ngày"),
    body=_("%(what)s (hệ thống %(of)s) hết hạn ngày %(day)s. Hãy mở liên kết để gia hạn hoặc thay thế."),
    kind=DUE,
)
declare(
    "exchange.conditions",
    subject=_("Điều kiện sử dụng dịch vụ %(service)s vừa thay đổi"),
    body=_(
        "Hãy đọc và chấp nhận bản mới cho thỏa thuận %(number)s trước ngày %(day)s."
        " Quá ngày đó, dịch vụ ngừng trả lời hệ thống của anh/chị."
    ),
    kind=ASKS,
)
declare(
    "exchange.dispute",
    subject=_("Phản ánh dùng dữ liệu chờ trả lời trước ngày %(day)s"),
    body=_(
        "Một người dân thấy việc đưa dữ liệu cho %(receiver)s không đúng."
        " Hãy mở liên kết, xem rồi trả lời người dân."
    ),
    kind=ASKS,
)
declare(
    "exchange.quota",
    subject=_("Thỏa thuận %(number)s sắp hết hạn mức"),
    body=_(
        "Ngày %(day)s, hệ thống %(application)s đã gọi dịch vụ %(service)s %(taken)s lượt, trên %(most)s lượt"
        " được phép trong %(span)s. Hết hạn mức, trục từ chối lượt gọi (lỗi 429) đến hết khoảng thời gian ấy."
        " Hãy mở liên kết để xem mức dùng; nếu cần nhiều hơn, đề nghị đổi hạn mức của thỏa thuận."
    ),
    kind=DUE,
)
declare(
    "exchange.service_change",
    subject=_("Dịch vụ %(service)s: %(what)s"),
    body=_("%(who)s: %(text)s"),
    kind=ASKS,
)
declare("exchange.change", subject=_("%(service)s: %(title)s"), body=_("%(text)s"), kind=OTHER)
declare(
    "exchange.certificate",
    subject=_("Chứng thư của hệ thống %(application)s"),
    body=_("Hệ thống %(application)s: %(what)s."),
    kind=OTHER,
)
