"""The act of forms: the operator's commands publish, nobody is granted it."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from tinhso.foundation import acts

acts.declare("forms.publish", _("Công bố mẫu tờ khai"), subject="form")
