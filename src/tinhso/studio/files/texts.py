"""JSON values as YAML texts and back: the part of YAML 1.2 that says JSON, and nothing else.

Words that other readers take for something else (`no`, `2026-01-01`) are written in quotes; a text is never
read as a date. Tags, anchors, aliases and further documents are refused: a file cannot grow or do anything.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

import yaml
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid

LARGEST = 2_000_000
DEEPEST = 100
MOST = 100_000
WIDTH = 110
LONG = 100
INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,18})")
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
BREAKS = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u2028\\u2029\\ufeff]")
"""Marks that readers take for ends of lines, or do not show: written as escapes."""
WORDS = {"null": None, "~": None, "true": True, "false": False}
FIRST = ("name", "code", "key", "kind", "title", "label", "question", "part", "spoken")
"""What a reader looks for first; other keys follow by alphabet: files differ only where words do."""
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_others = yaml.resolver.Resolver()


class Unreadable(Invalid):
    """A text that is not such YAML; the message says the line and what to do."""

    code = "yaml-unreadable"


class _Writer(yaml.SafeDumper):
    yaml_implicit_resolvers: dict[str, Any] = {}

    def ignore_aliases(self, data: object) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)


for _tag, _form, _begins in (
    ("tag:yaml.org,2002:null", re.compile(r"^null$"), ["n"]),
    ("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), ["t", "f"]),
    ("tag:yaml.org,2002:int", re.compile(rf"^{INTEGER.pattern}$"), list("-0123456789")),
    ("tag:yaml.org,2002:float", re.compile(rf"^{NUMBER.pattern}$"), list("-0123456789")),
):
    _Writer.add_implicit_resolver(_tag, _form, _begins)


def _text(writer: _Writer, value: str) -> yaml.ScalarNode:
    style = None
    if BREAKS.search(value):
        style = '"'
    elif "\n" in value:
        style = "|"
    elif len(value) > LONG:
        style = ">"
    elif value in WORDS or NUMBER.fullmatch(value) or _other_than_text(value):
        style = '"'
    return writer.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def _other_than_text(value: str) -> bool:
    """Whether readers of YAML 1.1 would take the bare word for something else."""
    tag = _others.resolve(yaml.ScalarNode, value, (True, False))  # type: ignore[no-untyped-call]  # by PyYAML
    return bool(tag != "tag:yaml.org,2002:str")


def _number(writer: _Writer, value: float) -> yaml.ScalarNode:
    return writer.represent_scalar("tag:yaml.org,2002:float", repr(value))


def _object(writer: _Writer, value: dict[str, Any]) -> yaml.MappingNode:
    return writer.represent_mapping("tag:yaml.org,2002:map", sorted(value.items(), key=_place))


def _place(item: tuple[str, Any]) -> tuple[int, str]:
    key = item[0]
    return (FIRST.index(key) if key in FIRST else len(FIRST), key)


_Writer.add_representer(str, _text)
_Writer.add_representer(float, _number)
_Writer.add_representer(dict, _object)


def dump(value: Any) -> bytes:
    """JSON values as YAML, UTF-8, always the same bytes for the same values."""
    text = yaml.dump(value, Dumper=_Writer, allow_unicode=True, width=WIDTH, default_flow_style=False)
    return text.encode()


def load(content: bytes, *, name: str) -> Any:
    """The JSON values of a text; `name` is its file, for the message. Raises Unreadable."""
    if len(content) > LARGEST:
        raise Unreadable(_("Tệp %(name)s quá lớn (trên 2 MB).") % {"name": name})
    try:
        return _Reader(name).read(yaml.parse(content.decode(), Loader=_Loader))
    except UnicodeDecodeError:
        raise Unreadable(
            _("Tệp %(name)s không phải chữ UTF-8. Hãy lưu lại bằng UTF-8.") % {"name": name}
        ) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        raise Unreadable(
            _("Tệp %(name)s sai cú pháp YAML ở dòng %(line)s. Hãy xem lại dòng đó và dòng ngay trước.")
            % {"name": name, "line": line}
        ) from None


class _Reader:
    """Builds values from the parser's events, holding no more than was written."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._nodes = 0

    def read(self, events: Iterator[Any]) -> Any:
        root: list[Any] = []
        open_: list[tuple[Any, list[str]]] = [(root, [])]
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._refused(event, _("chỉ được có một tài liệu"))
            elif isinstance(event, yaml.AliasEvent):
                raise self._refused(event, _("không dùng được dấu * và &"))
            elif isinstance(event, yaml.NodeEvent):
                self._begin(event, open_)
            elif isinstance(event, yaml.CollectionEndEvent):
                open_.pop()
        return root[0] if root else None

    def _begin(self, event: Any, open_: list[tuple[Any, list[str]]]) -> None:
        self._nodes += 1
        if self._nodes > MOST or len(open_) > DEEPEST:
            raise self._refused(event, _("quá nhiều mục hoặc lồng quá sâu"))
        if event.anchor is not None:
            raise self._refused(event, _("không dùng được dấu * và &"))
        if event.tag is not None:
            raise self._refused(event, _("không dùng được thẻ của YAML"))
        holder, keys = open_[-1]
        if isinstance(holder, dict) and not keys:
            keys.append(self._key(event, holder))
            return
        value: Any = self._scalar(event) if isinstance(event, yaml.ScalarEvent) else None
        if isinstance(event, yaml.MappingStartEvent):
            value = {}
        elif isinstance(event, yaml.SequenceStartEvent):
            value = []
        if isinstance(holder, dict):
            holder[keys.pop()] = value
        else:
            holder.append(value)
        if isinstance(event, yaml.CollectionStartEvent):
            open_.append((value, []))

    def _key(self, event: Any, holder: dict[str, Any]) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            raise self._refused(event, _("tên mục phải là chữ"))
        key = self._words(event)
        if key in holder:
            raise self._refused(event, _("mục “%(key)s” viết hai lần") % {"key": key[:60]})
        return key

    def _scalar(self, event: Any) -> Any:
        text = self._words(event)
        if event.style:
            return text
        if not text:
            return None
        if text in WORDS:
            return WORDS[text]
        if INTEGER.fullmatch(text) and abs(int(text)) < 2**63:
            return int(text)
        if NUMBER.fullmatch(text):
            number = float(text)
            if not math.isfinite(number):
                raise self._refused(event, _("số quá lớn"))
            return number
        return text

    def _words(self, event: Any) -> str:
        """What is written, if a database can keep it: no NUL, no half characters."""
        text = str(event.value)
        if "\0" in text or any("\ud800" <= mark <= "\udfff" for mark in text):
            raise self._refused(event, _("có ký tự không lưu được"))
        return text

    def _refused(self, event: Any, why: str) -> Unreadable:
        line = event.start_mark.line + 1
        return Unreadable(
            _("Tệp %(name)s, dòng %(line)s: %(why)s.") % {"name": self._name, "line": line, "why": why}
        )
