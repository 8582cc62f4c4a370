"""The act of workflow: who publishes procedures deploys their processes."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from tinhso.foundation import acts
from tinhso.identity import api as identity

acts.declare("workflow.deploy", _("Đưa quy trình vào dùng"), subject="process")
identity.grant("workflow.deploy", roles=[identity.Role.ADMINISTRATOR], scope="province")
