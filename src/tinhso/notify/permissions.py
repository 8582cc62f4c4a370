"""The acts of notify and who may do them."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from tinhso.foundation import acts
from tinhso.identity import api as identity

acts.declare("notify.choose", _("Chọn cách nhận tin"), subject="account")
acts.declare("notify.resend", _("Gửi lại tin không gửi được"), subject="message")
acts.declare("notify.lay_aside", _("Bỏ tin không gửi được"), subject="message")
identity.grant("notify.choose", itself=True, owner=True)
for _name in ("notify.resend", "notify.lay_aside"):
    identity.grant(_name, roles=[identity.Role.ADMINISTRATOR], scope=identity.Scope.PROVINCE)
