"""Who owed money in a period and who paid it online: what QĐ 766/QĐ-TTg counts in items 3.5b and 3.6.

A subject counts once whatever the number of its bills; cancelled bills ask for nothing and do not count. It
is paid online when a bill of it is settled and money for that bill came by a channel that is no till's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from tinhso.foundation.moments import midnight
from tinhso.payments.contracts import Channel, OwedOnline, OwedSubject, Share
from tinhso.payments.models import Beneficiary

BATCH = 1000
ONLINE = [channel.value for channel in Channel if channel.online]
OWED = """
SELECT b.agency_id, b.service, b.about_id, min(b.about_code) AS code, min(b.title) AS title,
       sum(b.total) AS total, min(b.issued_at) AS since, bool_or(b.state = 'settled' AND (
           EXISTS (SELECT 1 FROM payments_money m WHERE m.bill_id = b.id AND m.channel = ANY(%(online)s)
                     AND m.heard_at >= %(since)s)
           OR EXISTS (SELECT 1 FROM payments_entry e JOIN payments_money m ON m.id = e.money_id
                      WHERE e.bill_id = b.id AND e.why = 'assigned' AND m.channel = ANY(%(online)s))
       )) AS online
FROM payments_bill b
WHERE b.state <> 'cancelled' AND b.issued_at >= %(since)s AND b.issued_at < %(until)s
  AND (%(agencies)s::uuid[] IS NULL OR b.agency_id = ANY(%(agencies)s))
  AND (%(service)s = '' OR b.service = %(service)s)
GROUP BY b.about_id, b.agency_id, b.service
"""
COUNTED = f"""
SELECT agency_id, service, count(*), count(*) FILTER (WHERE online) FROM ({OWED}) AS owed
GROUP BY agency_id, service
"""  # noqa: S608 - our own words
LISTED = f"""
SELECT agency_id, service, about_id, code, title, total, since, online FROM ({OWED}) AS owed
WHERE (%(paid)s::boolean IS NULL OR online = %(paid)s)
  AND (%(before)s::timestamptz IS NULL OR (since, about_id) < (%(before)s, %(last)s::uuid))
ORDER BY since DESC, about_id DESC LIMIT %(limit)s
"""  # noqa: S608 - our own words


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose bills, issued from the day `since` until the day before `until`. No `agencies` means all, no
    `service` every one."""

    since: date
    until: date
    agencies: tuple[UUID, ...] | None = None
    service: str = ""

    def parameters(self, **more: Any) -> dict[str, Any]:
        """What the statements are filled with."""
        return {
            "online": ONLINE,
            "since": midnight(self.since),
            "until": midnight(self.until),
            "agencies": list(self.agencies) if self.agencies is not None else None,
            "service": self.service,
            **more,
        }


def owed_online(asked: Asked) -> tuple[OwedOnline, ...]:
    """How many subjects owed and how many paid online, by agency and service. One query."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, asked.parameters())
        return tuple(OwedOnline(agency, service, owed, online) for agency, service, owed, online in cursor)


def owed_subjects(
    asked: Asked, share: Share, *, limit: int, after: tuple[datetime, UUID] | None = None
) -> tuple[OwedSubject, ...]:
    """The subjects behind a number, the latest first, after the one last seen. One query."""
    paid = {Share.ALL: None, Share.ONLINE: True, Share.OTHERWISE: False}[share]
    before, last = after or (None, None)
    with connection.cursor() as cursor:
        given = asked.parameters(paid=paid, before=before, last=last, limit=limit)
        cursor.execute(LISTED, given)
        return tuple(
            OwedSubject(agency, service, id, code, title, int(total), since, online)
            for agency, service, id, code, title, total, since, online in cursor
        )


def every_owed_subject(asked: Asked, share: Share) -> Iterator[tuple[OwedSubject, ...]]:
    """All of them, a thousand at a time. One query a thousand."""
    after: tuple[datetime, UUID] | None = None
    while found := owed_subjects(asked, share, limit=BATCH, after=after):
        yield found
        after = (found[-1].since, found[-1].id)


def collecting(agencies: Sequence[UUID], *, on: date) -> frozenset[UUID]:
    """Those of the agencies whose account is known on that legal day. One query."""
    rows = Beneficiary.objects.filter(agency__in=agencies, period__contains=on)
    return frozenset(rows.values_list("agency_id", flat=True))
