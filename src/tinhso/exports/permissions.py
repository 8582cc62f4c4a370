"""The acts of exports and who may do them. What each list shows is for its source to judge."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from tinhso.foundation import acts
from tinhso.identity import api as identity

_ROLE = identity.Role
_WORKERS = (_ROLE.INTAKE_OFFICER, _ROLE.SPECIALIST, _ROLE.LEADER, _ROLE.CLERK)

acts.declare("exports.ask", _("Xuất danh sách"), subject="export")
acts.declare("exports.download", _("Tải danh sách đã xuất"), subject="export")
acts.declare("exports.cancel", _("Hủy xuất danh sách"), subject="export")
acts.declare("exports.oversee", _("Xem ai đã xuất danh sách nào"), subject="export")

for _name in ("ask", "download", "cancel"):
    identity.grant(f"exports.{_name}", roles=[*_WORKERS, _ROLE.SUPERVISOR, _ROLE.INSPECTOR], scope="agency")
identity.grant("exports.oversee", roles=[_ROLE.LEADER, _ROLE.SUPERVISOR], scope="agency")
identity.grant("exports.oversee", roles=[_ROLE.ADMINISTRATOR], scope="province")
