"""Whether messages keep to the OpenAPI description of their service: observed first, enforced later.

A contract is compiled once. Reports never repeat a value that was sent: it may be a person's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from math import isfinite
from typing import Any, Final

from tinhso.exchange.contracts import ContractCheck
from tinhso.exchange.guards import parameters
from tinhso.exchange.guards.openapi import BadDescription, Description, Operation, Validator
from tinhso.exchange.guards.parameters import Parameter
from tinhso.exchange.protocol.faults import Fault

Json = Any
Headers = Iterable[tuple[str, str]]

MOST_BODY: Final = 8 * 1024 * 1024
"""The longest body that is checked, in bytes; one that is longer breaks the contract."""

MOST_REPORTED: Final = 20
"""Violations that one report names."""

_JSON: Final = "application/json"
_FORM: Final = "application/x-www-form-urlencoded"
_MAYBE_READ: Final = (_FORM, "*/*", "application/*")
_WITHOUT_BODY: Final = frozenset((204, 304))


@dataclass(frozen=True, slots=True)
class Violation:
    """What a message breaks: where (`query.page`, `body/persons/0/name`) and what is wrong there."""

    where: str
    says: str

    def __str__(self) -> str:
        return f"{self.where}: {self.says}"


@dataclass(frozen=True, slots=True)
class _Media:
    """A body of one content type; without a validator anything goes."""

    kind: str
    validator: Validator | None
    types: Mapping[str, frozenset[str]]
    items: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Answer:
    headers: tuple[Parameter, ...]
    media: tuple[_Media, ...]


@dataclass(frozen=True, slots=True)
class _Checks:
    parameters: tuple[Parameter, ...]
    body_required: bool
    media: tuple[_Media, ...]
    answers: Mapping[str, _Answer]


class Contract:
    """The checks of one service. Making one raises BadDescription for a description that cannot serve."""

    def __init__(self, text: bytes | str, *, most_body: int = MOST_BODY) -> None:
        self.description = Description(text)
        self.most_body = most_body
        self._checks = {
            operation.pointer: _checks(self.description, operation)
            for operation in self.description.operations()
        }

    def request(
        self, method: str, path: str, query: str, headers: Headers, body: bytes
    ) -> tuple[Violation, ...]:
        """What a request breaks. Path and query are raw; `body` is the whole body, empty for none."""
        found = self.description.find(method, path)
        if found is None:
            known = self.description.knows_path(path)
            return (Violation("path", "no such method on this path" if known else "no such path"),)
        checks = self._checks[found.operation.pointer]
        pairs = parameters.header_pairs(headers)
        given = {
            "path": parameters.path_pairs(found.variables),
            "query": parameters.query_pairs(query),
            "header": pairs,
        }
        violations = [
            Violation(each.where, said)
            for each in checks.parameters
            if (said := each.violation(given[each.place]))
        ]
        if body:
            if checks.media:
                violations += self._body(checks.media, dict(pairs).get("content-type", ""), body)
            else:
                violations.append(Violation("body", "this operation takes no body"))
        elif checks.body_required:
            violations.append(Violation("body", "it is missing"))
        return tuple(violations[:MOST_REPORTED])

    def response(
        self, method: str, path: str, status: int, headers: Headers, body: bytes
    ) -> tuple[Violation, ...]:
        """What the response to a request breaks; none for a request that is not described."""
        found = self.description.find(method, path)
        if found is None:
            return ()
        answers = self._checks[found.operation.pointer].answers
        answer = answers.get(str(status)) or answers.get(f"{status // 100}XX") or answers.get("default")
        if answer is None:
            return (Violation("status", f"{status} is not described"),)
        pairs = parameters.header_pairs(headers)
        violations = [
            Violation(each.where, said) for each in answer.headers if (said := each.violation(pairs))
        ]
        if method.upper() != "HEAD" and status not in _WITHOUT_BODY and answer.media:
            if body:
                violations += self._body(answer.media, dict(pairs).get("content-type", ""), body)
            elif any(each.validator for each in answer.media):
                violations.append(Violation("body", "it is missing"))
        return tuple(violations[:MOST_REPORTED])

    def _body(self, media: tuple[_Media, ...], content_type: str, body: bytes) -> list[Violation]:
        kind = content_type.split(";", 1)[0].strip().lower()
        wanted = (kind, f"{kind.partition('/')[0]}/*", "*/*")
        chosen = next((each for want in wanted for each in media if each.kind == want), None)
        if chosen is None:
            return [Violation("body", "its content type is not described")]
        if len(body) > self.most_body:
            return [Violation("body", f"it is longer than the {self.most_body} bytes that are checked")]
        if chosen.validator is None or not (_is_json(kind) or kind == _FORM):
            return []
        try:
            errors = list(islice(chosen.validator.iter_errors(_read(kind, chosen, body)), MOST_REPORTED))
        except (ValueError, RecursionError):
            return [Violation("body", "it cannot be read as its content type says")]
        return [Violation("/".join(["body", *map(str, each.instance_path)]), each.message) for each in errors]


def enforce_request(check: ContractCheck, violations: tuple[Violation, ...]) -> None:
    """Refuse a request that breaks an enforced contract: raises Fault, the caller's."""
    if check is ContractCheck.ENFORCE and violations:
        raise Fault("client.invalid_request", f"The request breaks the contract: {_said(violations)}")


