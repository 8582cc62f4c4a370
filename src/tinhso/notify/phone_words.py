"""What goes to a phone: short, in plain letters, and no fact that the dated rule does not let out."""

from __future__ import annotations

import logging
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from tinhso.foundation import legal
from tinhso.notify.contracts import MissingFact
from tinhso.notify.templates import one_line, templates

logger = logging.getLogger(__name__)
MARK = re.compile(r"%\((\w+)\)s")
# Letters with a stroke and curly quotes, which do not come apart into a plain letter and a mark.
PLAIN = {0x110: "D", 0x111: "d", 0x201C: '"', 0x201D: '"'}
PLAIN_ONE, PLAIN_SEVERAL, WIDE_ONE, WIDE_SEVERAL = 160, 153, 70, 67


@dataclass(frozen=True, slots=True)
class PhoneWords:
    """The text of an SMS, and what fills Zalo's own template (None when none is registered)."""

    text: str
    zalo: dict[str, Any] | None


def parts_of(text: str) -> int:
    """How many parts an SMS of this text takes (3GPP TS 23.038: 7-bit or UCS-2 letters)."""
    one, several = (PLAIN_ONE, PLAIN_SEVERAL) if text.isascii() else (WIDE_ONE, WIDE_SEVERAL)
    return 1 if len(text) <= one else math.ceil(len(text) / several)


def without_marks(text: str) -> str:
    """The text without Vietnamese diacritics, capitals kept: "Đã nhận" is "Da nhan"."""
    bare = "".join(
        letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter)
    )
    return bare.translate(PLAIN)


def allowed_facts(on: date) -> frozenset[str]:
    """The facts a text for a phone may carry on that day."""
    return frozenset(legal.value("sms_allowed_facts", on=on))


def for_phone(
    name: str, facts: Mapping[str, object], *, link: str, language: str, on: date
) -> PhoneWords | None:
    """The words of a template for a phone, or None when it has none or they would say too much.

    Raises LookupError for an undeclared template, MissingFact when a mark has none.
    """
    template = templates.get(name)
    marks = set(MARK.findall(template.sms))
    if not template.sms:
        return None
    if not marks <= allowed_facts(on):
        logger.warning("%s does not go to phones: it carries %s", name, sorted(marks - allowed_facts(on)))
        return None
    with translation.override(language or settings.LANGUAGE_CODE):
        try:
            text = one_line(gettext(template.sms) % facts)
        except KeyError as missing:
            raise MissingFact(f"message {name!r} lacks {missing} for phones", template=name) from None
        zalo = _zalo(name, facts, on=on)
    if not legal.value("sms_accents", on=on) and (language or settings.LANGUAGE_CODE) == "vi":
        text = without_marks(text)
    return PhoneWords(text=_fitted(text, link, most=legal.integer("sms_most_parts", on=on)), zalo=zalo)


def _zalo(name: str, facts: Mapping[str, object], *, on: date) -> dict[str, Any] | None:
    found = legal.value("zalo_templates", on=on).get(name)
    if not found or not set(found["facts"]) <= allowed_facts(on) & set(facts):
        return None
    return {"template_id": found["id"], "template_data": {fact: str(facts[fact]) for fact in found["facts"]}}


def _fitted(text: str, link: str, *, most: int) -> str:
    """The text with its link, cut so that it takes no more parts than allowed; the link stays whole."""
    end = f" {settings.ORIGIN}{link}" if link else ""
    whole = text + end
    while parts_of(whole) > most and text:
        text = text[:-8].rstrip(" .,")
        whole = f"{text}...{end}"
    return whole
