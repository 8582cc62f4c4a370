"""`{% load forms_ui %}`: one page of a form, drawn on the server, usable without a script."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from django import template
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tinhso.forms import queries, writing
from tinhso.forms.contracts import Keeping, Kind, VersionUnknown
from tinhso.forms.drawing import PageDrawing
from tinhso.forms.engine import browser, pages, reading
from tinhso.forms.engine.form import Form
from tinhso.forms.engine.leaves import Leaf
from tinhso.forms.widgets import Drawing
from tinhso.foundation import moments

ISLANDS = {Kind.MAP_POINT: "place", Kind.SIGNATURE: "signing"}
register = template.Library()
_ESCAPES = {
    ord("<"): "\\u003C",
    ord(">"): "\\u003E",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


@register.inclusion_tag("forms/page.html", takes_context=True)
def form_page(
    context: Context,
    version_id: UUID,
    page: str,
    answers: dict[str, Any] | None = None,
    faults: dict[str, str] | None = None,
    origins: dict[str, str] | None = None,
    action: str = "",
    button: str = "",
    at: datetime | None = None,
    keep: Keeping | None = None,
    report: str = "",
) -> dict[str, Any]:
    """`{% form_page version_id page answers faults=… origins=… action=… button=… at=… keep=… report=… %}`.

    Draws error summary, heading, questions, and the form element with its button and CSRF token.
    `faults` are those of `validate(…, page=page)`; with `keep` what is typed is kept as it is typed;
    `report` is the address below which a wrong prefilled answer is told of.
    Raises VersionUnknown.
    """
    form, given = queries.form(version_id), answers or {}
    if page not in form.pages:
        raise VersionUnknown(_("Tờ khai không có trang này. Hãy quay lại trang trước."))
    today = moments.today(at or moments.now())
    law = queries.law(form, today)
    outcome = pages.outcome_of(form, given, today=today, law=law)
    drawn = _drawing(given, outcome.answers, faults=faults, origins=origins, today=today, report=report)
    drawing = PageDrawing(form, form.pages[page], outcome, drawn)
    view = next((one for one in pages.asked(form, outcome) if one.name == page), None)
    kinds = {leaf.kind for leaf in form.leaves.values() if leaf.page == page}
    bundle = browser.bundle(form, (page,), outcome.answers, today=today.isoformat(), law=law)
    return {
        "csrf_token": context.get("csrf_token"),
        "view": view,
        "page": form.pages[page],
        "heads": drawing.heads,
        "questions": drawing.html(),
        "links": drawing.links(),
        "action": action,
        "button": button or _("Tiếp tục"),
        "multipart": Kind.FILE in kinds,
        "tables": Kind.TABLE in kinds,
        "islands": _islands(kinds),
        "keep": keep,
        "bundle": _script_data(bundle) if bundle else "",
    }


@register.inclusion_tag("forms/sheet.html")
def form_sheet(
    version_id: UUID,
    answers: dict[str, Any] | None = None,
    faults: dict[str, str] | None = None,
    origins: dict[str, str] | None = None,
    at: datetime | None = None,
) -> dict[str, Any]:
    """`{% form_sheet version_id answers faults=… origins=… at=… %}`: all pages asked, under one another.

    Draws neither a form element nor a summary of faults: for a counter where an officer types. What
    depends on an answer of the same sheet comes and goes by the script of public pages; without a script
    it appears after the sheet is sent. Raises VersionUnknown.
    """
    return _sheet(queries.form(version_id), answers or {}, faults=faults, origins=origins, at=at)


@register.inclusion_tag("forms/sheet.html")
def tried_sheet(
    definition: dict[str, Any],
    answers: dict[str, Any] | None = None,
    faults: dict[str, str] | None = None,
    at: datetime | None = None,
) -> dict[str, Any]:
    """`{% tried_sheet definition answers faults=… at=… %}`: as `form_sheet`, of a sound definition that
    is not published.
    """
    return _sheet(writing.ready(definition), answers or {}, faults=faults, origins=None, at=at)


def _sheet(
    form: Form,
    given: dict[str, Any],
    *,
    faults: dict[str, str] | None,
    origins: dict[str, str] | None,
    at: datetime | None,
) -> dict[str, Any]:
    today = moments.today(at or moments.now())
    law = queries.law(form, today)
    outcome = pages.outcome_of(form, given, today=today, law=law)
    drawn = _drawing(given, outcome.answers, faults=faults, origins=origins, today=today)
    asked = {view.name for view in pages.asked(form, outcome)}
    sheet = tuple(form.pages)
    drawings = [PageDrawing(form, page, outcome, drawn, sheet=sheet) for page in form.pages.values()]
    parts = [
        {
            "page": drawing.page,
            "questions": drawing.html(),
            "asks": drawing.asks(),
            "hidden": drawing.page.name not in asked,
        }
        for drawing in drawings
        if drawing.page.name in asked or drawing.asks()
    ]
    bundle = browser.bundle(form, sheet, outcome.answers, today=today.isoformat(), law=law)
    islands = _islands({leaf.kind for leaf in form.leaves.values()})
    return {"parts": parts, "islands": islands, "bundle": _script_data(bundle) if bundle else ""}


def _islands(kinds: Collection[Kind]) -> list[str]:
    """The scripts that kinds of questions need beside their boxes."""
    return [f"ui/dist/islands/{ISLANDS[kind]}.js" for kind in ISLANDS if kind in kinds]


def _drawing(
    given: dict[str, Any],
    found: dict[str, Any],
    *,
    faults: dict[str, str] | None,
    origins: dict[str, str] | None,
    today: date,
    report: str = "",
) -> Drawing:
    def candidates(leaf: Leaf, value: dict[str, Any]) -> list[tuple[str, str, str]]:
        day = reading.as_of(leaf, given, today)
        return [(one.code, one.name, one.note) for one in queries.find_communes(str(value.get("xa")), day)]

    return Drawing(
        answers=_typed(given, found),
        faults=faults or {},
        origins=origins or {},
        candidates=candidates,
        report=report,
    )


def _typed(given: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """What was typed, with computed answers added; hidden questions keep what was typed in them."""
    merged = dict(given)
    for key, value in found.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = _typed(merged[key], value)
        elif isinstance(value, list) and isinstance(merged.get(key), list) and len(value) == len(merged[key]):
            merged[key] = [
                _typed(old, new) if isinstance(old, dict) and isinstance(new, dict) else new
                for old, new in zip(merged[key], value, strict=True)
            ]
        else:
            merged[key] = value
    return merged


def _script_data(bundle: dict[str, Any]) -> SafeString:
    """JSON that cannot end its script element."""
    return mark_safe(orjson.dumps(bundle).decode().translate(_ESCAPES))  # noqa: S308 - escaped here
