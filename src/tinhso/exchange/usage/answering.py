"""What our own register answers to trackers: `findUsage`, `usagePeriod` (Estonia's dumonitor 2.1.0)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.exchange.messages.transport import own_client
from tinhso.exchange.models import Usage
from tinhso.exchange.persons import COUNTRY, about_hash, number
from tinhso.foundation.text import Unreadable
from tinhso.identity import api as identity

LARGEST = 1000
DEEPEST = 10_000
SYSTEM = "Tỉnh Số"


def find(
    user_code: str, *, since: datetime, until: datetime, at: datetime, offset: int = 0, limit: int = LARGEST
) -> dict[str, Any]:
    """Usages of one person's data in [since, until), newest first: what was given to others, and looks of our
    officers; those that a rule hides for now are left out. Five queries."""
    depth = min(offset + limit, DEEPEST)
    given = Usage.objects.filter(
        Q(hidden_until=None) | Q(hidden_until__lte=at),
        person=about_hash(user_code),
        at__gte=since,
        at__lt=until,
    )
    total = given.count()
    entries = [
        (row.at, _entry(row.at, row.action, row.receiver_code, row.receiver_name, row.receiver_system))
        for row in given.order_by("-at", "-id")[:depth]
    ]
    seen, looks = _looks(user_code, since=since, until=until, at=at, limit=depth)
    found = sorted([*entries, *looks], key=lambda one: one[0], reverse=True)
    return {"totalUsages": total + seen, "usages": [entry for _at, entry in found[offset : offset + limit]]}


def _looks(
    user_code: str, *, since: datetime, until: datetime, at: datetime, limit: int
) -> tuple[int, list[tuple[datetime, dict[str, str]]]]:
    try:
        person = identity.find_person(number(user_code))
    except Unreadable:
        return 0, []
    if person is None:
        return 0, []
    total, found = identity.looks_between(person, since=since, until=until, at=at, limit=limit)
    units = directory.names({look.unit_id for look in found if look.unit_id})
    own = own_client()
    code = f"{COUNTRY}{own.member_code}" if own else COUNTRY
    rows = []
    for look in found:
        unit = units.get(look.unit_id, "") if look.unit_id else ""
        name = ", ".join(part for part in (look.actor_name, unit) if part)
        rows.append((look.at, _entry(look.at, look.purpose, code, name, SYSTEM)))
    return total, rows


def _entry(at: datetime, action: str, code: str, name: str, system: str) -> dict[str, str]:
    optional = {"receiverName": name, "receiverSystem": system}
    return {
        "logtime": at.isoformat().replace("+00:00", "Z"),
        "action": action or _("Không ghi lý do"),
        "receiverCode": code,
        **{key: value for key, value in optional.items() if value},
    }


def period(*, at: datetime) -> dict[str, str]:
    """Since when usages are kept. Two queries."""
    first = Usage.objects.order_by("id").values_list("at", flat=True).first()
    start = min(identity.first_look(at=at), first or at)
    return {"periodStart": start.isoformat().replace("+00:00", "Z")}


def given_to_others(personal_id: str, *, since: datetime, at: datetime, limit: int) -> list[dict[str, Any]]:
    """What was given to others of one person, newest first, for their own page. One query."""
    rows = Usage.objects.filter(
        Q(hidden_until=None) | Q(hidden_until__lte=at), person=about_hash(personal_id), at__gte=since
    )
    return [
        {
            "at": row.at,
            "action": row.action,
            "code": row.receiver_code,
            "name": row.receiver_name,
            "system": row.receiver_system,
        }
        for row in rows.order_by("-at", "-id")[:limit]
    ]
