"""Two definitions of a form, sound or not yet, question by question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.procedures.comparing.rows import following, paired
from tinhso.procedures.comparing.words import UNSAID, about, said
from tinhso.procedures.contracts import ChangeKind, ComparedPart, Difference

Definition = Mapping[str, Any]
KINDS: dict[str, str | Promise] = {
    "text": gettext_lazy("chữ"),
    "long_text": gettext_lazy("đoạn chữ"),
    "number": gettext_lazy("số"),
    "money": gettext_lazy("số tiền"),
    "date": gettext_lazy("ngày"),
    "yes_no": gettext_lazy("có hoặc không"),
    "choice": gettext_lazy("chọn một"),
    "choices": gettext_lazy("chọn nhiều"),
    "person": gettext_lazy("người"),
    "organisation": gettext_lazy("tổ chức"),
    "address": gettext_lazy("địa chỉ"),
    "table": gettext_lazy("bảng"),
    "file": gettext_lazy("tệp"),
    "section": gettext_lazy("nhóm câu hỏi"),
    "computed": gettext_lazy("tự tính"),
    "consent": gettext_lazy("cam đoan"),
    "signature": gettext_lazy("chữ ký"),
    "map_point": gettext_lazy("điểm trên bản đồ"),
}
UNLESS_SAID: Mapping[str, Any] = {"required": True, "rows_max": 20}
"""What the language of forms takes a key for that a question leaves out, where that is not nothing."""
STRUCTURE = frozenset({"name", "fields"})


@dataclass(frozen=True, slots=True)
class _Question:
    path: str
    label: str
    page: str
    raw: Mapping[str, Any]


def of_forms(before: Definition | None, after: Definition | None) -> Iterator[Difference]:
    """What came, went, changed and moved between two definitions; None is no form."""
    old, new = before or {}, after or {}
    for name, label in (("title", _("Tên tờ khai")), ("minutes", _("Số phút để khai"))):
        if old.get(name) != new.get(name) and not (name == "minutes" and not (before and after)):
            yield _of(name, ChangeKind.CHANGED, label, before=said(old.get(name)), after=said(new.get(name)))
    for list_, names, label_of in (
        ("parts", _("Phần: %(name)s"), "title"),
        ("pages", _("Trang: %(name)s"), "question"),
        ("checks", _("Ràng buộc: %(name)s"), "fault"),
    ):
        yield from _of_list(old, new, list_, names, label_of)
    yield from _of_questions(_questions(old), _questions(new))


def _of(key: str, kind: ChangeKind, label: str, **words: str) -> Difference:
    return Difference(kind=kind, part=ComparedPart.FORM, key=key, label=label, **words)


def _of_list(old: Definition, new: Definition, name: str, words: str, label_of: str) -> Iterator[Difference]:
    here = {each["name"]: each for each in old.get(name, ())}
    there = {each["name"]: each for each in new.get(name, ())}
    pairs = paired(list(here), list(there))

    def label(each: Mapping[str, Any]) -> str:
        return words % {"name": each.get(label_of) or each["name"]}

    for key in pairs.removed:
        yield _of(f"{name}:{key}", ChangeKind.REMOVED, label(here[key]))
    for key in pairs.added:
        yield _of(f"{name}:{key}", ChangeKind.ADDED, label(there[key]))
    for key in pairs.kept:
        yield from _sides(f"{name}:{key}", label(there[key]), here[key], there[key])


def _of_questions(old: Iterable[_Question], new: Iterable[_Question]) -> Iterator[Difference]:
    here, there = {each.path: each for each in old}, {each.path: each for each in new}
    pairs = paired(list(here), list(there))
    names = {each.path: each.label for each in (*here.values(), *there.values())}
    was_after, is_after = following(list(here), names), following(list(there), names)
    for path in pairs.removed:
        yield _of(path, ChangeKind.REMOVED, here[path].label, before=_shape(here[path].raw))
    for path in pairs.added:
        yield _of(path, ChangeKind.ADDED, there[path].label, after=_shape(there[path].raw))
    for path in pairs.kept:
        was, now = here[path], there[path]
        yield from _sides(path, now.label, was.raw, now.raw)
        if was.page != now.page:
            yield _of(path, ChangeKind.MOVED, now.label, before=was.page, after=now.page)
        elif path in pairs.moved:
            yield _of(
                path,
                ChangeKind.MOVED,
                now.label,
                before=_after(was_after[path]),
                after=_after(is_after[path]),
            )


def _after(name: str) -> str:
    return _("sau “%(name)s”") % {"name": name} if name else _("đầu tờ khai")


def _sides(key: str, label: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    for side in dict.fromkeys((*before, *after)):
        was, now = (each.get(side, UNLESS_SAID.get(side)) for each in (before, after))
        if side in STRUCTURE or was == now or not (was or now):
            continue
        unsaid = side in UNSAID
        yield _of(
            key,
            ChangeKind.CHANGED,
            label,
            about=about(side),
            before="" if unsaid else _word(side, was),
            after="" if unsaid else _word(side, now),
        )


def _word(side: str, value: Any) -> str:
    return str(KINDS.get(value, value)) if side == "kind" else said(value)


def _shape(raw: Mapping[str, Any]) -> str:
    kind = _word("kind", raw.get("kind", ""))
    asks = raw.get("kind") not in ("section", "computed", "table")
    return _("%(kind)s, bắt buộc") % {"kind": kind} if asks and raw.get("required", True) else kind


def _questions(definition: Definition) -> Iterator[_Question]:
    for page in definition.get("pages", ()):
        yield from _inner(page.get("fields", ()), page=page.get("question") or page["name"])


def _inner(fields: Iterable[Mapping[str, Any]], *, page: str, prefix: str = "") -> Iterator[_Question]:
    for raw in fields:
        name = raw.get("name", "")
        path = f"{prefix}.{name}" if prefix and name else prefix or name
        label = raw.get("spoken") or raw.get("label") or path
        yield _Question(path=path, label=label[:1].upper() + label[1:], page=page, raw=raw)
        yield from _inner(raw.get("fields", ()), page=page, prefix=path)
