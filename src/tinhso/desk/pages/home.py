"""The first page: the officer's own work, grouped by urgency, worst first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.dossiers import api as dossiers
from tinhso.foundation import access, moments
from tinhso.identity import api as identity

MOST = 50
TITLES = {
    "late": gettext_noop("Trễ hạn"),
    "today": gettext_noop("Hôm nay"),
    "tomorrow": gettext_noop("Ngày mai"),
    "week": gettext_noop("Trong tuần"),
    "later": gettext_noop("Sau đó"),
    "standing": gettext_noop("Đang dừng chờ dân"),
    "ready": gettext_noop("Chờ trả kết quả"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """One urgency: its words, how many there are in all, and those shown."""

    key: str
    title: str
    total: int
    lines: tuple[dossiers.Line, ...]


@never_cache
@access.officer()
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Việc của tôi. Who handles no dossiers finds what there is to look after."""
    actor, at = identity.actor_of(request), moments.now()
    handles = identity.somewhere(actor, "dossiers.list", at)
    groups = _groups(request, at) if handles else []
    facts = {
        "title": _("Việc của tôi"),
        "groups": groups,
        "total": sum(group.total for group in groups),
        "handles": handles,
        "watches": identity.somewhere(actor, "jobs.retry", at),
    }
    return render(request, "desk/home.html", facts)


def _groups(request: HttpRequest, at: datetime) -> list[Group]:
    actor = identity.actor_of(request)
    desk = dossiers.desk_of(actor, at)
    mine = dossiers.own(desk)
    running = dossiers.page(replace(mine, standing=False), limit=MOST)
    standing = dossiers.page(replace(mine, standing=True), limit=MOST)
    day_ends = dossiers.end_of_day(at)
    totals = dossiers.groups(mine, at=at, day_ends=day_ends)
    rows = [*running.rows, *standing.rows]
    drawn = dossiers.lines(
        rows,
        at=at,
        stood_in_for=dossiers.stood_in_for(desk, rows),
        unattended=dossiers.unattended(desk, rows),
    )
    identity.look_at_list(
        actor, query="viec-cua-toi", count=len(drawn), purpose=_("Xem việc được giao"), at=at
    )
    lying: dict[str, list[dossiers.Line]] = {key: [] for key in TITLES}
    for key, line in _placed(drawn, at, day_ends):
        lying[key].append(line)
    return [
        Group(key=key, title=_(TITLES[key]), total=totals[key], lines=tuple(lying[key]))
        for key in TITLES
        if totals[key]
    ]


def _placed(
    drawn: Iterable[dossiers.Line], at: datetime, day_ends: datetime
) -> Iterator[tuple[str, dossiers.Line]]:
    """Each line with its urgency, by the same borders as the totals."""
    for line in drawn:
        due = line.row.due_at
        if line.row.stopped_since is not None:
            yield "standing", line
        elif line.row.status == dossiers.Status.DONE:
            yield "ready", line
        elif due is None or due > day_ends + timedelta(days=7):
            yield "later", line
        elif due < at:
            yield "late", line
        elif due <= day_ends:
            yield "today", line
        else:
            yield ("tomorrow" if due <= day_ends + timedelta(days=1) else "week"), line
