"""A definition made ready: its leaves, its plan of rules, its schema, compiled once per version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import jsonschema_rs
import msgspec
from django.utils.translation import gettext as _

from tinhso.forms.contracts import Field, FormDefinition, Kind, Page, When
from tinhso.forms.engine import rules, shape
from tinhso.forms.engine.leaves import Leaf, join, leaves_of, of_field, of_page, spoken
from tinhso.forms.engine.plan import Step, StepKind, in_order

MOST_QUESTIONS, MOST_PLACES = 400, 30_000
"""Questions of a form, columns too; JSON values in it."""
BOUNDS = "country_bounds"
"""The legal value with the bounds of the country in degrees: south, north, west, east."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form ready to be asked. `leaves` holds tables' columns too; `top` only what is asked once."""

    definition: FormDefinition
    leaves: dict[str, Leaf]
    top: tuple[Leaf, ...]
    plan: tuple[Step, ...]
    schema: dict[str, Any]
    validator: jsonschema_rs.Draft202012Validator
    pages: dict[str, Page]

    def of_page(self, name: str) -> tuple[Leaf, ...]:
        """What a page asks for, tables as one."""
        return tuple(leaf for leaf in self.top if leaf.page == name)


def decode(definition: dict[str, Any]) -> FormDefinition:
    """A definition from JSON. Raises msgspec.ValidationError naming the place, or that it is too large."""
    if _oversized(definition):
        raise msgspec.ValidationError(
            _("quá %(questions)d câu hỏi, hoặc điều kiện quá dài; hãy tách thành nhiều thủ tục")
            % {"questions": MOST_QUESTIONS}
        )
    return msgspec.convert(definition, FormDefinition)


def _oversized(definition: Any) -> bool:
    """Whether there is more than anybody fills in: rules are judged against each other."""
    left, places, questions = [definition], 0, 0
    while left and places <= MOST_PLACES and questions <= MOST_QUESTIONS:
        value = left.pop()
        if isinstance(value, dict):
            questions += "kind" in value
            left += value.values()
        elif isinstance(value, list):
            left += value
        places += 1
    return bool(left)


def make(definition: FormDefinition) -> Form:
    """Make a form ready. Raises RuleUnreadable and Circular; `lint` says the rest."""
    top = tuple(leaf for page in definition.pages for leaf in of_page(page))
    leaves = leaves_of(definition)
    schema = shape.of_answers(top, title=definition.title)
    return Form(
        definition=definition,
        leaves=leaves,
        top=top,
        plan=in_order(list(steps(definition, leaves))),
        schema=schema,
        validator=shape.validator(schema),
        pages={page.name: page for page in definition.pages},
    )


def steps(definition: FormDefinition, leaves: dict[str, Leaf]) -> Iterator[Step]:
    """The rules of a form, in the order of its text."""
    for page in definition.pages:
        if page.show_if is not None:
            yield _step(
                StepKind.SHOW,
                page.question,
                [leaf.path for leaf in of_page(page)],
                page.show_if,
                leaves=leaves,
            )
        for field in page.fields:
            yield from _of_field(field, leaves)
    for leaf in leaves.values():
        if leaf.kind is Kind.DATE and leaf.field.when is not When.ANY:
            yield _day_check(leaf, leaves)
        if leaf.kind is Kind.MAP_POINT:
            yield _bounds_check(leaf, leaves)
    for check in definition.checks:
        yield _step(StepKind.CHECK, check.name, [check.at], check.holds, leaves=leaves, note=check.fault)


def _of_field(field: Field, leaves: dict[str, Leaf], prefix: str = "", table: str = "") -> Iterator[Step]:
    path = join(prefix, field.name)
    if field.show_if is not None:
        targets = [leaf.path for leaf in of_field(field, page="", prefix=prefix, table=table)]
        yield _step(StepKind.SHOW, field.label or path, targets, field.show_if, leaves=leaves, table=table)
    if field.kind is Kind.COMPUTED:
        yield _step(StepKind.VALUE, field.label or path, [path], field.value, leaves=leaves, table=table)
    for inner in field.fields:
        yield from _of_field(inner, leaves, path, path if field.kind is Kind.TABLE else table)


def _step(
    kind: StepKind,
    name: str,
    targets: list[str],
    rule: Any,
    *,
    leaves: dict[str, Leaf],
    table: str = "",
    note: str = "",
) -> Step:
    if kind is StepKind.CHECK and targets[0] in leaves:
        table = leaves[targets[0]].table
    return Step(
        kind=kind,
        name=name,
        targets=tuple(targets),
        rule=rule,
        reads=tuple(name for name in dict.fromkeys(rules.reads(rule)) if not _summed(name, leaves)),
        tree=rules.parse(rule),
        table=table,
        note=note,
    )


def _summed(name: str, leaves: dict[str, Leaf]) -> bool:
    """Whether a name is a column that `sum` goes through: no answer by itself; its table is read too."""
    leaf = leaves.get(name)
    return leaf is not None and leaf.table != ""


def _day_check(leaf: Leaf, leaves: dict[str, Leaf]) -> Step:
    """The check that a date lies on the right side of the day of filing; its sentence is made when told."""
    name = f"row.{'.'.join(leaf.keys)}" if leaf.table else leaf.path
    before = leaf.field.when is When.PAST
    rule = {"<=" if before else ">=": [{"var": name}, {"var": "today"}]}
    return _step(StepKind.CHECK, leaf.label, [leaf.path], rule, leaves=leaves)


def _bounds_check(leaf: Leaf, leaves: dict[str, Leaf]) -> Step:
    """The check that a place lies in the country, by the dated bounds `country_bounds`."""
    name = f"row.{'.'.join(leaf.keys)}" if leaf.table else leaf.path
    rule = {
        "and": [
            {">=": [{"var": f"{name}.vi_do"}, {"var": f"law.{BOUNDS}.south"}]},
            {"<=": [{"var": f"{name}.vi_do"}, {"var": f"law.{BOUNDS}.north"}]},
            {">=": [{"var": f"{name}.kinh_do"}, {"var": f"law.{BOUNDS}.west"}]},
            {"<=": [{"var": f"{name}.kinh_do"}, {"var": f"law.{BOUNDS}.east"}]},
        ]
    }
    return _step(StepKind.CHECK, leaf.label, [leaf.path], rule, leaves=leaves)


def law_of(form: Form) -> dict[str, str]:
    """The legal values a form's rules read, name to key: its own, and those its questions need."""
    pointed = any(leaf.kind is Kind.MAP_POINT for leaf in form.leaves.values())
    return {**form.definition.law, **({BOUNDS: BOUNDS} if pointed else {})}


def title_of(leaf: Leaf) -> str:
    """A leaf's name at the start of a sentence."""
    named = leaf.spoken or spoken(leaf.label)
    return named[:1].upper() + named[1:]
