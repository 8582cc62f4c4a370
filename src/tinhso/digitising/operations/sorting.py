"""Whose the pages of a scan are: square codes of separator sheets and of dossiers' labels say it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings

from tinhso.digitising.contracts import Page
from tinhso.digitising.operations.scans import Part
from tinhso.dossiers import api as dossiers
from tinhso.foundation.errors import NotFound

LABEL = "/can-bo/ho-so/"
SHEET = "/can-bo/so-hoa/to-ngan/"
CODE = r"(?P<code>[0-9A-Z.-]{1,60})"


def sheet_address(code: str, paper: str) -> str:
    """What the square code of a separator sheet says: the paper of the dossier that follows it."""
    return f"{settings.ORIGIN}{SHEET}{code}/{paper}/"


@dataclass(slots=True)
class _Pile:
    dossier: UUID | None = None
    paper: str = ""
    pages: list[Page] = field(default_factory=list)


def parts(codes: Sequence[Sequence[str]], *, unit: UUID, source: int = 0) -> tuple[Part, ...]:
    """The pages of one file by paper, from the texts of the codes on each page.

    A separator sheet begins a paper and is left out itself; a dossier's label says whose the pages are from
    there on. A label of a dossier that the unit has nothing to do with says nothing.
    """
    piles = [_Pile()]
    for number, texts in enumerate(codes):
        said = next((found for text in texts if (found := _said(text, unit))), None)
        if said is not None and said[2]:
            piles.append(_Pile(said[0], said[1]))
            continue
        if said is not None and piles[-1].dossier != said[0]:
            if piles[-1].dossier is not None or piles[-1].pages:
                piles.append(_Pile())
            piles[-1].dossier = said[0]
        piles[-1].pages.append(Page(source, number))
    return tuple(Part(tuple(pile.pages), pile.dossier, pile.paper) for pile in piles if pile.pages)


def _said(text: str, unit: UUID) -> tuple[UUID, str, bool] | None:
    """The dossier, the paper, and whether it is a separator sheet; None for any other code."""
    origin = re.escape(settings.ORIGIN)
    sheet = re.fullmatch(f"{origin}{SHEET}{CODE}/(?P<paper>[\\w.-]{{1,100}})/", text)
    found = sheet or re.fullmatch(f"{origin}{LABEL}{CODE}/", text)
    if found is None:
        return None
    try:
        dossier_id = dossiers.find(found["code"])
    except NotFound:
        return None
    if not dossiers.at_hand(dossier_id, unit=unit):
        return None
    return dossier_id, sheet["paper"] if sheet else "", sheet is not None
