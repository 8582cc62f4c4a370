"""An office of the commune tier that can certify, and originals to certify."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from tests.support.office import Office, office
from tinhso.certification.contracts import Original
from tinhso.certification.operations import preparing
from tinhso.directory.models import Agency
from tinhso.foundation import files, moments, paper
from tinhso.foundation.refs import ActorRef, OwnerRef
from tinhso.foundation.remembered import Remembered


def commune_office() -> Office:
    """An office whose agency is of the tier that certifies copies."""
    made = office()
    Agency.objects.filter(id=made.agency).update(level="commune")
    Remembered.forget_everything()
    return made


def scan(by: ActorRef, *, words: str = "Bằng tốt nghiệp") -> UUID:
    """A PDF as a scanner would send it, received like any file from outside."""
    content = paper.render(template="letter", data={"agency": "Trường Thử", "body": [words]})
    return files.receive(content, name="quet.pdf", by=by, at=moments.now()).id


def owner_of(place: Office) -> OwnerRef:
    assert place.citizen.id is not None
    return OwnerRef("person", place.citizen.id)


def original(**changes: Any) -> Original:
    given: dict[str, Any] = {
        "kind": "van-bang",
        "title": "Bằng tốt nghiệp đại học",
        "number": "B 123456",
        "issuer": "Trường Đại học An Giang",
        "issued_on": date(2020, 7, 1),
    }
    return Original(**{**given, **changes})


def prepared(place: Office, **changes: Any) -> UUID:
    """A copy laid out for signature."""
    given: dict[str, Any] = {
        "owner": owner_of(place),
        "original": original(),
        "scans": [scan(place.intake)],
        "seen": True,
        "signer": place.leader.id,
        "by": place.intake,
        "at": moments.now(),
    }
    return preparing.prepare(**{**given, **changes})
