"""An OpenAPI 3.0 or 3.1 description made ready: operations by method and path, references followed, schemas.

Schemas of 3.0 are brought to JSON Schema 2020-12, once in the reading of requests (where what is read-only
need not be given) and once in that of responses. Nothing is ever fetched: references outside the description
are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import jsonschema_rs

from tinhso.exchange.protocol.faults import Fault
from tinhso.exchange.protocol.metadata import read_open_api

Json = Any
Validator = jsonschema_rs.Draft202012Validator

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
MOST_OPERATIONS: Final = 5000
MOST_REFERENCES: Final = 50
"""How many references may follow each other."""

_BASE: Final = "urn:contract"
_VARIABLE: Final = re.compile(r"\{[^{}/]+\}")


class BadDescription(Exception):
    """A description that cannot serve as a contract; the text says what is wrong in it."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path. `pointer` is its place in the description."""

    method: str
    template: str
    pointer: tuple[str, ...]
    said: Mapping[str, Json]
    common: tuple[tuple[tuple[str, ...], Mapping[str, Json]], ...]
    """Parameters of the path, with their place."""


@dataclass(frozen=True, slots=True)
class Found:
    """The operation that a request asks, with the path's variables as they came."""

    operation: Operation
    variables: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Path:
    template: str
    pattern: re.Pattern[str]
    names: tuple[str, ...]
    operations: Mapping[str, Operation]


class Description:
    """A description, read once. Raises BadDescription for one that cannot be used."""

    def __init__(self, text: bytes | str) -> None:
        try:
            self.document = read_open_api(text.encode() if isinstance(text, str) else text)
        except Fault as why:
            raise BadDescription(why.message) from why
        self._is_30 = str(self.document["openapi"]).startswith("3.0")
        self._views: dict[bool, jsonschema_rs.Registry] = {}
        self._fixed: dict[str, _Path] = {}
        self._by_length: dict[int, list[_Path]] = {}
        for path in self._paths():
            if path.names:
                self._by_length.setdefault(path.template.count("/"), []).append(path)
            else:
                self._fixed[path.template] = path

    def operations(self) -> Iterator[Operation]:
        """Every operation."""
        for path in (*self._fixed.values(), *(path for each in self._by_length.values() for path in each)):
            yield from path.operations.values()

    def find(self, method: str, path: str) -> Found | None:
        """The operation for a service path, still encoded; a path without variables goes first."""
        wanted = path or "/"
        fixed = self._fixed.get(wanted)
        if fixed and (operation := fixed.operations.get(method.lower())):
            return Found(operation, {})
        for each in self._by_length.get(wanted.count("/"), ()):
            operation = each.operations.get(method.lower())
            match = each.pattern.fullmatch(wanted) if operation else None
            if operation and match:
                return Found(operation, dict(zip(each.names, match.groups(), strict=True)))
        return None

    def knows_path(self, path: str) -> bool:
        """Whether any method is described for a path."""
        return any(self.find(method, path) for method in METHODS)

    def follow(self, node: Json, pointer: tuple[str, ...]) -> tuple[Mapping[str, Json], tuple[str, ...]]:
        """The object that a node is or refers to, with its place; raises BadDescription."""
        for _ in range(MOST_REFERENCES):
            if not isinstance(node, dict):
                raise BadDescription(f"there is no object at #/{'/'.join(pointer)}")
            reference = node.get("$ref")
            if not isinstance(reference, str):
                return node, pointer
            pointer = _place(reference)
            node = self._at(pointer)
        raise BadDescription(f"references go in a circle at #/{'/'.join(pointer)}")

    def validator(self, pointer: tuple[str, ...], *, response: bool) -> Validator:
        """What checks data against the schema at a place; raises BadDescription for a schema that is none."""
        registry = self._views.get(response)
        try:
            if registry is None:
                view = _translated(self.document, self.document, is_30=self._is_30, response=response)
                registry = self._views[response] = jsonschema_rs.Registry([(_BASE, view)])
            return Validator(
                {"$ref": f"{_BASE}#/{'/'.join(map(_escaped, pointer))}"},
                registry=registry,
                validate_formats=True,
                mask="the value",
                offline=True,
            )
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as why:
            said = str(why).splitlines()[0]
            raise BadDescription(f"the schema at #/{'/'.join(pointer)} cannot be used: {said}") from why
        except RecursionError as why:
            raise BadDescription("the description lies too deep in itself") from why

    def types_at(self, pointer: tuple[str, ...]) -> frozenset[str]:
        """The JSON types that the schema at a place allows, as far as it says so."""
        return frozenset(self._types(pointer, 0))

    def _types(self, pointer: tuple[str, ...], depth: int) -> Iterator[str]:
        schema, place = self.follow(self._at(pointer), pointer)
        said = schema.get("type")
        yield from [said] if isinstance(said, str) else [each for each in said or () if isinstance(each, str)]
        for many in ("allOf", "anyOf", "oneOf"):
            choices = schema.get(many)
            if isinstance(choices, list) and depth < 5:
                for index in range(len(choices)):
                    yield from self._types((*place, many, str(index)), depth + 1)

    def _at(self, pointer: tuple[str, ...]) -> Json:
        node: Json = self.document
        for step in pointer:
            if isinstance(node, list) and step.isdigit() and int(step) < len(node):
                node = node[int(step)]
            elif isinstance(node, dict) and step in node:
                node = node[step]
            else:
                raise BadDescription(f"there is nothing at #/{'/'.join(pointer)}")
        return node

    def _paths(self) -> Iterator[_Path]:
        paths = self.document.get("paths") or {}
        if not isinstance(paths, dict):
            raise BadDescription("paths is not an object")
        total = 0
        for template, item in paths.items():
            if not isinstance(template, str) or not template.startswith("/"):
                raise BadDescription(f"the path {template} does not begin with a slash")
            said, place = self.follow(item, ("paths", template))
            operations = self._operations(template, said, place)
            total += len(operations)
            if total > MOST_OPERATIONS:
                raise BadDescription(f"the description has more than {MOST_OPERATIONS} operations")
            pattern, names = _compiled(template)
            yield _Path(template, pattern, names, operations)

    def _operations(
        self, template: str, item: Mapping[str, Json], place: tuple[str, ...]
    ) -> dict[str, Operation]:
        common = self.parameters(item, place)
        found: dict[str, Operation] = {}
        for method in METHODS:
            if method in item:
                said, at = self.follow(item[method], (*place, method))
                found[method] = Operation(method, template, at, said, common)
        return found

    def parameters(
        self, holder: Mapping[str, Json], place: tuple[str, ...]
    ) -> tuple[tuple[tuple[str, ...], Mapping[str, Json]], ...]:
        """The parameters of a path or an operation, each with its place; raises BadDescription."""
        listed = holder.get("parameters") or []
        if not isinstance(listed, list):
            raise BadDescription(f"parameters is not a list at #/{'/'.join(place)}")
        found = []
        for index, node in enumerate(listed):
            said, at = self.follow(node, (*place, "parameters", str(index)))
            if not isinstance(said.get("name"), str) or not isinstance(said.get("in"), str):
                raise BadDescription(f"a parameter has no name or place at #/{'/'.join(at)}")
            found.append((at, said))
        return tuple(found)


