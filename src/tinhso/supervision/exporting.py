"""The dossiers behind a figure as a list to take out; no column names an applicant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext_lazy

from tinhso.dossiers import api as dossiers
from tinhso.exports import api as exports
from tinhso.foundation.refs import ActorRef
from tinhso.supervision.pages.asking import Asked, asked_of
from tinhso.supervision.pages.listing import about, behind
from tinhso.supervision.queries.reach import reach


def _asked(query: str, by: ActorRef, at: datetime) -> tuple[QueryDict, Asked]:
    given = QueryDict(query)
    return given, asked_of(given, reach(by, at), at=at)


def describe(query: str, by: ActorRef, at: datetime) -> str:
    """The figure and whose dossiers it is of, in words."""
    given, asked = _asked(query, by, at)
    return "; ".join(
        [behind(given, asked, at=at)[1], about(asked, {name: str(given[name]) for name in given})]
    )


def prepare(query: str, columns: Sequence[str], by: ActorRef, at: datetime) -> exports.Prepared:
    """The rows behind a figure, within what the officer supervises now. Raises NotAllowed, NotFound."""
    given, asked = _asked(query, by, at)
    return dossiers.written_list(behind(given, asked, at=at)[0], columns)


exports.declare(
    exports.Source(
        name="supervision.list",
        label=gettext_lazy("Hồ sơ theo dõi"),
        act="supervision.watch",
        personal_act="dossiers.export_personal",
        columns=tuple(column for column in dossiers.EXPORT_COLUMNS if not column.personal),
        describe=describe,
        prepare=prepare,
    )
)
