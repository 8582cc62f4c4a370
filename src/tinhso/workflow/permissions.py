"""The act of workflow: the operator's commands deploy, nobody is granted it."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from tinhso.foundation import acts

acts.declare("workflow.deploy", _("Đưa quy trình vào dùng"), subject="process")
