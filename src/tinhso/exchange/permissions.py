"""The acts of exchange and who may do them."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from tinhso.foundation import acts
from tinhso.identity import api as identity

acts.declare("exchange.read_log", _("Xem nhật ký trục liên thông"))
acts.declare("exchange.open_message", _("Mở nội dung, lấy bằng chứng thông điệp"), subject="exchange_message")
for _name in ("read_log", "open_message"):
    identity.grant(f"exchange.{_name}", roles=[identity.Role.ADMINISTRATOR], scope="province")
