"""Three agencies that take turns: a commune, a department, the province above them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from tests.support.office import SENT, Office, filed, office, procedure
from tinhso.directory import api as directory
from tinhso.dossiers.contracts import Filed
from tinhso.procedures import api as procedures

UNIT = procedures.Unit


@dataclass(frozen=True, slots=True)
class Three:
    """The commune (`xa`), the department (`so`) and the province (`tinh`), with a procedure of all three."""

    xa: Office
    so: Office
    tinh: Office


def three(*, hours: int = 16, so_days: int = 5, tinh_days: int = 3, term: int = 10) -> Three:
    """Offices and a procedure: the commune has hours, the others working days."""
    xa, so, tinh = office(), office(), office()
    named = procedures.PhaseAgency.NAMED
    version = procedure(
        process="xa-so-tinh",
        term=term,
        phases=(
            procedures.PhaseTerm(key="xa", name="Xác minh tại xã", term=procedures.Term(hours, UNIT.HOUR)),
            procedures.PhaseTerm(
                key="so",
                name="Thẩm định tại Sở",
                term=procedures.Term(so_days, UNIT.WORKING_DAY),
                agency=named,
                code=code(so.agency),
            ),
            procedures.PhaseTerm(
                key="tinh",
                name="Ký tại UBND tỉnh",
                term=procedures.Term(tinh_days, UNIT.WORKING_DAY),
                agency=named,
                code=code(tinh.agency),
            ),
        ),
    )
    return Three(xa=replace(xa, version=version), so=so, tinh=tinh)


def code(agency: UUID) -> str:
    """The code of an agency."""
    return directory.agency(agency, SENT.date()).code


def sent(place: Three, *, at: datetime = SENT) -> Filed:
    """A dossier of the three, sent to the commune."""
    return filed(place.xa, at=at)
