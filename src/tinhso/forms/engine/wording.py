"""Rules as people read them: every condition, check and computed value as a Vietnamese sentence.

A phrase of a condition stands after “khi” (“tuổi của con dưới 18”), a phrase of a value is a noun (“tổng diện
tích sàn của bảng “Tầng””). What a rule denies is said by the words of the denial, not by a “not” in front.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.forms.contracts import Field, FormDefinition, Kind
from tinhso.forms.engine import display, rules
from tinhso.forms.engine.leaves import Leaf, join, leaves_of
from tinhso.forms.engine.plan import absolute
from tinhso.forms.engine.rules import RuleUnreadable
from tinhso.forms.engine.types import INNER
from tinhso.foundation import legal

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CONDITIONS = {"and", "or", "!", "==", "!=", "<", "<=", ">", ">=", "in", "empty"}
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_DENIED = {"==": "!=", "!=": "=="}
_ASKING = re.compile(r"^$|^có hay không |\b(ai|gì|nào|đâu|chưa|không|bao nhiêu)\??$")
_BORN = ("ngày sinh", "ngày, tháng, năm sinh")
_INNER = {
    "xa": gettext_noop("xã, phường của %(name)s"),
    "ma_xa": gettext_noop("mã xã của %(name)s"),
    "chi_tiet": gettext_noop("địa chỉ chi tiết của %(name)s"),
    "ghi_tay": gettext_noop("việc ghi tay %(name)s"),
    "ngay": gettext_noop("ngày của địa chỉ %(name)s"),
    "vi_do": gettext_noop("vĩ độ của %(name)s"),
    "kinh_do": gettext_noop("kinh độ của %(name)s"),
}
_NUMBERS = {
    "==": gettext_noop("%(left)s bằng %(right)s"),
    "!=": gettext_noop("%(left)s khác %(right)s"),
    "<": gettext_noop("%(left)s dưới %(right)s"),
    "<=": gettext_noop("%(left)s không quá %(right)s"),
    ">": gettext_noop("%(left)s trên %(right)s"),
    ">=": gettext_noop("%(left)s từ %(right)s trở lên"),
}
_DATES = {
    "==": gettext_noop("%(left)s đúng vào %(right)s"),
    "!=": gettext_noop("%(left)s không phải %(right)s"),
    "<": gettext_noop("%(left)s trước %(right)s"),
    "<=": gettext_noop("%(left)s không sau %(right)s"),
    ">": gettext_noop("%(left)s sau %(right)s"),
    ">=": gettext_noop("%(left)s không trước %(right)s"),
}
_REST = {
    "==": gettext_noop("%(left)s là %(right)s"),
    "!=": gettext_noop("%(left)s không phải là %(right)s"),
}
_SUMS = {
    "+": gettext_noop("cộng"),
    "-": gettext_noop("trừ"),
    "*": gettext_noop("nhân"),
    "/": gettext_noop("chia"),
}


@dataclass(frozen=True, slots=True)
class Names:
    """What names in rules mean to people: leaves by path, legal values by name, the table of `row.`."""

    leaves: Mapping[str, Leaf]
    law: Mapping[str, str]
    table: str = ""

    def inside(self, table: str) -> Names:
        """The same for a rule in a table's rows."""
        return replace(self, table=table)

    def leaf(self, name: str) -> Leaf | None:
        """The question a name reads."""
        return self.leaves.get(absolute(name, self.table))

    def said(self, name: str) -> str:
        """A name as a noun inside a sentence."""
        if name == "today":
            return _("ngày nộp hồ sơ")
        if name.startswith("law.") and (key := self.law.get(name[4:])):
            declared = legal.declarations().get(key)
            return _("mức “%(name)s” theo quy định") % {"name": declared.label if declared else key}
        if leaf := self.leaf(name):
            if leaf.kind is Kind.TABLE:
                return _("bảng “%(name)s”") % {"name": leaf.label}
            return f"“{leaf.label or leaf.path}”" if _ASKING.search(leaf.spoken) else leaf.spoken
        head, _dot, last = absolute(name, self.table).rpartition(".")
        owner = self.leaves.get(head)
        if owner and last in INNER.get(owner.kind, ()):
            return _(_INNER[last]) % {"name": owner.spoken}
        return _("mục “%(name)s”") % {"name": name}


def phrase(rule: Any, names: Names) -> str:
    """A rule in words: a condition stands after “khi”, a value is a noun. Any well-formed rule has one."""
    return condition(rule, names) if _is_condition(rule, names) else value(rule, names)


def _is_condition(rule: Any, names: Names) -> bool:
    if isinstance(rule, bool):
        return True
    name, arguments = _taken(rule)
    if name == "var":
        leaf = names.leaf(str(arguments[0]))
        return leaf is not None and leaf.kind in (Kind.YES_NO, Kind.CONSENT)
    if name == "if":
        return _is_condition(arguments[1], names)
    return name in _CONDITIONS


