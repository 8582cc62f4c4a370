"""The acts of exchange and who may do them."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from tinhso.exchange.messages.dead import KEEPERS
from tinhso.foundation import acts
from tinhso.identity import api as identity

for _name, _label, _subject in (
    ("name_server", _("Đặt tên máy chủ trục và nguồn cấu hình toàn cục"), "exchange_server"),
    ("set_maintenance", _("Đặt, kết thúc bảo dưỡng trục"), "exchange_server"),
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
    ("add_tracker", _("Thêm nơi người dân hỏi ai đã dùng dữ liệu"), "exchange_tracker"),
    ("grant_right", _("Cấp, thu quyền gọi dịch vụ"), "exchange_service"),
    ("see_monitoring", _("Xem giám sát trục"), "exchange_service"),
    ("read_log", _("Xem nhật ký trục"), "exchange_message"),
    ("open_message", _("Mở nội dung, lấy bằng chứng thông điệp"), "exchange_message"),
):
    acts.declare(f"exchange.{_name}", _label, subject=_subject)
    identity.grant(f"exchange.{_name}", roles=[identity.Role.ADMINISTRATOR], scope="province")

for _name, _label, _subject in (
    ("see_messages", _("Xem tin gửi qua trục"), "exchange_errand"),
    ("oversee_messages", _("Xem tin gửi qua trục của cả tỉnh"), "exchange_errand"),
    ("replay_message", _("Gửi lại tin qua trục"), "exchange_errand"),
    ("give_up_message", _("Bỏ tin không gửi được qua trục"), "exchange_errand"),
):
    acts.declare(f"exchange.{_name}", _label, subject=_subject)

for _name in ("see_messages", "replay_message", "give_up_message"):
    identity.grant(f"exchange.{_name}", roles=KEEPERS, scope="unit")
for _name in ("see_messages", "oversee_messages", "replay_message", "give_up_message"):
    identity.grant(f"exchange.{_name}", roles=[identity.Role.ADMINISTRATOR], scope="province")


_ROLE = identity.Role
_OPERATOR, _OWNER, _DEVELOPER = [_ROLE.ADMINISTRATOR], [_ROLE.LEADER], [_ROLE.DEVELOPER]

for _name, _label, _subject in (
    ("register_application", _("Đăng ký hệ thống bên ngoài"), "exchange_application"),
    ("set_developers", _("Giao, thôi người phát triển hệ thống"), "exchange_application"),
    ("ask_certificate", _("Đề nghị dùng chứng thư"), "exchange_application"),
    ("decide_certificate", _("Duyệt, thu hồi chứng thư của hệ thống"), "exchange_application"),
    ("set_quota", _("Đặt hạn mức gọi dịch vụ"), "exchange_quota"),
    ("manage_plan", _("Soạn, mở, đóng gói dịch vụ"), "exchange_plan"),
    ("ask_agreement", _("Đề nghị kết nối, gia hạn"), "exchange_agreement"),
    ("decide_agreement", _("Duyệt thỏa thuận kết nối"), "exchange_agreement"),
    ("enable_agreement", _("Mở kỹ thuật cho thỏa thuận kết nối"), "exchange_agreement"),
    ("pause_agreement", _("Tạm dừng, mở lại phía cung cấp"), "exchange_agreement"),
    ("pause_own_agreement", _("Tạm dừng, mở lại phía sử dụng"), "exchange_agreement"),
    ("accept_conditions", _("Chấp nhận điều kiện sử dụng"), "exchange_agreement"),
    ("close_agreement", _("Kết thúc thỏa thuận kết nối"), "exchange_agreement"),
    ("see_agreement", _("Xem thỏa thuận kết nối"), "exchange_agreement"),
    ("warn_of_quota", _("Báo sắp hết hạn mức của thỏa thuận"), "exchange_agreement"),
    ("end_agreement", _("Hết hạn thỏa thuận kết nối"), "exchange_agreement"),
    ("tell_change", _("Báo thay đổi dịch vụ"), "exchange_service"),
    ("deprecate_service", _("Báo ngừng dịch vụ"), "exchange_service"),
    ("plan_maintenance", _("Đặt, hủy lịch bảo dưỡng"), "exchange_service"),
    ("see_services", _("Xem dịch vụ chia sẻ"), ""),
    ("see_catalogue", _("Xem danh mục dịch vụ cho nhà phát triển"), ""),
):
    acts.declare(f"exchange.{_name}", _label, subject=_subject)

for _name in (
    "register_application",
    "set_developers",
    "decide_certificate",
    "set_quota",
    "enable_agreement",
    "pause_agreement",
    "plan_maintenance",
    "tell_change",
    "see_agreement",
    "see_services",
):
    identity.grant(f"exchange.{_name}", roles=_OPERATOR, scope="province")
for _name in (
    "manage_plan",
    "decide_agreement",
    "pause_agreement",
    "close_agreement",
    "see_agreement",
    "tell_change",
    "deprecate_service",
    "see_services",
):
    identity.grant(f"exchange.{_name}", roles=_OWNER, scope="agency")
for _name in (
    "ask_certificate",
    "ask_agreement",
    "pause_own_agreement",
    "accept_conditions",
    "close_agreement",
    "see_agreement",
    "see_catalogue",
):
    identity.grant(f"exchange.{_name}", roles=_DEVELOPER, scope="province", handler=True)

acts.declare(
    "exchange.manage_subscription", _("Đăng ký hệ thống nhận sự kiện"), subject="exchange_subscription"
)
acts.declare("exchange.read_events", _("Lấy sự kiện của tỉnh (máy)"))
identity.grant("exchange.manage_subscription", roles=[identity.Role.ADMINISTRATOR], scope="province")

acts.declare("exchange.dispute_usage", _("Phản ánh một lần dùng dữ liệu"), subject="usage_dispute")
acts.declare("exchange.answer_dispute", _("Trả lời phản ánh dùng dữ liệu"), subject="usage_dispute")
acts.declare("exchange.move_dispute", _("Chuyển phản ánh sang đơn vị kế thừa"), subject="usage_dispute")
identity.grant("exchange.dispute_usage", owner=True)
identity.grant("exchange.answer_dispute", roles=[identity.Role.ADMINISTRATOR], scope="province")
identity.grant("exchange.answer_dispute", roles=_OWNER, scope="agency")
