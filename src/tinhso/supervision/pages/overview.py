"""The first page of supervision: how open work stands, where it is late, and the funnel of a period."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.dossiers import api as dossiers
from tinhso.foundation import access, moments
from tinhso.foundation.moments import local
from tinhso.identity import api as identity
from tinhso.supervision.contracts import PeriodKind, period_of
from tinhso.supervision.pages.asking import HAPPENED, LIST, NOBODY, PLACE, Asked, asked_of, choices
from tinhso.supervision.queries import overview as figures
from tinhso.supervision.queries.overview import Group, Hand, Measure
from tinhso.supervision.queries.reach import reach

STANDS = {
    dossiers.Standing.LATE: gettext_noop("Trễ hạn"),
    dossiers.Standing.TODAY: gettext_noop("Còn hạn trong hôm nay"),
    dossiers.Standing.SOON: gettext_noop("Trong 3 ngày tới"),
    dossiers.Standing.OPEN: gettext_noop("Đang giải quyết"),
    dossiers.Standing.UNACCEPTED: gettext_noop("Chờ tiếp nhận"),
    dossiers.Standing.STANDING: gettext_noop("Đang dừng chờ"),
    dossiers.Standing.READY: gettext_noop("Có kết quả chờ trả"),
}
COLUMNS = tuple(kind for kind in STANDS if kind is not dossiers.Standing.UNACCEPTED)
FLOWS = {
    Measure.SENT: gettext_noop("Đã gửi"),
    Measure.ACCEPTED: gettext_noop("Đã tiếp nhận"),
    Measure.HANDLED: gettext_noop("Đã giải quyết"),
    Measure.RETURNED: gettext_noop("Đã trả kết quả"),
}
ENDS = {
    Measure.EARLY: gettext_noop("Giải quyết trước hạn"),
    Measure.ON_TIME: gettext_noop("Giải quyết đúng hạn"),
    Measure.LATE: gettext_noop("Giải quyết quá hạn"),
    Measure.REFUSED: gettext_noop("Không được tiếp nhận"),
    Measure.WITHDRAWN: gettext_noop("Người dân rút"),
    Measure.STOPPED: gettext_noop("Dừng giải quyết"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its words and the list it opens to; `share` of the largest beside it, in percent."""

    key: str
    label: str
    number: int
    href: str = ""
    share: int = 0


