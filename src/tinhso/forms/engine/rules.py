"""The rule language on the server: JsonLogic with a strict vocabulary.

python-jsonlogic parses rules into trees; the operators are ours, so that each means exactly what its
twin in web/src/forms/rules.ts means: nothing is converted, a missing answer is null, a comparison
with null is false, arithmetic with null is null, numbers are IEEE doubles within ±10^15.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from jsonlogic import JSONLogicExpression, Operator
from jsonlogic.core import JSONLogicSyntaxError
from jsonlogic.evaluation import EvaluationContext
from jsonlogic.registry import OperatorRegistry, UnknownOperator
from jsonlogic.typing import OperatorArgument

from tinhso.forms.engine.places import empty, get

_DATE = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")
_LARGEST = 1e15
vocabulary = OperatorRegistry()


class RuleUnreadable(Exception):
    """A rule that is no rule of the language; the message says which part."""


@dataclass
class Call(Operator):
    """An operator with its arguments."""

    arguments: list[OperatorArgument]

    least = 1
    most = 1

    @classmethod
    def from_expression(cls, operator: str, arguments: list[OperatorArgument]) -> Call:
        if not cls.least <= len(arguments) <= cls.most:
            raise JSONLogicSyntaxError(f"{operator} takes {cls.least} to {cls.most}, not {len(arguments)}")
        return cls(operator=operator, arguments=arguments)


def _value(argument: OperatorArgument, context: EvaluationContext) -> Any:
    if isinstance(argument, Operator):
        return argument.evaluate(context)
    if isinstance(argument, list):
        return [_value(item, context) for item in argument]
    return argument


def truthy(value: Any) -> bool:
    """JsonLogic's truth: empty text, empty list, zero and null are false."""
    return bool(value) or isinstance(value, dict)


def _operator(name: str, *, least: int, most: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        def evaluate(self: Call, context: EvaluationContext) -> Any:
            return function(*(_value(argument, context) for argument in self.arguments))

        body = {"least": least, "most": most, "evaluate": evaluate}
        vocabulary.register(name, type(f"Call_{function.__name__}", (Call,), body))
        return function

    return register


class Var(Call):
    """An answer by its path."""

    @classmethod
    def from_expression(cls, operator: str, arguments: list[OperatorArgument]) -> Var:
        if len(arguments) != 1 or not isinstance(arguments[0], str) or not arguments[0]:
            raise JSONLogicSyntaxError("var takes one name")
        made = cls(operator=operator, arguments=arguments)
        made.keys = arguments[0].split(".")
        return made

    keys: list[str]

    def evaluate(self, context: EvaluationContext) -> Any:
        return get(context.data_stack.tail[0], self.keys)


class And(Call):
    """The first false value, or the last."""

    most = 50
    stop_at = False

    def evaluate(self, context: EvaluationContext) -> Any:
        value: Any = None
        for argument in self.arguments:
            value = _value(argument, context)
            if truthy(value) is self.stop_at:
                return value
        return value


class Or(And):
    """The first true value, or the last."""

    stop_at = True


class If(Call):
    """Condition, value, otherwise; or more pairs before the otherwise."""

    least = 3
    most = 21

    def evaluate(self, context: EvaluationContext) -> Any:
        for index in range(0, len(self.arguments) - 1, 2):
            if truthy(_value(self.arguments[index], context)):
                return _value(self.arguments[index + 1], context)
        return _value(self.arguments[-1], context) if len(self.arguments) % 2 else None


vocabulary.register("var", Var)
vocabulary.register("and", And)
vocabulary.register("or", Or)
vocabulary.register("if", If)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def same(left: Any, right: Any) -> bool:
    """Equality without conversion."""
    if _is_number(left) and _is_number(right):
        return bool(left == right)
    return type(left) is type(right) and isinstance(left, str | bool | None) and bool(left == right)


def _ordered(left: Any, right: Any) -> tuple[Any, Any] | None:
    if _is_number(left) and _is_number(right):
        return left, right
    if isinstance(left, str) and isinstance(right, str) and _DATE.fullmatch(left) and _DATE.fullmatch(right):
        return left + "-01-01"[len(left) - 4 :], right + "-01-01"[len(right) - 4 :]
    return None


def _number(value: float) -> Any:
    if math.isnan(value) or abs(value) > _LARGEST:
        return None
    return int(value) if value == int(value) else value


def _numbers(values: tuple[Any, ...]) -> list[float] | None:
    return [float(value) for value in values] if all(_is_number(value) for value in values) else None


@_operator("!", least=1, most=1)
def _not(value: Any) -> bool:
    return not truthy(value)


@_operator("==", least=2, most=2)
def _equal(left: Any, right: Any) -> bool:
    return same(left, right)


@_operator("!=", least=2, most=2)
def _unequal(left: Any, right: Any) -> bool:
    return not same(left, right)


@_operator("<", least=2, most=2)
def _less(left: Any, right: Any) -> bool:
    pair = _ordered(left, right)
    return pair is not None and bool(pair[0] < pair[1])


@_operator("<=", least=2, most=2)
def _at_most(left: Any, right: Any) -> bool:
    pair = _ordered(left, right)
    return pair is not None and bool(pair[0] <= pair[1])


@_operator(">", least=2, most=2)
def _more(left: Any, right: Any) -> bool:
    return bool(_less(right, left))


@_operator(">=", least=2, most=2)
def _at_least(left: Any, right: Any) -> bool:
    return bool(_at_most(right, left))


@_operator("in", least=2, most=2)
def _in(value: Any, values: Any) -> bool:
    return isinstance(values, list) and any(same(value, item) for item in values)


@_operator("+", least=2, most=50)
def _plus(*values: Any) -> Any:
    numbers = _numbers(values)
    if numbers is None:
        return None
    total = numbers[0]
    for number in numbers[1:]:
        total += number
    return _number(total)


@_operator("-", least=2, most=2)
def _minus(*values: Any) -> Any:
    numbers = _numbers(values)
    return None if numbers is None else _number(numbers[0] - numbers[1])


@_operator("*", least=2, most=50)
def _times(*values: Any) -> Any:
    numbers = _numbers(values)
    if numbers is None:
        return None
    total = numbers[0]
    for number in numbers[1:]:
        total *= number
    return _number(total)


@_operator("/", least=2, most=2)
def _divide(*values: Any) -> Any:
    numbers = _numbers(values)
    return None if numbers is None or numbers[1] == 0 else _number(numbers[0] / numbers[1])


@_operator("min", least=1, most=50)
def _min(*values: Any) -> Any:
    numbers = _numbers(values)
    return None if numbers is None else _number(min(numbers))


@_operator("max", least=1, most=50)
def _max(*values: Any) -> Any:
    numbers = _numbers(values)
    return None if numbers is None else _number(max(numbers))


@_operator("round", least=1, most=1)
def _round(value: Any) -> Any:
    return _number(float(math.floor(float(value) + 0.5))) if _is_number(value) else None


@_operator("years", least=2, most=2)
def _years(first: Any, last: Any) -> Any:
    """Full years from one date to another; a date known by year or month counts from its first day."""
    pair = _ordered(first, last) if isinstance(first, str) else None
    if pair is None:
        return None
    return int(pair[1][:4]) - int(pair[0][:4]) - (1 if pair[1][5:] < pair[0][5:] else 0)


@_operator("days", least=2, most=2)
def _days(first: Any, last: Any) -> Any:
    """Days from one date to another."""
    pair = _ordered(first, last) if isinstance(first, str) else None
    return None if pair is None else _ordinal(pair[1]) - _ordinal(pair[0])


def _ordinal(text: str) -> int:
    """Days since 1 March of year 0, by the civil calendar (Howard Hinnant's algorithm); any digits do."""
    year, month, day = int(text[:4]), int(text[5:7]), int(text[8:])
    year -= month <= 2
    shifted = (month + 9) % 12
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * shifted + 2) // 5 + day - 1


