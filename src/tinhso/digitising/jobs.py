"""Background work of digitising."""

from __future__ import annotations

from uuid import UUID

from tinhso.digitising.operations import folder, reading
from tinhso.foundation import jobs, moments


@jobs.job(queue="scans", cron="* * * * *")
def look_into_folders() -> None:
    """Take what scanners laid into the offices' folders."""
    folder.look(at=moments.now())


@jobs.job(queue="scans", retry=3)
def read_text(*, scan_id: str) -> None:
    """Read the letters of a scan."""
    reading.read_text(scan_id=UUID(scan_id), at=moments.now())
