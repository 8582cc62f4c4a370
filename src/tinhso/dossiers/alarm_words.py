"""What officers are told of a deadline that comes near or has passed."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from tinhso.dossiers.contracts import AlarmKind
from tinhso.notify import api as notify

INTAKE_SOON = notify.declare(
    "dossiers.alarm_intake_soon",
    subject=_("Hồ sơ %(code)s sắp đến hạn tiếp nhận"),
    body=_("Người nộp đang chờ trả lời, muộn nhất %(due)s. Hãy tiếp nhận, yêu cầu bổ sung hoặc từ chối."),
    kind=notify.INTAKE_DUE,
)
INTAKE_LATE = notify.declare(
    "dossiers.alarm_intake_late",
    subject=_("Hồ sơ %(code)s quá hạn tiếp nhận"),
    body=_("Lẽ ra phải trả lời người nộp trước %(due)s. Hãy tiếp nhận, yêu cầu bổ sung hoặc từ chối ngay."),
    kind=notify.INTAKE_DUE,
)
SOON = notify.declare(
    "dossiers.alarm_soon",
    subject=_("Hồ sơ %(code)s đã dùng %(percent)s%% thời hạn"),
    body=_("Hẹn trả kết quả: %(due)s. Bước đang làm: %(step)s."),
    kind=notify.DUE,
)
TOMORROW = notify.declare(
    "dossiers.alarm_day_before",
    subject=_("Hồ sơ %(code)s còn một ngày làm việc"),
    body=_("Hẹn trả kết quả: %(due)s. Bước đang làm: %(step)s."),
    kind=notify.DUE,
)
LATE = notify.declare(
    "dossiers.alarm_late",
    subject=_("Hồ sơ %(code)s đã quá hạn"),
    body=_("Đã hẹn trả kết quả %(due)s. Bước đang làm: %(step)s."),
    kind=notify.OVERDUE,
)
UNANSWERED = notify.declare(
    "dossiers.alarm_unanswered",
    subject=_("Hồ sơ %(code)s quá hạn bổ sung giấy tờ"),
    body=_(
        "Người nộp chưa bổ sung dù hạn là %(due)s. Hãy liên hệ người nộp, hoặc mở hồ sơ để dừng giải quyết"
        " hay từ chối. Chưa dừng thì người nộp vẫn bổ sung được."
    ),
    kind=notify.DUE,
)

OF_INTAKE = {AlarmKind.SHARE: INTAKE_SOON, AlarmKind.LATE: INTAKE_LATE}
OF_PROMISE = {AlarmKind.SHARE: SOON, AlarmKind.DAY_BEFORE: TOMORROW, AlarmKind.LATE: LATE}