@_operator("sum", least=2, most=2)
def _sum(rows: Any, column: Any) -> Any:
    """The sum of a column of a table; rows without a number in it do not count."""
    if not isinstance(rows, list):
        return 0
    total = 0.0
    for row in rows:
        value = get(row, str(column).split("."))
        total += float(value) if _is_number(value) else 0.0
    return _number(total)


@_operator("count", least=1, most=1)
def _count(value: Any) -> Any:
    return len(value) if isinstance(value, list) else 0


@_operator("empty", least=1, most=1)
def _empty(value: Any) -> bool:
    return empty(value)


def parse(rule: Any) -> Operator | bool:
    """A rule ready to run. Raises RuleUnreadable, naming the part that is not of the language."""
    if isinstance(rule, bool):
        return rule
    try:
        _well_formed(rule, depth=0)
        return JSONLogicExpression.from_json(rule).as_operator_tree(vocabulary)
    except UnknownOperator as fault:
        raise RuleUnreadable(fault.operator_id) from None
    except JSONLogicSyntaxError as fault:
        raise RuleUnreadable(fault.message) from None


def _well_formed(rule: Any, *, depth: int) -> None:
    if depth > 30 or not isinstance(rule, dict) or len(rule) != 1:
        raise RuleUnreadable(repr(rule)[:80])
    for argument in _arguments(rule):
        items = argument if isinstance(argument, list) else [argument]
        for item in items:
            if isinstance(item, dict):
                _well_formed(item, depth=depth + 1)
            elif isinstance(item, list) or (isinstance(item, float) and not math.isfinite(item)):
                raise RuleUnreadable(repr(item)[:80])


def _arguments(rule: dict[str, Any]) -> list[Any]:
    [given] = rule.values()
    return given if isinstance(given, list) else [given]


def reads(rule: Any) -> Iterator[str]:
    """The names a rule reads. `sum` reads its column as well."""
    if isinstance(rule, list):
        for item in rule:
            yield from reads(item)
    elif isinstance(rule, dict):
        for name, given in rule.items():
            if name == "var":
                yield from [str(given[0] if isinstance(given, list) else given)]
            else:
                yield from reads(given)
                if name == "sum" and isinstance(given, list) and len(given) == 2:
                    yield from (f"{table}.{given[1]}" for table in reads(given[0]))


def scene(data: dict[str, Any]) -> EvaluationContext:
    """Data for rules to run over; the mapping may change between runs."""
    return EvaluationContext(data)


def run(rule: Operator | bool, over: EvaluationContext) -> Any:
    """The value of a rule in a scene."""
    return rule if isinstance(rule, bool) else rule.evaluate(over)
