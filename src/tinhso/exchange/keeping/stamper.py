"""The process that stamps: `tinhso exchange stamp`."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import DatabaseError, connection

from tinhso.exchange.keeping import stamping
from tinhso.exchange.keeping.authorities import Stampers

logger = logging.getLogger(__name__)
RETRY_SECONDS = 60.0
TURN_SECONDS = 5.0
MONTHS_EVERY = timedelta(hours=6)
MONTHS = "SELECT exchange_log_month(%s), exchange_log_month(%s)"


def run(
    *,
    configured: Callable[[], Stampers],
    clock: Callable[[], datetime],
    pause: Callable[[float], bool],
) -> None:
    """Stamp round after round until `pause` (seconds) says True.

    Bears a database and authorities that come and go. Makes the partitions of this month and the next.
    """
    made: datetime | None = None
    while True:
        wait = TURN_SECONDS
        try:
            if stamping.held():
                at = clock()
                if made is None or at - made >= MONTHS_EVERY:
                    with connection.cursor() as cursor:
                        cursor.execute(MONTHS, [at.date(), (at + timedelta(days=31)).date()])
                    made = at
                wait = _turn(configured(), at)
        except DatabaseError:
            logger.exception("stamping waits for the database")
            connection.close()
        except (ValueError, KeyError, TypeError):
            logger.exception("stamping cannot read the global configuration")
        if pause(wait):
            return


def _turn(stampers: Stampers, at: datetime) -> float:
    """One round; seconds until the next."""
    done = stamping.stamp_round(stampers.authorities, at=at)
    if done.failed:
        return min(RETRY_SECONDS, float(stampers.interval_seconds))
    return 0.0 if done.again else float(stampers.interval_seconds)
