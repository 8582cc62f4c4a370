"""The part of S-FEEL (DMN 1.3, chapter 9) that cells of a table are written in, and its rules of forms.

A cell: `-`, `"x"`, `"x", "y"`, `12`, `true`, `null`, `date("2025-01-01")`, `< 18`, `[1..5]`, `(1..5]`,
`not(…)`, `list contains(?, "x")`. An input: `a.b`, `count(a)`, `sum(a.b)`,
`years and months duration(a, today()).years`. Anything else is named, never guessed.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tinhso.procedures.fees.contracts import InputType

LONGEST = 500
MOST = 40
LARGEST = 1e15
NAME = r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*"
TOKEN = re.compile(
    r'\s*(?:(?P<text>"(?:[^"\\\x00-\x1f]|\\["\\/bfnrtu])*")|(?P<number>-?\d{1,15}(?:\.\d{1,9})?(?![\w]))|'
    rf"(?P<contains>list\s+contains\b)|(?P<name>{NAME})|(?P<mark><=|>=|\.\.|[<>\[\](),?-]))"
)
AGE = re.compile(rf"years and months duration\(\s*({NAME})\s*,\s*today\(\)\s*\)\.years")
FUNCTION = re.compile(rf"(count|sum)\(\s*({NAME})\s*\)")

Scalar = str | int | float | bool | date | None


class NotFeel(Exception):
    """What is written is not in the part of S-FEEL that is read here; `sentence` says what and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Value:
    """Exactly this value; None is no answer."""

    value: Scalar


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers or days between two ends, either of which may be open (not in it) or None (endless)."""

    low: int | float | date | None
    high: int | float | date | None
    low_open: bool = False
    high_open: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: any of `parts`, or with `negated` anything but them; negated without parts is `-`."""

    negated: bool
    parts: tuple[Value | Span, ...]

    @property
    def anything(self) -> bool:
        """Whether every case fits."""
        return self.negated and not self.parts


@dataclass(frozen=True, slots=True)
class Expression:
    """What an input reads: the value of a name, the age by it, a count or a sum over it."""

    kind: str
    name: str


ANY = Cell(True, ())


def parse_expression(text: str) -> Expression:
    """An input's expression. Raises NotFeel."""
    words = text.strip()
    if re.fullmatch(NAME, words):
        return Expression("value", words)
    if found := AGE.fullmatch(words):
        return Expression("age", found[1])
    if found := FUNCTION.fullmatch(words):
        if found[1] == "sum" and "." not in found[2]:
            raise NotFeel(_("«%(text)s» chưa nói cộng cột nào của bảng.") % {"text": words[:80]})
        return Expression(found[1], found[2])
    raise NotFeel(_("Không hiểu «%(text)s». Hãy chọn một câu trả lời của tờ khai.") % {"text": words[:80]})


def say_expression(expression: Expression) -> str:
    """The expression as it is written."""
    if expression.kind == "age":
        return f"years and months duration({expression.name}, today()).years"
    return expression.name if expression.kind == "value" else f"{expression.kind}({expression.name})"


def expression_rule(expression: Expression) -> Any:
    """The expression in the rule language of forms."""
    if expression.kind == "age":
        return {"years": [{"var": expression.name}, {"var": "today"}]}
    if expression.kind == "sum":
        table, _dot, column = expression.name.rpartition(".")
        return {"sum": [{"var": table}, column]}
    value = {"var": expression.name}
    return {"count": [value]} if expression.kind == "count" else value


def parse_cell(text: str) -> Cell:
    """A cell. Raises NotFeel with the part that is not understood."""
    if len(text) > LONGEST:
        raise NotFeel(_("Ô này quá dài. Hãy tách thành nhiều dòng."))
    return _Reader(text).cell()


