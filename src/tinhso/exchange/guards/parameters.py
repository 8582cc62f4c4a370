"""Parameters as OpenAPI writes them in path, query and headers, turned into data (OpenAPI 3 §4.7.12)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import Any, Final
from urllib.parse import unquote, unquote_plus

from tinhso.exchange.guards.openapi import BadDescription, Description, Operation, Validator

Json = Any
Pairs = Sequence[tuple[str, str]]

_IGNORED_HEADERS: Final = frozenset(("accept", "content-type", "authorization"))
_SEPARATORS: Final = {"form": ",", "simple": ",", "spaceDelimited": " ", "pipeDelimited": "|"}
_STYLES: Final = {
    "path": ("simple",),
    "header": ("simple",),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter, ready to be read and checked."""

    name: str
    place: str
    required: bool
    style: str
    explode: bool
    is_json: bool
    types: frozenset[str]
    item_types: frozenset[str]
    property_types: Mapping[str, frozenset[str]]
    validator: Validator

    @property
    def where(self) -> str:
        """Its name for reports, such as `query.page`."""
        return f"{self.place}.{self.name}"

    def violation(self, given: Pairs) -> str:
        """What is wrong with the values given in its place, empty when nothing is."""
        by_field = self.style == "deepObject" or (self.explode and self.style == "form")
        if by_field and "object" in self.types and not self.is_json:
            return self._object_violation(given)
        name = self.name.lower() if self.place == "header" else self.name
        values = [value for each, value in given if each == name]
        if not values:
            return "it is missing" if self.required else ""
        return self._wrong(self._readings(values))

    def _readings(self, values: list[str]) -> Iterable[Json]:
        if self.is_json:
            try:
                return [json.loads(values[-1])]
            except (ValueError, RecursionError):
                return []
        if "array" in self.types:
            texts = values
            if not (self.explode and self.place == "query"):
                texts = [text for value in values for text in value.split(_SEPARATORS[self.style])]
            return [
                [_as(self.item_types, text) for text in texts],
                *_primitives(self.types - {"array"}, values),
            ]
        if "object" in self.types:
            texts = values[-1].split(_SEPARATORS[self.style])
            pairs = [text.partition("=")[::2] for text in texts] if self.explode else _by_two(texts)
            return [{key: _as(self.property_types.get(key, _ANY), value) for key, value in pairs}]
        return _primitives(self.types, values)

    def _object_violation(self, given: Pairs) -> str:
        begins = f"{self.name}["
        if self.style == "deepObject":
            pairs = [(n[len(begins) : -1], v) for n, v in given if n.startswith(begins) and n.endswith("]")]
        else:
            pairs = [(name, value) for name, value in given if name in self.property_types]
        if not pairs:
            return "it is missing" if self.required else ""
        return self._wrong([{key: _as(self.property_types.get(key, _ANY), value) for key, value in pairs}])

    def _wrong(self, readings: Iterable[Json]) -> str:
        said = "it cannot be read"
        for reading in readings:
            error = next(iter(self.validator.iter_errors(reading)), None)
            if error is None:
                return ""
            said = error.message
        return said


def parameters_of(description: Description, operation: Operation) -> tuple[Parameter, ...]:
    """An operation's parameters, its own before its path's; cookies are left aside. Raises BadDescription."""
    listed = {(said["in"], said["name"]): (at, said) for at, said in operation.common}
    own = description.parameters(operation.said, operation.pointer)
    listed |= {(said["in"], said["name"]): (at, said) for at, said in own}
    made = []
    for (place, name), (at, said) in listed.items():
        if place not in _STYLES or (place == "header" and name.lower() in _IGNORED_HEADERS):
            continue
        made.append(_parameter(description, at, said))
    return tuple(made)


def query_pairs(query: str) -> Pairs:
    """The pairs of a raw query, decoded."""
    pairs = [each.partition("=") for each in query.split("&") if each]
    return [(unquote_plus(name), unquote_plus(value)) for name, _, value in pairs]


def path_pairs(variables: Mapping[str, str]) -> Pairs:
    """The variables of a path, decoded."""
    return [(name, unquote(value)) for name, value in variables.items()]


