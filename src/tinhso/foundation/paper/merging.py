"""What a template wants put in: values in the shape people read, rows of tables, which conditions hold.

A template made by clerks says so in one remark of its source; whoever prints it fills the wants from a
dossier, or from made-up answers to try it. A value that has to be there and is not stops the printing:
an official paper never has a hole in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid
from tinhso.foundation.paper.press import clean
from tinhso.foundation.paper.shapes import SHAPES
from tinhso.foundation.paper.templates import REACHING_OUT, source_of

NUMBER_OF_ROW = "stt"
_ODD = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\"\\]")
_BREAKING = re.compile(r"[\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_WORDS = re.compile(rf"{REACHING_OUT.pattern}|\b(import|image)\b")


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One value: an answer or a fact by its `path`, in a shape of `SHAPES`, known to people as `label`.

    `table` is the table whose column it is. It has to be there when every condition of `when` (key, whether
    it holds) is as said, unless it is `optional`.
    """

    key: str
    path: str
    label: str
    shape: str = ""
    table: str = ""
    optional: bool = False
    when: tuple[tuple[str, bool], ...] = ()


class Asks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that a template wants: `rules` are conditions in the rule language of forms, by key."""

    values: tuple[Value, ...] = ()
    rules: dict[str, Any] = {}
    tables: tuple[str, ...] = ()


class ValuesMissing(Invalid):
    """A paper cannot be made: what it must say is not known. `labels` name what is missing."""

    code = "paper-values-missing"

    def __init__(self, labels: tuple[str, ...]) -> None:
        super().__init__(
            _("Chưa in được vì còn thiếu: %(labels)s. Hãy bổ sung rồi làm lại.")
            % {"labels": "; ".join(labels)},
            labels=list(labels),
        )
        self.labels = labels


def literal(text: str) -> str:
    """A text as a string in a template's source: it can neither end there nor be refused for its words."""
    inner = _ODD.sub(lambda found: f"\\u{{{ord(found[0]):x}}}", clean(text))
    return '"' + _WORDS.sub(lambda found: f"\\u{{{ord(found[0][0]):x}}}{found[0][1:]}", inner) + '"'


def remark(name: str, value: Any) -> str:
    """A remark of a template's source, one line: `// name: value as JSON`."""
    text = json.dumps(value, ensure_ascii=False)
    text = _BREAKING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return f"// {name}: " + _WORDS.sub(lambda found: f"\\u{ord(found[0][0]):04x}{found[0][1:]}", text)


def _remarked(template: str, name: str) -> Any:
    found = re.search(rf"^// {name}: (.+)$", source_of(template).decode(), re.MULTILINE)
    return None if found is None else json.loads(found[1])


def asks(template: str) -> Asks:
    """What a template wants put in; nothing for one that was not made by clerks. Raises LookupError."""
    return msgspec.convert(_remarked(template, "asks") or {}, Asks)


def written_as(template: str) -> str:
    """The text that a clerk wrote for this source; empty when it was made in another way."""
    text = _remarked(template, "text") if "\n" in template else None
    return text if isinstance(text, str) else ""


def fill(
    template: str,
    *,
    facts: Mapping[str, str],
    answers: Mapping[str, Any],
    texts: Mapping[str, Any],
    holds: Callable[[Any], bool],
    gap: str = "",
) -> dict[str, Any]:
    """What a template wants, as the `merged` of its data.

    `facts` are known words by name; `answers` those of a form and `texts` the same as people read them, of a
    table a list of rows by the path of the column. `holds` says whether a rule holds. Raises ValuesMissing,
    unless a `gap` (with `%s` for its name) stands in for what is missing, as on paper that is only tried.
    """
    wanted = asks(template)
    held = {key: holds(rule) for key, rule in wanted.rules.items()}
    said: dict[str, str] = {}
    rows: dict[str, list[dict[str, str]]] = {table: _numbered(texts, table) for table in wanted.tables}
    missing: dict[str, None] = {}
    for value in wanted.values:
        needed = not value.optional and all(held.get(key) is asked for key, asked in value.when)
        if value.table:
            raw_rows = _at(answers, value.table.split(".")) or ()
            for row, told, raw in zip(
                rows[value.table], texts.get(value.table) or (), raw_rows, strict=False
            ):
                below = value.path.removeprefix(f"{value.table}.").split(".")
                row[value.key] = _shaped(value.shape, told.get(value.path, ""), _at(raw, below))
                if needed and not row[value.key].strip():
                    row[value.key] = gap and gap % value.label
                    missing[_("%(label)s, dòng %(n)s") % {"label": value.label, "n": row[NUMBER_OF_ROW]}] = (
                        None
                    )
            continue
        text = texts.get(value.path) if value.path in texts else facts.get(value.path, "")
        raw = _at(answers, value.path.split("."))
        said[value.key] = _shaped(value.shape, text if isinstance(text, str) else "", raw)
        if needed and not said[value.key].strip():
            said[value.key] = gap and gap % value.label
            missing[value.label] = None
    if missing and not gap:
        raise ValuesMissing(tuple(missing))
    return {"said": said, "rows": rows, "holds": held}


def _numbered(texts: Mapping[str, Any], table: str) -> list[dict[str, str]]:
    return [{NUMBER_OF_ROW: str(number)} for number, _row in enumerate(texts.get(table) or (), start=1)]


def _at(answers: Any, keys: list[str]) -> Any:
    for key in keys:
        answers = answers.get(key) if isinstance(answers, Mapping) else None
    return answers


def _shaped(shape: str, text: str, raw: Any) -> str:
    return SHAPES[shape].make(text, raw) if text else ""
