"""What people and offices are told of decisions that silence makes."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from tinhso.notify import api as notify
from tinhso.procedures.api import DeemedOutcome

APPROVED = notify.declare(
    "dossiers.deemed_approved",
    subject=_("Hồ sơ %(code)s được coi là đã được chấp thuận"),
    body=_(
        "Hết hạn %(due)s mà cơ quan chưa trả lời. Theo %(ground)s, hồ sơ được coi là đã được chấp thuận."
        " Giấy xác nhận nằm trong trang hồ sơ."
    ),
    sms=_("Hồ sơ %(code)s được coi là đã được chấp thuận. Xem giấy xác nhận:"),
    kind=notify.RESULTS,
)
REFUSED = notify.declare(
    "dossiers.deemed_refused",
    subject=_("Hồ sơ %(code)s bị coi là bị từ chối"),
    body=_(
        "Hết hạn %(due)s mà cơ quan chưa trả lời. Theo %(ground)s, hồ sơ bị coi là bị từ chối. Ông/bà có"
        " quyền khiếu nại hoặc nộp lại; tờ khai đã điền vẫn dùng lại được."
    ),
    sms=_("Hồ sơ %(code)s bị coi là bị từ chối vì hết hạn chưa có trả lời. Xem chi tiết:"),
    kind=notify.RESULTS,
)
OFFICE_APPROVED = notify.declare(
    "dossiers.alarm_deemed_approved",
    subject=_("Hồ sơ %(code)s đã được coi là chấp thuận"),
    body=_("%(agency)s không trả lời trước %(due)s nên theo luật hồ sơ được coi là đã được chấp thuận."),
    kind=notify.OVERDUE,
)
OFFICE_REFUSED = notify.declare(
    "dossiers.alarm_deemed_refused",
    subject=_("Hồ sơ %(code)s đã bị coi là từ chối"),
    body=_("%(agency)s không trả lời trước %(due)s nên theo luật hồ sơ bị coi là bị từ chối."),
    kind=notify.OVERDUE,
)
SOON_APPROVED = notify.declare(
    "dossiers.alarm_deemed_approved_soon",
    subject=_("Hồ sơ %(code)s sắp được coi là chấp thuận"),
    body=_("%(agency)s không trả lời trước %(due)s thì theo luật hồ sơ được coi là đã được chấp thuận."),
    kind=notify.DUE,
)
SOON_REFUSED = notify.declare(
    "dossiers.alarm_deemed_refused_soon",
    subject=_("Hồ sơ %(code)s sắp bị coi là từ chối"),
    body=_("%(agency)s không trả lời trước %(due)s thì theo luật hồ sơ bị coi là bị từ chối."),
    kind=notify.DUE,
)

TO_APPLICANT = {DeemedOutcome.APPROVAL: APPROVED, DeemedOutcome.REFUSAL: REFUSED}
TO_OFFICE = {DeemedOutcome.APPROVAL: OFFICE_APPROVED, DeemedOutcome.REFUSAL: OFFICE_REFUSED}
SOON = {DeemedOutcome.APPROVAL: SOON_APPROVED, DeemedOutcome.REFUSAL: SOON_REFUSED}
