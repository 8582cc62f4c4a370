"""Types of rules, checked on publishing: both evaluators agree because nothing needs converting."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tinhso.forms.contracts import Kind
from tinhso.forms.engine.leaves import ADDRESS_KEYS, POINT_KEYS, Leaf

BOOLEAN, NUMBER, TEXT, DATE, LIST, ROWS, NULL, LAW, POINT, SIGNED = (
    "có/không",
    "số",
    "chữ",
    "ngày",
    "nhiều ý",
    "bảng",
    "trống",
    "luật",
    "vị trí",
    "chữ ký",
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_KINDS = {
    Kind.TEXT: TEXT,
    Kind.LONG_TEXT: TEXT,
    Kind.NUMBER: NUMBER,
    Kind.MONEY: NUMBER,
    Kind.DATE: DATE,
    Kind.YES_NO: BOOLEAN,
    Kind.CHOICE: TEXT,
    Kind.CHOICES: LIST,
    Kind.ADDRESS: TEXT,
    Kind.TABLE: ROWS,
    Kind.FILE: LIST,
    Kind.CONSENT: BOOLEAN,
    Kind.MAP_POINT: POINT,
    Kind.SIGNATURE: SIGNED,
}


INNER = {Kind.ADDRESS: ADDRESS_KEYS, Kind.MAP_POINT: POINT_KEYS}
"""What may be read inside an answer, by its kind."""


class Mismatch(Exception):
    """A rule whose parts do not fit; `sentence` says which."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Scope:
    """What a rule may read: leaves, names of legal values, and the row of `table`."""

    leaves: dict[str, Leaf]
    law: frozenset[str]
    table: str = ""

    def inside(self, table: str) -> Scope:
        """The same scope for a rule in a table's rows."""
        return replace(self, table=table)

    def leaf(self, name: str) -> Leaf | None:
        """The leaf a name reads."""
        path = f"{self.table}.{name[4:]}" if self.table and name.startswith("row.") else name
        leaf = self.leaves.get(path)
        head, _dot, last = path.rpartition(".")
        owner = self.leaves.get(head)
        if leaf is None and owner is not None and last in INNER.get(owner.kind, ()):
            return owner
        return leaf

    def type_of(self, name: str) -> str:
        """The type a name reads. Raises Mismatch for a name nobody asks for."""
        if name == "today":
            return DATE
        if name.startswith("law.") and name[4:] in self.law:
            return LAW
        leaf = self.leaf(name)
        if leaf is None or (leaf.table and leaf.table != self.table):
            raise Mismatch("unknown-reference", f"không có mục tên “{name}”.")
        if leaf.kind is Kind.COMPUTED:
            return (
                _type(leaf.field.value, replace(self, table=leaf.table))
                if leaf.field.value is not None
                else NULL
            )
        if leaf.kind is Kind.MAP_POINT and name.rpartition(".")[2] in POINT_KEYS:
            return NUMBER
        return _KINDS[leaf.kind]


def check_rule(rule: Any, scope: Scope, *, boolean: bool) -> None:
    """Raise Mismatch unless the rule fits; `boolean` when it must say yes or no."""
    try:
        found = _type(rule, scope)
    except RecursionError:
        raise Mismatch("circular", "mục tính dựa vào chính nó.") from None
    if boolean and found != BOOLEAN:
        raise Mismatch("not-a-condition", f"cho ra {found}, không phải có hoặc không.")


def _type(rule: Any, scope: Scope) -> str:
    if isinstance(rule, bool):
        return BOOLEAN
    if isinstance(rule, int | float):
        return NUMBER
    if isinstance(rule, str):
        return DATE if _DAY.fullmatch(rule) else TEXT
    if rule is None:
        return NULL
    if isinstance(rule, list):
        return LIST
    [(name, given)] = rule.items()
    arguments = given if isinstance(given, list) else [given]
    if name == "var":
        return scope.type_of(str(arguments[0]))
    if name in ("in", "sum"):
        return _SPECIAL[name](arguments, scope)
    return _result(name, arguments, [_type(argument, scope) for argument in arguments], scope)


