"""Background work of the counter."""

from __future__ import annotations

from tinhso.counter.operations import bookings, closing, following, phone_checks
from tinhso.foundation import jobs, moments
from tinhso.foundation.refs import CalendarRef


@jobs.job(cron=jobs.daily(0, 10))
def close_past_days() -> None:
    """Close numbers of past days."""
    closing.close_past_days(at=moments.now())


@jobs.job(cron=jobs.daily(0, 20))
def forget_bookers() -> None:
    """Forget who had appointments long ago, and phones that were to be checked."""
    at = moments.now()
    following.forget_bookers(at=at)
    phone_checks.forget_old(at=at)


@jobs.job(cron="*/5 * * * *")
def mind_appointments() -> None:
    """Give up waiting for who did not come, and remind of coming appointments."""
    at = moments.now()
    bookings.mark_absent(at=at)
    following.remind(at=at)


@jobs.job(queue="bulk", owner="administrator")
def follow_calendar(*, calendar: str, why: str) -> None:
    """Let appointments follow a calendar that was changed."""
    following.follow(CalendarRef(calendar), why=why, at=moments.now())