@never_cache
@access.officer("supervision.watch")
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Figures only: no person is named but the officers in whose hands late work lies."""
    actor, at = identity.actor_of(request), moments.now()
    asked = asked_of(request.GET, reach(actor, at), at=at)
    among = asked.among()
    places = figures.by_place(among, asked.reach.agencies, at=at)
    stands = figures.total(places)
    facts = {
        "title": _("Theo dõi giải quyết hồ sơ"),
        "place": PLACE,
        "because": asked.reach.because,
        "selects": choices(asked, at=at),
        "in_line": {"classes": "sv-select"},
        "kept": {"thu-tuc": asked.procedure} if asked.procedure else {},
        "clear": asked.href(co_quan="", don_vi="", linh_vuc="", thu_tuc="") if len(asked.pairs) > 1 else "",
        "tiles": [_tile(asked, stands, kind) for kind in STANDS],
        "unanswered": _tile(asked, stands, dossiers.Standing.UNANSWERED),
        "passed": _tile(asked, stands, dossiers.Standing.PASSED),
        "hands": [_hand(asked, hand) for hand in _hands(asked, among, at)],
        "columns": [_(STANDS[kind]) for kind in COLUMNS],
        "by_unit": asked.agency is not None,
        "places": [_row(asked, group) for group in places],
        "procedures": [_row(asked, group) for group in figures.by_procedure(among, at=at)],
        "period": asked.period.label,
        **_funnel(asked, among, figures.funnel(among, asked.period)),
        "taking": _taking(asked, at) if asked.procedure else None,
    }
    return render(request, "supervision/overview.html", facts)


def _tile(asked: Asked, stands: dossiers.Stands, kind: dossiers.Standing) -> Figure:
    href = asked.href(LIST, muc=kind.value, ky="") if asked.agency else "#don-vi"
    label = _(STANDS[kind]) if kind in STANDS else ""
    return Figure(kind.value, label, getattr(stands, kind.value), href)


def _hands(asked: Asked, among: dossiers.Among, at: datetime) -> tuple[Hand, ...]:
    return figures.hands(asked.agency, among, at=at) if asked.agency else ()


def _hand(asked: Asked, hand: Hand) -> dict[str, Any]:
    return {
        "unit": hand.unit_name,
        "step": hand.step,
        "name": hand.name,
        "number": hand.number,
        "since": f"{local(hand.since):%d/%m/%Y}",
        "href": asked.href(
            LIST,
            muc=dossiers.Standing.LATE.value,
            don_vi=str(hand.unit),
            buoc=hand.step,
            giu=str(hand.holder or NOBODY),
            ky="",
        ),
    }


def _row(asked: Asked, group: Group) -> dict[str, Any]:
    if group.code:
        chosen = {"thu_tuc": group.code}
    else:
        chosen = {"don_vi" if asked.agency else "co_quan": str(group.id)}
    opens = asked.agency is not None or not group.code
    return {
        "name": group.name,
        "href": asked.href(**chosen),
        "figures": [
            Figure(
                kind.value,
                _(STANDS[kind]),
                getattr(group.stands, kind.value),
                asked.href(LIST, muc=kind.value, ky="", **chosen) if opens else asked.href(**chosen),
            )
            for kind in COLUMNS
        ],
    }


def _taking(asked: Asked, at: datetime) -> dict[str, Any]:
    """The procedure's times in the agency that is looked at, or in all of the province's."""
    told = dossiers.taking(asked.procedure, agency=asked.agency, at=at)
    longest = max((mean for _month, _cases, mean in told.months), default=1) or 1
    return {
        "sentence": told.sentence,
        "thirds": told.thirds,
        "trimmed": told.trimmed,
        "months": [
            {
                "label": period_of(PeriodKind.MONTH, month).label,
                "cases": Figure("handled", _("hồ sơ"), cases, _closed(asked, month)),
                "mean": number_format(mean, 1),
                "share": round(100 * mean / longest),
            }
            for month, cases, mean in told.months
        ],
    }


def _closed(asked: Asked, month: date) -> str:
    if asked.agency is None:
        return ""
    word = period_of(PeriodKind.MONTH, month).word
    return asked.href(LIST, muc=f"{HAPPENED}{Measure.HANDLED.value}", don_vi="", ky=word)


def _begun(asked: Asked, among: dossiers.Among, sent: int) -> list[Figure]:
    """What was begun, sent or not: of one procedure. Unsent filings are their owners' and open to no list."""
    if not asked.procedure:
        return []
    begun = sent + dossiers.unsent(among, since=asked.period.since, until=asked.period.until)
    return [Figure("begun", _("Đã bắt đầu khai, kể cả chưa gửi"), begun)]


def _funnel(asked: Asked, among: dossiers.Among, numbers: dict[Measure, int]) -> dict[str, Any]:
    begun = _begun(asked, among, numbers[Measure.SENT])
    most = max(1, *(each.number for each in begun), *(numbers[measure] for measure in FLOWS))
    made: dict[str, list[Figure]] = {
        name: [
            Figure(
                measure.value,
                _(msgid),
                numbers[measure],
                asked.href(LIST, muc=f"{HAPPENED}{measure.value}", don_vi="") if asked.agency else "",
                share=round(100 * numbers[measure] / most),
            )
            for measure, msgid in labels.items()
        ]
        for name, labels in (("flows", FLOWS), ("ends", ENDS))
    }
    made["flows"][:0] = [replace(each, share=round(100 * each.number / most)) for each in begun]
    return made