class _Reader:
    """Reads one cell, token by token."""

    def __init__(self, text: str) -> None:
        self.text = text.strip()
        self.tokens: list[tuple[str, str]] = []
        place = 0
        while place < len(self.text):
            found = TOKEN.match(self.text, place)
            if found is None:
                raise self.unknown(self.text[place:])
            self.tokens.append((found.lastgroup or "", found[found.lastgroup or 0]))
            place = found.end()
        self.place = 0

    def unknown(self, part: str) -> NotFeel:
        """The fault of a part that is not understood."""
        part = part.strip()[:60]
        if part.lower() in ("true", "false"):
            return NotFeel(_("Không hiểu «%(part)s». Hãy viết thường: true hoặc false.") % {"part": part})
        if part.startswith("'"):
            return NotFeel(_('Không hiểu «%(part)s». Chữ đặt trong dấu ngoặc kép, như "x".') % {"part": part})
        return NotFeel(
            _("Không hiểu «%(part)s». Ghi như: dưới 18, từ 1 đến 5, tên lựa chọn; để trống là gì cũng được.")
            % {"part": part or self.text[:60]}
        )

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.place] if self.place < len(self.tokens) else ("", "")

    def take(self, mark: str = "") -> tuple[str, str]:
        kind, word = self.peek()
        if not kind or (mark and word != mark):
            raise self.unknown(word or self.text)
        self.place += 1
        return kind, word

    def cell(self) -> Cell:
        if not self.tokens or [word for _kind, word in self.tokens] == ["-"]:
            return ANY
        negated = self.peek() == ("name", "not")
        if negated:
            self.take()
            self.take("(")
        parts = [self.test()]
        while self.peek()[1] == "," and len(parts) < MOST:
            self.take()
            parts.append(self.test())
        if negated:
            self.take(")")
        if self.place < len(self.tokens):
            raise self.unknown(self.peek()[1])
        return Cell(negated, tuple(dict.fromkeys(parts)))

    def test(self) -> Value | Span:
        kind, word = self.peek()
        if kind == "mark" and word in ("<", "<=", ">", ">="):
            self.take()
            end = self.end()
            opened = len(word) == 1
            return Span(None, end, high_open=opened) if word[0] == "<" else Span(end, None, low_open=opened)
        if kind == "mark" and word in ("[", "]", "("):
            return self.span()
        if kind == "contains":
            self.take()
            for mark in ("(", "?", ","):
                self.take(mark)
            value = self.literal()
            self.take(")")
            return Value(value)
        return Value(self.literal())

    def span(self) -> Span:
        start = self.take()[1]
        low = self.end()
        self.take("..")
        high = self.end()
        _kind, stop = self.take()
        if stop not in ("]", ")", "["):
            raise self.unknown(stop)
        if isinstance(low, date) is not isinstance(high, date) or low > high:  # type: ignore[operator]
            raise NotFeel(_("Khoảng «%(text)s» có đầu lớn hơn cuối.") % {"text": self.text[:60]})
        return Span(low, high, low_open=start != "[", high_open=stop != "]")

    def end(self) -> int | float | date:
        value = self.literal()
        if isinstance(value, bool) or not isinstance(value, int | float | date):
            raise NotFeel(_("«%(text)s» chỉ so sánh được số hoặc ngày.") % {"text": self.text[:60]})
        return value

    def literal(self) -> Scalar:
        kind, word = self.take()
        if kind == "text":
            try:
                return str(json.loads(word))
            except ValueError:
                raise self.unknown(word) from None
        if kind == "number":
            number = float(word)
            return int(number) if number == int(number) else number
        if (kind, word) in (("name", "true"), ("name", "false")):
            return word == "true"
        if (kind, word) == ("name", "null"):
            return None
        if (kind, word) == ("name", "date"):
            self.take("(")
            kind, given = self.take()
            self.take(")")
            try:
                if kind != "text" or len(given) != 12:
                    raise ValueError
                return date.fromisoformat(given[1:-1])
            except ValueError:
                raise NotFeel(
                    _('Ngày «%(day)s» không có trong lịch. Viết như date("2025-01-31").') % {"day": given}
                ) from None
        raise self.unknown(self.text if kind == "name" else word)


def say_cell(cell: Cell, type: InputType = InputType.TEXT) -> str:
    """The cell as it is written in DMN; in a list input a value says what must be among those chosen."""
    if cell.anything:
        return "-"
    written = ", ".join(
        f"list contains(?, {_said(part.value)})"
        if type is InputType.LIST and isinstance(part, Value) and part.value is not None
        else _written(part)
        for part in cell.parts
    )
    return f"not({written})" if cell.negated else written


def _written(part: Value | Span) -> str:
    if isinstance(part, Value):
        return _said(part.value)
    if part.low is None:
        return f"<{'' if part.high_open else '='} {_said(part.high)}"
    if part.high is None:
        return f">{'' if part.low_open else '='} {_said(part.low)}"
    start, stop = "(" if part.low_open else "[", ")" if part.high_open else "]"
    return f"{start}{_said(part.low)}..{_said(part.high)}{stop}"


def _said(value: Scalar) -> str:
    if isinstance(value, date):
        return f'date("{value.isoformat()}")'
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else _number(value)


def _number(value: int | float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.9f}".rstrip("0").rstrip(".")


def fits(cell: Cell, type: InputType) -> bool:
    """Whether what a cell names can be an answer of that type."""
    return all(_fitting(part, type) for part in cell.parts)


def _fitting(part: Value | Span, type: InputType) -> bool:
    if isinstance(part, Value) and part.value is None:
        return True
    one = part.value if isinstance(part, Value) else part.low if part.low is not None else part.high
    if type is InputType.YES_NO:
        return isinstance(one, bool)
    if type is InputType.NUMBER:
        return isinstance(one, int | float) and not isinstance(one, bool)
    if type is InputType.DATE:
        return isinstance(one, date)
    return isinstance(one, str) and isinstance(part, Value)


def cell_rule(cell: Cell, asked: Any, type: InputType) -> Any:
    """The cell in the rule language of forms, asked of a value (a rule)."""
    if cell.anything:
        return True
    parts = [_rule(part, asked, type) for part in cell.parts]
    either = parts[0] if len(parts) == 1 else {"or": parts}
    return {"!": [either]} if cell.negated else either


def _rule(part: Value | Span, asked: Any, type: InputType) -> Any:
    if isinstance(part, Value):
        if part.value is None:
            return {"empty": [asked]}
        value = _json(part.value)
        return {"in": [value, asked]} if type is InputType.LIST else {"==": [asked, value]}
    ends = []
    if part.low is not None:
        ends.append({">" if part.low_open else ">=": [asked, _json(part.low)]})
    if part.high is not None:
        ends.append({"<" if part.high_open else "<=": [asked, _json(part.high)]})
    return ends[0] if len(ends) == 1 else {"and": ends}


def _json(value: Scalar) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def accepts(cell: Cell, value: Scalar) -> bool:
    """Whether a value fits a cell; of a list, one chosen value."""
    return any(_accepts(part, value) for part in cell.parts) is not cell.negated


def _accepts(part: Value | Span, value: Any) -> bool:
    if isinstance(part, Value):
        alike = isinstance(part.value, bool) is isinstance(value, bool)
        return alike and bool(part.value == value)
    if value is None or isinstance(value, str | bool):
        return False
    above = part.low is None or value > part.low or (value == part.low and not part.low_open)
    return above and (part.high is None or value < part.high or (value == part.high and not part.high_open))
