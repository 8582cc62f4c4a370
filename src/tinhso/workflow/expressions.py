"""Conditions on the arrows of a process: comparisons and and/or/not over plain facts, nothing else.

A process is drawn by a clerk, so its conditions may not reach Python: names are looked up in the
facts, everything but comparing is refused when the process is deployed.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

from SpiffWorkflow.bpmn.script_engine.python_engine import PythonScriptEngine

LONGEST = 500
_COMPARE: dict[type, Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}


def check(expression: str) -> None:
    """Raise ValueError, with the reason, for an expression that may not be used."""
    if len(expression) > LONGEST:
        raise ValueError(f"longer than {LONGEST} characters")
    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except SyntaxError as error:
        raise ValueError(f"not an expression: {error.msg}") from None
    _check(tree.body)


def _check(node: ast.expr) -> None:
    match node:
        case ast.Constant(value=str() | int() | bool() | None) | ast.Name():
            return
        case ast.BoolOp(values=values):
            parts: list[ast.expr] = values
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            parts = [operand]
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            if any(type(op) not in _COMPARE for op in ops):
                raise ValueError("this comparison is not known")
            parts = [left, *comparators]
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            parts = elements
        case _:
            raise ValueError(f"{type(node).__name__} is not allowed in a condition")
    for part in parts:
        _check(part)


def same(one: str, other: str) -> bool:
    """Whether two conditions ask the same, however they are spelled; never for what is no expression."""
    try:
        trees = [ast.dump(ast.parse(text.strip(), mode="eval")) for text in (one, other)]
    except (SyntaxError, ValueError):
        return False
    return trees[0] == trees[1]


def evaluate(expression: str, facts: Mapping[str, Any]) -> Any:
    """The value of a checked expression; a name nobody set is None."""
    check(expression)
    return _value(ast.parse(expression.strip(), mode="eval").body, facts)


def _value(node: ast.expr, facts: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return facts.get(name)
        case ast.BoolOp(op=ast.And(), values=values):
            return all(_value(part, facts) for part in values)
        case ast.BoolOp(values=values):
            return any(_value(part, facts) for part in values)
        case ast.UnaryOp(operand=operand):
            return not _value(operand, facts)
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            return _compare(_value(left, facts), ops, [_value(part, facts) for part in comparators])
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return [_value(part, facts) for part in elements]
    raise ValueError(f"{type(node).__name__} is not allowed in a condition")


def _compare(left: Any, ops: list[ast.cmpop], rights: list[Any]) -> bool:
    for op, right in zip(ops, rights, strict=True):
        try:
            if not _COMPARE[type(op)](left, right):
                return False
        except TypeError:
            return False
        left = right
    return True


class ConditionEngine(PythonScriptEngine):  # type: ignore[misc]  # the library is untyped
    """The engine's view of `evaluate`; scripts are refused."""

    def validate(self, expression: str) -> None:
        check(expression)

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        return evaluate(expression, task.data)

    def execute(self, task: Any, script: str, external_context: Any = None) -> bool:
        raise ValueError("script tasks are not run")
