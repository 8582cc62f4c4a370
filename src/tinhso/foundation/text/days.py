"""Days as people type them: "27 3 2024", "27/3/2024", "ngày 27 tháng 3 năm 2024", "tháng 3"."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from tinhso.foundation.text.letters import fold
from tinhso.foundation.text.unreadable import Unreadable

_MONTHS = ("mot", "hai", "ba", "tu", "nam", "sau", "bay", "tam", "chin", "muoi", "muoi mot", "muoi hai")
_MONTH_WORD = re.compile(
    r"\bthang (muoi mot|muoi hai|mot|hai|ba|tu|nam|sau|bay|tam|chin|muoi)\b(?! *nam\b *$)"
)
_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(?P<day>\d{1,2}) (?P<month>\d{1,2}) (?P<year>\d{4})",
        r"(?P<year>\d{4}) (?P<month>\d{1,2}) (?P<day>\d{1,2})",
        r"(?P<day>\d{2})(?P<month>\d{2})(?P<year>\d{4})",
        r"(?P<month>\d{1,2}) (?P<year>\d{4})",
        r"(?P<year>\d{4}) (?P<month>\d{1,2})",
        r"(?P<day>\d{1,2}) (?P<month>\d{1,2})",
        r"(?P<year>\d{4})",
    )
)
_MONTH_ALONE = re.compile(r"thang (?P<month>\d{1,2})")


@dataclass(frozen=True, slots=True)
class LooseDate:
    """A day of which parts may be unknown, as on old papers: only a year, or month and year."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    @property
    def whole(self) -> date | None:
        """The day, when all three parts are known."""
        if self.year is not None and self.month is not None and self.day is not None:
            return date(self.year, self.month, self.day)
        return None


def loose_date(text: str) -> LooseDate:
    """Read a day with what is known of it. Raises Unreadable for anything that names no possible day."""
    plain = _plain(text)
    alone = _MONTH_ALONE.fullmatch(plain)
    if alone:
        return _possible(None, int(alone["month"]), None)
    bare = re.sub(r"\b(ngay|mung|mong|thang|nam)\b", " ", plain)
    bare = " ".join(bare.split())
    for form in _FORMS:
        found = form.fullmatch(bare)
        if found:
            parts = found.groupdict()
            year, month, day = (
                int(parts[part]) if parts.get(part) else None for part in ("year", "month", "day")
            )
            return _possible(year, month, day)
    raise _unreadable()


def typed_date(text: str) -> date:
    """A whole day. Raises Unreadable, also when the year (four digits), month or day is missing."""
    found = loose_date(text).whole
    if found is None:
        raise Unreadable(_("Hãy ghi đủ ngày, tháng và năm có 4 chữ số. Ví dụ: 27 3 2024."))
    return found


def _plain(text: str) -> str:
    folded = fold(unicodedata.normalize("NFKC", text))
    spaced = " ".join(re.sub(r"[\s./,\-–]+", " ", folded).split())
    return _MONTH_WORD.sub(lambda found: f"thang {_MONTHS.index(found[1]) + 1}", spaced)


def _unreadable() -> Unreadable:
    return Unreadable(_("Hãy ghi ngày tháng bằng số. Ví dụ: 27 3 2024."))


def _possible(year: int | None, month: int | None, day: int | None) -> LooseDate:
    try:
        # Without a year 29 February is possible, as in the year 2000.
        date(*(given if part is None else part for part, given in ((year, 2000), (month, 1), (day, 1))))
    except ValueError:
        raise Unreadable(_("Không có ngày này trong lịch. Hãy kiểm tra lại. Ví dụ: 27 3 2024.")) from None
    return LooseDate(year=year, month=month, day=day)
