"""The acts of the one-stop and who may do them. Roles act where their unit or agency is on the path."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from tinhso.foundation import acts
from tinhso.identity import api as identity

_ROLE = identity.Role
_HANDLERS = (_ROLE.INTAKE_OFFICER, _ROLE.SPECIALIST, _ROLE.LEADER, _ROLE.CLERK)

ACTS = {
    "submit": _("Gửi hồ sơ"),
    "accept": _("Tiếp nhận"),
    "refuse": _("Từ chối tiếp nhận"),
    "ask_supplement": _("Yêu cầu bổ sung"),
    "answer_supplement": _("Bổ sung giấy tờ"),
    "answer_part": _("Bổ sung một phần giấy tờ"),
    "judge_paper": _("Xét giấy tờ"),
    "digitise": _("Số hóa giấy tờ"),
    "ask_obligation": _("Yêu cầu nghĩa vụ tài chính"),
    "settle_obligation": _("Xác nhận nghĩa vụ tài chính"),
    "pause": _("Tạm dừng"),
    "resume": _("Tiếp tục giải quyết"),
    "ask_extension": _("Đề nghị hẹn lại"),
    "grant_extension": _("Đồng ý hẹn lại"),
    "deny_extension": _("Không đồng ý hẹn lại"),
    "apologise": _("Xin lỗi, hẹn lại"),
    "forward": _("Chuyển xử lý"),
    "ask_opinion": _("Xin ý kiến cơ quan khác"),
    "give_opinion": _("Cho ý kiến"),
    "go_on": _("Làm tiếp không chờ ý kiến"),
    "wait_over": _("Hết chờ"),
    "time_over": _("Quá thời gian của bước"),
    "assign": _("Phân công"),
    "hand_on": _("Chuyển cơ quan tiếp theo"),
    "receive": _("Xác nhận đã nhận bàn giao"),
    "collect_at": _("Đổi nơi nhận kết quả"),
    "deliver_to": _("Gửi kết quả qua bưu điện"),
    "post": _("Bưu gửi của hồ sơ"),
    "draft_result": _("Dự thảo kết quả"),
    "send_back": _("Trả lại dự thảo"),
    "sign": _("Ký"),
    "seal": _("Cấp số, đóng dấu"),
    "hand_over": _("Trả kết quả"),
    "withdraw": _("Rút hồ sơ"),
    "stop": _("Dừng giải quyết"),
    "deem_approved": _("Coi như đã chấp thuận"),
    "deem_refused": _("Coi như bị từ chối"),
    "return_originals": _("Trả bản chính"),
    "correct": _("Đính chính kết quả"),
    "replace_result": _("Thay kết quả bằng bản đính chính"),
    "revoke_result": _("Thu hồi kết quả"),
    "note": _("Ghi chú"),
    "message": _("Nhắn người dân"),
    "undo": _("Hoàn tác"),
    "pay": _("Nộp phí"),
    "unpay": _("Huỷ lần nộp phí"),
    "bill": _("Lập khoản thu"),
    "refund": _("Đề nghị hoàn phí"),
    "rate": _("Đánh giá"),
    "read": _("Xem hồ sơ"),
    "open": _("Mở trang hồ sơ"),
    "list": _("Xem danh sách hồ sơ"),
    "draft": _("Viết hồ sơ"),
    "export_personal": _("Xuất dữ liệu cá nhân trong danh sách hồ sơ"),
    "erase": _("Xóa hồ sơ hết thời hạn bảo quản"),
    "report_fact": _("Báo thông tin điền sẵn bị sai"),
    "settle_report": _("Trả lời tin báo sai thông tin"),
    "transfer": _("Chuyển theo sắp xếp đơn vị"),
    "rebase": _("Chuyển sang phiên bản mới của thủ tục"),
    "fill_in": _("Ghi phần còn thiếu theo lời người nộp"),
    "judge_fees": _("Xác định phí, lệ phí"),
    "look_at_changes": _("Xem phần đổi theo phiên bản mới"),
    "recount": _("Tính lại ngày hẹn theo lịch"),
}

OF_OPINIONS = frozenset({"give_opinion"})

for name, label in ACTS.items():
    acts.declare(f"dossiers.{name}", label, subject="opinion" if name in OF_OPINIONS else "dossier")

acts.declare("dossiers.close_office", _("Đóng cửa cơ quan đột xuất"), subject="agency")
acts.declare("dossiers.file_bundle", _("Nộp một lần nhiều thủ tục"), subject="bundle")
acts.declare("dossiers.withdraw_bundle", _("Rút cả nhóm hồ sơ"), subject="bundle")
acts.declare("dossiers.register", _("Xem sổ theo dõi hồ sơ"), subject="agency")
acts.declare("dossiers.run_rebasing", _("Chuyển nhiều hồ sơ sang phiên bản mới"), subject="rebasing")
acts.declare("dossiers.keep_view", _("Lưu danh mục việc"), subject="view")

for name in ("accept", "refuse", "ask_supplement", "draft_result", "sign", "seal", "hand_over", "assign"):
    identity.delegable.add(f"dossiers.{name}", f"dossiers.{name}")

identity.grant("dossiers.keep_view", roles=[*_HANDLERS, _ROLE.SUPERVISOR], scope="agency")
identity.grant("dossiers.submit", owner=True, filer=True, roles=[_ROLE.INTAKE_OFFICER], scope="agency")
identity.grant("dossiers.close_office", roles=[_ROLE.ADMINISTRATOR], scope="agency")
identity.grant("dossiers.file_bundle", owner=True, roles=[_ROLE.INTAKE_OFFICER], scope="province")
identity.grant("dossiers.withdraw_bundle", owner=True)
identity.grant("dossiers.draft", owner=True)
identity.grant("dossiers.report_fact", owner=True)
identity.grant("dossiers.settle_report", roles=[_ROLE.INTAKE_OFFICER, _ROLE.SUPERVISOR], scope="agency")
identity.grant("dossiers.read", owner=True, filer=True, roles=_HANDLERS, scope="unit")
# A door, not a right: what is seen behind it is for `visibility` to say.
identity.grant("dossiers.open", roles=list(_ROLE), scope="province")
identity.grant("dossiers.list", roles=[*_HANDLERS, _ROLE.SUPERVISOR], scope="agency")
identity.grant(
    "dossiers.export_personal", roles=[_ROLE.INTAKE_OFFICER, _ROLE.LEADER, _ROLE.CLERK], scope="agency"
)
identity.grant("dossiers.accept", roles=[_ROLE.INTAKE_OFFICER], scope="unit")
identity.grant("dossiers.refuse", roles=[_ROLE.INTAKE_OFFICER], scope="unit")
for name in ("ask_supplement", "judge_paper"):
    identity.grant(f"dossiers.{name}", roles=[_ROLE.INTAKE_OFFICER, _ROLE.SPECIALIST], scope="unit")
for name in ("answer_supplement", "answer_part"):
    identity.grant(f"dossiers.{name}", owner=True, filer=True, roles=[_ROLE.INTAKE_OFFICER], scope="agency")
for name in ("ask_obligation", "settle_obligation", "pause", "resume", "stop"):
    identity.grant(f"dossiers.{name}", roles=[_ROLE.SPECIALIST, _ROLE.LEADER], scope="agency")
for name in ("ask_extension", "apologise"):
    identity.grant(f"dossiers.{name}", roles=[_ROLE.SPECIALIST, _ROLE.LEADER], scope="agency")
# Where the rule of the day lets leaders decide (`extension_decided_by`), apologising asks for this as well.
for name in ("grant_extension", "deny_extension", "revoke_result", "rebase"):
    identity.grant(f"dossiers.{name}", roles=[_ROLE.LEADER], scope="agency")
for name in ("digitise", "return_originals", "correct"):
    identity.grant(f"dossiers.{name}", roles=[_ROLE.INTAKE_OFFICER], scope="agency")
identity.grant(
    "dossiers.register", roles=[_ROLE.INTAKE_OFFICER, _ROLE.LEADER, _ROLE.SUPERVISOR], scope="agency"
)
identity.grant("dossiers.fill_in", roles=[_ROLE.INTAKE_OFFICER], scope="agency")
identity.grant("dossiers.fill_in", roles=[_ROLE.SPECIALIST], scope="unit")
identity.grant("dossiers.judge_fees", roles=[_ROLE.INTAKE_OFFICER], scope="agency")
identity.grant("dossiers.judge_fees", roles=[_ROLE.SPECIALIST], scope="unit")
identity.grant("dossiers.forward", roles=_HANDLERS, scope="unit")
identity.grant("dossiers.hand_on", roles=[_ROLE.SPECIALIST, _ROLE.LEADER], scope="unit")
identity.grant("dossiers.receive", roles=_HANDLERS, scope="agency")
identity.grant("dossiers.collect_at", owner=True, roles=[_ROLE.INTAKE_OFFICER], scope="agency")
identity.grant("dossiers.deliver_to", owner=True, roles=[_ROLE.INTAKE_OFFICER], scope="agency")
identity.grant("dossiers.post", roles=[_ROLE.INTAKE_OFFICER], scope="unit")
for name in ("ask_opinion", "go_on"):
    identity.grant(f"dossiers.{name}", roles=[_ROLE.SPECIALIST, _ROLE.LEADER], scope="unit")
identity.grant("dossiers.give_opinion", roles=[_ROLE.SPECIALIST, _ROLE.LEADER], scope="agency")
identity.grant("dossiers.assign", roles=[*_HANDLERS, _ROLE.SUPERVISOR], scope="agency")
identity.grant("dossiers.draft_result", roles=[_ROLE.SPECIALIST, _ROLE.INTAKE_OFFICER], scope="unit")
identity.grant("dossiers.send_back", roles=[_ROLE.LEADER], scope="unit")
identity.grant("dossiers.sign", roles=[_ROLE.LEADER], scope="unit")
identity.grant("dossiers.seal", roles=[_ROLE.CLERK], scope="unit")
identity.grant("dossiers.hand_over", roles=[_ROLE.INTAKE_OFFICER], scope="unit")
identity.grant("dossiers.withdraw", owner=True, filer=True, roles=[_ROLE.INTAKE_OFFICER], scope="agency")
identity.grant("dossiers.note", roles=_HANDLERS, scope="agency")
identity.grant("dossiers.message", roles=_HANDLERS, scope="unit")
identity.grant("dossiers.undo", roles=[*_HANDLERS, _ROLE.SUPERVISOR], scope="agency")
identity.grant("dossiers.rate", owner=True, filer=True)
identity.grant("dossiers.recount", roles=[_ROLE.ADMINISTRATOR], scope="province")
# Leaders take over what their agency has; who publishes for the province, what any agency has.
identity.grant("dossiers.rebase", roles=[_ROLE.ADMINISTRATOR], scope="province")
identity.grant("dossiers.run_rebasing", roles=[_ROLE.LEADER, _ROLE.ADMINISTRATOR], scope="province")
identity.grant("dossiers.look_at_changes", roles=_HANDLERS, scope="agency")
