"""Background work of parcels."""

from __future__ import annotations

from uuid import UUID

from tinhso.foundation import jobs, moments
from tinhso.parcels import placing


@jobs.job(queue="parcels", owner="administrator", retry=placing.RETRY)
def place(*, parcel_id: str) -> None:
    """Order a pick-up; after the last try the parcel is its officer's work."""
    placing.place(UUID(parcel_id), at=moments.now())


@jobs.job(queue="parcels", owner="administrator", retry=placing.RETRY)
def cancel(*, parcel_id: str) -> None:
    """Cancel a pick-up."""
    placing.cancel(UUID(parcel_id), at=moments.now())


@jobs.job(queue="parcels", owner="administrator", retry=placing.RETRY)
def ask(*, parcel_id: str) -> None:
    """Ask where one parcel is."""
    placing.ask(UUID(parcel_id), at=moments.now())


@jobs.job(cron="*/30 * * * *")
def ask_silent() -> None:
    """Ask where those parcels are of which nothing was heard for hours."""
    for parcel in placing.silent(at=moments.now()):
        ask.defer_once(f"parcels.ask:{parcel}", {"parcel_id": str(parcel)})
