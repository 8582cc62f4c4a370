"""The acts of the directory; who may do them stands in identity, above it."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from tinhso.foundation import acts

acts.declare("directory.reorganise", _("Sắp xếp đơn vị hành chính"), subject="territory")
acts.declare("directory.establish", _("Thành lập cơ quan, đơn vị"), subject="agency")
acts.declare("directory.dissolve", _("Giải thể, sáp nhập cơ quan"), subject="agency")
acts.declare("directory.identify", _("Cấp mã định danh cơ quan"), subject="agency")
