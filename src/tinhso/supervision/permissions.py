"""The acts of supervision and who may do them."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from tinhso.foundation import acts
from tinhso.identity import api as identity

_ROLE = identity.Role

acts.declare("supervision.watch", _("Theo dõi giải quyết hồ sơ"), subject="agency")

identity.grant("supervision.watch", roles=[_ROLE.LEADER, _ROLE.SUPERVISOR, _ROLE.INSPECTOR], scope="agency")
