"""What the ground does by itself: seals and stamps the trace, rescues jobs, forgets old keys."""

from __future__ import annotations

from django.core.checks import CheckMessage, Error

from tinhso.foundation import audit, crypto, files, idempotency, jobs, moments, stamping
from tinhso.foundation.crypto import persons
from tinhso.foundation.files import rewrapping
from tinhso.foundation.jobs import rescue
from tinhso.foundation.signing import ports

QUEUE = "upkeep"
stamping.bind()
crypto.wrapped.add("persons", crypto.Wrapped(again=persons.rewrap_all, left=persons.left))
crypto.wrapped.add("files", crypto.Wrapped(again=rewrapping.again, left=rewrapping.left))
crypto.wrapped.add("uploads", crypto.Wrapped(again=rewrapping.parts_again, left=rewrapping.parts_left))


@jobs.every(seconds=1, name="seal the trace")
def seal_the_trace() -> None:
    """Link newly committed entries into the province-wide list."""
    audit.seal(at=moments.now())


@jobs.every(seconds=10, name="rescue jobs")
def rescue_jobs() -> None:
    """Queue again what dead workers left, and give silent failures their letter."""
    rescue.rescue()
    rescue.sweep()


@jobs.job(name="foundation.stamp_the_trace", queue=QUEUE, cron=jobs.daily(1, 0))
def stamp_the_trace() -> None:
    """Have the newest seal stamped, where a stamp authority is bound."""
    if ports.stamp_authority.answered:
        audit.seal(at=moments.now())
        audit.stamp(at=moments.now())


@jobs.job(name="foundation.forget_business_keys", queue=QUEUE, cron=jobs.daily(2, 30))
def forget_business_keys() -> None:
    """Forget answers whose time is over."""
    while idempotency.expire(at=moments.now()):
        pass


@jobs.job(name="foundation.forget_old_uploads", queue=QUEUE, cron="20 * * * *")
def forget_old_uploads() -> None:
    """Forget uploads that nobody finished or attached in time, with their pieces and kept files."""
    while files.expire(at=moments.now()):
        pass
    while files.clear(at=moments.now()):
        pass


@jobs.job(name="foundation.rewrap_keys", queue=QUEUE, cron=jobs.daily(3, 0))
def rewrap_keys() -> None:
    """After a rotation, wrap all that an older master key wraps by the current one."""
    crypto.rotate()


def check_secrets(**_options: object) -> list[CheckMessage]:
    """Django's system check: what is wrong with the secrets, in production an error."""
    return [Error(fault, id="foundation.E001") for fault in crypto.production_faults()]
