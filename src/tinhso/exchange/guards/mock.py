"""Answers of a service that does not exist yet: the examples of its description, else made from its schemas.

Every answer is marked, and none ever stands in the evidence log as an exchange.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tinhso.exchange.guards.openapi import BadDescription, Description

Json = Any

MARK: Final = ("x-mock-by", "tinhso")
"""The header that every such answer bears."""

MOST_DELAY: Final = 60.0
MOST_DEPTH: Final = 8

_JSON: Final = "application/json"
_TEXTS: Final = {
    "date": "2026-01-01",
    "date-time": "2026-01-01T00:00:00Z",
    "time": "00:00:00Z",
    "email": "vidu@example.vn",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "uri": "https://example.vn/",
    "hostname": "example.vn",
    "ipv4": "192.0.2.1",
    "byte": "dsOtIGThu6U=",
}


@dataclass(frozen=True, slots=True)
class Mocked:
    """An answer, and the seconds to wait before it."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    delay: float


@dataclass(frozen=True, slots=True)
class Settings:
    """How a mock answers: seconds of delay, a status and a named example where others would be taken."""

    delay: float = 0.0
    status: int | None = None
    example: str = ""

    @classmethod
    def read(cls, said: Mapping[str, Json]) -> Settings:
        """Settings as a service keeps them; raises ValueError naming the one that cannot be."""
        if unknown := set(said) - {"delay", "status", "example"}:
            raise ValueError(f"a mock has no setting {min(unknown)}")
        delay, status, example = said.get("delay", 0.0), said.get("status"), said.get("example", "")
        if type(delay) not in (int, float) or not 0 <= delay <= MOST_DELAY:
            raise ValueError(f"delay of a mock is 0 to {MOST_DELAY:.0f} seconds")
        if status is not None and (type(status) is not int or not 200 <= status <= 599):
            raise ValueError("status of a mock is a number from 200 to 599")
        if not isinstance(example, str):
            raise ValueError("example of a mock is the name of one")
        return cls(float(delay), status, example)


