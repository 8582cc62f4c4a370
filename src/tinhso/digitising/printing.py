"""Separator sheets: one page before each paper, by which a scanner's file finds its way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from tinhso.digitising.operations.sorting import sheet_address
from tinhso.foundation import paper

TEMPLATE = "digitising/separators"


def separators(code: str, papers: Sequence[tuple[str, str]], *, applicant: str, at: datetime) -> bytes:
    """A separator sheet for each paper (its code and name) of a dossier, as PDF."""
    data = {
        "title": _("Tờ ngăn giấy tờ %(code)s") % {"code": code},
        "sheets": [
            {
                "code": code,
                "applicant": applicant,
                "paper": name,
                "qr": paper.qr(sheet_address(code, each)),
            }
            for each, name in papers
        ],
    }
    return paper.render(template=TEMPLATE, data=data, made_at=at)
