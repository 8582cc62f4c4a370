"""Conditions that can never hold, found without running through all answers.

A condition is taken apart into ways in which it could hold, each a list of single tests. The tests of a way
that look at one and the same term (an answer, an age) are tried together over the few values that could tell
them apart; a way in which no value passes is no way. What is not understood counts as possible, so nothing
sound is called impossible. An answer that a way needs must itself be asked: the conditions of its question
are added.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from jsonlogic import Operator

from tinhso.forms.contracts import Kind
from tinhso.forms.engine import rules
from tinhso.forms.engine.leaves import Leaf
from tinhso.forms.engine.plan import absolute

MOST_WAYS = 64
DEEPEST = 40
"""Questions each asked only by an answer to the one before: further than this nobody is followed."""
COMPARED = ("==", "!=", "<", "<=", ">", ">=")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_OTHER = "một ý khác"


@dataclass(frozen=True, slots=True)
class Test:
    """One test of one term: `tree` reads the term as `t`; `denied` when it must not hold."""

    key: str
    name: str
    tree: Operator | bool
    denied: bool
    literals: tuple[Any, ...]
    tried: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)
    """What was found already, by the value: a test is met again and again on the way through a long form."""

    def passed(self, value: Any) -> bool:
        """Whether a value of the term passes."""
        mark = repr(value)
        if mark not in self.tried:
            found = rules.run(self.tree, rules.scene({"t": value}))
            self.tried[mark] = rules.truthy(found) is not self.denied
        return self.tried[mark]


Way = list[Test]


class TooMany(Exception):
    """A condition with more ways, or a longer row of questions behind it, than are looked at."""


@dataclass(slots=True)
class Reach:
    """What is asked when: the conditions of each answer by its path, gathered from its page inwards."""

    leaves: Mapping[str, Leaf]
    conditions: dict[str, tuple[tuple[Any, str], ...]] = field(default_factory=dict)
    _apart: dict[tuple[int, str], tuple[Any, list[Way]]] = field(default_factory=dict)
    """Ways of a rule by its identity, the rule beside them so that it stays."""
    _left: dict[tuple[int, ...], tuple[bool, bool]] = field(default_factory=dict)
    """Of tests of one term, by their identities: whether a value passes, and whether it must be an answer."""

    def possible(self, wanted: Iterable[tuple[Any, str]]) -> bool:
        """Whether these conditions, each with the table it is asked in, could hold together."""
        try:
            return self._possible([], wanted, frozenset())
        except TooMany:
            return True

    def _possible(self, way: Way, wanted: Iterable[tuple[Any, str]], met: frozenset[str]) -> bool:
        ways: list[Way] = [way]
        for rule, table in wanted:
            ways = _times(ways, self._ways(rule, table))
        return any(self._open(one, met) for one in ways)

    def _ways(self, rule: Any, table: str) -> list[Way]:
        key = (id(rule), table)
        if key not in self._apart:
            self._apart[key] = rule, _ways(rule, table, denied=False)
        return self._apart[key][1]

    def _open(self, way: Way, met: frozenset[str]) -> bool:
        by_term: dict[str, list[Test]] = {}
        for test in way:
            by_term.setdefault(test.key, []).append(test)
        needed = set()
        for tests in by_term.values():
            name = tests[0].name
            passes, answered = self._passing(tests)
            if not passes:
                return False
            if answered and name in self.conditions:
                needed.add(name)
        more = needed - met
        added = [condition for name in sorted(more) for condition in self.conditions[name]]
        if not added:
            return True
        if len(met) > DEEPEST:
            raise TooMany
        return self._possible(way, added, met | more)

    def _passing(self, tests: list[Test]) -> tuple[bool, bool]:
        key = tuple(id(test) for test in tests)
        if key not in self._left:
            left = [value for value in self._values(tests) if all(test.passed(value) for test in tests)]
            self._left[key] = bool(left), all(value is not None for value in left)
        return self._left[key]

    def _values(self, tests: list[Test]) -> list[Any]:
        """The values of a term that could tell these tests apart; None is no answer."""
        leaf = self.leaves.get(tests[0].name)
        literals = [one for test in tests for one in test.literals]
        if leaf is not None and leaf.kind is Kind.CHOICE:
            return [None, *(option.value for option in leaf.field.options)]
        if leaf is not None and leaf.kind is Kind.CHOICES:
            chosen = [one for one in literals if isinstance(one, str)]
            options = [option.value for option in leaf.field.options if option.value not in chosen]
            return [None, *_subsets(list(dict.fromkeys(chosen))), [*options[:1], *chosen]]
        if leaf is not None and leaf.kind is Kind.YES_NO:
            return [None, True, False]
        if leaf is not None and leaf.kind is Kind.CONSENT:
            return [None, True]
        numbers = sorted({one for one in literals if _is_number(one)})
        days = sorted({one for one in literals if isinstance(one, str) and _DAY.fullmatch(one)})
        texts = {one for one in literals if isinstance(one, str)}
        around = [*_numbers(numbers, leaf), *_days(days)]
        rest: list[Any] = [] if numbers or days else [_OTHER, True, False, 1, 0, [], [{}], {"xa": _OTHER}]
        return [None, *around, *sorted(texts), *rest]


def _times(ways: list[Way], more: list[Way]) -> list[Way]:
    if len(ways) * len(more) > MOST_WAYS:
        raise TooMany
    return [[*way, *other] for way in ways for other in more]


def _ways(rule: Any, table: str, *, denied: bool) -> list[Way]:
    """The ways in which a condition holds, or does not."""
    if isinstance(rule, bool):
        return [[]] if rule is not denied else []
    name, arguments = _taken(rule)
    if name == "!":
        return _ways(arguments[0], table, denied=not denied)
    if name in ("and", "or"):
        each = [_ways(argument, table, denied=denied) for argument in arguments]
        if (name == "and") is denied:
            joined = [way for ways in each for way in ways]
            if len(joined) > MOST_WAYS:
                raise TooMany
            return joined
        made: list[Way] = [[]]
        for ways in each:
            made = _times(made, ways)
        return made
    if name == "if" and len(arguments) == 3:
        when, then, otherwise = arguments
        first = _times(_ways(when, table, denied=False), _ways(then, table, denied=denied))
        return [*first, *_times(_ways(when, table, denied=True), _ways(otherwise, table, denied=denied))]
    return [[_test(rule, table, denied)]]


def _taken(rule: Any) -> tuple[str, list[Any]]:
    if not isinstance(rule, dict):
        return "", [rule]
    [(name, given)] = rule.items()
    return str(name), given if isinstance(given, list) else [given]


def _test(rule: Any, table: str, denied: bool) -> Test:
    """A condition that is not taken further apart, with the one term it looks at."""
    name, arguments = _taken(rule)
    if name in COMPARED or name == "in":
        for place, other in ((0, 1), (1, 0)):
            term, literal = arguments[place], arguments[other]
            if isinstance(term, dict) and not isinstance(literal, dict):
                replaced = list(arguments)
                replaced[place] = {"var": "t"}
                literals = literal if isinstance(literal, list) else [literal]
                return _of(term, table, {name: replaced}, denied, tuple(literals))
    if name == "empty" and isinstance(arguments[0], dict):
        return _of(arguments[0], table, {"empty": [{"var": "t"}]}, denied, ())
    return _of(rule, table, {"!": [{"!": [{"var": "t"}]}]}, denied, (True, False))


def _of(term: Any, table: str, rule: Any, denied: bool, literals: tuple[Any, ...]) -> Test:
    name, arguments = _taken(term)
    read = absolute(str(arguments[0]), table) if name == "var" else ""
    key = read or f"{table}|{json.dumps(term, sort_keys=True, ensure_ascii=False)}"
    return Test(key=key, name=read, tree=rules.parse(rule), denied=denied, literals=literals)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _numbers(literals: list[Any], leaf: Leaf | None) -> list[Any]:
    """Numbers at, beside and between those compared with, within the bounds of the question."""
    if not literals:
        return []
    asked = leaf.field if leaf is not None and leaf.kind in (Kind.NUMBER, Kind.MONEY) else None
    least = asked.minimum if asked else None
    most = asked.maximum if asked else None
    if asked and asked.kind is Kind.MONEY and least is None:
        least = 0
    marks = sorted({*literals, *(bound for bound in (least, most) if bound is not None)})
    found = [marks[0] - 1, *marks, marks[-1] + 1]
    found += [(low + high) / 2 for low, high in pairwise(marks)]
    return [one for one in found if (least is None or one >= least) and (most is None or one <= most)]


def _days(literals: list[str]) -> list[str]:
    """Days at and beside those compared with."""
    found = []
    for text in literals:
        try:
            day = date.fromisoformat(text)
            found += [(day - timedelta(1)).isoformat(), text, (day + timedelta(1)).isoformat()]
        except (ValueError, OverflowError):
            found.append(text)
    return found


def _subsets(values: list[str]) -> list[list[str]]:
    """All that may be chosen of a few values; of many, none, one, all."""
    if len(values) > 6:
        return [[], *([one] for one in values), values]
    return [
        [value for place, value in enumerate(values) if number >> place & 1]
        for number in range(1 << len(values))
    ]
