"""The acts of payments and who may do them. Cashiers and accountants act for the agency of their unit."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from tinhso.foundation import acts
from tinhso.identity import api as identity

_ROLE = identity.Role
_HANDLERS = (_ROLE.INTAKE_OFFICER, _ROLE.SPECIALIST, _ROLE.LEADER)

for _name, _label in {
    "issue": _("Lập khoản thu"),
    "cancel": _("Huỷ khoản thu"),
    "see": _("Xem khoản thu"),
    "begin": _("Thanh toán khoản thu"),
    "end": _("Kết thúc một lần thanh toán"),
    "receive": _("Ghi nhận tiền nộp"),
}.items():
    acts.declare(f"payments.{_name}", _label, subject="bill")

identity.grant("payments.issue", owner=True, filer=True, roles=[*_HANDLERS, _ROLE.ACCOUNTANT], scope="agency")
identity.grant("payments.cancel", roles=[*_HANDLERS, _ROLE.ACCOUNTANT], scope="agency")
identity.grant(
    "payments.see",
    owner=True,
    filer=True,
    roles=[*_HANDLERS, _ROLE.CLERK, _ROLE.CASHIER, _ROLE.ACCOUNTANT, _ROLE.SUPERVISOR],
    scope="agency",
)
identity.grant("payments.begin", owner=True, filer=True)

for _name, _label in {
    "open_drawer": _("Mở ca thu"),
    "take": _("Thu tiền tại quầy"),
    "undo": _("Huỷ lần thu tại quầy"),
    "count": _("Kiểm đếm ca thu"),
    "take_over": _("Nhận bàn giao ca thu"),
    "deposit": _("Xác nhận nộp tiền vào ngân hàng"),
    "see_till": _("Xem ca thu"),
}.items():
    acts.declare(f"payments.{_name}", _label, subject="drawer")

for _name in ("open_drawer", "take", "undo", "count", "take_over"):
    identity.grant(f"payments.{_name}", roles=[_ROLE.CASHIER], scope="unit")
for _name in ("deposit", "see_till"):
    identity.grant(f"payments.{_name}", roles=[_ROLE.CASHIER, _ROLE.ACCOUNTANT], scope="agency")

for _name, _label, _subject in (
    ("take_list", _("Nhận sao kê, danh sách tiền nộp"), "reconciled_day"),
    ("reconcile", _("Đối soát tiền nộp"), "reconciled_day"),
    ("prepare_day", _("Trình khoá ngày đối soát"), "reconciled_day"),
    ("close_day", _("Khoá ngày đối soát"), "reconciled_day"),
    ("seal_day", _("Đóng dấu bảng đối soát"), "reconciled_day"),
    ("decide", _("Xử lý sai lệch tiền nộp"), "payment_problem"),
):
    acts.declare(f"payments.{_name}", _label, subject=_subject)
    if _name != "seal_day":
        identity.grant(f"payments.{_name}", roles=[_ROLE.ACCOUNTANT], scope="agency")

for _name, _label, _subject in (
    ("open_series", _("Mở dải số biên lai"), "receipt_series"),
    ("miss_series", _("Báo chưa có dải số biên lai"), "receipt_series"),
    ("issue_receipts", _("Lập biên lai"), "receipt_series"),
    ("seal_receipt", _("Ký số biên lai"), "receipt"),
    ("hand_receipt", _("Gửi biên lai cho cơ quan thuế"), "receipt"),
    ("void_receipt", _("Huỷ biên lai"), "receipt"),
    ("replace_receipt", _("Thay thế biên lai"), "receipt"),
    ("see_receipts", _("Xem biên lai"), "receipt"),
    ("propose_receipt", _("Đề nghị huỷ, thay thế biên lai"), "receipt"),
    ("decide_receipt", _("Duyệt huỷ, thay thế biên lai"), "receipt"),
):
    acts.declare(f"payments.{_name}", _label, subject=_subject)
_COUNTER = [_ROLE.CASHIER, _ROLE.ACCOUNTANT]
identity.grant("payments.see_receipts", owner=True, roles=[*_COUNTER, _ROLE.SUPERVISOR], scope="agency")
identity.grant("payments.propose_receipt", roles=_COUNTER, scope="agency")
for _name in ("open_series", "decide_receipt", "hand_receipt"):
    identity.grant(f"payments.{_name}", roles=[_ROLE.ACCOUNTANT], scope="agency")

for _name, _label, _subject in (
    ("ask_refund", _("Đề nghị hoàn tiền"), "bill"),
    ("ask_waiver", _("Đề nghị miễn nộp"), "bill"),
    ("prepare_refund", _("Lập nơi nhận tiền hoàn"), "payment_refund"),
    ("decide_refund", _("Quyết định hoàn, miễn"), "payment_refund"),
    ("hand_out_refund", _("Chi tiền hoàn tại quầy"), "payment_refund"),
    ("see_refunds", _("Xem hoàn, miễn"), "payment_refund"),
    ("pay_out", _("Chuyển tiền hoàn"), "payment_refund"),
):
    acts.declare(f"payments.{_name}", _label, subject=_subject)

_DECIDERS = [_ROLE.ACCOUNTANT, _ROLE.LEADER]
identity.grant(
    "payments.ask_refund", owner=True, filer=True, roles=[*_HANDLERS, _ROLE.ACCOUNTANT], scope="agency"
)
identity.grant("payments.ask_waiver", roles=_DECIDERS, scope="agency")
identity.grant("payments.prepare_refund", roles=[_ROLE.ACCOUNTANT], scope="agency")
identity.grant("payments.decide_refund", roles=_DECIDERS, scope="agency")
identity.grant("payments.hand_out_refund", roles=[_ROLE.CASHIER], scope="agency")
identity.grant("payments.see_refunds", roles=[*_DECIDERS, _ROLE.CASHIER], scope="agency")
