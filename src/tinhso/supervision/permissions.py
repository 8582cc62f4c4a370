"""The acts of supervision and who may do them."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from tinhso.foundation import acts
from tinhso.identity import api as identity

_ROLE = identity.Role

acts.declare("supervision.watch", _("Theo dõi giải quyết hồ sơ"), subject="agency")
acts.declare("supervision.close_report", _("Chốt số liệu báo cáo"), subject="report")
acts.declare("supervision.reopen_report", _("Mở lại số liệu đã chốt"), subject="report")
acts.declare("supervision.seal_report", _("Đóng dấu báo cáo đã chốt"), subject="report")
acts.declare("supervision.remind", _("Nhắc cơ quan chưa chốt số liệu"), subject="agency")
acts.declare("supervision.choose_digest", _("Chọn tóm tắt hằng ngày"), subject="account")

identity.grant("supervision.watch", roles=[_ROLE.LEADER, _ROLE.SUPERVISOR, _ROLE.INSPECTOR], scope="agency")
identity.grant("supervision.close_report", roles=[_ROLE.LEADER, _ROLE.SUPERVISOR], scope="agency")
identity.grant("supervision.reopen_report", roles=[_ROLE.LEADER], scope="agency")
identity.grant("supervision.remind", roles=[_ROLE.LEADER, _ROLE.SUPERVISOR], scope="agency")
identity.grant("supervision.choose_digest", itself=True)
