"""How often a person may have other registers asked: each look is a question to every one of them."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from tinhso.foundation import crypto, legal
from tinhso.foundation.errors import Unable
from tinhso.foundation.moments import today

MOST = "usage_looks_an_hour"
HERE = UUID(int=0)
"""All web processes count as one node of the shared counters."""


class TooManyLooks(Unable):
    """This person has had the registers asked too often within an hour."""

    code = "too-many-looks"
    status = 429


def count(person_id: UUID, *, at: datetime) -> None:
    """Count one look; one statement. Raises TooManyLooks (legal value `usage_looks_an_hour`)."""
    key = f"looks {crypto.keyed_hash('exchange.looks', str(person_id)).hex()}"
    hour = f"hour {at.astimezone(UTC):%Y%m%dT%HZ}"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT granted FROM exchange_quota_lease(%s, %s, %s, %s, 1)",
            [key, hour, HERE, legal.integer(MOST, on=today(at))],
        )
        granted = cursor.fetchone()
    if not granted or not granted[0]:
        raise TooManyLooks(
            _("Ông/bà đã hỏi các nơi khác nhiều lần trong giờ này. Hãy mở lại trang sau %(minutes)d phút.")
            % {"minutes": 60 - at.minute},
            minutes=60 - at.minute,
        )
