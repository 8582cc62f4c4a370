"""`{% load dossiers_ui %}`: lists of dossiers, for this room's pages and for the desk's home."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template

from tinhso.dossiers.pages.desk.lines import Line

register = template.Library()


@register.inclusion_tag("dossiers/desk/rows.html")
def dossier_rows(
    lines: Sequence[Line], query: str = "", ticks: bool = False, take: bool = False
) -> dict[str, Any]:
    """The lines of a list; `query` goes along into each dossier, so that it knows its list.

    `ticks` puts a box before each line, `take` a button that takes the dossier out of the basket.
    """
    return {"lines": lines, "query": query, "ticks": ticks, "take": take}


@register.inclusion_tag("dossiers/desk/head.html")
def dossier_head(ticks: bool = False, take: bool = False) -> dict[str, Any]:
    """The head of the columns that `dossier_rows` fills."""
    return {"ticks": ticks, "take": take}
