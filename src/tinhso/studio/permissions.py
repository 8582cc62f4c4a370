"""The acts of the studio and who may do them: many write, few publish, and nobody publishes own words."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from tinhso.foundation import acts
from tinhso.identity import api as identity

_ROLE = identity.Role
_WRITERS = (_ROLE.SPECIALIST, _ROLE.CLERK, _ROLE.ADMINISTRATOR)

acts.declare("studio.open", _("Mở xưởng thủ tục"), subject="studio-draft")
acts.declare("studio.write", _("Soạn thủ tục"), subject="studio-draft")
acts.declare("studio.discard", _("Bỏ bản đang soạn"), subject="studio-draft")
acts.declare("studio.block", _("Công bố khối câu hỏi dùng chung"), subject="studio-block")
acts.declare("studio.publish", _("Công bố bản đã soạn"), subject="studio-draft")

for _name in ("open", "write", "discard", "block"):
    identity.grant(f"studio.{_name}", roles=_WRITERS, scope="province")
identity.grant("studio.publish", roles=[_ROLE.ADMINISTRATOR], scope="province")
