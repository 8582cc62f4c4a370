"""`{% load forms_ui %}`: one page of a form, drawn on the server, usable without a script."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import template
from django.template.context import Context

from tinhso.forms import queries, writing
from tinhso.forms.contracts import Keeping, Silence
from tinhso.forms.drawing import PageDrawing
from tinhso.forms.engine import browser, pages
from tinhso.forms.engine.form import Form
from tinhso.forms.sheets import drawing_of, islands, page_facts, script_data
from tinhso.foundation import moments

register = template.Library()


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
    silent: Sequence[Silence] = (),
) -> dict[str, Any]:
    """`{% form_page version_id page answers faults=… origins=… action=… button=… at=… keep=… report=… %}`.

    Draws error summary, heading, questions, and the form element with its button and CSRF token.
    `faults` are those of `validate(…, page=page)`; with `keep` what is typed is kept as it is typed;
    `report` is the address below which a wrong prefilled answer is told of; `silent` are registers that
    filled nothing: pressing “Hỏi lại” posts the page with `hoi_lai`. Raises VersionUnknown.
    """
    facts = page_facts(
        queries.form(version_id), page, answers or {}, at=at, faults=faults, origins=origins, report=report
    )
    own = {"csrf_token": context.get("csrf_token"), "action": action, "keep": keep, "silent": silent}
    return {**facts, **own, "button": button or facts["button"]}


@register.inclusion_tag("forms/sheet.html")
def form_sheet(
    version_id: UUID,
    answers: dict[str, Any] | None = None,
    faults: dict[str, str] | None = None,
    origins: dict[str, str] | None = None,
    at: datetime | None = None,
    only: Collection[str] | None = None,
) -> dict[str, Any]:
    """`{% form_sheet version_id answers faults=… origins=… at=… only=… %}`: all pages asked in a row.

    Draws neither a form element nor a summary of faults: for a counter where an officer types. What
    depends on an answer of the same sheet comes and goes by the script of public pages; without a script
    it appears after the sheet is sent. With `only` (paths) other questions are left out, and what depends
    on their answers appears after sending. Raises VersionUnknown.
    """
    return _sheet(queries.form(version_id), answers or {}, faults=faults, origins=origins, at=at, only=only)


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
    only: Collection[str] | None = None,
) -> dict[str, Any]:
    today = moments.today(at or moments.now())
    law = queries.law(form, today)
    outcome = pages.outcome_of(form, given, today=today, law=law)
    drawn = drawing_of(given, outcome.answers, faults=faults, origins=origins, today=today)
    asked = {view.name for view in pages.asked(form, outcome)}
    sheet = tuple(form.pages)
    wanted = [
        page
        for page in form.pages.values()
        if only is None or any(leaf.path in only for leaf in form.of_page(page.name))
    ]
    drawings = [PageDrawing(form, page, outcome, drawn, sheet=sheet, only=only) for page in wanted]
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
    bundle = (
        browser.bundle(form, sheet, outcome.answers, today=today.isoformat(), law=law)
        if only is None
        else None
    )
    kinds = {leaf.kind for leaf in form.leaves.values()}
    return {"parts": parts, "islands": islands(kinds), "bundle": script_data(bundle) if bundle else ""}