def header_pairs(headers: Iterable[tuple[str, str]]) -> Pairs:
    """Headers, their names in lower case, their values without spaces around them."""
    return [(name.lower(), value.strip()) for name, value in headers]


def coerced(
    types: Mapping[str, frozenset[str]], array_items: Mapping[str, frozenset[str]], pairs: Pairs
) -> Json:
    """Fields of a form as an object: a field that may be an array always is one."""
    made: dict[str, Json] = {}
    for name, value in pairs:
        if "array" in types.get(name, _ANY) and name in array_items:
            made.setdefault(name, []).append(_as(array_items[name], value))
        else:
            made[name] = _as(types.get(name, _ANY), value)
    return made


_WHOLE: Final = re.compile(r"-?[0-9]{1,18}")
_ANY: Final[frozenset[str]] = frozenset()


def header_of(
    description: Description, name: str, said: Mapping[str, Json], at: tuple[str, ...]
) -> Parameter:
    """A header of a response; raises BadDescription."""
    return _parameter(description, at, {**said, "in": "header", "name": name}, response=True)


def _parameter(
    description: Description, at: tuple[str, ...], said: Mapping[str, Json], *, response: bool = False
) -> Parameter:
    place, name = said["in"], said["name"]
    schema_at, is_json = (*at, "schema"), False
    if "schema" not in said:
        content = said.get("content")
        if not isinstance(content, dict) or len(content) != 1:
            raise BadDescription(f"the parameter {name} has no schema")
        kind = next(iter(content))
        schema_at, is_json = (*at, "content", kind, "schema"), True
    style = said.get("style", "form" if place == "query" else "simple")
    if style not in _STYLES[place]:
        raise BadDescription(f"the parameter {name} has a style that is not read: {style}")
    schema, schema_at = description.follow({"$ref": _reference(schema_at)}, schema_at)
    items = description.types_at((*schema_at, "items")) if isinstance(schema.get("items"), dict) else _ANY
    return Parameter(
        name=name,
        place=place,
        required=said.get("required") is True or place == "path",
        style=style,
        explode=bool(said.get("explode", style == "form")),
        is_json=is_json,
        types=description.types_at(schema_at),
        item_types=items,
        property_types=property_types(description, schema, schema_at),
        validator=description.validator(schema_at, response=response),
    )


def property_types(
    description: Description, schema: Mapping[str, Json], at: tuple[str, ...]
) -> dict[str, frozenset[str]]:
    """The types of each property of an object's schema."""
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return {}
    return {name: description.types_at((*at, "properties", name)) for name in properties}


def item_types(
    description: Description, schema: Mapping[str, Json], at: tuple[str, ...]
) -> dict[str, frozenset[str]]:
    """The types of the items of each property that is an array."""
    properties = schema.get("properties")
    found: dict[str, frozenset[str]] = {}
    if not isinstance(properties, dict):
        return found
    for name in properties:
        said, place = description.follow(properties[name], (*at, "properties", name))
        if isinstance(said.get("items"), dict):
            found[name] = description.types_at((*place, "items"))
    return found


def _reference(at: tuple[str, ...]) -> str:
    return "#/" + "/".join(step.replace("~", "~0").replace("/", "~1") for step in at)


def _by_two(texts: list[str]) -> list[tuple[str, str]]:
    return list(zip(texts[::2], texts[1::2], strict=False))


def _primitives(types: frozenset[str], values: list[str]) -> list[Json]:
    text = values[-1]
    read = _as(types, text)
    return [read] if isinstance(read, str) or ("string" not in types and types) else [read, text]


def _as(types: frozenset[str], text: str) -> Json:
    """A text as the type that is allowed and fits."""
    if "integer" in types or "number" in types:
        try:
            number = int(text) if _WHOLE.fullmatch(text) else float(text)
        except ValueError:
            number = nan
        if isfinite(number):
            return number
    if "boolean" in types and text in ("true", "false"):
        return text == "true"
    if "null" in types and text in ("", "null") and "string" not in types:
        return None
    return text
