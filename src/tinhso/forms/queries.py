"""Reads: a version made ready, kept in the process because it never changes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.forms.contracts import Commune, VersionUnknown, VersionView
from tinhso.forms.engine.form import Form, decode, law_of, make
from tinhso.forms.models import FormVersion
from tinhso.foundation import legal

MOST_COMMUNES = 7


@lru_cache(maxsize=512)
def form(version_id: UUID) -> Form:
    """The form of a version, ready to be asked. Raises VersionUnknown."""
    definition = FormVersion.objects.filter(id=version_id).values_list("definition", flat=True).first()
    if definition is None:
        raise VersionUnknown(_("Không tìm thấy mẫu tờ khai này. Hãy mở lại thủ tục và bắt đầu từ đầu."))
    return make(decode(definition))


def latest(code: str) -> VersionView | None:
    """The latest published version of a form, or None."""
    found = FormVersion.objects.filter(code=code).order_by("-number").only("code", "number", "title").first()
    return _view(found) if found else None


def version(version_id: UUID) -> VersionView:
    """One version. Raises VersionUnknown."""
    found = FormVersion.objects.filter(id=version_id).only("code", "number", "title").first()
    if found is None:
        raise VersionUnknown(_("Không tìm thấy mẫu tờ khai này. Hãy mở lại thủ tục và bắt đầu từ đầu."))
    return _view(found)


def source(version_id: UUID) -> dict[str, Any]:
    """The definition of a version as it was written. Raises VersionUnknown."""
    written = FormVersion.objects.filter(id=version_id).values_list("definition", flat=True).first()
    if written is None:
        raise VersionUnknown(_("Không tìm thấy mẫu tờ khai này. Hãy mở lại thủ tục và bắt đầu từ đầu."))
    return dict(written)


def _view(row: FormVersion) -> VersionView:
    return VersionView(id=row.id, code=row.code, number=row.number, title=row.title)


def find_communes(name: str, on: date) -> tuple[Commune, ...]:
    """At most seven communes standing on that day, by a name in any spelling, old names included."""
    hits = directory.search_territories(name, on, level=directory.TerritoryLevel.COMMUNE, limit=MOST_COMMUNES)
    return tuple(_commune(hit) for hit in hits)


def _commune(hit: directory.TerritoryHit) -> Commune:
    if hit.former is None:
        return Commune(code=hit.territory.code, name=hit.territory.name, note=hit.within)
    note = _("Trước đây là %(name)s") % {"name": hit.former.name}
    return Commune(
        code=hit.territory.code, name=hit.territory.name, note=f"{note}, {hit.within}" if hit.within else note
    )


def law(ready: Form, on: date) -> dict[str, Any]:
    """The dated legal values that a form's rules read, as of a day. Raises NoLegalValue."""
    return {name: _json(legal.value(key, on=on)) for name, key in law_of(ready).items()}


def _json(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value
