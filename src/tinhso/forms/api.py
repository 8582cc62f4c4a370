"""The door of forms."""

from __future__ import annotations

import copy
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from tinhso.forms import queries
from tinhso.forms.contracts import (
    Answers,
    Asked,
    Commune,
    DefinitionFaulty,
    Filling,
    FormDefinition,
    Given,
    Keeping,
    Kind,
    OpenQuestion,
    PageView,
    Prefilled,
    PrefillSource,
    Preview,
    Problem,
    Register,
    RuleFaulty,
    Silence,
    SummaryRow,
    Validated,
    VersionUnknown,
    VersionView,
)
from tinhso.forms.engine import pages as asked
from tinhso.forms.engine import reading, validation
from tinhso.forms.engine.reading_level import hard as hard_to_read
from tinhso.forms.filling import ask_registers, prefill, registers_named
from tinhso.forms.lacking import links, open_questions, overlaid, read_some, some
from tinhso.forms.operations.versions import examine, publish, unsound
from tinhso.forms.palette import palette
from tinhso.forms.previewing import preview
from tinhso.forms.shipped import shipped
from tinhso.forms.sources import ask_from, fill_from
from tinhso.forms.telling import made_up, sometimes, texts, texts_of
from tinhso.forms.writing import asked as asked_by
from tinhso.forms.writing import (
    check_condition,
    holds,
    read_tried,
    reads,
    reckoned,
    sentence,
    sentences_of,
    tried,
    tried_pages,
)
from tinhso.foundation import moments

__all__ = [
    "Answers",
    "Asked",
    "Commune",
    "DefinitionFaulty",
    "Filling",
    "FormDefinition",
    "Given",
    "Keeping",
    "Kind",
    "OpenQuestion",
    "PageView",
    "PrefillSource",
    "Prefilled",
    "Preview",
    "Problem",
    "Register",
    "RuleFaulty",
    "Silence",
    "SummaryRow",
    "Validated",
    "VersionUnknown",
    "VersionView",
    "ask_from",
    "ask_registers",
    "asked_by",
    "carried",
    "check_condition",
    "coded",
    "definition",
    "examine",
    "fill_from",
    "find_communes",
    "fingerprint",
    "hard_to_read",
    "holding_block",
    "holds",
    "latest",
    "links",
    "made_up",
    "open_questions",
    "overlaid",
    "pages",
    "palette",
    "prefill",
    "preview",
    "publish",
    "read_page",
    "read_some",
    "read_tried",
    "reads",
    "reckoned",
    "registers_named",
    "schema",
    "sentence",
    "sentences_of",
    "shipped",
    "some",
    "sometimes",
    "source",
    "stays",
    "summary",
    "texts",
    "texts_of",
    "tried",
    "tried_pages",
    "unsound",
    "validate",
    "version",
]

coded = queries.coded
find_communes = queries.find_communes
holding_block = queries.holding_block
latest = queries.latest
source = queries.source
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
    return validation.judge(ready, answers, today=today, law=queries.law(ready, today), page=page)


def pages(version_id: UUID, answers: Answers, *, at: datetime | None = None) -> tuple[PageView, ...]:
    """The pages that are asked, given the answers so far. Raises VersionUnknown."""
    ready, today = queries.form(version_id), _today(at)
    outcome = asked.outcome_of(ready, answers, today=today, law=queries.law(ready, today))
    return asked.asked(ready, outcome)


def summary(version_id: UUID, answers: Answers, *, at: datetime | None = None) -> tuple[SummaryRow, ...]:
    """What is asked and what was answered, as rows to check. Raises VersionUnknown."""
    ready, today = queries.form(version_id), _today(at)
    outcome = asked.outcome_of(ready, answers, today=today, law=queries.law(ready, today))
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
        raise VersionUnknown(_("Tờ khai không có trang này. Hãy quay lại trang trước."))
    merged = copy.deepcopy(answers or {})
    reading.read(ready, page, posted, into=merged, finder=queries.find_communes, today=_today(at))
    return merged


def fingerprint(version_id: UUID, page: str, answers: Answers) -> str:
    """A short mark of what one page holds, by which a change from elsewhere is noticed.

    Raises VersionUnknown.
    """
    return reading.fingerprint(queries.form(version_id), page, answers)


def carried(version_id: UUID, answers: Answers) -> Answers | None:
    """An earlier filing's answers for a new one, without what is asked anew; None for a form of which nothing
    can be taken over. Raises VersionUnknown."""
    return asked.carried(queries.form(version_id), answers)


def _today(at: datetime | None) -> date:
    return moments.today(at or moments.now())
