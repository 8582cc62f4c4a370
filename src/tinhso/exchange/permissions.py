"""The acts of exchange and who may do them."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from tinhso.exchange.messages.dead import KEEPERS
from tinhso.foundation import acts
from tinhso.identity import api as identity

for _name, _label, _subject in (
    ("name_server", _("Đặt tên máy chủ trục và nguồn cấu hình toàn cục"), "exchange_server"),
    ("set_maintenance", _("Đặt, kết thúc bảo trì trục"), "exchange_server"),
    ("make_key", _("Tạo khóa của máy chủ trục"), "exchange_key"),
    ("take_certificate", _("Nhập chứng thư của máy chủ trục"), "exchange_key"),
    ("activate_key", _("Dùng, thôi dùng khóa của máy chủ trục"), "exchange_key"),
    ("register_subsystem", _("Đăng ký hệ thống tham gia trục"), "exchange_subsystem"),
    ("change_subsystem", _("Sửa hệ thống tham gia trục"), "exchange_subsystem"),
    ("register_service", _("Đăng ký dịch vụ chia sẻ"), "exchange_service"),
    ("change_service", _("Sửa dịch vụ chia sẻ"), "exchange_service"),
    ("switch_service", _("Mở, tắt dịch vụ chia sẻ"), "exchange_service"),
    ("see_diagnostics", _("Xem chẩn đoán trục"), "exchange_dependency"),
    ("try_dependency", _("Thử kết nối của trục"), "exchange_dependency"),
    ("grant_right", _("Cấp, thu quyền gọi dịch vụ"), "exchange_service"),
):
    acts.declare(f"exchange.{_name}", _label, subject=_subject)
    identity.grant(f"exchange.{_name}", roles=[identity.Role.ADMINISTRATOR], scope="province")

acts.declare("exchange.read_log", _("Xem nhật ký trục liên thông"))
acts.declare("exchange.open_message", _("Mở nội dung, lấy bằng chứng thông điệp"), subject="exchange_message")
for _name in ("read_log", "open_message"):
    identity.grant(f"exchange.{_name}", roles=[identity.Role.ADMINISTRATOR], scope="province")

for _name, _label in (
    ("see_messages", _("Xem tin gửi qua trục")),
    ("oversee_messages", _("Xem tin gửi qua trục của cả tỉnh")),
    ("replay_message", _("Gửi lại tin qua trục")),
    ("give_up_message", _("Bỏ tin không gửi được qua trục")),
):
    acts.declare(f"exchange.{_name}", _label, subject="exchange_errand")
    identity.grant(f"exchange.{_name}", roles=[identity.Role.ADMINISTRATOR], scope="province")
    if _name != "oversee_messages":
        identity.grant(f"exchange.{_name}", roles=KEEPERS, scope="unit")

acts.declare(
    "exchange.manage_subscription", _("Đăng ký hệ thống nhận sự kiện"), subject="exchange_subscription"
)
acts.declare("exchange.read_events", _("Lấy sự kiện của tỉnh (máy)"))
identity.grant("exchange.manage_subscription", roles=[identity.Role.ADMINISTRATOR], scope="province")

acts.declare("exchange.dispute_usage", _("Phản ánh một lần dùng dữ liệu"), subject="usage_dispute")
acts.declare("exchange.answer_dispute", _("Trả lời phản ánh dùng dữ liệu"), subject="usage_dispute")
identity.grant("exchange.dispute_usage", owner=True)
identity.grant("exchange.answer_dispute", roles=[identity.Role.ADMINISTRATOR], scope="province")
