"""Copies of messages for the log without what must not stand there; what cannot be masked is not kept.

A rule names a field of the query, a header, the path, a JSON body (`$.persons[*].cccd`, `$..cccd`) or a form,
and what becomes of it: removed, replaced, or rewritten by a regular expression. A masked copy is no evidence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from urllib.parse import quote, unquote_plus

from tinhso.exchange.protocol.rest import (
    CLIENT,
    MESSAGE_ID,
    REPRESENTED_PARTY,
    REQUEST_HASH,
    REQUEST_ID,
    SECURITY_SERVER,
    SERVICE,
    Headers,
    Request,
    Response,
)

Json = Any

MASK: Final = "***"
ALWAYS: Final = frozenset(("authorization", "cookie", "set-cookie"))
"""Headers whose value never stands in a masked log."""

MOST_BODY: Final = 8 * 1024 * 1024
"""The longest body that is masked, in bytes."""

MOST_REPEATS: Final = 3
"""Repetitions in one regular expression: what comes from outside must not keep it busy."""

MOST_REWRITTEN: Final = 256
"""Characters up to which a regular expression is tried; a longer value is replaced whole."""

_FINDS: Final = frozenset(
    (CLIENT, SERVICE, MESSAGE_ID, REQUEST_ID, REQUEST_HASH, REPRESENTED_PARTY, SECURITY_SERVER)
)
_FORM: Final = "application/x-www-form-urlencoded"
_STEP: Final = re.compile(r"\.\.|\.|\[\*\]|\[([0-9]{1,9})\]|\['([^'\]]+)'\]|([^.\[\]'*]+)|\*")


class BadRule(ValueError):
    """A rule that cannot be meant; the text says why."""


class CannotMask(Exception):
    """A body that the rules cannot reach into: it must not be kept as it is."""


class Place(StrEnum):
    """Where a field lies."""

    QUERY = "query"
    HEADER = "header"
    PATH = "path"
    BODY = "body"
    FORM = "form"


class Act(StrEnum):
    """What becomes of a field."""

    REMOVE = "remove"
    REPLACE = "replace"
    REGEX = "regex"


@dataclass(frozen=True, slots=True)
class _Rule:
    place: Place
    name: str
    steps: tuple[str | int, ...]
    act: Act
    text: str
    pattern: re.Pattern[str] | None

    def masked(self, value: str) -> str:
        if self.pattern is None or len(value) > MOST_REWRITTEN:
            return self.text if self.pattern is None else MASK
        return self.pattern.sub(self.text, value)


class Masks:
    """The rules of a service, as its `masks` keep them.

    Each is `{"in", "at", "as", "with", "pattern"}`: place, field, act, text that is put in its stead (`***`
    when none is given; groups as in `\\1`), regular expression. Raises BadRule.
    """

    def __init__(self, rules: Iterable[Mapping[str, Json]]) -> None:
        self._rules = tuple(map(_rule, rules))
        self._of = {place: [rule for rule in self._rules if rule.place is place] for place in Place}

    def request(self, request: Request) -> Request:
        """A copy of a request's head for the log."""
        path, mark, query = request.target.partition("?")
        base = path[: len(path) - len(request.service_path)]
        service_path = request.service_path
        for rule in self._of[Place.PATH]:
            said = "" if rule.act is Act.REMOVE else rule.masked(service_path)
            service_path = (
                f"/{quote(said.removeprefix('/'), safe=_PATH_SAFE)}" if said and service_path else ""
            )
        target = f"{base}{service_path}{mark}{self._pairs(Place.QUERY, query)}"
        return Request(request.verb, target, self.headers(request.headers))

    def response(self, response: Response) -> Response:
        """A copy of a response's head for the log."""
        return Response(response.code, response.reason, self.headers(response.headers))

    def headers(self, headers: Headers) -> Headers:
        """Headers as the log keeps them; what shows who somebody is never stands there."""
        kept: Headers = []
        for name, value in headers:
            said: str | None = MASK if name.lower() in ALWAYS else value
            for rule in self._of[Place.HEADER]:
                if said is not None and rule.name == name.lower():
                    said = None if rule.act is Act.REMOVE else rule.masked(said)
            if said is not None:
                kept.append((name, re.sub(r"[\r\n\x00]", " ", said)))
        return kept

    def body(self, content_type: str, content_encoding: str, body: bytes) -> bytes:
        """A copy of a whole body for the log; raises CannotMask when a rule cannot reach into it."""
        kind = content_type.split(";", 1)[0].strip().lower()
        json_rules, form_rules = self._of[Place.BODY], self._of[Place.FORM]
        if not body or not (json_rules or form_rules):
            return body
        if content_encoding.strip().lower() not in ("", "identity"):
            raise CannotMask("the body is compressed")
        if len(body) > MOST_BODY:
            raise CannotMask(f"the body is longer than {MOST_BODY} bytes")
        if kind == _FORM:
            return self._form(body)
        if kind == "application/json" or kind.endswith("+json"):
            return _masked_json(json_rules, body)
        raise CannotMask(f"no rule reaches into a body of type {kind or 'unknown'}")

    def _form(self, body: bytes) -> bytes:
        if not self._of[Place.FORM]:
            raise CannotMask("no rule reaches into a form")
        try:
            return self._pairs(Place.FORM, body.decode("ascii")).encode()
        except UnicodeDecodeError as why:
            raise CannotMask("the form is not encoded as forms are") from why

    def _pairs(self, place: Place, raw: str) -> str:
        rules = self._of[place]
        if not rules or not raw:
            return raw
        kept: list[str] = []
        for pair in raw.split("&"):
            name, _, value = pair.partition("=")
            said: str | None = pair
            for rule in rules:
                if said is not None and rule.name == unquote_plus(name):
                    value = quote(rule.masked(unquote_plus(value)), safe="*")
                    said = None if rule.act is Act.REMOVE else f"{name}={value}"
            if said is not None:
                kept.append(said)
        return "&".join(kept)


