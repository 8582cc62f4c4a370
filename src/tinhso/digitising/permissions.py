"""The acts of digitising and who may do them: officers of intake, in the tray of their own unit."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from tinhso.foundation import acts
from tinhso.identity import api as identity

SUBJECT = "scan"
ACTS = {
    "receive": _("Nhận bản quét"),
    "arrange": _("Sắp trang bản quét"),
    "attach": _("Đưa bản quét vào hồ sơ"),
    "drop": _("Bỏ bản quét"),
    "set_aside": _("Bỏ tệp quét lỗi"),
}
for name, label in ACTS.items():
    acts.declare(f"digitising.{name}", label, subject=SUBJECT)
    identity.grant(f"digitising.{name}", roles=[identity.Role.INTAKE_OFFICER], scope="unit")
