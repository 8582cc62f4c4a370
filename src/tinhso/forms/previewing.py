"""A page of a definition that is still being written, drawn as people will see it, its rules running."""

from __future__ import annotations

import copy
from datetime import datetime
from typing import Any

import msgspec
from django.http import QueryDict
from django.template.loader import render_to_string

from tinhso.forms import queries
from tinhso.forms.contracts import (
    Answers,
    DefinitionFaulty,
    Field,
    FormDefinition,
    Kind,
    Page,
    Preview,
    Rule,
)
from tinhso.forms.engine import pages as asking
from tinhso.forms.engine import reading, rules, validation
from tinhso.forms.engine.form import Form, decode, make
from tinhso.forms.engine.leaves import Leaf, join, of_page
from tinhso.forms.engine.lint import structure
from tinhso.forms.engine.plan import Circular
from tinhso.forms.engine.rules import RuleUnreadable
from tinhso.forms.engine.types import Mismatch, Scope, check_rule
from tinhso.forms.operations.versions import examine
from tinhso.forms.sheets import page_facts
from tinhso.foundation import legal, moments

UNDRAWABLE = frozenset(
    {"no-pages", "duplicate-page", "duplicate-name", "bad-name", "no-name"}
    | {"reserved-name", "nested-table", "bad-range"}
)
"""Problems with which answers have no place of their own, so that nothing can be drawn."""


def preview(
    definition: dict[str, Any],
    page: str,
    answers: Answers,
    *,
    at: datetime,
    posted: QueryDict | None = None,
    leaving: bool = False,
) -> Preview:
    """One page of a definition as people will see it; the first when it has no page of that name.

    `posted` is what stands in the page shown now, its name under `_page`; with `leaving` that page is
    judged, and the next one drawn when nothing is wrong. Rules that cannot run yet are left out and counted.
    Raises DefinitionFaulty when the definition cannot be drawn at all, with the problems in the way.
    """
    ready, dropped = _ready(_drawable(definition))
    today = moments.today(at)
    law = queries.law(ready, today)
    merged, faults = copy.deepcopy(answers), {}
    shown = posted.get("_page", "") if posted is not None else ""
    if posted is not None and shown in ready.pages:
        reading.read(ready, shown, posted, into=merged, finder=queries.find_communes, today=today)
        if leaving and not reading.stays(posted):
            faults = validation.judge(ready, merged, today=today, law=law, page=shown).faults
    outcome = asking.outcome_of(ready, merged, today=today, law=law)
    asked = tuple(view.name for view in asking.asked(ready, outcome))
    here = page if page in ready.pages else next(iter(ready.pages))
    if shown in ready.pages and leaving:
        here = shown if faults or (posted is not None and reading.stays(posted)) else _after(shown, asked)
    facts = page_facts(ready, here, merged, at=at, faults=faults)
    return Preview(
        html=render_to_string("forms/page.html", facts),
        page=here,
        answers=merged,
        asked=asked,
        dropped=dropped,
    )


def _drawable(definition: dict[str, Any]) -> FormDefinition:
    """The definition decoded, its answers having places of their own. Raises DefinitionFaulty."""
    try:
        decoded = decode(definition)
    except msgspec.ValidationError:
        raise DefinitionFaulty(examine(definition)[1]) from None
    if found := tuple(one for one in structure(decoded) if one.code in UNDRAWABLE):
        raise DefinitionFaulty(found)
    return decoded


def _after(page: str, asked: tuple[str, ...]) -> str:
    """The page asked after this one; the last stays."""
    place = asked.index(page) + 1 if page in asked else 0
    return asked[place] if place < len(asked) else page


def _ready(definition: FormDefinition) -> tuple[Form, int]:
    """The form with the rules that can run, and how many were left out."""
    kept, dropped = _Sifted(definition).whole()
    try:
        return make(kept), dropped
    except Circular:
        bare = msgspec.structs.replace(
            kept,
            pages=tuple(
                msgspec.structs.replace(page, show_if=None, fields=tuple(_bare(one) for one in page.fields))
                for page in kept.pages
            ),
            checks=(),
        )
        return make(bare), dropped + 1


def _bare(field: Field) -> Field:
    """A question without rules."""
    value = {"count": [{"var": "today"}]} if field.kind is Kind.COMPUTED else None
    inner = tuple(_bare(one) for one in field.fields)
    return msgspec.structs.replace(field, show_if=None, value=value, fields=inner)


class _Sifted:
    """A definition from which rules that do not fit yet are taken."""

    def __init__(self, definition: FormDefinition) -> None:
        self.definition = definition
        self.dropped = 0
        leaves: dict[str, Leaf] = {}
        for page in definition.pages:
            for leaf in of_page(page):
                leaves |= {leaf.path: leaf} | {column.path: column for column in leaf.columns}
        self.leaves = leaves
        known = {name: key for name, key in definition.law.items() if key in legal.declarations()}
        self.law = known
        self.scope = Scope(leaves=leaves, law=frozenset(known))

    def whole(self) -> tuple[FormDefinition, int]:
        pages = tuple(self._page(page) for page in self.definition.pages)
        checks = tuple(
            check
            for check in self.definition.checks
            if check.at in self.leaves and self._fits(check.holds, self.leaves[check.at].table)
        )
        self.dropped += len(self.definition.checks) - len(checks)
        kept = msgspec.structs.replace(self.definition, pages=pages, checks=checks, law=self.law)
        return kept, self.dropped

    def _page(self, page: Page) -> Page:
        return msgspec.structs.replace(
            page, show_if=self._kept(page.show_if, ""), fields=self._fields(page.fields, "", "")
        )

    def _fields(self, fields: tuple[Field, ...], prefix: str, table: str) -> tuple[Field, ...]:
        return tuple(self._field(field, prefix, table) for field in fields)

    def _field(self, field: Field, prefix: str, table: str) -> Field:
        path = join(prefix, field.name)
        show_if, value = self._kept(field.show_if, table), field.value
        if field.kind is Kind.COMPUTED and not self._fits(value, table, boolean=False):
            self.dropped += 1
            value = {"count": [{"var": "today"}]}  # of no list: always 0, until the rule is there
        inner = self._fields(field.fields, path, path if field.kind is Kind.TABLE else table)
        return msgspec.structs.replace(field, show_if=show_if, value=value, fields=inner)

    def _kept(self, rule: Rule, table: str) -> Rule:
        if rule is None or self._fits(rule, table):
            return rule
        self.dropped += 1
        return None

    def _fits(self, rule: Rule, table: str, *, boolean: bool = True) -> bool:
        try:
            rules.parse(rule)
            check_rule(rule, self.scope.inside(table), boolean=boolean)
        except (RuleUnreadable, Mismatch):
            return False
        return True
