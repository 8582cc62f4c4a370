"""The words of messages, declared by the rooms that send them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext

from tinhso.foundation.registry import Registry
from tinhso.notify.contracts import MissingFact, Template

templates: Registry[Template] = Registry("message template")


def declare(name: str, *, subject: str, body: str) -> str:
    """Declare a kind of message and return its name. Words are msgids."""
    templates.add(name, Template(name=name, subject=subject, body=body))
    return name


def worded(name: str, facts: Mapping[str, object]) -> tuple[str, str]:
    """Subject and body with the facts filled in.

    Raises LookupError for an undeclared template, MissingFact when a mark has no fact.
    """
    template = templates.get(name)
    try:
        return gettext(template.subject) % facts, gettext(template.body) % facts
    except KeyError as missing:
        raise MissingFact(f"message {name!r} lacks {missing}", template=name) from None
