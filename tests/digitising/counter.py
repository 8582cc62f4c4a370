"""What tests of digitising stand on: an office, a dossier taken in, scans of its paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from tests.support import scanning
from tests.support.office import Office, accepted, office
from tinhso.digitising.contracts import Way
from tinhso.digitising.operations import scans
from tinhso.digitising.pages.sending import whole
from tinhso.directory import api as directory
from tinhso.dossiers.contracts import Filed
from tinhso.foundation import files, moments
from tinhso.foundation.moments import today


@dataclass(frozen=True, slots=True)
class Counter:
    """An office and its dossier, accepted on `accepted`; `code` names its scanner's folder, `at` is now."""

    office: Office
    dossier: Filed
    code: str
    at: datetime
    accepted: date

    def scan(self, contents: Sequence[bytes] = (), *, aimed: bool = False) -> UUID:
        """A scan in the tray, sent by the intake officer."""
        kept = [
            files.receive(
                each, name=f"quet-{number}", kinds_of=files.SCAN_KINDS, by=self.office.intake, at=self.at
            ).id
            for number, each in enumerate(contents or [scanning.jpeg("Đơn đề nghị")])
        ]
        parts = whole(
            kept,
            dossier=self.dossier.id if aimed else None,
            paper="don" if aimed else "",
            at=self.at,
        )
        return scans.receive(
            unit=self.office.one_stop,
            file_ids=kept,
            parts=parts,
            way=Way.UPLOAD,
            by=self.office.intake,
            at=self.at,
        )[0]

    def attach(self, scan_id: UUID, *, paper: str = "don") -> None:
        """Put the scan to a paper of the dossier, by the intake officer."""
        scans.attach(
            scan_id=scan_id, dossier_id=self.dossier.id, paper=paper, by=self.office.intake, at=self.at
        )


def counter() -> Counter:
    """A new office with one dossier taken in an hour ago."""
    at = moments.now()
    place = office()
    taken = at - timedelta(minutes=50)
    dossier = accepted(place, filed_at=at - timedelta(hours=1), at=taken)
    return Counter(place, dossier, directory.agency(place.agency, today(at)).code, at, today(taken))
