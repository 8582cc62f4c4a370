"""Papers of a dossier as digitising speaks of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from tinhso.digitising.rules import ground
from tinhso.dossiers import api as dossiers
from tinhso.foundation.moments import local


@dataclass(frozen=True, slots=True)
class Line:
    """One paper: how it stands, and why it must be digitised when it must and is not yet."""

    code: str
    name: str
    stands: str
    hue: str
    missing: str = ""


def lines(view: dossiers.DossierView, *, on: date) -> list[Line]:
    """The dossier's papers that count now, in its order. No query."""
    return [_line(view, paper, on=on) for paper in view.papers if paper.current]


def _line(view: dossiers.DossierView, paper: dossiers.PaperView, *, on: date) -> Line:
    if paper.digitised_at is not None:
        said = _("đã số hóa %(at)s") % {"at": f"{local(paper.digitised_at):%H:%M %d/%m/%Y}"}
        return Line(paper.code, paper.name, said, "green")
    if paper.national:
        return Line(paper.code, paper.name, _("lấy từ kho quốc gia"), "green")
    if paper.reused:
        return Line(paper.code, paper.name, _("dùng lại từ kho"), "green")
    if paper.file_id is not None:
        return Line(paper.code, paper.name, _("bản điện tử"), "green")
    why = ground(procedure=view.row.procedure_code, paper=paper.code, name=paper.name, on=on)
    if why:
        return Line(paper.code, paper.name, _("phải số hóa"), "amber", missing=why)
    return Line(paper.code, paper.name, _("bản giấy, không bắt buộc số hóa"), "grey")