def condition(rule: Any, names: Names, *, denied: bool = False) -> str:
    """A rule as a condition; `denied` says its contrary."""
    if isinstance(rule, bool):
        return _("không bao giờ") if rule is denied else _("luôn luôn")
    name, arguments = _taken(rule)
    told = _TOLD.get(name)
    if told is not None:
        return told(name, arguments, names, denied)
    return _bare(rule, names, denied)


def _taken(rule: Any) -> tuple[str, list[Any]]:
    """The operator and its arguments; no operator for a literal."""
    if not isinstance(rule, dict) or len(rule) != 1:
        return "", [rule]
    [(name, given)] = rule.items()
    return str(name), given if isinstance(given, list) else [given]


def _bare(rule: Any, names: Names, denied: bool) -> str:
    """A value standing where a condition is meant."""
    name, arguments = _taken(rule)
    leaf = names.leaf(str(arguments[0])) if name == "var" else None
    if leaf is not None and leaf.kind is Kind.CONSENT:
        said = _("chưa đánh dấu ô “%(label)s”") if denied else _("đã đánh dấu ô “%(label)s”")
        return said % {"label": leaf.label}
    if leaf is not None and leaf.kind is Kind.YES_NO:
        answer = _("Không") if denied else _("Có")
        return _("“%(label)s” trả lời “%(answer)s”") % {"label": leaf.label, "answer": answer}
    said = _("không có %(value)s") if denied else _("có %(value)s")
    return said % {"value": value(rule, names)}


def _joined(name: str, arguments: list[Any], names: Names, denied: bool) -> str:
    """All or one of several; the contrary of “all” is “one is not”."""
    if len(arguments) == 1:
        return condition(arguments[0], names, denied=denied)
    word = _("và") if (name == "and") is not denied else _("hoặc")
    said = [_held(argument, names, denied) for argument in arguments]
    return f" {word} ".join(said)


def _held(rule: Any, names: Names, denied: bool) -> str:
    """A part of a longer condition, in brackets when it is itself made of several."""
    name, arguments = _taken(rule)
    while name == "!" or (name in ("and", "or") and len(arguments) == 1):
        name, arguments = _taken(arguments[0])
    said = condition(rule, names, denied=denied)
    return f"({said})" if name in ("and", "or", "if") else said


def _not(name: str, arguments: list[Any], names: Names, denied: bool) -> str:
    return condition(arguments[0], names, denied=not denied)


def _if(name: str, arguments: list[Any], names: Names, denied: bool) -> str:
    return _branches(arguments, names, lambda rule: _held(rule, names, denied))


def _branches(arguments: list[Any], names: Names, say: Callable[[Any], str]) -> str:
    pairs = [
        _("nếu %(condition)s thì %(value)s")
        % {"condition": _held(arguments[index], names, False), "value": say(arguments[index + 1])}
        for index in range(0, len(arguments) - 1, 2)
    ]
    if len(arguments) % 2:
        pairs.append(_("không thì %(value)s") % {"value": say(arguments[-1])})
    return ", ".join(pairs)


def _compared(name: str, arguments: list[Any], names: Names, denied: bool) -> str:
    left, right = arguments
    if _constant(left) and not _constant(right):
        left, right, name = right, left, _FLIPPED.get(name, name)
    if denied and name not in _DENIED:
        # Not “at least”: a missing answer is neither below nor above.
        said = _compared(name, [left, right], names, False)
        return _("không đúng là %(condition)s") % {"condition": said}
    if denied:
        name = _DENIED[name]
    if right is None and name in ("==", "!="):
        return _empty(name, [left], names, name == "!=")
    if isinstance(right, bool) and name in ("==", "!="):
        return condition(left, names, denied=right is (name == "!="))
    said = _words_for(name, left, right, names)
    return said % {"left": _beside(left, names), "right": _like(right, left, names)}


def _beside(rule: Any, names: Names) -> str:
    """A value within a comparison, in brackets when it has conditions of its own."""
    said = value(rule, names)
    return f"({said})" if _taken(rule)[0] == "if" else said


def _words_for(name: str, left: Any, right: Any, names: Names) -> str:
    sorts = {_sort(left, names), _sort(right, names)}
    if "date" in sorts:
        return _(_DATES[name])
    if name == ">=" and not _constant(right):
        return _("%(left)s không dưới %(right)s")
    if name not in _REST or "number" in sorts:
        return _(_NUMBERS[name])
    return _(_REST[name])


