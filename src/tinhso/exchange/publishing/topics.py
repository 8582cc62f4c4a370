"""Topics: what rooms above declare that they tell other systems of, and how it looks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec
from django.utils.functional import Promise

from tinhso.foundation.registry import Registry

Told = TypeVar("Told")
NAME = re.compile(r"[a-z][a-z-]*(?:\.[a-z][a-z-]*)+")


@dataclass(frozen=True, slots=True)
class Topic(Generic[Told]):
    """A kind of event. `tells` is the type of its data, from which its JSON Schema is made; it holds codes
    and moments, never what people wrote or who they are. `subject_is` says in words what a subject is."""

    name: str
    title: str | Promise
    subject_is: str | Promise
    tells: type[Told]
    example: Told

    def schema(self) -> dict[str, Any]:
        """JSON Schema (2020-12) of its data."""
        (schema,), definitions = msgspec.json.schema_components([self.tells])
        if "$ref" in schema:
            return dict(definitions[schema["$ref"].rpartition("/")[2]])
        return dict(schema)


topics: Registry[Topic[Any]] = Registry("topic")


def declare(topic: Topic[Told]) -> Topic[Told]:
    """Make a topic known, while Django starts. Raises ValueError for a name that is none."""
    if not NAME.fullmatch(topic.name):
        raise ValueError(f"{topic.name!r} is no name of a topic: words with dots between")
    topics.add(topic.name, topic)
    return topic
