"""What lies between an agency and others: hand-overs that come, phases that are its turn, opinions.

Each list is a keyset walk over an index of its own, by deadline.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.directory import api as directory
from tinhso.dossiers.contracts import OpinionState
from tinhso.dossiers.models import Opinion, Phase, Transfer
from tinhso.dossiers.queries.lists import read_cursor, write_cursor
from tinhso.procedures import api as procedures

MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class BetweenRow:
    """One line: the dossier, the other agency, until when, what it is about. `href` opens it."""

    code: str
    applicant: str
    procedure: str
    other: str
    about: str
    due_at: datetime
    stands: bool
    href: str


@dataclass(frozen=True, slots=True)
class BetweenPage:
    """A keyset page; `after` is the cursor of the next, empty on the last."""

    rows: tuple[BetweenRow, ...]
    after: str


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the lists: its word in the address, what people read, what `about` is, how rows are found."""

    word: str
    msgid: str
    about: str
    rows: Callable[[Sequence[UUID], datetime], QuerySet[Any]]
    told: Callable[[Any], tuple[Any, UUID, str, str]]

    @property
    def label(self) -> str:
        """What people read, in their language."""
        return _(self.msgid)

    @property
    def heading(self) -> str:
        """What stands over `about`."""
        return _(self.about)


def _coming(agencies: Sequence[UUID], _at: datetime) -> QuerySet[Transfer]:
    awaited = Transfer.objects.filter(taker_id__in=agencies, received_at=None, dropped_at=None)
    return awaited.select_related("dossier")


def _going(agencies: Sequence[UUID], _at: datetime) -> QuerySet[Transfer]:
    awaited = Transfer.objects.filter(giver_id__in=agencies, received_at=None, dropped_at=None)
    return awaited.select_related("dossier")


def _turn(agencies: Sequence[UUID], _at: datetime) -> QuerySet[Phase]:
    return Phase.objects.filter(agency_id__in=agencies, ended_at=None).select_related("dossier")


def _late(agencies: Sequence[UUID], at: datetime) -> QuerySet[Phase]:
    return _turn(agencies, at).filter(due_at__lt=at, dossier__stopped_since=None)


def _asked(agencies: Sequence[UUID], _at: datetime) -> QuerySet[Opinion]:
    asked = Opinion.objects.filter(agency_id__in=agencies, state=OpinionState.ASKED.value)
    return asked.select_related("request__dossier")


def _dossier_href(code: str) -> str:
    return f"/can-bo/ho-so/{code}/"


TABS = (
    Tab(
        "nhan",
        gettext_noop("Chờ nhận bàn giao"),
        gettext_noop("Người giao"),
        _coming,
        lambda row: (row.dossier, row.giver_id, row.sent_by, _dossier_href(row.dossier.code)),
    ),
    Tab(
        "y-kien",
        gettext_noop("Được xin ý kiến"),
        gettext_noop("Câu hỏi"),
        _asked,
        lambda row: (
            row.request.dossier,
            row.request.agency_id,
            row.request.question,
            f"/can-bo/y-kien/{row.id}/",
        ),
    ),
    Tab(
        "giai-doan",
        gettext_noop("Đến lượt cơ quan"),
        gettext_noop("Giai đoạn"),
        _turn,
        lambda row: (row.dossier, row.dossier.agency_id, row.name, _dossier_href(row.dossier.code)),
    ),
    Tab(
        "tre",
        gettext_noop("Trễ phần của cơ quan"),
        gettext_noop("Giai đoạn"),
        _late,
        lambda row: (row.dossier, row.dossier.agency_id, row.name, _dossier_href(row.dossier.code)),
    ),
    Tab(
        "da-chuyen",
        gettext_noop("Đã chuyển, chờ xác nhận"),
        gettext_noop("Người giao"),
        _going,
        lambda row: (row.dossier, row.taker_id, row.sent_by, _dossier_href(row.dossier.code)),
    ),
)


def tab_of(word: str) -> Tab:
    """The list of that word; the first for any other."""
    return next((tab for tab in TABS if tab.word == word), TABS[0])


def page(
    tab: Tab, agencies: Sequence[UUID], *, at: datetime, limit: int = 50, after: str = ""
) -> BetweenPage:
    """One page by deadline. Four queries at most. Raises Invalid for a cursor that is not ours."""
    rows = tab.rows(agencies, at)
    if after:
        moment, last = _cursor(after)
        rows = rows.filter(Q(due_at__gt=moment) | Q(due_at=moment, id__gt=last))
    found = list(rows.order_by("due_at", "id")[: limit + 1])
    shown = found[:limit]
    told = [(row, *tab.told(row)) for row in shown]
    names = directory.names({other for _row, _dossier, other, _about, _href in told})
    briefs = procedures.briefs({dossier.procedure_version_id for _row, dossier, *_rest in told})
    return BetweenPage(
        rows=tuple(
            BetweenRow(
                code=dossier.code,
                applicant=dossier.applicant_name,
                procedure=briefs[dossier.procedure_version_id].name,
                other=names[other],
                about=about,
                due_at=row.due_at,
                stands=dossier.stopped_since is not None,
                href=href,
            )
            for row, dossier, other, about, href in told
        ),
        after=_after(shown[-1]) if len(found) > limit else "",
    )


def counts(agencies: Sequence[UUID], *, at: datetime) -> dict[str, int]:
    """How much lies in each list, counted no further than `MOST_COUNTED`. One query per list."""
    return {tab.word: tab.rows(agencies, at).values("id")[:MOST_COUNTED].count() for tab in TABS}


def waiting(agencies: Sequence[UUID], *, at: datetime) -> int:
    """How much waits for an answer of these agencies: hand-overs and opinions. Two queries."""
    return sum(list_(agencies, at).values("id")[:MOST_COUNTED].count() for list_ in (_coming, _asked))


def _after(row: Any) -> str:
    last = row.id if isinstance(row.id, UUID) else UUID(int=row.id)
    return write_cursor(row.due_at, last)


def _cursor(after: str) -> tuple[datetime | None, UUID | int]:
    moment, last = read_cursor(after)
    return moment, last if last.version else last.int
