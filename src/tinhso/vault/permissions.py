"""The acts of the vault and who may do them.

Revoking and replacing happen inside another room's act, which decided it on its own grounds; what is asked
here is only that an officer who decides such things stands behind it.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from tinhso.foundation import acts
from tinhso.identity import api as identity

_ROLE = identity.Role
_ISSUERS = (_ROLE.LEADER, _ROLE.CLERK)

acts.declare("vault.keep", _("Cất giấy tờ vào kho"), subject="vault")
acts.declare("vault.remove", _("Bỏ giấy tờ tự tải lên"), subject="vault")
acts.declare("vault.share", _("Chia sẻ giấy tờ"), subject="vault")
acts.declare("vault.lend", _("Dùng giấy tờ trong kho"), subject="vault")
acts.declare("vault.revoke", _("Thu hồi giấy tờ trong kho"), subject="vault")
acts.declare("vault.replace", _("Thay giấy tờ trong kho"), subject="vault")

identity.grant("vault.keep", owner=True)
identity.grant("vault.remove", owner=True)
identity.grant("vault.share", owner=True)
identity.grant("vault.lend", owner=True, roles=[_ROLE.INTAKE_OFFICER], scope="agency")
identity.grant("vault.revoke", roles=_ISSUERS, scope="province")
identity.grant("vault.replace", roles=[*_ISSUERS, _ROLE.INTAKE_OFFICER, _ROLE.SPECIALIST], scope="province")
