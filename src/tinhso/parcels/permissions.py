"""The acts of parcels and who may do them. Officers send what lies in their own unit."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from tinhso.foundation import acts
from tinhso.identity import api as identity

ACTS = {
    "list": _("Xem bưu gửi"),
    "prepare": _("Lập bưu gửi"),
    "place": _("Đặt bưu điện lấy bưu gửi"),
    "cancel": _("Huỷ bưu gửi"),
    "hear": _("Nhận tin bưu gửi"),
    "settle": _("Giải quyết bưu gửi trục trặc"),
}
for name, label in ACTS.items():
    acts.declare(f"parcels.{name}", label, subject="parcel")
    identity.grant(f"parcels.{name}", roles=[identity.Role.INTAKE_OFFICER], scope="unit")

acts.declare("parcels.hand", _("Giao bưu gửi cho bưu tá"), subject="manifest")
identity.grant("parcels.hand", roles=[identity.Role.INTAKE_OFFICER], scope="unit")
