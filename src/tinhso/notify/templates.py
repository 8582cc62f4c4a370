"""The words of messages, declared by the rooms that send them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from tinhso.foundation.registry import Registry
from tinhso.notify.contracts import MissingFact, Template

templates: Registry[Template] = Registry("message template")

SUBJECT_LETTERS = 200
_BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def declare(name: str, *, subject: str, body: str, sms: str = "", kind: str = "other") -> str:
    """Declare the words of a message and return its name. Words are msgids.

    `sms` goes to phones, by SMS and Zalo; it may carry only facts that the rule `sms_allowed_facts` names,
    and a link of ours is added to it.
    """
    templates.add(name, Template(name=name, subject=subject, body=body, sms=sms, kind=kind))
    return name


def declared() -> Iterator[Template]:
    """Every declared template, by name."""
    for _name, template in templates:
        yield template


def worded(name: str, facts: Mapping[str, object], *, language: str = "") -> tuple[str, str]:
    """Subject and body with the facts filled in, in the reader's language, not in that of who acts.

    The subject is one line whatever a fact brings, since it becomes a mail header. Lazy facts are worded
    in that language too. Raises LookupError for an undeclared template, MissingFact when a mark has none.
    """
    template = templates.get(name)
    with translation.override(language or settings.LANGUAGE_CODE):
        try:
            subject, body = gettext(template.subject) % facts, gettext(template.body) % facts
        except KeyError as missing:
            raise MissingFact(f"message {name!r} lacks {missing}", template=name) from None
    return one_line(subject)[:SUBJECT_LETTERS], _CONTROLS.sub("", body)


def one_line(text: str) -> str:
    """The text without line breaks and control letters."""
    return _BREAKS.sub(" ", text).strip()
