"""What a page of a form is drawn from, published or not: questions, faults, rules for the script."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import orjson
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tinhso.forms import queries
from tinhso.forms.contracts import Kind, VersionUnknown
from tinhso.forms.drawing import PageDrawing
from tinhso.forms.engine import browser, pages, reading
from tinhso.forms.engine.form import Form
from tinhso.forms.engine.leaves import Leaf
from tinhso.forms.widgets import Drawing
from tinhso.foundation import moments

ISLANDS = {Kind.MAP_POINT: "place", Kind.SIGNATURE: "signing"}
_ESCAPES = {
    ord("<"): "\\u003C",
    ord(">"): "\\u003E",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def page_facts(
    form: Form,
    page: str,
    given: dict[str, Any],
    *,
    at: datetime | None = None,
    faults: dict[str, str] | None = None,
    origins: dict[str, str] | None = None,
    report: str = "",
) -> dict[str, Any]:
    """What `forms/page.html` shows of one page. Raises VersionUnknown for a page the form does not have."""
    if page not in form.pages:
        raise VersionUnknown(_("Tờ khai không có trang này. Hãy quay lại trang trước."))
    today = moments.today(at or moments.now())
    law = queries.law(form, today)
    outcome = pages.outcome_of(form, given, today=today, law=law)
    drawn = drawing_of(given, outcome.answers, faults=faults, origins=origins, today=today, report=report)
    drawing = PageDrawing(form, form.pages[page], outcome, drawn)
    kinds = {leaf.kind for leaf in form.leaves.values() if leaf.page == page}
    bundle = browser.bundle(form, (page,), outcome.answers, today=today.isoformat(), law=law)
    return {
        "view": next((one for one in pages.asked(form, outcome) if one.name == page), None),
        "page": form.pages[page],
        "heads": drawing.heads,
        "questions": drawing.html(),
        "links": drawing.links(),
        "button": _("Tiếp tục"),
        "multipart": Kind.FILE in kinds,
        "tables": Kind.TABLE in kinds,
        "islands": islands(kinds),
        "bundle": script_data(bundle) if bundle else "",
    }


def islands(kinds: Collection[Kind]) -> list[str]:
    """The scripts that kinds of questions need beside their boxes."""
    return [f"ui/dist/islands/{ISLANDS[kind]}.js" for kind in ISLANDS if kind in kinds]


def drawing_of(
    given: dict[str, Any],
    found: dict[str, Any],
    *,
    faults: dict[str, str] | None,
    origins: dict[str, str] | None,
    today: date,
    report: str = "",
) -> Drawing:
    """What questions are drawn from: answers as typed, with what is computed, and communes to choose from."""

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


def script_data(bundle: dict[str, Any]) -> SafeString:
    """JSON that cannot end its script element."""
    return mark_safe(orjson.dumps(bundle).decode().translate(_ESCAPES))  # noqa: S308 - escaped here
