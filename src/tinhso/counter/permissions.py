"""The acts of the counter and who may do them. Officers act at the queue of their own unit."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from tinhso.foundation import acts
from tinhso.identity import api as identity

_ROLE = identity.Role

TICKET_ACTS = {
    "take_ticket": _("Lấy số thứ tự"),
    "call": _("Gọi số"),
    "recall": _("Gọi lại số"),
    "begin": _("Bắt đầu phục vụ"),
    "finish": _("Xong lượt phục vụ"),
    "no_show": _("Ghi vắng mặt khi gọi"),
    "hold": _("Tạm giữ số"),
    "transfer": _("Chuyển số sang việc khác"),
    "line_up": _("Cho số vào lại hàng"),
    "leave": _("Bỏ số"),
}
for name, label in TICKET_ACTS.items():
    acts.declare(f"counter.{name}", label, subject="ticket")
    identity.grant(f"counter.{name}", roles=[_ROLE.INTAKE_OFFICER], scope="unit")

acts.declare("counter.sit", _("Ngồi vào quầy"), subject="queue_office")
identity.grant("counter.sit", roles=[_ROLE.INTAKE_OFFICER], scope="unit")

acts.declare("counter.print_slips", _("In phiếu tiếp nhận giấy"), subject="queue_office")
acts.declare("counter.spoil_slip", _("Huỷ phiếu tiếp nhận giấy"), subject="queue_office")
acts.declare("counter.enter_late", _("Nhập sau hồ sơ nhận bằng phiếu giấy"), subject="queue_office")
for name in ("print_slips", "spoil_slip", "enter_late"):
    identity.grant(f"counter.{name}", roles=[_ROLE.INTAKE_OFFICER], scope="unit")

acts.declare("counter.name_receiver", _("Ghi người nhận kết quả"), subject="hand_over")
identity.grant("counter.name_receiver", roles=[_ROLE.INTAKE_OFFICER], scope="unit")

acts.declare("counter.set_up", _("Đặt quầy và việc của hàng chờ"), subject="queue_office")
identity.grant("counter.set_up", roles=[_ROLE.SUPERVISOR, _ROLE.ADMINISTRATOR], scope="agency")

acts.declare("counter.book", _("Đặt lịch hẹn"), subject="booking")
acts.declare("counter.change", _("Đổi giờ hẹn"), subject="booking")
acts.declare("counter.cancel", _("Huỷ lịch hẹn"), subject="booking")
acts.declare("counter.check_in", _("Nhận người đến theo hẹn"), subject="booking")
acts.declare("counter.see_bookings", _("Xem lịch hẹn"), subject="queue_office")
for name in ("book", "change", "cancel"):
    identity.grant(f"counter.{name}", roles=[_ROLE.INTAKE_OFFICER], scope="unit", owner=True)
for name in ("check_in", "see_bookings"):
    identity.grant(f"counter.{name}", roles=[_ROLE.INTAKE_OFFICER], scope="unit")
identity.grant("counter.see_bookings", roles=[_ROLE.SUPERVISOR, _ROLE.ADMINISTRATOR], scope="agency")

acts.declare("counter.ask_code", _("Gửi mã xác nhận số điện thoại"), subject="booking")
acts.declare("counter.mark_absent", _("Ghi không đến theo hẹn"), subject="booking")
acts.declare("counter.displace", _("Báo đổi giờ hẹn vì ngày nghỉ"), subject="booking")
acts.declare("counter.restore", _("Cho lịch hẹn giữ giờ cũ"), subject="booking")
acts.declare("counter.forget_bookers", _("Xoá tên, số điện thoại của lịch hẹn cũ"))
