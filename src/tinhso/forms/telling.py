"""What answers look like to people, and made-up answers to try a paper or a process with."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.forms import queries
from tinhso.forms.contracts import Answers, Field, Format, Kind
from tinhso.forms.engine import cleaning, form, pages, places, validation
from tinhso.forms.engine.display import text_of
from tinhso.forms.engine.leaves import Leaf
from tinhso.forms.engine.plan import StepKind
from tinhso.foundation import moments

ROWS = 2
"""Rows of a table that is made up."""
_NAMES = ("Nguyễn Thị Thu Hà", "Trần Văn Phước", "Danh Sóc Kha", "Lê Hoàng Ân")
_TEXTS = {
    Format.PHONE: "0912345678",
    Format.EMAIL: "thu.ha@example.vn",
    Format.TAX_CODE: "0100047516",
}
_ADDRESS = {"chi_tiet": "Số 12, khu phố 3", "xa": "Phường Rạch Giá", "ghi_tay": True}
_MONEY, _NUMBER = 12_500_000, 3


def texts(version_id: UUID, answers: Answers, *, at: datetime) -> dict[str, Any]:
    """What is asked and answered, as people read it, by path; of a table a list of rows by column.

    Raises VersionUnknown.
    """
    return _texts(queries.form(version_id), answers, at=at)


def texts_of(definition: dict[str, Any], answers: Answers, *, at: datetime) -> dict[str, Any]:
    """The same by a sound definition that is not published."""
    return _texts(form.make(form.decode(definition)), answers, at=at)


def _texts(ready: form.Form, answers: Answers, *, at: datetime) -> dict[str, Any]:
    today = moments.today(at)
    outcome = pages.outcome_of(ready, answers, today=today, law=queries.law(ready, today))
    told: dict[str, Any] = {}
    for leaf in ready.top:
        value = places.get(outcome.answers, leaf.keys)
        if leaf.path in outcome.hidden or places.empty(value):
            continue
        if leaf.kind is Kind.TABLE:
            told[leaf.path] = [
                {column.path: text_of(column, places.get(row, column.keys)) for column in leaf.columns}
                for row in value
            ]
        else:
            told[leaf.path] = text_of(leaf, value)
    return told


def sometimes(definition: dict[str, Any]) -> frozenset[str]:
    """The answers that a sound definition asks for only in some cases, by path."""
    steps = form.make(form.decode(definition)).plan
    return frozenset(path for step in steps if step.kind is StepKind.SHOW for path in step.targets)


def made_up(definition: dict[str, Any], *, at: datetime) -> Answers:
    """Believable answers to a sound definition: everything asked, nobody's own, the same every time."""
    ready, today = form.make(form.decode(definition)), moments.today(at)
    given: Answers = {}
    for leaf in ready.top:
        if leaf.kind is Kind.TABLE:
            value: Any = []
            for number in range(min(ROWS, leaf.field.rows_max)):
                row: Answers = {}
                for column in leaf.columns:
                    _put(row, column, len(given) + number, today)
                value.append(row)
            places.put(given, leaf.keys, value)
        else:
            _put(given, leaf, len(given), today)
    return validation.judge(ready, given, today=today, law=queries.law(ready, today)).answers


def _put(into: Answers, leaf: Leaf, number: int, today: date) -> None:
    value = _value(leaf.field, number, today)
    if value is not None:
        places.put(into, leaf.keys, value)


def _value(field: Field, number: int, today: date) -> Any:
    """One answer of a kind; None where nothing can be made up, as for files."""
    example = cleaning.one(field, field.example) if field.example and not field.options else None
    if example is not None and example is not cleaning.STRANGE and field.kind not in (Kind.FILE, Kind.DATE):
        return example
    match field.kind:
        case Kind.TEXT:
            if field.format is Format.PERSON_NAME:
                return _NAMES[number % len(_NAMES)]
            if field.format is Format.PERSONAL_ID:
                return f"091190{number + 1:06d}"
            said = _TEXTS.get(field.format) or _("Ví dụ %(label)s") % {"label": field.label.lower()}
            return said[: field.max_length]
        case Kind.LONG_TEXT:
            return (_("Nội dung ví dụ, dài bằng một câu người dân thường viết.") * 2)[: field.max_length]
        case Kind.NUMBER | Kind.MONEY:
            whole = _MONEY if field.kind is Kind.MONEY else _NUMBER
            low = whole if field.minimum is None else max(whole, field.minimum)
            return low if field.maximum is None else min(low, field.maximum)
        case Kind.DATE:
            if "sinh" in field.name:
                return "1990-05-12"
            return (today + timedelta(days=30 if field.when == "future" else -30)).isoformat()
        case Kind.YES_NO | Kind.CONSENT:
            return True
        case Kind.CHOICE:
            return field.options[0].value if field.options else None
        case Kind.CHOICES:
            return [option.value for option in field.options[:2]] or None
        case Kind.ADDRESS:
            return dict(_ADDRESS)
    return None