class Mock:
    """The mock of one described service."""

    def __init__(self, description: Description, settings: Settings | None = None) -> None:
        self.description = description
        self.settings = settings or Settings()

    def answer(self, method: str, path: str, accept: str | None = None) -> Mocked:
        """The answer to a request; path is the raw service path. 404 or 405 for what is not described."""
        found = self.description.find(method, path)
        if found is None:
            known = self.description.knows_path(path)
            return self._plain(405 if known else 404, "The description has no such operation")
        operation = found.operation
        try:
            answers, at = self.description.follow(
                operation.said.get("responses"), (*operation.pointer, "responses")
            )
            status, key = self._status(answers)
            said, at = self.description.follow(answers[key], (*at, key))
            return self._answer(status, said, at, accept)
        except BadDescription as why:
            return self._plain(501, str(why))

    def _status(self, answers: Mapping[str, Json]) -> tuple[int, str]:
        by_number = {str(key): key for key in answers}
        wanted = self.settings.status
        if wanted is not None:
            key = next((k for k in (str(wanted), f"{wanted // 100}XX", "default") if k in by_number), None)
            if key is None:
                raise BadDescription(f"the status {wanted} is not described")
            return wanted, by_number[key]
        good = sorted(key for key in by_number if key.startswith("2"))
        for key in (*good, "default"):
            if key in by_number:
                return int(key) if key.isdecimal() else 200, by_number[key]
        raise BadDescription("no good answer is described")

    def _answer(
        self, status: int, said: Mapping[str, Json], at: tuple[str, ...], accept: str | None
    ) -> Mocked:
        content = said.get("content")
        if not isinstance(content, dict) or not content:
            return Mocked(status, (MARK,), b"", self.settings.delay)
        accepted = [each.split(";")[0].strip().lower() for each in (accept or "").split(",")]
        kind = next((each for each in content if each.split(";")[0].lower() in accepted), None)
        kind = kind or (_JSON if _JSON in content else next(iter(content)))
        media, place = self.description.follow(content[kind], (*at, "content", kind))
        value = self._example(media, place)
        if _is_json(kind):
            body = json.dumps(value, ensure_ascii=False, default=str).encode("utf-8", "replace")
        else:
            body = value.encode("utf-8", "replace") if isinstance(value, str) else b""
        return Mocked(status, (("content-type", kind), MARK), body, self.settings.delay)

    def _example(self, media: Mapping[str, Json], at: tuple[str, ...]) -> Json:
        examples = media.get("examples")
        if isinstance(examples, dict) and examples:
            name = self.settings.example if self.settings.example in examples else next(iter(examples))
            chosen, _ = self.description.follow(examples[name], (*at, "examples", name))
            if "value" in chosen:
                return chosen["value"]
        if "example" in media:
            return media["example"]
        return self._made(media["schema"], (*at, "schema"), 0) if "schema" in media else None

    def _made(self, node: Json, at: tuple[str, ...], depth: int) -> Json:
        if not isinstance(node, dict):
            return {}
        schema, at = self.description.follow(node, at)
        for key in ("example", "default", "const"):
            if key in schema:
                return schema[key]
        for key in ("examples", "enum"):
            if isinstance(schema.get(key), list) and schema[key]:
                return schema[key][0]
        if isinstance(schema.get("allOf"), list):
            return self._together(schema, at, depth)
        for key in ("oneOf", "anyOf"):
            if isinstance(schema.get(key), list) and schema[key]:
                return self._made(schema[key][0], (*at, key, "0"), depth + 1)
        return self._of_type(schema, at, depth)

    def _together(self, schema: Mapping[str, Json], at: tuple[str, ...], depth: int) -> Json:
        if depth > MOST_DEPTH:
            return {}
        parts = [
            self._made(each, (*at, "allOf", str(index)), depth + 1)
            for index, each in enumerate(schema["allOf"])
        ]
        if "properties" in schema:
            parts.append(self._of_type(schema, at, depth))
        objects = [part for part in parts if isinstance(part, dict)]
        if len(objects) < len(parts):
            return parts[0]
        return {key: value for part in objects for key, value in part.items()}

    def _of_type(self, schema: Mapping[str, Json], at: tuple[str, ...], depth: int) -> Json:
        said = schema.get("type")
        kind = next((each for each in said if each != "null"), "null") if isinstance(said, list) else said
        if kind == "object" or (kind is None and "properties" in schema):
            return self._object(schema, at, depth)
        if kind == "array":
            count = max(_number(schema, "minItems"), 0 if depth > MOST_DEPTH else 1)
            item = self._made(schema.get("items"), (*at, "items"), depth + 1) if depth <= MOST_DEPTH else None
            return [item] * min(count, 100)
        if kind in ("integer", "number"):
            return _least(schema, whole=kind == "integer")
        if kind == "boolean":
            return True
        return _text(schema) if kind == "string" else None

    def _object(self, schema: Mapping[str, Json], at: tuple[str, ...], depth: int) -> Json:
        properties = schema.get("properties")
        required = schema.get("required") if isinstance(schema.get("required"), list) else []
        made: dict[str, Json] = {}
        for name, node in properties.items() if isinstance(properties, dict) else ():
            if depth > MOST_DEPTH or (depth > MOST_DEPTH // 2 and name not in (required or ())):
                continue
            said, place = self.description.follow(node, (*at, "properties", name))
            if said.get("writeOnly") is not True:
                made[name] = self._made(said, place, depth + 1)
        return made

    def _plain(self, status: int, says: str) -> Mocked:
        body = json.dumps({"message": says}, ensure_ascii=False).encode("utf-8", "replace")
        return Mocked(status, (("content-type", _JSON), MARK), body, self.settings.delay)


def _is_json(kind: str) -> bool:
    plain = kind.split(";")[0].strip().lower()
    return plain == _JSON or plain.endswith("+json") or plain == "*/*"


def _number(schema: Mapping[str, Json], key: str) -> int:
    said = schema.get(key)
    return said if type(said) is int else 0


def _figure(schema: Mapping[str, Json], key: str) -> int | float | None:
    said = schema.get(key)
    return said if isinstance(said, int | float) and not isinstance(said, bool) else None


def _least(schema: Mapping[str, Json], *, whole: bool) -> int | float:
    least, most = _figure(schema, "minimum"), _figure(schema, "maximum")
    above = _figure(schema, "exclusiveMinimum")
    if above is None and schema.get("exclusiveMinimum") is True:
        above = least
    if above is not None:
        least = above + 1
    if least is None:
        least = min(0, most) if most is not None else 0
    step = _figure(schema, "multipleOf")
    if step is not None and step > 0:
        least = -(-least // step) * step
    return int(-(-least // 1)) if whole else least


def _text(schema: Mapping[str, Json]) -> str:
    said = _TEXTS.get(str(schema.get("format")), "mock")
    least, most = _number(schema, "minLength"), _number(schema, "maxLength")
    padded = said + "x" * min(max(least - len(said), 0), 10_000)
    return padded[:most] if most else padded
