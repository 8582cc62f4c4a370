"""Conditions as clerks write them after `nếu`, turned into rules of the house's one rule language.

`cha.ho_ten` (it was answered, or yes), `tinh_trang = "Đã ly hôn"`, `von.tong >= 50.000.000`,
`ngay_sinh < 01/07/2025`, joined by `và`, `hoặc`, `không`, with brackets. What is written as a rule itself
(it begins with `{`) is taken as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tinhso.forms import api as forms
from tinhso.foundation.text import fold

DEEPEST = 8
_TOKEN = re.compile(
    r"\s*(?:(?P<sign><=|>=|!=|<|>|=|\(|\))|\"(?P<straight>[^\"]*)\"|“(?P<curly>[^”]*)”"
    r"|(?P<date>\d{1,2}/\d{1,2}/\d{4})(?![\w/])|(?P<number>\d[\d.]{0,20}(?:,\d{1,6})?)(?![\w,.])|(?P<word>[^\s()<>=!\"“”]+))"
)
_RULES = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


class NotUnderstood(Exception):
    """A condition that cannot be read; the message says why, `at` where (characters from its start)."""

    def __init__(self, sentence: str, at: int = 0, length: int = 1) -> None:
        super().__init__(sentence)
        self.sentence, self.at, self.length = sentence, at, length


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


@dataclass(slots=True)
class _Reader:
    """Recursive descent over the tokens; `asked` are the form's answers by path."""

    tokens: list[_Token]
    asked: Mapping[str, forms.Asked]
    end: int
    next: int = 0
    depth: int = 0

    def peek(self) -> _Token:
        return self.tokens[self.next] if self.next < len(self.tokens) else _Token("end", "", self.end)

    def take(self) -> _Token:
        token = self.peek()
        self.next += 1
        return token

    def accept(self, *texts: str) -> bool:
        token = self.peek()
        if token.kind in ("sign", "word") and token.text.lower() in texts:
            self.next += 1
            return True
        return False

    def either(self) -> Any:
        return self._joined("or", "hoặc", lambda: self._joined("and", "và", self.one))

    def _joined(self, operator: str, word: str, part: Callable[[], Any]) -> Any:
        parts = [part()]
        while self.accept(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else {operator: parts}

    def one(self) -> Any:
        self.depth += 1
        if self.depth > DEEPEST:
            raise NotUnderstood(_("Điều kiện lồng nhau quá sâu. Hãy tách ra."), self.peek().at)
        try:
            if self.accept("không"):
                return {"!": [self.one()]}
            if self.accept("("):
                inner = self.either()
                if not self.accept(")"):
                    raise NotUnderstood(_("Thiếu dấu đóng ngoặc “)”."), self.peek().at)
                return inner
            return self.comparison()
        finally:
            self.depth -= 1

    def comparison(self) -> Any:
        token = self.take()
        if token.kind != "word":
            raise NotUnderstood(_("Chỗ này cần tên một trường của tờ khai."), token.at, len(token.text) or 1)
        name = {"var": token.text}
        asked = self.asked.get(token.text)
        sign = self.peek()
        if sign.kind == "word" and sign.text.lower() == "khác":
            self.next += 1
            operator = "!="
        elif sign.kind == "sign" and sign.text in _RULES:
            self.next += 1
            operator = _RULES[sign.text]
        elif asked is not None and asked.kind in (forms.Kind.YES_NO, forms.Kind.CONSENT):
            return name
        else:
            return {"!": [{"empty": [name]}]}
        value = self.value(asked)
        if asked is not None and asked.kind is forms.Kind.CHOICES and operator in ("==", "!="):
            inside = {"in": [value, name]}
            return inside if operator == "==" else {"!": [inside]}
        return {operator: [name, value]}

    def value(self, asked: forms.Asked | None) -> Any:
        token = self.take()
        if token.kind == "number":
            number = float(token.text.replace(".", "").replace(",", "."))
            return int(number) if number == int(number) else number
        if token.kind == "date":
            day, month, year = token.text.split("/")
            return f"{year}-{int(month):02d}-{int(day):02d}"
        if token.kind not in ("text", "word"):
            raise NotUnderstood(_("Chỗ này cần một giá trị để so sánh."), token.at, len(token.text) or 1)
        if asked is None:
            return token.text
        if asked.kind in (forms.Kind.YES_NO, forms.Kind.CONSENT) and token.text.lower() in ("có", "không"):
            return token.text.lower() == "có"
        if not asked.options:
            return {"var": token.text} if token.text in self.asked or token.text == "today" else token.text
        for value, label in asked.options:
            if token.text == value or fold(token.text) == fold(label):
                return value
        raise NotUnderstood(
            _("“%(label)s” không có lựa chọn “%(value)s”. Các lựa chọn: %(options)s.")
            % {
                "label": asked.label,
                "value": token.text,
                "options": "; ".join(label for _value, label in asked.options),
            },
            token.at,
            len(token.text),
        )


def rule_of(written: str, asked: Mapping[str, forms.Asked]) -> Any:
    """The rule that a condition says. Raises NotUnderstood; names are judged later."""
    if written.lstrip().startswith("{"):
        try:
            return json.loads(written)
        except (ValueError, RecursionError):
            raise NotUnderstood(_("Không đọc được điều kiện này.")) from None
    tokens, at = [], 0
    while written[at:].strip():
        found = _TOKEN.match(written, at)
        if found is None:
            raise NotUnderstood(_("Không hiểu điều kiện từ chỗ này."), at)
        kind = found.lastgroup or ""
        start = found.start(kind)
        text = found[kind]
        tokens.append(_Token("text" if kind in ("straight", "curly") else kind, text, start))
        at = found.end()
    reader = _Reader(tokens, asked, end=len(written))
    rule = reader.either()
    if reader.next < len(tokens):
        left = reader.peek()
        raise NotUnderstood(_("Không hiểu điều kiện từ chỗ này."), left.at, len(left.text) or 1)
    return rule
