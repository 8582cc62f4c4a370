"""When a relation gives a right: one condition for what is judged and what is shown."""

from __future__ import annotations

from datetime import date, datetime

from tinhso.foundation import moments
from tinhso.identity import limits

HOLDS = """
    r.period @> %(day)s::date AND r.accepted_at <= %(at)s AND (r.ended_at IS NULL OR r.ended_at > %(at)s)
    AND (r.capacity <> 'child' OR NOT EXISTS (
        SELECT FROM identity_person grown WHERE grown.id = r.person_id AND grown.birth_date <= %(grown)s))
"""
"""That a relation `r` gives a right at a moment; a child known to be of age is nobody's child here."""


def moment(at: datetime) -> dict[str, datetime | date]:
    """The parameters of `HOLDS`."""
    day = moments.today(at)
    return {"at": at, "day": day, "grown": grown_before(day, at)}


def grown_before(day: date, at: datetime) -> date:
    """Who was born on that day or earlier is of age on `day` (dated value `age_of_majority`)."""
    years = limits.count("age_of_majority", at)
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
