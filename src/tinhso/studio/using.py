"""Blocks inside definitions: where one is used, put in its place, and what that changes in words."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.forms import api as forms

Fields = list[dict[str, Any]]
ASKING = {
    "label": gettext_lazy("nhãn"),
    "hint": gettext_lazy("lời dẫn"),
    "purpose": gettext_lazy("lý do hỏi"),
    "example": gettext_lazy("ví dụ"),
    "spoken": gettext_lazy("cách gọi trong câu"),
    "kind": gettext_lazy("kiểu câu hỏi"),
    "format": gettext_lazy("dạng chữ"),
    "unit": gettext_lazy("đơn vị"),
    "minimum": gettext_lazy("số nhỏ nhất"),
    "maximum": gettext_lazy("số lớn nhất"),
    "max_length": gettext_lazy("độ dài nhất"),
    "prefill": gettext_lazy("nguồn điền sẵn"),
}
"""What is said of a question when it changes; whatever is not named here is said to have changed, no more."""


@dataclass(frozen=True, slots=True)
class Section:
    """A section with a name in a definition: its path and itself, as it stands there."""

    path: str
    field: dict[str, Any]

    @property
    def block(self) -> str:
        """The code of the block it was taken from; empty without one."""
        return str(self.field.get("block", "")).partition("@")[0]

    @property
    def number(self) -> int:
        """The number of the block it was taken from; 0 without one."""
        number = str(self.field.get("block", "")).partition("@")[2]
        return int(number) if number.isdecimal() else 0


def sections(definition: dict[str, Any] | None) -> Iterator[Section]:
    """All sections that have a name, in the order of the form."""
    for page in (definition or {}).get("pages", []):
        yield from _sections(page.get("fields", []), "")


def block_numbers(definition: dict[str, Any] | None) -> set[tuple[str, int]]:
    """Code and number of every block that a definition has taken."""
    return {(section.block, section.number) for section in sections(definition) if section.number}


def _sections(fields: Fields, prefix: str) -> Iterator[Section]:
    for field in fields:
        path = ".".join(part for part in (prefix, field.get("name", "")) if part)
        if field.get("kind") == "section":
            if field.get("name"):
                yield Section(path, field)
            yield from _sections(field.get("fields", []), path)


def renamed(value: Any, old: str, new: str) -> Any:
    """Fields whose rules and days look at answers below `new` instead of below `old`."""
    if isinstance(value, list):
        return [renamed(item, old, new) for item in value]
    if not isinstance(value, dict):
        return value
    made = {key: renamed(item, old, new) for key, item in value.items()}
    for key in ("var", "as_of"):
        name = made.get(key)
        if isinstance(name, list) and len(name) == 1:
            name = name[0]
        if isinstance(name, str) and name.startswith(f"{old}."):
            made[key] = new + name[len(old) :]
    return made


def updated(
    definition: dict[str, Any], *, code: str, number: int, name: str, fields: Fields
) -> tuple[dict[str, Any], dict[str, tuple[str, ...]]]:
    """The definition with every older section of the block made anew; what changes, by section."""
    made = copy.deepcopy(definition)
    changes = {}
    for section in sections(made):
        if section.block == code and section.number < number:
            fresh = renamed(copy.deepcopy(fields), name, section.path)
            changes[section.path] = differences(section.field.get("fields", []), fresh, definition)
            section.field["fields"] = fresh
            section.field["block"] = f"{code}@{number}"
    return made, changes


def differences(old: Fields, new: Fields, definition: dict[str, Any] | None = None) -> tuple[str, ...]:
    """What other questions are asked, and what is asked otherwise, a sentence each."""
    before = {field["name"]: field for field in old if field.get("name")}
    after = {field["name"]: field for field in new if field.get("name")}
    said = [_("Thêm “%(label)s”.") % {"label": _label(after[name])} for name in after if name not in before]
    said += [_("Bỏ “%(label)s”.") % {"label": _label(before[name])} for name in before if name not in after]
    for name in after:
        if name in before:
            said += _changed(before[name], after[name], definition)
    kept = [name for name in before if name in after]
    if kept != [name for name in after if name in before]:
        said.append(_("Thứ tự các câu hỏi thay đổi."))
    return tuple(said)


def _label(field: dict[str, Any]) -> str:
    return str(field.get("label") or field.get("name", ""))


def _changed(old: dict[str, Any], new: dict[str, Any], definition: dict[str, Any] | None) -> Iterator[str]:
    label = _label(old)
    for key in dict.fromkeys([*old, *new]):
        was, now = old.get(key), new.get(key)
        if was == now or key == "fields":
            continue
        yield _one(key, was, now, label, definition)
    for inside in differences(old.get("fields", []), new.get("fields", []), definition):
        yield _("Trong “%(label)s”: %(change)s") % {"label": label, "change": inside}


def _one(key: str, was: Any, now: Any, label: str, definition: dict[str, Any] | None) -> str:
    if key == "required":
        words = _("“%(label)s” không còn bắt buộc.") if now is False else _("“%(label)s” thành bắt buộc.")
        return words % {"label": label}
    if key == "options":
        return _("“%(label)s” đổi các ý chọn: %(options)s.") % {
            "label": label,
            "options": ", ".join(str(option.get("label", "")) for option in now or [])
            or _("không còn ý nào"),
        }
    if key == "show_if":
        said = forms.sentence(now, definition) if now is not None else _("lúc nào cũng hỏi")
        return _("“%(label)s” hỏi khi: %(condition)s.") % {"label": label, "condition": said}
    if key not in ASKING:
        return _("“%(label)s” đổi cách hỏi (%(key)s).") % {"label": label, "key": key}
    if was in (None, ""):
        return _("“%(label)s” có thêm %(what)s: “%(now)s”.") % {
            "label": label,
            "what": ASKING[key],
            "now": now,
        }
    if now in (None, ""):
        return _("“%(label)s” bỏ %(what)s “%(was)s”.") % {"label": label, "what": ASKING[key], "was": was}
    return _("“%(label)s” đổi %(what)s từ “%(was)s” thành “%(now)s”.") % {
        "label": label,
        "what": ASKING[key],
        "was": was,
        "now": now,
    }
