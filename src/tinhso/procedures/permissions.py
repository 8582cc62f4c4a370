"""The acts of the catalogue and who may do them: many write, few publish."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from tinhso.foundation import acts
from tinhso.identity import api as identity

_ROLE = identity.Role
_WRITERS = (_ROLE.SPECIALIST, _ROLE.CLERK, _ROLE.ADMINISTRATOR)

acts.declare("procedures.draft", _("Soạn phiên bản thủ tục"), subject="procedure")
acts.declare("procedures.revise", _("Sửa bản nháp thủ tục"), subject="procedure")
acts.declare("procedures.discard", _("Bỏ bản nháp thủ tục"), subject="procedure")
acts.declare("procedures.publish", _("Công bố thủ tục"), subject="procedure")
acts.declare("procedures.withdraw", _("Bãi bỏ thủ tục"), subject="procedure")
acts.declare("procedures.import", _("Nhập danh mục thủ tục quốc gia"), subject="procedure-import")

for _name in ("draft", "revise", "discard"):
    identity.grant(f"procedures.{_name}", roles=_WRITERS, scope="province")
for _name in ("publish", "withdraw", "import"):
    identity.grant(f"procedures.{_name}", roles=[_ROLE.ADMINISTRATOR], scope="province")
