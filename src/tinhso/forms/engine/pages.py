"""Which pages are asked, and what stands in a summary."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.forms.contracts import Answers, Field, Kind, PageView, Prefilled, SummaryRow
from tinhso.forms.engine import cleaning, places, plan
from tinhso.forms.engine.display import text_of
from tinhso.forms.engine.form import Form, title_of
from tinhso.forms.engine.leaves import Leaf
from tinhso.forms.engine.shape import STROKE_PATTERN
from tinhso.forms.sources import register_of

ORIGINS = {
    "account": gettext_noop("Lấy từ tài khoản định danh"),
    "applicant": gettext_noop("Lấy từ thông tin của chủ hồ sơ"),
    "vault": gettext_noop("Lấy từ kho giấy tờ"),
    "register": gettext_noop("Lấy từ sổ đăng ký"),
}


def outcome_of(form: Form, answers: Any, *, today: date, law: dict[str, Any]) -> plan.Outcome:
    """What the rules make of answers that may still be faulty."""
    kept, _odd = cleaning.tidy(form.top, answers)
    return plan.run(form.plan, form.leaves, kept, today=today, law=law)


def asked(form: Form, outcome: plan.Outcome) -> tuple[PageView, ...]:
    """The pages of which something is asked, in order, numbered, with their part."""
    shown = []
    for page in form.definition.pages:
        mine = form.of_page(page.name)
        paths = tuple(leaf.path for leaf in mine if leaf.path not in outcome.hidden)
        if paths or not mine:
            shown.append((page, paths))
    titles = {part.name: part.title for part in form.definition.parts}
    parts = list(dict.fromkeys(page.part for page, _paths in shown if page.part))
    return tuple(
        PageView(
            name=page.name,
            question=page.question,
            hint=page.hint,
            part=page.part,
            part_title=titles.get(page.part, ""),
            part_number=parts.index(page.part) + 1 if page.part else 0,
            part_count=len(parts),
            number=number,
            count=len(shown),
            paths=paths,
        )
        for number, (page, paths) in enumerate(shown, start=1)
    )


def rows(form: Form, outcome: plan.Outcome) -> Iterator[SummaryRow]:
    """Answers as rows to check, in the order of the form; tables take one row a line."""
    titles = {part.name: part.title for part in form.definition.parts}
    for leaf in form.top:
        if leaf.path in outcome.hidden:
            continue
        title = titles.get(form.pages[leaf.page].part, "")
        value = places.get(outcome.answers, leaf.keys)
        if leaf.kind is Kind.TABLE and value:
            for index, row in enumerate(value):
                yield SummaryRow(
                    path=f"{leaf.path}.{index}",
                    label=f"{leaf.field.row_label or leaf.label} {index + 1}",
                    value="; ".join(_row_texts(leaf, row)),
                    page=leaf.page,
                    part_title=title,
                    kind=leaf.kind,
                )
            continue
        text = text_of(leaf, value)
        yield SummaryRow(
            path=leaf.path,
            label=_row_label(leaf),
            value=text or _("Không khai"),
            page=leaf.page,
            part_title=title,
            kind=leaf.kind,
            answered=bool(text),
            files=tuple(value) if leaf.kind is Kind.FILE and isinstance(value, list) else (),
            strokes=_strokes(leaf, value),
        )


def _strokes(leaf: Leaf, value: Any) -> str:
    """The lines of a signature, if they are nothing but lines."""
    net = value.get("net") if leaf.kind is Kind.SIGNATURE and isinstance(value, dict) else None
    return net if isinstance(net, str) and STROKE_PATTERN.fullmatch(net) else ""


def _row_label(leaf: Leaf) -> str:
    """A name that stands alone, away from its page: whose birth date it is, and not only that it is one."""
    if leaf.kind is Kind.CONSENT:
        return _("Lời cam đoan")
    return leaf.label if leaf.kind is Kind.YES_NO else title_of(leaf)


def _row_texts(table: Leaf, row: Any) -> Iterator[str]:
    for column in table.columns:
        if text := text_of(column, places.get(row, column.keys)):
            yield f"{column.label}: {text}"


def carried(form: Form, answers: Answers) -> Answers | None:
    """The answers of an earlier filing without what is asked anew; None when the form says nothing of it."""
    asked_anew = [leaf for leaf in form.top if leaf.field.anew]
    if not asked_anew:
        return None
    kept = copy.deepcopy(answers)
    for leaf in form.top:
        if leaf.field.anew or leaf.kind in (Kind.CONSENT, Kind.FILE, Kind.SIGNATURE):
            places.drop(kept, leaf.keys)
    return kept


def prefilled(form: Form, facts: dict[str, Any]) -> Prefilled:
    """Answers that facts give, each with the mark of where it came from.

    `facts` may be nested or dotted: `{"account": {"full_name": …}}`, `{"account.full_name": …}`.
    """
    answers: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for leaf in form.top:
        source = leaf.field.prefill
        if not source or leaf.kind is Kind.TABLE:
            continue
        raw = facts.get(source)
        if raw is None:
            raw = places.get(facts, source.split("."))
        value = None if raw is None else cleaning.one(leaf.field, _fitting(leaf.field, raw))
        if value is cleaning.STRANGE or places.empty(value):
            continue
        places.put(answers, leaf.keys, value)
        register = register_of(source)
        word = source.split(".")[0]
        origins[leaf.path] = str(register.origin) if register else _(ORIGINS.get(word, ORIGINS["register"]))
    return Prefilled(answers=answers, origins=origins)


def _fitting(field: Field, raw: Any) -> Any:
    """A fact as its question takes it: a day as written, a choice by the label it is called by."""
    if isinstance(raw, date):
        return raw.isoformat()
    if field.kind is Kind.CHOICE:
        called = {option.label.casefold(): option.value for option in field.options}
        taken = {option.value for option in field.options}
        return raw if raw in taken else called.get(str(raw).casefold())
    return raw
