"""Definitions still being written: what they ask, trying them, and rules that stand outside a form."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from tinhso.forms import queries
from tinhso.forms.contracts import Answers, Asked, RuleFaulty, Validated
from tinhso.forms.engine import form, rules, validation, wording
from tinhso.forms.engine.leaves import Leaf
from tinhso.forms.engine.rules import RuleUnreadable
from tinhso.forms.engine.types import Mismatch, Scope, check_rule
from tinhso.foundation import moments


def asked(definition: dict[str, Any]) -> tuple[Asked, ...]:
    """Every answer that a sound definition asks for, in order; columns of a table after it."""
    ready = form.make(form.decode(definition))
    return tuple(_asked(leaf) for top in ready.top for leaf in (top, *top.columns))


def _asked(leaf: Leaf) -> Asked:
    return Asked(
        path=leaf.path,
        label=leaf.label,
        kind=leaf.kind,
        page=leaf.page,
        table=leaf.table,
        required=leaf.required,
        options=tuple((option.value, option.label) for option in leaf.field.options),
        unit=leaf.field.unit,
    )


def tried(definition: dict[str, Any], answers: Answers, *, at: datetime) -> Validated:
    """Answers judged by a sound definition that is not published, as `validate` does by a published one."""
    ready, today = form.make(form.decode(definition)), moments.today(at)
    return validation.judge(ready, answers, today=today, law=queries.law(ready, today))


def check_condition(rule: Any, definition: dict[str, Any]) -> None:
    """Return when a rule outside the form can be asked of its answers. Raises RuleFaulty, in words."""
    ready = form.make(form.decode(definition))
    scope = Scope(leaves=ready.leaves, law=frozenset(ready.definition.law))
    try:
        rules.parse(rule)
        check_rule(rule, scope, boolean=True)
    except RuleUnreadable as fault:
        raise RuleFaulty(_("Không hiểu điều kiện, chỗ: %(part)s.") % {"part": fault}) from None
    except Mismatch as fault:
        raise RuleFaulty(fault.sentence) from None


def holds(rule: Any, answers: Answers, *, on: date, law: dict[str, Any] | None = None) -> bool:
    """Whether a checked rule holds over answers on a day; `law` are its dated values by name."""
    data = {**answers, "today": on.isoformat(), "law": law or {}}
    return rules.truthy(rules.run(rules.parse(rule), rules.scene(data)))


def sentences_of(definition: dict[str, Any]) -> dict[str, str]:
    """Every condition, check and computed value of a definition as a Vietnamese sentence, by its place.

    Places: `pages/<name>`, `checks/<name>`, the path of a question (`con.ho_ten`, of a column
    `tang.dien_tich`), `pages/<page>/<position>…` for a section without a name. The definition need not be
    sound: a rule that is not understood is said to be so; one that is no definition at all gives nothing.
    """
    try:
        return wording.sentences(form.decode(definition))
    except msgspec.ValidationError:
        return {}


def sentence(rule: Any, definition: dict[str, Any] | None) -> str:
    """A rule outside the form (of a paper, a fee) in words: a condition as after “khi”, a value as a noun.

    Without a sound definition (None: no form) answers are called by their paths.
    """
    try:
        decoded = form.decode(definition) if definition else None
    except msgspec.ValidationError:
        decoded = None
    return wording.told(rule, decoded)


def reads(rule: Any) -> tuple[str, ...]:
    """The answers a rule looks at, `today` and `law.…` among them."""
    return tuple(dict.fromkeys(rules.reads(rule)))