def enforce_response(check: ContractCheck, violations: tuple[Violation, ...]) -> None:
    """Refuse a response that breaks an enforced contract: raises Fault, the service's."""
    if check is ContractCheck.ENFORCE and violations:
        said = f"The response breaks the contract: {_said(violations)}"
        raise Fault("server.serverproxy.invalid_response", said)


def _said(violations: tuple[Violation, ...]) -> str:
    return "; ".join(map(str, violations[:5]))


def _checks(description: Description, operation: Operation) -> _Checks:
    body: Mapping[str, Json] = {}
    media: tuple[_Media, ...] = ()
    if "requestBody" in operation.said:
        at = (*operation.pointer, "requestBody")
        body, at = description.follow(operation.said["requestBody"], at)
        media = _media(description, body, at, response=False)
    answers = operation.said.get("responses") or {}
    if not isinstance(answers, dict):
        raise BadDescription(f"responses is not an object at #/{'/'.join(operation.pointer)}")
    return _Checks(
        parameters=parameters.parameters_of(description, operation),
        body_required=body.get("required") is True,
        media=media,
        answers={
            str(status).upper() if str(status) != "default" else "default": _answer(
                description, *description.follow(said, (*operation.pointer, "responses", status))
            )
            for status, said in answers.items()
        },
    )


def _answer(description: Description, said: Mapping[str, Json], at: tuple[str, ...]) -> _Answer:
    headers = said.get("headers") or {}
    if not isinstance(headers, dict):
        raise BadDescription(f"headers is not an object at #/{'/'.join(at)}")
    made = [
        parameters.header_of(description, name, *description.follow(node, (*at, "headers", name)))
        for name, node in headers.items()
        if name.lower() != "content-type"
    ]
    return _Answer(tuple(made), _media(description, said, at, response=True))


def _media(
    description: Description, said: Mapping[str, Json], at: tuple[str, ...], *, response: bool
) -> tuple[_Media, ...]:
    content = said.get("content") or {}
    if not isinstance(content, dict):
        raise BadDescription(f"content is not an object at #/{'/'.join(at)}")
    made = []
    for kind, media in content.items():
        place = (*at, "content", kind)
        plain = kind.split(";", 1)[0].strip().lower()
        validator, types, items = None, {}, {}
        if isinstance(media, dict) and "schema" in media and (_is_json(plain) or plain in _MAYBE_READ):
            schema, schema_at = description.follow(media["schema"], (*place, "schema"))
            validator = description.validator((*place, "schema"), response=response)
            types = parameters.property_types(description, schema, schema_at)
            items = parameters.item_types(description, schema, schema_at)
        made.append(_Media(plain, validator, types, items))
    return tuple(made)


def _is_json(kind: str) -> bool:
    return kind == _JSON or kind.endswith("+json")


def _read(kind: str, media: _Media, body: bytes) -> Json:
    if kind == _FORM:
        return parameters.coerced(media.types, media.items, parameters.query_pairs(body.decode()))
    return json.loads(body, parse_constant=_refuse_constant, parse_float=_finite)


def _refuse_constant(said: str) -> Json:
    raise ValueError(f"{said} is not JSON")


def _finite(said: str) -> float:
    number = float(said)
    if not isfinite(number):
        raise ValueError("a number is too large")
    return number
