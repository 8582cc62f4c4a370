"""The acts of certification and who may do them. The reach is the agency: its book is one."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from tinhso.foundation import acts
from tinhso.identity import api as identity

_ROLE = identity.Role
SUBJECT = "certified_copy"
PREPARE, SIGN, SEAL = "certification.prepare", "certification.sign", "certification.seal"
DROP, REVOKE = "certification.drop", "certification.revoke"
READ, READ_BOOK = "certification.read", "certification.read_book"

acts.declare(PREPARE, _("Lập bản sao chứng thực"), subject=SUBJECT)
acts.declare(SIGN, _("Ký chứng thực"), subject=SUBJECT)
acts.declare(SEAL, _("Vào sổ, đóng dấu bản sao chứng thực"), subject=SUBJECT)
acts.declare(DROP, _("Không chứng thực"), subject=SUBJECT)
acts.declare(REVOKE, _("Thu hồi bản sao chứng thực"), subject=SUBJECT)
acts.declare(READ, _("Xem bản sao chứng thực"), subject=SUBJECT)
acts.declare(READ_BOOK, _("Xem sổ chứng thực"), subject=SUBJECT)

_PREPARERS = (_ROLE.INTAKE_OFFICER, _ROLE.SPECIALIST)
identity.grant(PREPARE, roles=_PREPARERS, scope="agency")
identity.grant(SIGN, roles=[_ROLE.LEADER], scope="agency")
identity.grant(SEAL, roles=[_ROLE.LEADER, _ROLE.CLERK], scope="agency")
identity.grant(DROP, roles=[*_PREPARERS, _ROLE.LEADER], scope="agency")
identity.grant(REVOKE, roles=[_ROLE.LEADER], scope="agency")
identity.grant(READ, roles=[*_PREPARERS, _ROLE.LEADER, _ROLE.CLERK], scope="agency")
identity.grant(
    READ_BOOK, roles=[_ROLE.INTAKE_OFFICER, _ROLE.LEADER, _ROLE.CLERK, _ROLE.SUPERVISOR], scope="agency"
)
