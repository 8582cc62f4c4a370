"""How an outcome of an example run is told, and what came out otherwise than recorded, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.utils.translation import gettext as _
from msgspec import UNSET

from tinhso.foundation import worktime
from tinhso.foundation.text import format_money
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures
from tinhso.studio.runs.cases import FeeLine, Outcome, StepDone


class Names(Protocol):
    """What the things of a draft are called."""

    def paper_name(self, code: str) -> str:
        """A paper by its code."""
        ...

    def page_name(self, name: str) -> str:
        """A page by its name."""
        ...

    def field_name(self, path: str) -> str:
        """An answer by its path."""
        ...


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that came out otherwise than recorded; `what` is the field of the outcome."""

    what: str
    sentence: str


def differing(expected: Outcome, now: Outcome, names: Names) -> Iterator[Difference]:
    """What came out otherwise than recorded, each in words. What a record leaves out is not compared."""
    told: set[str] = set()
    for what, say in _SAID.items():
        before, is_now = getattr(expected, what), getattr(now, what)
        if before is UNSET or before == is_now or _FOLLOWS.get(what) in told:
            continue
        told.add(what)
        for sentence in say(before, is_now, names):
            yield Difference(what, sentence)


def _faults(before: Mapping[str, str], now: Mapping[str, str], names: Names) -> Iterator[str]:
    for path in (path for path in now if path not in before):
        yield _("Tờ khai nay báo lỗi ở “%(field)s”: %(sentence)s") % {
            "field": names.field_name(path),
            "sentence": now[path],
        }
    for path in (path for path in before if path not in now):
        yield _("Tờ khai nay không còn báo lỗi ở “%(field)s” (mong: %(sentence)s)") % {
            "field": names.field_name(path),
            "sentence": before[path],
        }
    for path in before:
        if path in now and before[path] != now[path]:
            yield _("Lỗi ở “%(field)s”: mong “%(before)s”, nay “%(now)s”.") % {
                "field": names.field_name(path),
                "before": before[path],
                "now": now[path],
            }


def _pages(before: tuple[str, ...], now: tuple[str, ...], names: Names) -> Iterator[str]:
    yield from _members(
        before,
        now,
        names.page_name,
        gone=_("Trang “%(name)s” nay không hỏi."),
        new=_("Trang “%(name)s” nay được hỏi thêm."),
        other=_("Thứ tự các trang nay khác."),
    )


def _papers(before: tuple[str, ...], now: tuple[str, ...], names: Names) -> Iterator[str]:
    yield from _members(
        before,
        now,
        names.paper_name,
        gone=_("Nay không đòi “%(name)s”."),
        new=_("Nay đòi thêm “%(name)s”."),
        other="",
    )


def _missing(before: tuple[str, ...], now: tuple[str, ...], names: Names) -> Iterator[str]:
    yield from _members(
        before,
        now,
        names.paper_name,
        gone=_("Nay không còn thiếu “%(name)s”."),
        new=_("Nay thiếu “%(name)s”, phải bổ sung."),
        other="",
    )


def _members(
    before: tuple[str, ...],
    now: tuple[str, ...],
    called: Callable[[str], str],
    *,
    gone: str,
    new: str,
    other: str,
) -> Iterator[str]:
    lost = [name for name in before if name not in now]
    fresh = [name for name in now if name not in before]
    yield from (gone % {"name": called(name)} for name in lost)
    yield from (new % {"name": called(name)} for name in fresh)
    if other and not lost and not fresh:
        yield other


def _supplement(before: int | None, now: int | None, _names: Names) -> Iterator[str]:
    yield _("Hạn bổ sung: mong %(before)s, nay %(now)s.") % {"before": say_days(before), "now": say_days(now)}


def say_days(days: int | None) -> str:
    """The days to bring what is missing, as said."""
    if days is None:
        return _("không phải bổ sung")
    return worktime.say_term(worktime.Term(days, worktime.Unit.CALENDAR_DAY))


def _fees(before: tuple[FeeLine, ...], now: tuple[FeeLine, ...], _names: Names) -> Iterator[str]:
    sums = [{fee.code: fee for fee in side} for side in (before, now)]
    for code in dict.fromkeys([*sums[0], *sums[1]]):
        was, is_now = (side.get(code) for side in sums)
        if was is None and is_now is not None:
            yield _("Nay thu thêm %(name)s: %(now)s.") % {
                "name": is_now.name,
                "now": format_money(is_now.amount),
            }
        elif is_now is None and was is not None:
            yield _("Nay không thu %(name)s (mong %(before)s).") % {
                "name": was.name,
                "before": format_money(was.amount),
            }
        elif was and is_now and was.amount != is_now.amount:
            yield _("%(name)s: mong %(before)s, nay %(now)s.") % {
                "name": is_now.name,
                "before": format_money(was.amount),
                "now": format_money(is_now.amount),
            }


def _way(before: tuple[StepDone, ...], now: tuple[StepDone, ...], _names: Names) -> Iterator[str]:
    pairs = [tuple((one.step, one.role, one.phase) for one in side) for side in (before, now)]
    if pairs[0] != pairs[1]:
        said = {"before": say_way(before), "now": say_way(now)}
        yield _("Đường đi: mong %(before)s; nay %(now)s.") % said


def _ends(before: bool, now: bool, _names: Names) -> Iterator[str]:
    yield (
        _("Nay quy trình đi đến hết.") if now else _("Nay quy trình không đi đến hết: đi vòng hoặc dừng lại.")
    )


def _term(before: procedures.Term | None, now: procedures.Term | None, _names: Names) -> Iterator[str]:
    yield _("Thời hạn: mong %(before)s, nay %(now)s.") % {"before": say_term(before), "now": say_term(now)}


def _due(before: str | None, now: str | None, _names: Names) -> Iterator[str]:
    yield _("Ngày hẹn trả: mong %(before)s, nay %(now)s.") % {"before": say_due(before), "now": say_due(now)}


_SAID: Mapping[str, Callable[[Any, Any, Names], Iterator[str]]] = {
    "faults": _faults,
    "pages": _pages,
    "papers": _papers,
    "missing": _missing,
    "supplement": _supplement,
    "fees": _fees,
    "way": _way,
    "ends": _ends,
    "term": _term,
    "due": _due,
}
_FOLLOWS = {"due": "term", "supplement": "missing"}
"""What is different because something told before is."""


def say_way(steps: Iterable[StepDone]) -> str:
    """Steps in order, each with who does it."""
    return ", ".join(
        _("%(step)s (%(role)s)") % {"step": one.name, "role": say_role(one.role, one.phase)} for one in steps
    ) or _("không qua bước nào")


def say_role(role: str, phase: str = "") -> str:
    """What people call a role of a lane, with the agency's part of the way."""
    known = identity.Role(role).label if role in set(identity.Role) else role
    return f"{known}, {phase}" if phase else known


def say_term(term: procedures.Term | None) -> str:
    """A term as said, also that there is none."""
    return worktime.say_term(term) if term else _("chưa ghi")


def say_due(due: str | None) -> str:
    """A recorded moment as said: "17:00 thứ Tư 13/4/2022"."""
    if not due:
        return _("không có")
    moment = datetime.fromisoformat(due)
    return f"{moment:%H:%M} {worktime.say_day(moment.date())}"
