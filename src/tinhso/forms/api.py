"""The door of forms."""

from __future__ import annotations

import copy
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import QueryDict

from tinhso.forms import contracts, queries
from tinhso.forms.contracts import (
    Answers,
    Commune,
    DefinitionFaulty,
    FormDefinition,
    Kind,
    PageView,
    Prefilled,
    Problem,
    SummaryRow,
    Validated,
    VersionUnknown,
    VersionView,
    communes,
    legal_values,
)
from tinhso.forms.engine import form as forms
from tinhso.forms.engine import pages as asked
from tinhso.forms.engine import reading, validation
from tinhso.forms.operations.versions import examine, publish
from tinhso.foundation import moments

__all__ = [
    "Answers",
    "Commune",
    "DefinitionFaulty",
    "FormDefinition",
    "Kind",
    "PageView",
    "Prefilled",
    "Problem",
    "SummaryRow",
    "Validated",
    "VersionUnknown",
    "VersionView",
    "communes",
    "definition",
    "examine",
    "find_communes",
    "latest",
    "legal_values",
    "pages",
    "prefill",
    "publish",
    "read_page",
    "schema",
    "stays",
    "summary",
    "validate",
    "version",
]

latest = queries.latest
version = queries.version
stays = reading.stays


def definition(version_id: UUID) -> FormDefinition:
    """The definition of a version. Raises VersionUnknown."""
    return queries.form(version_id).definition


def schema(version_id: UUID) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a version's answers, for machines. Raises VersionUnknown."""
    return copy.deepcopy(queries.form(version_id).schema)


def validate(
    version_id: UUID, answers: Any, *, page: str | None = None, at: datetime | None = None
) -> Validated:
    """Repair and judge answers, any JSON; with `page` only what that page asks.

    `at` is the moment of filing: dates and legal values are judged by its day in the province.
    Raises VersionUnknown.
    """
    ready, today = queries.form(version_id), _today(at)
    return validation.judge(ready, answers, today=today, law=law_of(ready, today), page=page)


def pages(version_id: UUID, answers: Answers, *, at: datetime | None = None) -> tuple[PageView, ...]:
    """The pages that are asked, given the answers so far. Raises VersionUnknown."""
    ready, today = queries.form(version_id), _today(at)
    outcome = asked.outcome_of(ready, answers, today=today, law=law_of(ready, today))
    return asked.asked(ready, outcome)


def summary(version_id: UUID, answers: Answers, *, at: datetime | None = None) -> tuple[SummaryRow, ...]:
    """What is asked and what was answered, as rows to check. Raises VersionUnknown."""
    ready, today = queries.form(version_id), _today(at)
    outcome = asked.outcome_of(ready, answers, today=today, law=law_of(ready, today))
    return tuple(asked.rows(ready, outcome))


def read_page(
    version_id: UUID,
    page: str,
    posted: QueryDict,
    *,
    answers: Answers | None = None,
    at: datetime | None = None,
) -> Answers:
    """Answers with what was posted on one page put in, typed where it can be.

    `answers` (all so far) stay as they are; a new mapping comes back. Raises VersionUnknown.
    """
    ready = queries.form(version_id)
    if page not in ready.pages:
        raise VersionUnknown("Tờ khai không có trang này. Hãy quay lại trang trước.")
    merged = copy.deepcopy(answers or {})
    reading.read(ready, page, posted, into=merged, finder=find_communes, today=_today(at))
    return merged


def prefill(version_id: UUID, facts: dict[str, Any]) -> Prefilled:
    """Answers that facts already give, each path with the mark of its origin. Raises VersionUnknown."""
    return asked.prefilled(queries.form(version_id), facts)


def find_communes(name: str, on: date) -> tuple[Commune, ...]:
    """At most seven communes of that day by a name, old names included; none when nobody can tell."""
    try:
        finder = contracts.communes()
    except LookupError:
        return ()
    return tuple(finder(name, on))[:7]


def law_of(ready: forms.Form, today: date) -> dict[str, Any]:
    """The dated legal values a form's rules read, as of a day."""
    if not ready.definition.law:
        return {}
    resolve = contracts.legal_values()
    return {name: resolve(key, today) for name, key in ready.definition.law.items()}


def _today(at: datetime | None) -> date:
    return moments.today(at or moments.now())