def _sort(rule: Any, names: Names) -> str:
    """Whether a value reads as a date, as a number, or as neither."""
    if isinstance(rule, str):
        return "date" if _DAY.fullmatch(rule) else ""
    if isinstance(rule, int | float) and not isinstance(rule, bool):
        return "number"
    name, arguments = _taken(rule)
    if name in _SUMS or name in ("min", "max", "round", "sum", "count", "years", "days"):
        return "number"
    if name == "if":
        return _sort(arguments[1], names)
    if name != "var":
        return ""
    read = str(arguments[0])
    leaf = names.leaf(read)
    if read == "today" or (leaf and leaf.kind is Kind.DATE):
        return "date"
    if leaf is None:
        return "number" if read.startswith("law.") or read.endswith((".vi_do", ".kinh_do")) else ""
    return "number" if leaf.kind in (Kind.NUMBER, Kind.MONEY, Kind.COMPUTED) else ""


def _constant(rule: Any) -> bool:
    return not isinstance(rule, dict | list)


def _in(name: str, arguments: list[Any], names: Names, denied: bool) -> str:
    sought, where = arguments
    if isinstance(where, list):
        said = [_like(item, sought, names) for item in where]
        if len(said) == 1:
            return _(_REST["!=" if denied else "=="]) % {"left": value(sought, names), "right": said[0]}
        words = (
            _("%(left)s không thuộc các ý %(any)s") if denied else _("%(left)s là một trong các ý %(any)s")
        )
        return words % {"left": value(sought, names), "any": ", ".join(said) or _("(không có ý nào)")}
    words = _("%(list)s không có %(item)s") if denied else _("%(list)s có %(item)s")
    return words % {"list": value(where, names), "item": _like(sought, where, names)}


def _empty(name: str, arguments: list[Any], names: Names, denied: bool) -> str:
    operator, inner = _taken(arguments[0])
    leaf = names.leaf(str(inner[0])) if operator == "var" else None
    said = {"value": value(arguments[0], names)}
    if leaf is not None and leaf.kind in (Kind.TABLE, Kind.FILE):
        return (_("có ghi %(value)s") if denied else _("chưa ghi %(value)s")) % said
    return (_("có khai %(value)s") if denied else _("không khai %(value)s")) % said


_TOLD: dict[str, Callable[[str, list[Any], Names, bool], str]] = {
    "and": _joined,
    "or": _joined,
    "!": _not,
    "if": _if,
    **dict.fromkeys(("==", "!=", *_FLIPPED), _compared),
    "in": _in,
    "empty": _empty,
}


def value(rule: Any, names: Names) -> str:
    """A rule as a noun."""
    name, arguments = _taken(rule)
    if not name:
        return _literal(arguments[0])
    if name == "var":
        return names.said(str(arguments[0]))
    made = _VALUES.get(name)
    if made is not None:
        return made(arguments, names)
    if name in _SUMS:
        return f" {_(_SUMS[name])} ".join(_part(argument, arguments, names) for argument in arguments)
    if name == "if":
        return _branches(arguments, names, lambda found: value(found, names))
    return _("việc %(condition)s") % {"condition": _held(rule, names, False)}


def _part(rule: Any, beside: list[Any], names: Names) -> str:
    """A part of a sum, in brackets when it is reckoned itself; a number alone takes the others' form."""
    name, _arguments = _taken(rule)
    said = value(rule, names)
    return f"({said})" if name in _SUMS or name == "if" else said


def _years(arguments: list[Any], names: Names) -> str:
    first, last = arguments
    told = value(first, names)
    if last == {"var": "today"} or last == {"var": ["today"]}:
        for born in _BORN:
            if told.startswith(born):
                return _("tuổi%(whose)s") % {"whose": told.removeprefix(born)}
    return _("số năm tròn từ %(first)s đến %(last)s") % {"first": told, "last": value(last, names)}


def _between(arguments: list[Any], names: Names) -> str:
    first, last = (value(argument, names) for argument in arguments)
    return _("số ngày từ %(first)s đến %(last)s") % {"first": first, "last": last}


def _sum(arguments: list[Any], names: Names) -> str:
    rows, column = arguments
    name, inner = _taken(rows)
    table = str(inner[0]) if name == "var" else ""
    leaf = names.leaf(f"{table}.{column}") if isinstance(column, str) else None
    told = leaf.spoken if leaf else f"“{value(column, names)}”"
    return _("tổng %(column)s của %(rows)s") % {"column": told, "rows": value(rows, names)}


def _count(arguments: list[Any], names: Names) -> str:
    name, inner = _taken(arguments[0])
    leaf = names.leaf(str(inner[0])) if name == "var" else None
    told = {"value": value(arguments[0], names)}
    if leaf is not None and leaf.kind is Kind.TABLE:
        return _("số dòng của %(value)s") % told
    if leaf is not None and leaf.kind is Kind.FILE:
        return _("số tệp của %(value)s") % told
    return _("số ý đã chọn ở %(value)s") % told


