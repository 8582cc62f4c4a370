"""What is wrong with a draft as a whole: what its parts say, and where they do not fit together."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tinhso.forms import api as forms
from tinhso.foundation.text import fold
from tinhso.procedures import api as procedures
from tinhso.studio import assembling, parts
from tinhso.studio.contracts import DraftView, PartName, Problem

HOMES: Mapping[str, PartName] = {
    "step_allotments": PartName.PROCESS,
    "phases": PartName.PROCESS,
}
"""In which part a contradiction is mended; the others are the description's own."""
TOLD = frozenset({"papers", "fees", "fee_table"})
"""Of these the part itself says which member is wrong."""
PERSONAL = frozenset({forms.Kind.PERSON, forms.Kind.ADDRESS})
PERSONAL_PARTS = ("so_dinh_danh", "dien_thoai", "thu_dien_tu", "ngay_sinh", "ma_so_thue")
CONTACT = ("account", "applicant")
"""Facts that are filled in from who files: the office reaches the person by them."""
ALIKE_LETTERS = 12


def problems(draft: DraftView) -> tuple[Problem, ...]:
    """All that is wrong with a draft, part by part, what blocks first within each part."""
    beside = across(draft)
    found = [problem for part in parts.KINDS for problem in _of_part(draft, part, beside)]
    order = list(PartName)
    return tuple(sorted(found, key=lambda one: (order.index(one.part), not one.blocks)))


def of_part(draft: DraftView, part: PartName) -> tuple[Problem, ...]:
    """What is wrong with one part, seen with the others. What the part itself says is not said again."""
    return _of_part(draft, part, across(draft))


def _of_part(draft: DraftView, part: PartName, beside: tuple[Problem, ...]) -> tuple[Problem, ...]:
    own = list(dict.fromkeys(parts.KINDS[part].problems(draft)))
    said = {one.sentence for one in own}
    return (*own, *(one for one in beside if one.part is part and one.sentence not in said))


def across(draft: DraftView) -> tuple[Problem, ...]:
    """What no part can see alone."""
    try:
        content = assembling.content(draft)
    except procedures.BadContent as fault:
        return (Problem(PartName.DESCRIPTION, "", fault.message),)
    return (
        *_contradictions(content),
        *_strange_papers(draft.code, content),
        *_answers(draft, content),
    )


def _contradictions(content: procedures.Content) -> Iterator[Problem]:
    for where, sentence in procedures.contradictions(content).items():
        if where not in TOLD:
            yield Problem(HOMES.get(where, PartName.DESCRIPTION), where, sentence)


def _strange_papers(code: str, content: procedures.Content) -> Iterator[Problem]:
    """Papers that the national catalogue's record does not list, where the record lists any."""
    record = procedures.national_record(code)
    if record is None or not record.content.papers:
        return
    listed = [fold(paper.name) for paper in record.content.papers]
    for paper in content.papers:
        name = fold(paper.name)
        if not any(_alike(name, other) for other in listed):
            yield Problem(
                PartName.PAPERS,
                paper.code,
                _("“%(name)s” không có trong danh mục quốc gia. Chỉ được đòi giấy tờ mà luật quy định.")
                % {"name": paper.name},
                blocks=False,
            )


def _alike(name: str, other: str) -> bool:
    """Whether two folded names are of the same paper: one tells the other, at least by its beginning."""
    short, long = sorted((name, other), key=len)
    return short in long if len(short) >= ALIKE_LETTERS else short == long


def _answers(draft: DraftView, content: procedures.Content) -> Iterator[Problem]:
    """Personal data that nothing needs."""
    definition = draft.body(PartName.FORM).get("definition")
    if definition is None or forms.unsound(definition):
        return
    asked = forms.asked_by(definition)
    if _own_template(draft):
        rules = [definition, draft.body(PartName.PAPERS)]
        if content.fee_table is not None:
            rules += [rule for _where, rule in procedures.fee_questions(content.fee_table)]
        read = _printed(draft, asked).union(*(_reads(one) for one in rules))
        yield from _without_purpose(definition, asked, read)


def _own_template(draft: DraftView) -> bool:
    """Whether what the result prints can be told: a template made here says it, none prints nothing."""
    body = draft.body(PartName.TEMPLATES)
    return bool(body.get("text")) or "\n" in str(body.get("result", "\n")) or not body.get("result")


def _printed(draft: DraftView, asked: tuple[forms.Asked, ...]) -> set[str]:
    """Answers that templates made here name, by path or as people call them."""
    written = json.dumps(draft.body(PartName.TEMPLATES), ensure_ascii=False)
    return {one.path for one in asked if one.path in written or (one.label and one.label in written)}


def _without_purpose(
    definition: dict[str, Any], asked: tuple[forms.Asked, ...], read: set[str]
) -> Iterator[Problem]:
    purposeful = _purposeful(definition)
    pages = {page["name"]: page["question"] for page in definition["pages"]}
    for one in asked:
        last = one.path.rpartition(".")[2]
        personal = one.kind in PERSONAL or last in PERSONAL_PARTS
        if personal and not _within(one.path, read) and not _within(one.path, purposeful):
            yield Problem(
                PartName.FORM,
                one.path,
                _(
                    "“%(label)s” là dữ liệu cá nhân nhưng không điều kiện, phí, giấy tờ hay mẫu nào dùng. "
                    "Hãy bỏ câu hỏi hoặc ghi mục đích."
                )
                % {"label": _called(one, asked, pages)},
                blocks=False,
            )


def _called(one: forms.Asked, asked: tuple[forms.Asked, ...], pages: Mapping[str, str]) -> str:
    """What an answer is called, with the question that heads its page where several are called alike."""
    name = one.label or one.path
    alike = sum(other.label == one.label for other in asked) > 1
    return f"{name}, {pages.get(one.page, one.page)}" if alike else name


def _purposeful(definition: dict[str, Any]) -> set[str]:
    """Answers whose question says what it is asked for, or is about who files."""
    found: set[str] = set()
    for page in definition.get("pages", []):
        for field in page.get("fields", []):
            source = str(field.get("prefill", "")).partition(".")[0]
            if field.get("purpose") or source in CONTACT:
                found.add(field["name"])
    return found


def _within(path: str, others: set[str]) -> bool:
    """Whether a path is one of the others, lies in one, or holds one."""
    return any(path == one or path.startswith(f"{one}.") or one.startswith(f"{path}.") for one in others)


def _reads(value: Any) -> Iterator[str]:
    """Every answer that rules in a body read: they say `var`."""
    if isinstance(value, dict):
        name = value.get("var")
        if isinstance(name, str) and len(value) == 1:
            yield name
            return
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _reads(inner)
