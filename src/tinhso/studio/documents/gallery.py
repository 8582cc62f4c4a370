"""Texts to start from, filled with the form's own questions, so that a clerk deletes instead of typing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from tinhso.forms import api as forms
from tinhso.studio.documents.judging import Known

MOST_ROWS = 14
_LEFT_OUT = (forms.Kind.FILE, forms.Kind.CONSENT, forms.Kind.LONG_TEXT, forms.Kind.YES_NO)

KINDS: dict[str, str | Promise] = {
    "xac-nhan": gettext_lazy("Giấy xác nhận"),
    "quyet-dinh": gettext_lazy("Quyết định"),
    "giay-phep": gettext_lazy("Giấy phép"),
    "thong-bao": gettext_lazy("Thông báo"),
    "trich-luc": gettext_lazy("Trích lục"),
}
LETTERS: dict[str, str | Promise] = {
    "thu-kem": gettext_lazy("Thư kèm kết quả"),
    "giay-moi": gettext_lazy("Giấy mời"),
    "thong-bao": KINDS["thong-bao"],
}
"""Kinds of documents and of letters by key. Texts are in `starts`; `<tên>` and `<tờ khai>` are put in."""
STARTS = Path(__file__).parent / "starts"


def starting(kind: str, names: Known, *, title: str) -> str:
    """The text to start from, with the questions of the form as rows."""
    questions = "\n".join((*_facts(names), *_tables(names)))
    text = (STARTS / f"{kind}.txt").read_text(encoding="utf-8")
    return text.replace("<tên>", _plain(title)).replace("<tờ khai>\n", f"{questions}\n" if questions else "")


def _facts(names: Known) -> Iterator[str]:
    rows = [
        one
        for one in names.asked.values()
        if not one.table and one.kind not in (*_LEFT_OUT, forms.Kind.TABLE)
    ]
    for one in rows[:MOST_ROWS]:
        yield f"{_plain(one.label)} :: {_put(one, names)}"


def _tables(names: Known) -> Iterator[str]:
    for table in names.asked.values():
        columns = [
            one for one in names.asked.values() if one.table == table.path and one.kind not in _LEFT_OUT
        ][:6]
        if table.kind is not forms.Kind.TABLE or not columns:
            continue
        if table.path in names.sometimes:
            yield f"[[nếu {table.path}]]"
        yield f"{_plain(table.label)}:"
        yield "| " + " | ".join(["STT", *(_plain(one.label) for one in columns)]) + " |"
        yield "| " + " | ".join(["{{stt}}", *(_put(one, names) for one in columns)]) + " |"
        if table.path in names.sometimes:
            yield "[[hết]]"


def doubt(one: forms.Asked, names: Known) -> str:
    """The mark for an answer that may be missing: `?`, or nothing for one that is always there."""
    sure = one.required or one.kind is forms.Kind.COMPUTED
    return "" if sure and (one.table or one.path not in names.sometimes) else "?"


def _put(one: forms.Asked, names: Known) -> str:
    return f"{{{{{one.path}{doubt(one, names)}}}}}"


def _plain(label: str) -> str:
    """A label as text of the language: its marks kept as they are."""
    return "".join(f"\\{letter}" if letter in "\\*_{}[]|" else letter for letter in label.rstrip("?: "))