_PATH_SAFE: Final = "/*-._~!$&'()+,;=:@"


def _rule(said: Mapping[str, Json]) -> _Rule:
    if not isinstance(said, Mapping) or set(said) - {"in", "at", "as", "with", "pattern"}:
        raise BadRule("a rule has in, at, as, with and pattern")
    if not all(isinstance(value, str) for value in said.values()):
        raise BadRule("each part of a rule is a text")
    try:
        place, act = Place(said.get("in", "")), Act(said.get("as", Act.REPLACE))
    except ValueError as why:
        raise BadRule(f"a rule cannot say {why}") from why
    name = said.get("at", "")
    if not name and place is not Place.PATH:
        raise BadRule("a rule names its field")
    if place is Place.HEADER and name.lower() in _FINDS:
        raise BadRule(f"the log is searched by {name}")
    text = said.get("with", MASK)
    return _Rule(
        place=place,
        name=name.lower() if place is Place.HEADER else name,
        steps=_steps(name) if place is Place.BODY else (),
        act=act,
        text=text,
        pattern=_pattern(said.get("pattern", ""), text) if act is Act.REGEX else None,
    )


def _pattern(said: str, text: str) -> re.Pattern[str]:
    if not said or len(said) > 200:
        raise BadRule("a regular expression has 1 to 200 characters")
    if re.search(r"\)[*+{]", said) or sum(map(said.count, "*+{")) > MOST_REPEATS:
        raise BadRule(f"a regular expression repeats no group, and at most {MOST_REPEATS} times")
    try:
        pattern = re.compile(said)
        pattern.sub(text, "")
    except (re.error, IndexError, OverflowError) as why:
        raise BadRule(f"the regular expression or its text is wrong: {why}") from why
    return pattern


def _steps(path: str) -> tuple[str | int, ...]:
    said = path.removeprefix("$")
    steps: list[str | int] = []
    at = 0
    while at < len(said):
        match = _STEP.match(said, at)
        if match is None:
            raise BadRule(f"the field {path} cannot be read from character {at + 1} on")
        at = match.end()
        index, quoted, plain = match.groups()
        if match[0] == "..":
            steps.append("..")
        elif index is not None:
            steps.append(int(index))
        elif match[0] in ("[*]", "*"):
            steps.append("*")
        elif quoted or plain:
            steps.append(f".{quoted or plain}")
    if not steps or steps[-1] == ".." or steps.count("..") > 2:
        raise BadRule(f"the field {path} names nothing")
    return tuple(steps)


def _masked_json(rules: list[_Rule], body: bytes) -> bytes:
    if not rules:
        raise CannotMask("no rule reaches into JSON")
    try:
        data = json.loads(body)
        for rule in rules:
            _apply(data, rule.steps, rule)
        return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    except (ValueError, RecursionError) as why:
        raise CannotMask("the body is not JSON") from why


def _apply(node: Json, steps: tuple[str | int, ...], rule: _Rule) -> None:
    first, rest = steps[0], steps[1:]
    if first == "..":
        _apply(node, rest, rule)
        for key in _keys(node, "*"):
            _apply(node[key], steps, rule)
        return
    for key in reversed(_keys(node, first)):
        if rest:
            _apply(node[key], rest, rule)
        elif rule.act is Act.REMOVE:
            del node[key]
        elif isinstance(node[key], str):
            node[key] = rule.masked(node[key])
        elif node[key] is not None:
            node[key] = rule.masked(json.dumps(node[key], ensure_ascii=False))


def _keys(node: Json, step: str | int) -> list[Any]:
    """Keys or indexes of a node that a step names."""
    if isinstance(node, dict):
        if step == "*":
            return list(node)
        return [step[1:]] if isinstance(step, str) and step[1:] in node else []
    if isinstance(node, list):
        if step == "*":
            return list(range(len(node)))
        return [step] if isinstance(step, int) and step < len(node) else []
    return []
