"""How long dossiers of a procedure usually take, in words: what is published, and what heads see by month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import gcd
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.dossiers.models import MonthTime, UsualTime
from tinhso.foundation import legal
from tinhso.foundation.moments import today
from tinhso.foundation.text import sort_key
from tinhso.procedures import api as procedures


def usual(procedure: str, *, at: datetime) -> str:
    """One sentence by the procedure's code, of all agencies; empty while too few results came."""
    found = UsualTime.objects.filter(procedure=procedure, agency=None).first()
    return _sentence(found, at=at) if found else ""


def published(procedure: str, *, at: datetime) -> procedures.HandlingTime:
    """What the procedure's page says; of agencies those with a time of their own. Two queries."""
    found = {row.agency_id: row for row in UsualTime.objects.filter(procedure=procedure)}
    whole = found.pop(None, None)
    if whole is None:
        return procedures.HandlingTime(over_days=_over(at))
    names = directory.names([id_ for id_ in found if id_])
    several = [(names.get(id_, ""), _share(row)) for id_, row in found.items() if id_]
    return procedures.HandlingTime(
        over_days=_over(at),
        whole=_sentence(whole, at=at),
        thirds=_thirds(whole),
        agencies=tuple(sorted(several, key=lambda pair: sort_key(pair[0]))),
    )


def _thirds(row: UsualTime) -> tuple[tuple[str, str], ...]:
    """The three clusters, each with the days that most of it needed at most."""
    return (
        (_("Một phần ba nhanh nhất"), _days(row.fast)),
        (_("Một phần ba ở giữa"), _days(row.middle)),
        (_("Một phần ba chậm nhất"), _days(row.slow)),
    )


def _sentence(row: UsualTime, *, at: datetime) -> str:
    return _("Thực tế: %(share)s kể từ lúc gửi (%(cases)d hồ sơ, %(over)d ngày qua).") % {
        "share": _share(row),
        "cases": row.cases,
        "over": _over(at),
    }


def _share(row: UsualTime) -> str:
    """ "9 trong 10 hồ sơ xong trong 6 ngày làm việc"."""
    part = gcd(row.percent, 100)
    return _("%(part)d trong %(of)d hồ sơ xong trong %(days)d ngày làm việc") % {
        "part": row.percent // part,
        "of": 100 // part,
        "days": row.days,
    }


def _days(days: int) -> str:
    return _("trong %(days)d ngày làm việc") % {"days": days}


def _over(at: datetime) -> int:
    return legal.integer("usual_time_days", on=today(at))


@dataclass(frozen=True, slots=True)
class Taking:
    """What heads see of a procedure's times: the published sentence and thirds, and the means by month, for
    which `trimmed` of a hundred were drawn in at either end."""

    sentence: str
    thirds: tuple[tuple[str, str], ...]
    months: tuple[tuple[date, int, Decimal], ...]
    """Each month's first day, its cases and their mean in working days, the latest first."""
    trimmed: int


def taking(procedure: str, *, agency: UUID | None, at: datetime) -> Taking:
    """The times of a procedure in one agency, or in all of the province's without one. Two queries."""
    row = UsualTime.objects.filter(procedure=procedure, agency=agency).first()
    months = MonthTime.objects.filter(procedure=procedure, agency=agency).order_by("-month")
    return Taking(
        sentence=_sentence(row, at=at) if row else "",
        thirds=_thirds(row) if row else (),
        months=tuple(months.values_list("month", "cases", "mean")[:12]),
        trimmed=legal.integer("usual_time_trim_percent", on=today(at)),
    )
