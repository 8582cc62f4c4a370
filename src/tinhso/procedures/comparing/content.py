"""Two versions of a procedure, part by part, in words an officer reads."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tinhso.forms import api as forms
from tinhso.procedures.comparing.forms import Definition, of_forms
from tinhso.procedures.comparing.rows import paired
from tinhso.procedures.comparing.words import FIELDS, WRITTEN, about, said
from tinhso.procedures.contracts import Agencies, ChangeKind, ComparedPart, Content, Difference
from tinhso.procedures.fees.contracts import FeeTable, HitPolicy
from tinhso.workflow import api as workflow

KEPT_ELSEWHERE = frozenset({"form_version_id", "process_version_id", "process_key"})
NO_TABLE = FeeTable(hit_policy=HitPolicy.UNIQUE)
MONEY = frozenset({"amount", "exempt_amount"})
Steps = Sequence[workflow.StepView]


def differences(
    before: Content,
    after: Content,
    *,
    forms_written: tuple[Definition | None, Definition | None] | None = None,
    steps_drawn: tuple[Steps, Steps] | None = None,
) -> tuple[Difference, ...]:
    """Everything that differs, description first, then form, papers, fees, process and templates.

    Forms and processes are those the contents name. For a draft, whose form and process are not published,
    give them: `forms_written` the two definitions as JSON, `steps_drawn` the two processes' steps.
    """
    old_form, new_form = forms_written or (_form(before), _form(after))
    found = [*_of_fields(before, after), *of_forms(old_form, new_form)]
    if steps_drawn is None and before.process_version_id and after.process_version_id:
        steps_drawn = _steps(before), _steps(after)
    if steps_drawn is not None:
        found += _of_steps(*steps_drawn)
    elif before.process_key != after.process_key:
        found += _whole("process_key", before.process_key, after.process_key)
    order = list(ComparedPart)
    return tuple(sorted(found, key=lambda each: order.index(each.part)))


def in_words(difference: Difference) -> str:
    """One difference as a sentence."""
    facts = {
        "label": difference.label,
        "about": difference.about,
        "before": difference.before,
        "after": difference.after,
    }
    match difference.kind:
        case ChangeKind.ADDED:
            pattern = _("Thêm “%(label)s” (%(after)s)") if difference.after else _("Thêm “%(label)s”")
        case ChangeKind.REMOVED:
            pattern = _("Bỏ “%(label)s”")
        case ChangeKind.MOVED:
            pattern = _("Chuyển “%(label)s”: từ %(before)s sang %(after)s")
        case ChangeKind.CHANGED:
            pattern = _changed(difference)
    return pattern % facts


def _changed(difference: Difference) -> str:
    if not difference.before and not difference.after:
        return _("Đổi “%(label)s”: %(about)s") if difference.about else _("Đổi “%(label)s”")
    if not difference.about:
        if not difference.before:
            return _("“%(label)s” nay là: %(after)s")
        if not difference.after:
            return _("“%(label)s” không còn: %(before)s")
        return _("“%(label)s” đổi từ %(before)s thành %(after)s")
    if not difference.before:
        return _("“%(label)s”, %(about)s nay là: %(after)s")
    if not difference.after:
        return _("“%(label)s”, %(about)s không còn: %(before)s")
    return _("“%(label)s”, %(about)s đổi từ %(before)s thành %(after)s")


def _form(content: Content) -> Definition | None:
    return forms.source(content.form_version_id) if content.form_version_id else None


def _steps(content: Content) -> Steps:
    return workflow.process(content.process_version_id).steps if content.process_version_id else ()


def _of_fields(before: Content, after: Content) -> Iterator[Difference]:
    for field in dataclasses.fields(Content):
        was, now = getattr(before, field.name), getattr(after, field.name)
        if was == now or field.name in KEPT_ELSEWHERE:
            continue
        _part, _label, key = FIELDS.get(field.name, ("", "", ""))
        if field.name == "fee_table":
            yield from _of_table(was or NO_TABLE, now or NO_TABLE)
        elif key:
            yield from _of_rows(field.name, key, was, now)
        elif isinstance(was, Agencies):
            yield from _of_sides(field.name, field.name, _called(field.name)[1], was, now)
        else:
            yield from _whole(field.name, was, now)


def _of_table(was: FeeTable, now: FeeTable) -> Iterator[Difference]:
    """The table of fees: its rows and what it asks; no table has none."""
    if was.hit_policy is not now.hit_policy:
        yield Difference(
            kind=ChangeKind.CHANGED,
            part=ComparedPart.FEES,
            key="fee_table",
            label=_called("fee_table")[1],
            about=_("cách chọn dòng"),
        )
    yield from _of_rows("fee_table", "code", was.inputs, now.inputs)
    yield from _of_rows("fee_table", "code", was.rows, now.rows)


def _called(field: str) -> tuple[ComparedPart, str]:
    part, label, _key = FIELDS.get(field, (ComparedPart.DESCRIPTION, _("Nội dung khác"), ""))
    return part, str(label)


def _whole(field: str, was: Any, now: Any) -> Iterator[Difference]:
    part, label = _called(field)
    source = "\n" in f"{was}{now}" and field == "result_template"
    before, after = ("", "") if source else (said(was), said(now))
    yield Difference(kind=ChangeKind.CHANGED, part=part, key=field, label=label, before=before, after=after)


def _of_rows(field: str, key: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[Difference]:
    part, called = _called(field)
    here = {str(getattr(row, key)): row for row in before}
    there = {str(getattr(row, key)): row for row in after}
    pairs = paired(list(here), list(there))

    def told(kind: ChangeKind, row_key: str, row: Any) -> Difference:
        return Difference(kind=kind, part=part, key=f"{field}.{row_key}", label=_row_label(called, row, key))

    for row_key in pairs.removed:
        yield told(ChangeKind.REMOVED, row_key, here[row_key])
    for row_key in pairs.added:
        yield told(ChangeKind.ADDED, row_key, there[row_key])
    for row_key in pairs.kept:
        label = _row_label(called, there[row_key], key)
        yield from _of_sides(field, f"{field}.{row_key}", label, here[row_key], there[row_key])


def _row_label(called: str, row: Any, key: str) -> str:
    named = getattr(row, "name", "") or getattr(row, "label", "") or getattr(row, key)
    return f"{called}: {said(named)}"


def _of_sides(field: str, key: str, label: str, was: Any, now: Any) -> Iterator[Difference]:
    for side in dataclasses.fields(now):
        old, new = getattr(was, side.name), getattr(now, side.name)
        if old != new:
            money, unsaid = side.name in MONEY, side.name in WRITTEN
            yield Difference(
                kind=ChangeKind.CHANGED,
                part=_called(field)[0],
                key=key,
                label=label,
                about=about(f"{field}.{side.name}"),
                before="" if unsaid else said(old, money=money),
                after="" if unsaid else said(new, money=money),
            )


def _of_steps(before: Steps, after: Steps) -> Iterator[Difference]:
    here = {step.step: step for step in before}
    there = {step.step: step for step in after}
    pairs = paired(list(here), list(there))

    def told(kind: ChangeKind, step: workflow.StepView) -> Difference:
        return Difference(
            kind=kind,
            part=ComparedPart.PROCESS,
            key=f"step.{step.step}",
            label=_step_label(step),
        )

    for key in pairs.removed:
        yield told(ChangeKind.REMOVED, here[key])
    for key in pairs.added:
        yield told(ChangeKind.ADDED, there[key])
    for key in pairs.kept:
        yield from _of_step(here[key], there[key])


def _step_label(step: workflow.StepView) -> str:
    return _("Bước %(name)s") % {"name": step.name}


def _of_step(was: workflow.StepView, now: workflow.StepView) -> Iterator[Difference]:
    sides: Mapping[str, tuple[Any, Any]] = {
        side.name: (getattr(was, side.name), getattr(now, side.name)) for side in dataclasses.fields(now)
    }
    for side, (old, new) in sides.items():
        if old != new:
            told = side in ("name", "share")
            yield Difference(
                kind=ChangeKind.CHANGED,
                part=ComparedPart.PROCESS,
                key=f"step.{now.step}",
                label=_step_label(now),
                about=about(side),
                before=said(old) if told else "",
                after=said(new) if told else "",
            )
