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
