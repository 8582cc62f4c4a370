"""From a posted page to typed answers. What cannot be typed stays as it was written."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date
from hashlib import blake2b
from typing import Any

import orjson
from django.http import QueryDict

from tinhso.forms.contracts import Commune, Kind
from tinhso.forms.engine import cleaning, places, repair
from tinhso.forms.engine.form import Form
from tinhso.forms.engine.leaves import POINT_KEYS, SIGNATURE_KEYS, Leaf
from tinhso.foundation import text

ADD, REMOVE, BY_HAND = "_add", "_remove", "-"
Finder = Callable[[str, date], tuple[Commune, ...]]
_BOXES = {
    Kind.DATE: ("ngay", "thang", "nam"),
    Kind.MAP_POINT: POINT_KEYS,
    Kind.SIGNATURE: SIGNATURE_KEYS,
}
_UNIT = re.compile(r"^(?:phuong|xa|thi tran|dac khu) ")


def read(
    form: Form,
    page: str,
    posted: QueryDict,
    *,
    into: dict[str, Any],
    finder: Finder,
    today: date,
    only: Collection[str] | None = None,
) -> None:
    """Put the page's answers, or `only` those at these paths, into `into`; what is asked for and the post
    lacks is taken out."""
    for leaf in form.of_page(page):
        if leaf.kind is Kind.COMPUTED or (only is not None and leaf.path not in only):
            continue
        if leaf.kind is Kind.TABLE:
            value: Any = _rows(leaf, posted, finder, today, into)
        else:
            value = _value(leaf, leaf.path, posted, finder, as_of(leaf, into, today))
        if places.empty(value) or value is cleaning.STRANGE:
            places.drop(into, leaf.keys)
        else:
            places.put(into, leaf.keys, value)


def as_of(leaf: Leaf, answers: dict[str, Any], today: date) -> date:
    """The day whose communes an address may name."""
    given = places.get(answers, leaf.field.as_of.split(".")) if leaf.field.as_of else None
    try:
        return date.fromisoformat(given) if isinstance(given, str) else today
    except ValueError:
        return today


def _value(leaf: Leaf, name: str, posted: QueryDict, finder: Finder, on: date) -> Any:
    if leaf.kind is Kind.ADDRESS:
        return _address(
            leaf, {key: posted.get(f"{name}.{key}", "") for key in ("chi_tiet", "xa", "ma_xa")}, finder, on
        )
    if boxes_of := _BOXES.get(leaf.kind):
        boxes = {key: posted.get(f"{name}.{key}", "") for key in boxes_of}
        return cleaning.one(leaf.field, boxes if any(boxes.values()) else posted.get(name, ""))
    if leaf.kind in (Kind.CHOICES, Kind.FILE):
        return cleaning.one(leaf.field, [item for item in posted.getlist(name) if item])
    raw = posted.get(name)
    return None if raw is None or raw == "" else cleaning.one(leaf.field, raw)


def _address(leaf: Leaf, boxes: dict[str, Any], finder: Finder, on: date) -> Any:
    """An address; a name that means exactly one commune of that day is taken as chosen."""
    chosen = boxes["ma_xa"]
    kept = cleaning.one(leaf.field, {**boxes, "ngay": on.isoformat()})
    if not isinstance(kept, dict) or "xa" not in kept:
        return kept
    kept.pop("ma_xa", None)
    found = finder(kept["xa"], on)
    match = [commune for commune in found if commune.code == chosen] or exactly(kept["xa"], found)
    if match:
        kept |= {"xa": match[0].name, "ma_xa": match[0].code}
    elif not found or chosen == BY_HAND:
        kept["ghi_tay"] = True
    return kept


def exactly(name: str, found: tuple[Commune, ...]) -> list[Commune]:
    """The one commune of that name, in any spelling and without its kind ("rach gia"); empty otherwise.

    Several of one name are told apart by their kind where it was typed; an old name is never enough.
    """
    typed = text.fold(repair.line(name))
    for same in (lambda other: other == typed, lambda other: _UNIT.sub("", other) == typed):
        named = [commune for commune in found if same(text.fold(repair.line(commune.name)))]
        if named:
            return named if len(named) == 1 else []
    return []


def _rows(leaf: Leaf, posted: QueryDict, finder: Finder, today: date, answers: dict[str, Any]) -> list[Any]:
    pattern = re.compile(rf"{re.escape(leaf.path)}\.([0-9]{{1,3}})\.")
    numbers = sorted({int(found[1]) for key in posted if (found := pattern.match(str(key)))})
    removed = posted.get(REMOVE, "")
    rows: list[Any] = []
    for number in numbers[: leaf.field.rows_max + 1]:
        if removed == f"{leaf.path}.{number}":
            continue
        row: dict[str, Any] = {}
        for column in leaf.columns:
            name = f"{leaf.path}.{number}.{'.'.join(column.keys)}"
            value = _value(column, name, posted, finder, as_of(column, answers, today))
            if value is not cleaning.STRANGE and not places.empty(value):
                places.put(row, column.keys, value)
        if row:
            rows.append(row)
    if posted.get(ADD) == leaf.path and len(rows) < leaf.field.rows_max:
        rows.append({})
    return rows


def fingerprint(form: Form, page: str, answers: dict[str, Any]) -> str:
    """A short mark of the page's answers: equal answers, equal marks."""
    held = {leaf.path: places.get(answers, leaf.keys) for leaf in form.of_page(page)}
    return blake2b(orjson.dumps(held, option=orjson.OPT_SORT_KEYS), digest_size=8).hexdigest()


def stays(posted: QueryDict) -> bool:
    """Whether the post asks for the same page again: a line added or taken away."""
    return ADD in posted or REMOVE in posted
