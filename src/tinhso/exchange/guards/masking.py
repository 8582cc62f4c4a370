"""Copies of messages for the log without what must not stand there; what cannot be masked is not kept.

A rule names a field of the query, a header, the path, a JSON body (`$.persons[*].cccd`, `$..cccd`), XML
(`//person/cccd`, `//person/@code`) or a form, and what becomes of it: removed, replaced, or rewritten by a
regular expression. A masked copy is no evidence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote, unquote, unquote_plus

from tinhso.exchange.guards import xml_masks
from tinhso.exchange.guards.mask_rules import MASK, Act, CannotMask, Place, Rule, read_rule
from tinhso.exchange.protocol.rest import Headers, Request, Response

Json = Any

ALWAYS: Final = frozenset(("authorization", "cookie", "set-cookie"))
"""Headers whose value never stands in a masked log."""

MOST_BODY: Final = 8 * 1024 * 1024
"""The longest body that is masked, in bytes."""

_FORM: Final = "application/x-www-form-urlencoded"


class Masks:
    """The rules of a service, as its `masks` keep them.

    Each is `{"in", "at", "as", "with", "pattern"}`: place, field, act, text that is put in its stead (`***`
    when none is given; groups as in `\\1`), regular expression. Raises BadRule.
    """

    def __init__(self, rules: Iterable[Mapping[str, Json]]) -> None:
        self._rules = tuple(map(read_rule, rules))
        self._of = {place: [rule for rule in self._rules if rule.place is place] for place in Place}

    def request(self, request: Request) -> Request:
        """A copy of a request's head for the log."""
        path, mark, query = request.target.partition("?")
        base = path[: len(path) - len(request.service_path)]
        service_path = request.service_path
        if self._of[Place.PATH]:
            said = self.path(unquote(service_path))
            service_path = f"/{quote(said.removeprefix('/'), safe=_PATH_SAFE)}" if said else ""
        target = f"{base}{service_path}{mark}{self._pairs(Place.QUERY, query)}"
        return Request(request.verb, target, self.headers(request.headers))

    def path(self, path: str) -> str:
        """A copy of a decoded service path: a rule sees the letters, however they came encoded."""
        for rule in self._of[Place.PATH]:
            if path:
                path = "" if rule.act is Act.REMOVE else rule.masked(path)
        return path

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
        within = [one for one in self._rules if one.place in _WITHIN]
        if not body or not within:
            return body
        if content_encoding.strip().lower() not in ("", "identity"):
            raise CannotMask("the body is compressed")
        if len(body) > MOST_BODY:
            raise CannotMask(f"the body is longer than {MOST_BODY} bytes")
        if kind == _FORM:
            return self._form(body)
        if kind == "application/json" or kind.endswith("+json"):
            return _masked_json(self._of[Place.BODY], body)
        if kind in ("application/xml", "text/xml") or kind.endswith("+xml"):
            return self._xml(content_type, body)
        raise CannotMask(f"no rule reaches into a body of type {kind or 'unknown'}")

    def envelope(self, content_type: str, data: bytes) -> bytes:
        """A copy of a SOAP message for the log, attachments apart; raises CannotMask."""
        return xml_masks.envelope(self._of[Place.XML], content_type, data)

    def _xml(self, content_type: str, body: bytes) -> bytes:
        return xml_masks.document(self._of[Place.XML], content_type, body)

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
_WITHIN: Final = frozenset((Place.BODY, Place.XML, Place.FORM))


def _masked_json(rules: list[Rule], body: bytes) -> bytes:
    if not rules:
        raise CannotMask("no rule reaches into JSON")
    try:
        data = json.loads(body)
        for rule in rules:
            _apply(data, rule.steps, rule)
        return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    except (ValueError, RecursionError) as why:
        raise CannotMask("the body is not JSON") from why


def _apply(node: Json, steps: tuple[str | int, ...], rule: Rule) -> None:
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
