"""Definitions still being written: what they ask, trying them, and rules that stand outside a form."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any

import msgspec
import orjson
from django.http import QueryDict
from django.utils.translation import gettext as _

from tinhso.forms import queries
from tinhso.forms.contracts import Answers, Asked, PageView, RuleFaulty, Validated
from tinhso.forms.engine import form, pages, reading, rules, validation, wording
from tinhso.forms.engine.leaves import Leaf
from tinhso.forms.engine.rules import RuleUnreadable
from tinhso.forms.engine.types import Mismatch, Scope, check_rule
from tinhso.foundation import moments


@lru_cache(maxsize=16)
def _made(written: bytes) -> form.Form:
    return form.make(form.decode(orjson.loads(written)))


def ready(definition: dict[str, Any]) -> form.Form:
    """A sound definition ready to be asked; the same one again costs nothing."""
    return _made(orjson.dumps(definition))


def asked(definition: dict[str, Any]) -> tuple[Asked, ...]:
    """Every answer that a sound definition asks for, in order; columns of a table after it."""
    return tuple(_asked(leaf) for top in ready(definition).top for leaf in (top, *top.columns))


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
    made, today = ready(definition), moments.today(at)
    return validation.judge(made, answers, today=today, law=queries.law(made, today))


def tried_pages(definition: dict[str, Any], answers: Answers, *, at: datetime) -> tuple[PageView, ...]:
    """The pages a sound definition asks, given the answers so far, as `pages` does of a published one."""
    made, today = ready(definition), moments.today(at)
    return pages.asked(made, pages.outcome_of(made, answers, today=today, law=queries.law(made, today)))


def read_tried(definition: dict[str, Any], posted: QueryDict, *, at: datetime) -> Answers:
    """The answers of a sheet of a sound definition that was posted, typed where they can be."""
    made = ready(definition)
    answers: Answers = {}
    for page in made.pages:
        reading.read(made, page, posted, into=answers, finder=queries.find_communes, today=moments.today(at))
    return answers


def check_condition(rule: Any, definition: dict[str, Any]) -> None:
    """Return when a rule outside the form can be asked of its answers. Raises RuleFaulty, in words."""
    made = ready(definition)
    scope = Scope(leaves=made.leaves, law=frozenset(made.definition.law))
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


def reckoned(rule: Any, answers: Answers, *, on: date, law: dict[str, Any] | None = None) -> Any:
    """The value of a checked rule over answers on a day; None where an answer it needs is missing."""
    return rules.run(rules.parse(rule), rules.scene({**answers, "today": on.isoformat(), "law": law or {}}))


def sentences_of(definition: dict[str, Any]) -> dict[str, str]:
    """Every condition, check and computed value of a definition as a Vietnamese sentence, by its place.

    Places: `pages/<name>`, `checks/<name>`, the path of a question (`con.ho_ten`, of a column `tang.dien_tich`),
    `pages/<page>/<position>…` for a section without a name. The definition need not be sound: a rule that is
    not understood is said to be so; one that is no definition at all gives nothing.
    """
    try:
        return wording.sentences(form.decode(definition))
    except msgspec.ValidationError:
        return {}


def sentence(rule: Any, definition: dict[str, Any] | None) -> str:
    """A rule outside the form (of a paper, a fee) in words: a condition as it stands after “khi”, a value as a
    noun. Without a sound definition (None: no form) answers are called by their paths."""
    try:
        decoded = form.decode(definition) if definition else None
    except msgspec.ValidationError:
        decoded = None
    return wording.told(rule, decoded)


def reads(rule: Any) -> tuple[str, ...]:
    """The answers a rule looks at, `today` and `law.…` among them."""
    return tuple(dict.fromkeys(rules.reads(rule)))
