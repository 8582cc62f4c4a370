"""`{% load dossiers_ui %}`: lists of dossiers, for this room's pages and for the desk's home."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString

from tinhso.dossiers.pages.desk.columns import USUAL, cells, headings
from tinhso.dossiers.pages.desk.lines import Line

register = template.Library()


@register.inclusion_tag("dossiers/desk/rows.html")
def dossier_rows(
    lines: Sequence[Line],
    query: str = "",
    ticks: bool = False,
    take: bool = False,
    columns: Sequence[str] = USUAL,
) -> dict[str, Any]:
    """The lines of a list; `query` goes along into each dossier, so that it knows its list.

    `ticks` puts a box before each line, `take` a button that takes the dossier out of the basket.
    """
    return {"lines": lines, "query": query, "ticks": ticks, "take": take, "columns": columns}


@register.inclusion_tag("dossiers/desk/head.html")
def dossier_head(
    ticks: bool = False, take: bool = False, columns: Sequence[str] = USUAL, all: bool = False
) -> dict[str, Any]:
    """The head of the columns that `dossier_rows` fills; `all` puts a box that ticks the page."""
    return {"ticks": ticks, "take": take, "headings": headings(columns), "all": all}


@register.inclusion_tag("dossiers/desk/glance_panel.html")
def dossier_glance() -> dict[str, Any]:
    """The panel in which a line of a list is looked at without leaving it."""
    return {}


@register.simple_tag
def dossier_cells(line: Line, columns: Sequence[str], query: str) -> SafeString:
    """The cells of one line."""
    return cells(line, columns, query=query)
