"""Whole answers or one page judged: repair, rules, shape, what is missing, in the order of the form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tinhso.forms.contracts import Kind, Validated
from tinhso.forms.engine import places, plan, sentences
from tinhso.forms.engine.cleaning import tidy
from tinhso.forms.engine.form import Form
from tinhso.forms.engine.leaves import Leaf


@dataclass(frozen=True, slots=True)
class Misfit:
    """An answer that the schema refused, set aside while the rules run."""

    leaf: Leaf
    path: str
    row: int | None
    value: Any


def judge(form: Form, given: Any, *, today: date, law: dict[str, Any], page: str | None = None) -> Validated:
    """Judge answers; with `page`, only what that page asks. Rules do not see what has no usable shape."""
    kept, odd = tidy(form.top, given)
    misfits = [] if form.validator.is_valid(kept) else _misfits(form, kept)
    for misfit in misfits:
        places.drop(_home(kept, misfit), misfit.leaf.keys)
    outcome = plan.run(form.plan, form.leaves, kept, today=today, law=law)
    faults: dict[str, str] = {}
    for path, reason in odd.items():
        leaf = leaf_at(form, path)
        name = leaf.label if leaf and leaf.label else path
        faults[path] = sentences.strange(name) if reason == "type" else sentences.unknown(name)
    for misfit in reversed(misfits):
        if misfit.path not in outcome.hidden and misfit.leaf.table not in outcome.hidden:
            places.put(_home(outcome.answers, misfit), misfit.leaf.keys, misfit.value)
            where, sentence = _misfit_fault(misfit)
            faults.setdefault(where, sentence)
    for leaf in form.top:
        if leaf.path not in outcome.hidden and (page is None or leaf.page == page):
            _present(leaf, outcome.answers, "", outcome.hidden, faults)
    for path, note in outcome.broken:
        leaf = leaf_at(form, path)
        faults.setdefault(path, note or (sentences.wrong_side(leaf) if leaf else ""))
    return Validated(answers=outcome.answers, faults=_ordered(form, faults, page) if faults else faults)


def _misfits(form: Form, answers: dict[str, Any]) -> list[Misfit]:
    """Refused answers, columns before the tables that hold them."""
    found: dict[str, Misfit] = {}
    for fault in form.validator.iter_errors(answers):
        where = [str(step) for step in fault.instance_path]
        leaf = leaf_at(form, ".".join(where))
        if leaf is None:
            continue
        row = int(where[len(leaf.table.split("."))]) if leaf.table else None
        path = leaf.path if row is None else f"{leaf.table}.{row}.{'.'.join(leaf.keys)}"
        home = answers if row is None else places.get(answers, leaf.table.split("."))[row]
        found.setdefault(path, Misfit(leaf, path, row, places.get(home, leaf.keys)))
    return sorted(found.values(), key=lambda misfit: misfit.row is None)


def _home(answers: dict[str, Any], misfit: Misfit) -> dict[str, Any]:
    """What the misfit's keys start from: the answers, or its row of the table."""
    if misfit.row is None:
        return answers
    row: dict[str, Any] = places.get(answers, misfit.leaf.table.split("."))[misfit.row]
    return row


def _misfit_fault(misfit: Misfit) -> tuple[str, str]:
    if misfit.leaf.kind is Kind.ADDRESS and "xa" not in misfit.value:
        return f"{misfit.path}.xa", sentences.missing(misfit.leaf)
    return misfit.path, sentences.wrong(misfit.leaf, misfit.value)


def leaf_at(form: Form, path: str) -> Leaf | None:
    """The deepest leaf at a path of answers, rows' numbers passed over; None at a place of no question."""
    steps = path.split(".")
    for length in range(len(steps), 0, -1):
        name = ".".join(step for step in steps[:length] if not step.isdigit())
        if leaf := form.leaves.get(name):
            return leaf
    return None


def _present(
    leaf: Leaf, home: dict[str, Any], prefix: str, hidden: frozenset[str], faults: dict[str, str]
) -> None:
    """Faults of one leaf that the schema does not see."""
    path = prefix + ".".join(leaf.keys)
    value = places.get(home, leaf.keys)
    if path in hidden or path in faults:
        return
    if places.empty(value):
        if leaf.required and (leaf.kind is not Kind.TABLE or leaf.field.rows_min > 0):
            faults[f"{path}.xa" if leaf.kind is Kind.ADDRESS else path] = sentences.missing(leaf)
    elif leaf.kind is Kind.TABLE:
        if len(value) < leaf.field.rows_min:
            faults[path] = sentences.missing(leaf)
        for index, row in enumerate(value):
            for column in leaf.columns:
                _present(column, row, f"{path}.{index}.", hidden, faults)
    elif leaf.kind is Kind.ADDRESS:
        if "xa" in value and "ma_xa" not in value and "ghi_tay" not in value:
            faults.setdefault(f"{path}.xa", sentences.choose_commune(leaf))
    elif isinstance(value, float) and round(value, leaf.field.decimals) != value and leaf.kind is Kind.NUMBER:
        faults[path] = sentences.too_precise(leaf)


def _ordered(form: Form, faults: dict[str, str], page: str | None) -> dict[str, str]:
    """Faults in the order of the form: by question, then row, then column; with `page`, only its own."""
    order = {path: index for index, path in enumerate(form.leaves)}

    def rank(path: str) -> tuple[int, int, int]:
        leaf = leaf_at(form, path)
        if leaf is None:
            return len(order), 0, 0
        row = next((int(step) for step in path.split(".") if step.isdigit()), -1)
        return order[leaf.table or leaf.path], row, order[leaf.path]

    def mine(path: str) -> bool:
        leaf = leaf_at(form, path)
        return page is None or (leaf is not None and leaf.page == page)

    return {path: _named(form, path, faults[path]) for path in sorted(filter(mine, faults), key=rank)}


def _named(form: Form, path: str, sentence: str) -> str:
    """A sentence about a row says which row."""
    leaf = leaf_at(form, path)
    if leaf is None or not leaf.table:
        return sentence
    row = next(int(step) for step in path.split(".") if step.isdigit())
    table = form.leaves[leaf.table]
    label = f"{table.field.row_label or table.label} {row + 1}"
    return _("%(row)s: %(sentence)s") % {"row": label, "sentence": sentence[:1].lower() + sentence[1:]}
