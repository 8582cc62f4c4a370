"""The acts of registers and who may do them."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from tinhso.foundation import acts
from tinhso.identity import api as identity

acts.declare("registers.ask", _("Hỏi cơ sở dữ liệu quốc gia để điền sẵn tờ khai"), subject="question")
identity.grant("registers.ask", owner=True)

acts.declare("registers.inquire", _("Tra cứu hộ tịch qua trục"), subject="question")
identity.grant(
    "registers.inquire",
    roles=[identity.Role.INTAKE_OFFICER, identity.Role.SPECIALIST, identity.Role.LEADER],
    scope="province",
)