def _result(name: str, arguments: list[Any], types: list[str], scope: Scope) -> str:
    if name in ("and", "or", "!"):
        return _all(name, types, BOOLEAN)
    if name in ("==", "!="):
        _alike(name, types)
        _option_known(arguments, scope)
        return BOOLEAN
    if name in ("<", "<=", ">", ">="):
        _alike(name, types)
        if not set(types) <= {NUMBER, DATE, LAW}:
            raise Mismatch("type-mismatch", f"“{name}” chỉ so sánh số hoặc ngày.")
        return BOOLEAN
    if name in ("years", "days"):
        _all(name, types, DATE)
        return NUMBER
    if name == "if":
        _all(name, types[0:-1:2], BOOLEAN)
        results = [*types[1::2], types[-1]]
        _alike(name, results)
        return next((found for found in results if found != NULL), NULL)
    if name == "empty":
        return BOOLEAN
    if name == "count":
        return NUMBER
    return _all(name, types, NUMBER)


def _all(name: str, types: list[str], wanted: str) -> str:
    for found in types:
        if found not in (wanted, LAW):
            raise Mismatch("type-mismatch", f"“{name}” cần {wanted}, nhưng có chỗ là {found}.")
    return wanted


def _alike(name: str, types: list[str]) -> None:
    if len(set(types) - {NULL, LAW}) > 1:
        raise Mismatch("type-mismatch", f"“{name}” so {' với '.join(dict.fromkeys(types))}, không cùng loại.")
    if {LIST, ROWS} & set(types):
        raise Mismatch("type-mismatch", f"“{name}” không so sánh được mục nhiều ý; hãy dùng “in”.")
    if {POINT, SIGNED} & set(types):
        raise Mismatch("type-mismatch", f"“{name}” không so sánh được vị trí hay chữ ký; hãy dùng “empty”.")


def _option_known(arguments: list[Any], scope: Scope) -> None:
    """A choice compared with what is not among its options could never be met."""
    for one, other in (arguments, arguments[::-1]):
        if isinstance(one, dict) and "var" in one and isinstance(other, str):
            _known_option(str(one["var"]), other, scope)


def _known_option(name: str, value: str, scope: Scope) -> None:
    leaf = scope.leaf(name)
    if leaf is None or leaf.kind not in (Kind.CHOICE, Kind.CHOICES):
        return
    if value not in {option.value for option in leaf.field.options}:
        raise Mismatch("unknown-option", f"“{leaf.label}” không có ý “{value}”.")


def _in(arguments: list[Any], scope: Scope) -> str:
    value, values = arguments
    found = _type(value, scope)
    if isinstance(values, list):
        for item in values:
            _alike("in", [found, _type(item, scope)])
            if isinstance(value, dict) and "var" in value and isinstance(item, str):
                _known_option(str(value["var"]), item, scope)
        return BOOLEAN
    if _type(values, scope) != LIST:
        raise Mismatch("type-mismatch", "“in” cần một mục chọn nhiều ý hoặc một danh sách.")
    if isinstance(value, str):
        _known_option(str(values["var"]), value, scope)
    return BOOLEAN


def _sum(arguments: list[Any], scope: Scope) -> str:
    table, column = arguments
    if _type(table, scope) != ROWS or not isinstance(column, str):
        raise Mismatch("type-mismatch", "“sum” cần một bảng và tên một cột.")
    leaf = scope.leaf(str(table["var"]))
    inner = scope.inside(leaf.path if leaf else "")
    if inner.type_of(f"row.{column}") != NUMBER:
        raise Mismatch("type-mismatch", f"cột “{column}” không phải số nên không cộng được.")
    return NUMBER


_SPECIAL: dict[str, Callable[[list[Any], Scope], str]] = {"in": _in, "sum": _sum}
