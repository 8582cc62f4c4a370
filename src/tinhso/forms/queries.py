"""Reads: a version made ready, kept in the process because it never changes."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from tinhso.forms.contracts import VersionUnknown, VersionView
from tinhso.forms.engine.form import Form, decode, make
from tinhso.forms.models import FormVersion


@lru_cache(maxsize=512)
def form(version_id: UUID) -> Form:
    """The form of a version, ready to be asked. Raises VersionUnknown."""
    definition = FormVersion.objects.filter(id=version_id).values_list("definition", flat=True).first()
    if definition is None:
        raise VersionUnknown("Không tìm thấy mẫu tờ khai này. Hãy mở lại thủ tục và bắt đầu từ đầu.")
    return make(decode(definition))


def latest(code: str) -> VersionView | None:
    """The latest published version of a form, or None."""
    found = FormVersion.objects.filter(code=code).order_by("-number").only("code", "number", "title").first()
    return _view(found) if found else None


def version(version_id: UUID) -> VersionView:
    """One version. Raises VersionUnknown."""
    found = FormVersion.objects.filter(id=version_id).only("code", "number", "title").first()
    if found is None:
        raise VersionUnknown("Không tìm thấy mẫu tờ khai này. Hãy mở lại thủ tục và bắt đầu từ đầu.")
    return _view(found)


def _view(row: FormVersion) -> VersionView:
    return VersionView(id=row.id, code=row.code, number=row.number, title=row.title)
