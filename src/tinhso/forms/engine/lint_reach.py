"""Questions that are never asked, checks that never speak or always do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.forms.contracts import Check, Field, FormDefinition, Kind, Problem
from tinhso.forms.engine import rules
from tinhso.forms.engine.leaves import join, leaves_of, of_field
from tinhso.forms.engine.plan import absolute
from tinhso.forms.engine.reach import Reach

NEVER = gettext_noop("“%(label)s” không bao giờ được hỏi: điều kiện không thể xảy ra. Hãy xem lại điều kiện.")
UNASKED = gettext_noop(
    "Ràng buộc “%(name)s” không bao giờ được xét: các mục nó dựa vào không khi nào cùng được hỏi."
)
UNMET = gettext_noop("Ràng buộc “%(name)s” không bao giờ đúng: ai khai cũng bị báo lỗi. Hãy xem lại.")
SILENT = gettext_noop("Ràng buộc “%(name)s” lúc nào cũng đúng nên không báo lỗi gì. Hãy sửa hoặc bỏ.")
Conditions = tuple[tuple[Any, str], ...]


def unreachable(definition: FormDefinition) -> Iterator[Problem]:
    """What no answers can bring about, in a definition whose rules are read and typed."""
    reach = Reach(leaves_of(definition))
    places: list[tuple[str, str, Conditions, Conditions]] = []
    for page in definition.pages:
        mine: Conditions = ((page.show_if, ""),) if page.show_if is not None else ()
        if mine:
            places.append((page.name, page.question, (), mine))
        for field in page.fields:
            _gather(field, "", "", page.name, mine, reach, places)
    dead: list[Conditions] = []
    for where, label, outer, all_of in places:
        if outer in dead or not reach.possible(all_of):
            if outer not in dead:
                yield Problem("unreachable", where, _(NEVER) % {"label": label})
            dead.append(all_of)
    for check in definition.checks:
        yield from _judged(check, reach)


def _gather(
    field: Field,
    prefix: str,
    table: str,
    page: str,
    outer: Conditions,
    reach: Reach,
    places: list[tuple[str, str, Conditions, Conditions]],
) -> None:
    """Conditions of a question and of what is inside it."""
    path = join(prefix, field.name)
    mine = outer if field.show_if is None else (*outer, (field.show_if, table))
    if field.show_if is not None:
        places.append((path or page, field.label or path, outer, mine))
    for leaf in of_field(field, page=page, prefix=prefix, table=table):
        reach.conditions[leaf.path] = mine
    inside = path if field.kind is Kind.TABLE else table
    for inner in field.fields:
        _gather(inner, path, inside, page, mine, reach, places)


def _judged(check: Check, reach: Reach) -> Iterator[Problem]:
    """A check is asked once everything it reads is answered."""
    at = reach.leaves.get(check.at)
    table = at.table if at else ""
    answered = tuple(
        ({"!": [{"empty": [{"var": name}]}]}, table)
        for name in dict.fromkeys(rules.reads(check.holds))
        if (leaf := reach.leaves.get(absolute(name, table))) and (not leaf.table or name.startswith("row."))
    )
    named = {"name": check.name}
    if not reach.possible(answered):
        yield Problem("dead-check", check.name, _(UNASKED) % named, blocks=False)
    elif not reach.possible((*answered, (check.holds, table))):
        yield Problem("never-holds", check.name, _(UNMET) % named)
    elif not reach.possible((*answered, ({"!": [check.holds]}, table))):
        yield Problem("dead-check", check.name, _(SILENT) % named, blocks=False)
