"""Warnings about words: what is hard to read, personal data asked without saying why. They never block."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from tinhso.forms.contracts import Field, Format, FormDefinition, Kind, Page, Problem
from tinhso.forms.engine.leaves import join
from tinhso.forms.engine.reading_level import hard
from tinhso.forms.sources import register_of

PERSONAL_KINDS = {Kind.PERSON, Kind.ADDRESS}
PERSONAL_FORMATS = {Format.PERSONAL_ID, Format.PHONE, Format.EMAIL}
_BIRTH = re.compile(r"(^|\.)ngay_sinh$")
_WHY = re.compile(r"(?<!\w)(để|vì|nhằm|giúp|dùng|do)(?!\w)", re.IGNORECASE)


def warnings(definition: FormDefinition) -> Iterator[Problem]:
    """What could be said better, in the order of the form."""
    for page in definition.pages:
        yield from _read(page.name, page.question, (page.question,), question=True)
        yield from _read(page.name, page.question, (page.hint,))
        explained = explains(page.hint)
        for field in page.fields:
            yield from _of_field(field, "", page, explained)
    for check in definition.checks:
        yield from _read(check.name, check.name, (check.fault,))


def _of_field(field: Field, prefix: str, page: Page, explained: bool) -> Iterator[Problem]:
    path = join(prefix, field.name)
    name = field.label or page.question
    told = explained or bool(field.purpose) or explains(field.hint)
    if field.kind is not Kind.CONSENT:  # the words of a solemn declaration are the law's
        yield from _read(path or page.name, name, (field.label,))
    options = (text for option in field.options for text in (option.label, option.hint))
    yield from _read(
        path or page.name, name, (field.hint, field.purpose, field.show_note, field.empty_fault, *options)
    )
    if personal(field, path) and not told and not register_of(field.prefill):
        yield Problem(
            "no-purpose",
            path,
            _("“%(label)s” là dữ liệu cá nhân: hãy ghi hỏi để làm gì, hoặc bỏ nếu không cần.")
            % {"label": name},
            blocks=False,
        )
    for inner in field.fields:
        yield from _of_field(inner, path, page, told)


def explains(hint: str) -> bool:
    """Whether a hint says why something is asked."""
    return bool(_WHY.search(hint))


def personal(field: Field, path: str) -> bool:
    """Whether a question asks for personal data (Law on Personal Data Protection 2025: purpose is told)."""
    if field.kind in PERSONAL_KINDS or field.format in PERSONAL_FORMATS:
        return True
    born = bool(_BIRTH.search(path)) or field.label.lower().startswith("ngày sinh")
    return field.kind is Kind.DATE and born


def _read(where: str, label: str, texts: tuple[str, ...], *, question: bool = False) -> Iterator[Problem]:
    reasons = [why for text in texts if text for why in hard(text, question=question)]
    if reasons:
        yield Problem(
            "hard-to-read",
            where,
            _("“%(label)s” khó đọc: %(reasons)s.") % {"label": label, "reasons": "; ".join(reasons)},
            blocks=False,
        )
