"""An OpenAPI description as developers read it: operations, what they ask, what they answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tinhso.exchange.operations import descriptions

METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
DEEPEST = 3
MOST_FIELDS = 60


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One parameter or property. `place` is `path`, `query`, `header`, `cookie` or empty for a body's."""

    name: str
    kind: str
    required: bool
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One status an operation may answer with, and the fields of its body."""

    status: str
    text: str
    fields: tuple[FieldLine, ...]


@dataclass(frozen=True, slots=True)
class OperationLine:
    """One method of one path."""

    method: str
    path: str
    summary: str
    text: str
    asks: tuple[FieldLine, ...]
    body: tuple[FieldLine, ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Described:
    """A whole description."""

    title: str
    version: str
    text: str
    operations: tuple[OperationLine, ...]


def openapi(text: str) -> Described:
    """Read a description to be shown. Raises Invalid; what it does not understand it leaves out."""
    document = descriptions.document(text)
    info = _mapping(document.get("info"))
    return Described(
        title=_text(info.get("title")),
        version=_text(info.get("version")),
        text=_text(info.get("description")),
        operations=tuple(_operations(document)),
    )


def _operations(document: Mapping[str, Any]) -> Iterator[OperationLine]:
    for path, item in _mapping(document.get("paths")).items():
        shared = _list(_mapping(item).get("parameters"))
        for method in METHODS:
            found = _mapping(_mapping(item).get(method))
            if not found:
                continue
            body = _mapping(_resolved(document, found.get("requestBody")))
            yield OperationLine(
                method=method.upper(),
                path=str(path),
                summary=_text(found.get("summary")) or _text(found.get("operationId")),
                text=_text(found.get("description")),
                asks=tuple(_parameters(document, [*shared, *_list(found.get("parameters"))])),
                body=_content(document, body),
                answers=tuple(_answers(document, _mapping(found.get("responses")))),
            )


def _parameters(document: Mapping[str, Any], rows: list[Any]) -> Iterator[FieldLine]:
    for row in rows[:MOST_FIELDS]:
        one = _mapping(_resolved(document, row))
        yield FieldLine(
            name=_text(one.get("name")),
            kind=_kind(document, one.get("schema")),
            required=one.get("required") is True,
            place=_text(one.get("in")),
            text=_text(one.get("description")),
        )


def _answers(document: Mapping[str, Any], rows: Mapping[str, Any]) -> Iterator[Answer]:
    for status, row in rows.items():
        one = _mapping(_resolved(document, row))
        yield Answer(str(status), _text(one.get("description")), _content(document, one))


def _content(document: Mapping[str, Any], holder: Mapping[str, Any]) -> tuple[FieldLine, ...]:
    for kind in _mapping(holder.get("content")).values():
        return tuple(_properties(document, _mapping(kind).get("schema"), "", DEEPEST))[:MOST_FIELDS]
    return ()


def _properties(document: Mapping[str, Any], schema: Any, before: str, deep: int) -> Iterator[FieldLine]:
    found = _mapping(_resolved(document, schema))
    if found.get("type") == "array":
        before, found = f"{before}[]", _mapping(_resolved(document, found.get("items")))
    wanted = _list(found.get("required"))
    for name, row in _mapping(found.get("properties")).items():
        one = _mapping(_resolved(document, row))
        whole = f"{before}.{name}".lstrip(".")
        yield FieldLine(whole, _kind(document, row), name in wanted, "", _text(one.get("description")))
        if deep > 1:
            yield from _properties(document, row, whole, deep - 1)


def _kind(document: Mapping[str, Any], schema: Any, deep: int = DEEPEST) -> str:
    one = _mapping(_resolved(document, schema))
    kind = one.get("type")
    if kind == "array":
        return f"[{_kind(document, one.get('items'), deep - 1)}]" if deep else "[…]"
    words = ", ".join(map(str, kind)) if isinstance(kind, list) else _text(kind)
    form = _text(one.get("format"))
    return f"{words} ({form})" if words and form else words


def _resolved(document: Mapping[str, Any], value: Any) -> Any:
    """What a local `$ref` names; anything else as it is. A chain of references ends."""
    for _step in range(8):
        if not isinstance(value, Mapping) or "$ref" not in value:
            return value
        target: Any = document
        for part in str(value["$ref"]).removeprefix("#/").split("/"):
            target = _mapping(target).get(part.replace("~1", "/").replace("~0", "~"))
        value = target
    return {}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return str(value).strip() if isinstance(value, str | int | float) else ""
