"""The act of forms: who publishes procedures publishes their forms."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from tinhso.foundation import acts
from tinhso.identity import api as identity

acts.declare("forms.publish", _("Công bố mẫu tờ khai"), subject="form")
identity.grant("forms.publish", roles=[identity.Role.ADMINISTRATOR], scope="province")
