"""Rules by which messages are masked in the log: where a field lies, and what becomes of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from tinhso.exchange.protocol.rest import (
    CLIENT,
    MESSAGE_ID,
    REPRESENTED_PARTY,
    REQUEST_HASH,
    REQUEST_ID,
    SECURITY_SERVER,
    SERVICE,
)

Json = Any

MASK: Final = "***"

MOST_REPEATS: Final = 3
"""Repetitions in one regular expression: what comes from outside must not keep it busy."""

MOST_CHOICES: Final = 8
"""Choices and optional parts in one: each may double the ways that a value is tried."""

MOST_REWRITTEN: Final = 256
"""Characters up to which a regular expression is tried; a longer value is replaced whole."""

MOST_DEEP: Final = 2
"""Steps of one path that look at any depth."""

_FINDS: Final = frozenset(
    (CLIENT, SERVICE, MESSAGE_ID, REQUEST_ID, REQUEST_HASH, REPRESENTED_PARTY, SECURITY_SERVER)
)
_STEP: Final = re.compile(r"\.\.|\.|\[\*\]|\[([0-9]{1,9})\]|\['([^'\]]+)'\]|([^.\[\]'*]+)|\*")
_XML_STEP: Final = re.compile(r"//?(?:@?[^\s/@*\[\]:{}]+|\*)")


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
    XML = "xml"
    FORM = "form"


class Act(StrEnum):
    """What becomes of a field."""

    REMOVE = "remove"
    REPLACE = "replace"
    REGEX = "regex"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `steps` lead to a field of JSON or XML."""

    place: Place
    name: str
    steps: tuple[str | int, ...]
    act: Act
    text: str
    pattern: re.Pattern[str] | None

    def masked(self, value: str) -> str:
        """What stands in the value's stead, unless the field is removed."""
        if self.pattern is None or len(value) > MOST_REWRITTEN:
            return self.text if self.pattern is None else MASK
        return self.pattern.sub(self.text, value)


def read_rule(said: Mapping[str, Json]) -> Rule:
    """Read one rule as a service keeps it. Raises BadRule."""
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
    return Rule(
        place=place,
        name=name.lower() if place is Place.HEADER else name,
        steps=_READ[place](name) if place in _READ else (),
        act=act,
        text=text,
        pattern=_pattern(said.get("pattern", ""), text) if act is Act.REGEX else None,
    )


def _pattern(said: str, text: str) -> re.Pattern[str]:
    if not said or len(said) > 200:
        raise BadRule("a regular expression has 1 to 200 characters")
    if re.search(r"\)[*+{]", said) or sum(map(said.count, "*+{")) > MOST_REPEATS:
        raise BadRule(f"a regular expression repeats no group, and at most {MOST_REPEATS} times")
    if said.count("?") + said.count("|") > MOST_CHOICES:
        raise BadRule(f"a regular expression chooses or leaves out at most {MOST_CHOICES} times")
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
    if not steps or steps[-1] == ".." or steps.count("..") > MOST_DEEP:
        raise BadRule(f"the field {path} names nothing")
    return tuple(steps)


def _xml_steps(path: str) -> tuple[str, ...]:
    """`/Persons/person/@cccd`, `//cccd`: local names, each with the slash or slashes before it."""
    steps = tuple(_XML_STEP.findall(path))
    if not steps or "".join(steps) != path:
        raise BadRule(f"the field {path} is no path of elements such as //person/name or //person/@code")
    if any("@" in step for step in steps[:-1]) or sum(step[:2] == "//" for step in steps) > MOST_DEEP:
        raise BadRule(f"the field {path} names nothing")
    return steps


_READ: Final = {Place.BODY: _steps, Place.XML: _xml_steps}