def _compiled(template: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    names = tuple(each[1:-1] for each in _VARIABLE.findall(template))
    if len(set(names)) != len(names):
        raise BadDescription(f"the path {template} has a variable twice")
    literals = _VARIABLE.split(template)
    return re.compile("([^/]+)".join(map(re.escape, literals))), names


@lru_cache(maxsize=1024)
def _place(reference: str) -> tuple[str, ...]:
    if not reference.startswith("#/"):
        raise BadDescription(f"a reference leads out of the description: {reference}")
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in reference[2:].split("/"))


def _escaped(step: str) -> str:
    return "".join(
        letter
        if letter.isascii() and letter not in '%"<>\\^`{|} #'
        else "".join(f"%{b:02X}" for b in letter.encode())
        for letter in step.replace("~", "~0").replace("/", "~1")
    )


def _translated(node: Json, document: Mapping[str, Json], *, is_30: bool, response: bool) -> Json:
    """The description with its schemas in JSON Schema 2020-12, as requests or responses read it."""
    if isinstance(node, list):
        return [_translated(each, document, is_30=is_30, response=response) for each in node]
    if not isinstance(node, dict):
        return node
    made = {
        str(key): _translated(value, document, is_30=is_30, response=response) for key, value in node.items()
    }
    if is_30:
        made = _from_30(made)
    properties, required = node.get("properties"), made.get("required")
    if isinstance(properties, dict) and isinstance(required, list):
        hidden = "writeOnly" if response else "readOnly"
        made["required"] = [name for name in required if not _marked(properties.get(name), hidden, document)]
    return made


def _marked(schema: Json, mark: str, document: Mapping[str, Json]) -> bool:
    for _ in range(MOST_REFERENCES):
        if not isinstance(schema, dict):
            return False
        if schema.get(mark) is True:
            return True
        reference = schema.get("$ref")
        if not isinstance(reference, str) or not reference.startswith("#/"):
            return False
        schema = document
        for step in _place(reference):
            schema = schema.get(step) if isinstance(schema, dict) else None
    return False


def _from_30(schema: dict[str, Json]) -> dict[str, Json]:
    if isinstance(schema.get("$ref"), str):
        return {"$ref": schema["$ref"]}
    for bound, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if schema.get(bound) is True and limit in schema:
            schema[bound] = schema.pop(limit)
        elif isinstance(schema.get(bound), bool):
            del schema[bound]
    if schema.get("nullable") is True and "type" in schema:
        rest = {key: value for key, value in schema.items() if key != "nullable"}
        return {"anyOf": [rest, {"type": "null"}]}
    return schema