def _listed(words: str) -> Callable[[list[Any], Names], str]:
    def told(arguments: list[Any], names: Names) -> str:
        return _(words) % {"values": "; ".join(value(argument, names) for argument in arguments)}

    return told


def _round(arguments: list[Any], names: Names) -> str:
    return _("%(value)s, làm tròn") % {"value": _part(arguments[0], arguments, names)}


_VALUES: dict[str, Callable[[list[Any], Names], str]] = {
    "years": _years,
    "days": _between,
    "sum": _sum,
    "count": _count,
    "min": _listed(gettext_noop("số nhỏ nhất trong (%(values)s)")),
    "max": _listed(gettext_noop("số lớn nhất trong (%(values)s)")),
    "round": _round,
}


def _literal(given: Any) -> str:
    if given is None:
        return _("để trống")
    if isinstance(given, bool):
        return f"“{_('Có') if given else _('Không')}”"
    if isinstance(given, int | float):
        return display.number_text(given, Field(name="", kind=Kind.NUMBER, decimals=6))
    if isinstance(given, list):
        return ", ".join(_literal(item) for item in given) or _("danh sách trống")
    if isinstance(given, str) and _DAY.fullmatch(given):
        return _("ngày %(day)s") % {"day": display.date_text(given)}
    return f"“{given}”"


def _like(given: Any, other: Any, names: Names) -> str:
    """A value as what it stands beside would write it: an option by its label, a number with its unit."""
    name, arguments = _taken(other)
    leaf = names.leaf(str(arguments[0])) if name == "var" else None
    if isinstance(given, str) and leaf is not None:
        label = next((one.label for one in leaf.field.options if one.value == given), "")
        return f"“{label}”" if label else _literal(given)
    if isinstance(given, int | float) and not isinstance(given, bool):
        if leaf is not None:
            unit = leaf.field.unit or (_("đồng") if leaf.kind is Kind.MONEY else "")
            return f"{_literal(given)} {unit}".rstrip()
        if name == "days":
            return _("%(number)s ngày") % {"number": _literal(given)}
        if name == "years" and not value(other, names).startswith(_("tuổi%(whose)s") % {"whose": ""}):
            return _("%(number)s năm") % {"number": _literal(given)}
    return _beside(given, names)


def sentences(definition: FormDefinition) -> dict[str, str]:
    """Every condition, computed value and check of a definition as a sentence, by its place.

    Places: `pages/<name>` for the condition of a page, the path of a question (`con.ho_ten`, `tang.dien_tich`)
    for its condition and its value, `pages/<page>/<position>…` for a section without a name, `checks/<name>`.
    A rule that is not of the language is said not to be understood.
    """
    names = Names(leaves=leaves_of(definition), law=definition.law)
    told: dict[str, str] = {}
    for page in definition.pages:
        if page.show_if is not None:
            told[f"pages/{page.name}"] = _("Hỏi trang này khi %(condition)s.") % {
                "condition": _understood(page.show_if, names, condition)
            }
        _fields(page.fields, "", f"pages/{page.name}", names, told)
    for check in definition.checks:
        at = names.leaves.get(check.at)
        here = names.inside(at.table if at else "")
        told[f"checks/{check.name}"] = _("Phải đúng: %(condition)s. Nếu không thì báo: “%(fault)s”") % {
            "condition": _understood(check.holds, here, condition),
            "fault": check.fault,
        }
    return told


def _fields(fields: tuple[Field, ...], prefix: str, place: str, names: Names, told: dict[str, str]) -> None:
    for position, field in enumerate(fields):
        path, here = join(prefix, field.name), f"{place}/{position}"
        if said := _field(field, names):
            told[path if field.name else here] = said
        inner = names.inside(path) if field.kind is Kind.TABLE else names
        _fields(field.fields, path, here, inner, told)


def _field(field: Field, names: Names) -> str:
    shown, made = field.show_if, field.value if field.kind is Kind.COMPUTED else None
    asked = "" if shown is None else _understood(shown, names, condition)
    reckoned = "" if made is None else _understood(made, names, phrase)
    if asked and reckoned:
        return _("Tính khi %(condition)s, bằng %(value)s.") % {"condition": asked, "value": reckoned}
    if reckoned:
        return _("Tính bằng %(value)s.") % {"value": reckoned}
    return _("Hỏi khi %(condition)s.") % {"condition": asked} if asked else ""


def _understood(rule: Any, names: Names, say: Callable[[Any, Names], str]) -> str:
    try:
        rules.parse(rule)
    except RuleUnreadable:
        return _("(không hiểu điều kiện này, hãy đặt lại)")
    return say(rule, names)


def told(rule: Any, definition: FormDefinition | None) -> str:
    """A rule that stands outside the form as a phrase, or the words that it is not understood."""
    names = Names(leaves_of(definition), definition.law) if definition else Names({}, {})
    return _understood(rule, names, phrase)
