"""What is wrong with a definition, in words, before it is published."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from tinhso.forms.contracts import Field, FormDefinition, Kind, Page, Problem
from tinhso.forms.engine import rules
from tinhso.forms.engine.form import make
from tinhso.forms.engine.leaves import COMPOSITE, Leaf, join, leaves_of, of_page
from tinhso.forms.engine.lint_reach import unreachable
from tinhso.forms.engine.lint_registers import registered
from tinhso.forms.engine.lint_words import warnings
from tinhso.forms.engine.plan import Circular
from tinhso.forms.engine.rules import RuleUnreadable
from tinhso.forms.engine.types import Mismatch, Scope, check_rule
from tinhso.foundation import legal

NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
RESERVED = {"today", "row", "law", "csrfmiddlewaretoken", "constructor", "length", "prototype"}
NESTED = {Kind.TABLE, Kind.SECTION}


def problems(definition: FormDefinition) -> tuple[Problem, ...]:
    """What is wrong with a definition: what keeps it from being published, then what to think about."""
    found = [*structure(definition)]
    if not found:
        found = [*_rules(definition)]
    if not found:
        try:
            make(definition)
        except Circular as fault:
            circle = " → ".join(f"“{name}”" for name in fault.names)
            found = [
                Problem(
                    "circular", fault.names[0], f"Điều kiện chạy vòng, không bao giờ tính xong: {circle}."
                )
            ]
    if not found:
        found = [*unreachable(definition)]
    return (*found, *registered(definition), *warnings(definition))


def structure(definition: FormDefinition) -> Iterator[Problem]:
    """What is wrong before any rule is looked at: pages, names, words."""
    yield from _pages(definition)
    yield from _names(definition)
    yield from _words(definition)


def fields_of(page: Page) -> Iterator[tuple[str, Field, bool]]:
    """Path, question, and whether it is a column, for all questions of a page, composites whole."""

    def walk(fields: tuple[Field, ...], prefix: str, inside: bool) -> Iterator[tuple[str, Field, bool]]:
        for field in fields:
            path = join(prefix, field.name)
            yield path, field, inside
            yield from walk(field.fields, path, inside or field.kind is Kind.TABLE)

    return walk(page.fields, "", False)


def _pages(definition: FormDefinition) -> Iterator[Problem]:
    parts = {part.name for part in definition.parts}
    if not definition.pages:
        yield Problem("no-pages", "", "Tờ khai chưa có trang nào.")
    for name, count in Counter(page.name for page in definition.pages).items():
        if count > 1:
            yield Problem("duplicate-page", name, f"Có {count} trang cùng tên “{name}”.")
    for number, page in enumerate(definition.pages, start=1):
        called = f"Trang “{page.question}”" if page.question.strip() else f"Trang {number}"
        if not NAME.fullmatch(page.name.replace("-", "_")):
            yield Problem(
                "bad-name", page.name, f"Tên trang “{page.name}” chỉ gồm chữ thường không dấu, số, gạch nối."
            )
        if not page.question.strip():
            yield Problem("no-question", page.name, f"{called} chưa có tiêu đề. Hãy ghi câu hỏi của trang.")
        if not page.fields:
            yield Problem("empty-page", page.name, f"{called} không hỏi gì.")
        if parts and page.part not in parts:
            yield Problem(
                "unknown-part", page.name, f"Trang “{page.question}” chưa thuộc phần nào của tờ khai."
            )
        if page.show_if is False:
            yield Problem("unreachable", page.name, f"Trang “{page.question}” không bao giờ được hỏi.")
    for name in sorted(parts - {page.part for page in definition.pages}):
        yield Problem("empty-part", name, f"Phần “{name}” không có trang nào.")


def _names(definition: FormDefinition) -> Iterator[Problem]:
    taken: Counter[str] = Counter()
    for page in definition.pages:
        for path, field, inside in fields_of(page):
            if field.name and not NAME.fullmatch(field.name):
                yield Problem(
                    "bad-name", path, f"Tên mục “{field.name}” chỉ gồm chữ thường không dấu, số, gạch dưới."
                )
            if not field.name and field.kind is not Kind.SECTION:
                yield Problem("no-name", page.name, f"Một mục của trang “{page.question}” chưa có tên.")
            if not inside and set(path.split(".")) & RESERVED:
                yield Problem(
                    "reserved-name", path, f"Tên “{path}” dành riêng cho hệ thống, hãy đổi tên khác."
                )
            if inside and field.kind in NESTED:
                yield Problem(
                    "nested-table", path, f"Bảng không chứa được bảng hay phần khác: “{field.label or path}”."
                )
        taken.update(leaf.path for leaf in of_page(page))
    for path, count in taken.items():
        if count > 1:
            yield Problem("duplicate-name", path, f"Có {count} mục cùng tên “{path}”.")
        elif any(other.startswith(path + ".") for other in taken):
            yield Problem("duplicate-name", path, f"Tên “{path}” vừa là một mục vừa là nhóm của mục khác.")


def _words(definition: FormDefinition) -> Iterator[Problem]:
    for page in definition.pages:
        for path, field, _inside in fields_of(page):
            if not field.label.strip() and field.kind is not Kind.SECTION:
                yield Problem("no-label", path, f"Mục “{path}” chưa có nhãn.")
            if field.kind in (Kind.CHOICE, Kind.CHOICES):
                values = [option.value for option in field.options]
                if (
                    len(values) < 2
                    or len(set(values)) < len(values)
                    or not all(o.label for o in field.options)
                ):
                    yield Problem(
                        "bad-options", path, f"Mục “{field.label}” cần ít nhất hai ý khác nhau, đều có nhãn."
                    )
            elif field.options:
                yield Problem(
                    "bad-options", path, f"Mục “{field.label}” không phải mục chọn nên không có các ý."
                )
            if field.kind in NESTED and not field.fields:
                yield Problem("empty-section", path, f"Phần “{field.label or path}” không hỏi gì.")
            if field.kind in COMPOSITE and (bad := set(field.parts) - set(COMPOSITE[field.kind])):
                yield Problem(
                    "unknown-part", path, f"Mục “{field.label}” không có phần: {', '.join(sorted(bad))}."
                )
            if field.kind is Kind.COMPUTED and field.value is None:
                yield Problem("no-value", path, f"Mục tính “{field.label}” chưa có cách tính.")
            if field.minimum is not None and field.maximum is not None and field.minimum > field.maximum:
                yield Problem("bad-range", path, f"Mục “{field.label}”: số nhỏ nhất lớn hơn số lớn nhất.")
            if (field.max_length is not None and field.max_length < 1) or not 0 <= field.decimals <= 9:
                yield Problem(
                    "bad-range",
                    path,
                    f"Mục “{field.label}”: độ dài phải từ 1, chữ số sau dấu phẩy từ 0 đến 9.",
                )
            if field.rows_min > field.rows_max or not 0 < field.rows_max <= 200:
                yield Problem(
                    "bad-range", path, f"Mục “{field.label}”: số dòng ít nhất, nhiều nhất không khớp."
                )


def _rules(definition: FormDefinition) -> Iterator[Problem]:
    leaves = leaves_of(definition)
    order = [page.name for page in definition.pages]
    for name, key in definition.law.items():
        if key not in legal.declarations():
            yield Problem("unknown-law", name, f"Không có giá trị pháp luật tên “{key}”.")
    scope = Scope(leaves=leaves, law=frozenset(definition.law))
    for page in definition.pages:
        if page.show_if is not None:
            yield from _judge(page.show_if, page.question, page.name, scope)
            yield from _asked_before(page.show_if, page, page.question, leaves, order, strictly=True)
        table = ""
        for path, field, inside in fields_of(page):
            table = path if field.kind is Kind.TABLE else table if inside else ""
            here = scope.inside(table if inside else "")
            for rule in (field.show_if, field.value):
                if rule is not None:
                    yield from _judge(rule, field.label or path, path, here, boolean=rule is field.show_if)
            if field.show_if is not None:
                yield from _asked_before(
                    field.show_if, page, field.label or path, leaves, order, strictly=False
                )
                if not field.show_note and _same_page(field.show_if, page, leaves) and not inside:
                    yield Problem(
                        "no-show-note",
                        path,
                        _("Mục “%(name)s” phụ thuộc mục cùng trang: hãy viết khi nào cần điền.")
                        % {"name": field.label or path},
                    )
            if field.as_of and (field.as_of not in leaves or leaves[field.as_of].kind is not Kind.DATE):
                yield Problem(
                    "unknown-reference", path, f"Mục “{field.label}” dựa vào ngày “{field.as_of}” không có."
                )
    for check in definition.checks:
        target = leaves.get(check.at)
        if target is None:
            yield Problem(
                "unknown-reference",
                check.name,
                f"Ràng buộc “{check.name}” chỉ vào mục không có: “{check.at}”.",
            )
            continue
        if not check.fault.strip():
            yield Problem("no-fault", check.name, f"Ràng buộc “{check.name}” chưa có câu báo lỗi.")
        yield from _judge(check.holds, check.name, check.name, scope.inside(target.table))


def _judge(rule: Any, label: str, where: str, scope: Scope, *, boolean: bool = True) -> Iterator[Problem]:
    try:
        rules.parse(rule)
        check_rule(rule, scope, boolean=boolean)
    except RuleUnreadable as fault:
        yield Problem("unreadable-rule", where, f"Không hiểu điều kiện của “{label}”, chỗ: {fault}.")
    except Mismatch as fault:
        yield Problem(fault.code, where, f"Điều kiện của “{label}”: {fault.sentence}")


def _asked_before(
    rule: Any, page: Page, label: str, leaves: dict[str, Leaf], order: list[str], *, strictly: bool
) -> Iterator[Problem]:
    """A condition may only read what was asked before it, or no answer could ever meet it in time."""
    mine = order.index(page.name)
    for name in rules.reads(rule):
        leaf = leaves.get(name)
        if leaf is None or leaf.kind is Kind.COMPUTED:
            continue
        asked = order.index(leaf.page)
        if asked > mine or (strictly and asked == mine):
            yield Problem(
                "asked-later", page.name, f"“{label}” dựa vào “{leaf.label}”, là mục chỉ được hỏi ở sau."
            )


def _same_page(rule: Any, page: Page, leaves: dict[str, Leaf]) -> bool:
    return any(name in leaves and leaves[name].page == page.name for name in rules.reads(rule))
