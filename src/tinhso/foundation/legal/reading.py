"""Reading the law: from memory, refreshed from the table every few seconds.

One query reads the whole table (a few hundred rows), so the number of queries does not grow with the number
of questions.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from tinhso.foundation import moments
from tinhso.foundation.errors import Unable
from tinhso.foundation.legal.declarations import Confidence, Kind, declared
from tinhso.foundation.legal.models import LegalValue
from tinhso.foundation.remembered import Remembered


class NoLegalValue(Unable):
    """No value of this key is in force on that day."""

    code = "no-legal-value"
    status = 409


@dataclass(frozen=True, slots=True)
class Rule:
    """A value and its source, in force from `effective_from` until the day before `effective_to`."""

    key: str
    value: Any
    basis: str
    effective_from: date
    effective_to: date | None
    note: str = ""
    confidence: Confidence = Confidence.ENTERED


Law = dict[str, tuple[Rule, ...]]


def _read() -> Law:
    found: dict[str, list[Rule]] = defaultdict(list)
    rows = LegalValue.objects.filter(withdrawn_at__isnull=True).order_by("key", "effective_from")
    for row in rows:
        found[row.key].append(
            Rule(
                key=row.key,
                value=row.value,
                basis=row.legal_basis,
                effective_from=row.effective_from,
                effective_to=row.effective_to,
                note=row.note,
                confidence=Confidence(row.confidence),
            )
        )
    return {key: tuple(_decoded(rule) for rule in rules) for key, rules in found.items()}


def _decoded(stored: Rule) -> Rule:
    try:
        declaration = declared(stored.key)
    except LookupError:
        return stored
    return Rule(
        key=stored.key,
        value=declaration.decode(stored.value),
        basis=stored.basis,
        effective_from=stored.effective_from,
        effective_to=stored.effective_to,
        note=stored.note,
        confidence=stored.confidence,
    )


LAW: Remembered[Law] = Remembered(_read)


def forget() -> None:
    """Read the table again at the next question; for tests and tools that change it from outside."""
    LAW.forget()


def rule(key: str, *, on: date) -> Rule:
    """The rule in force on that day, the day of the event.

    Raises LookupError for a key no room declares, NoLegalValue when none is in force on that day.
    """
    day = moments.today(on) if isinstance(on, datetime) else on
    declaration = declared(key)
    for found in LAW().get(key, ()):
        if found.effective_from <= day and (found.effective_to is None or day < found.effective_to):
            if declaration.kind is Kind.STRUCTURE:
                return copy.deepcopy(found)
            return found
    raise NoLegalValue(
        _("Chưa có quy định về “%(label)s” có hiệu lực ngày %(day)s. Hãy báo người quản trị bổ sung.")
        % {"label": declaration.label, "day": f"{day.day}/{day.month}/{day.year}"},
        key=key,
        on=day.isoformat(),
    )


def value(key: str, *, on: date) -> Any:
    """The value in force on that day, typed by its declaration. Raises as `rule` does."""
    return rule(key, on=on).value


def integer(key: str, *, on: date) -> int:
    """A whole number in force on that day. Raises as `rule` does, TypeError for another kind."""
    found = rule(key, on=on).value
    if type(found) is not int:
        raise TypeError(f"legal value {key!r} is not a whole number")
    return found


def text(key: str, *, on: date) -> str:
    """A word or choice in force on that day. Raises as `rule` does, TypeError for another kind."""
    found = rule(key, on=on).value
    if type(found) is not str:
        raise TypeError(f"legal value {key!r} is not text")
    return found


def history(key: str) -> tuple[Rule, ...]:
    """All rules of a key that stand, oldest first. Raises LookupError for a key no room declares."""
    declared(key)
    return copy.deepcopy(LAW().get(key, ()))
