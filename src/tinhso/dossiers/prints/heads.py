"""What every form shares: which one it is by the regulation of its day, and what stands at its head."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.dossiers.contracts import Applicant
from tinhso.dossiers.models import Dossier
from tinhso.foundation import legal, paper
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.procedures import api as procedures

CODES = ("01", "02", "03", "04", "05", "06", "07")
NOTATION = {"supplement": "BSHS", "refusal": "TCHS", "extension": "XLHL", "stop": "TBD", "control": "KSHS"}


@dataclass(frozen=True, slots=True)
class Form:
    """A form as its regulation has it: `code` is its number there, `template` what sets it."""

    code: str
    title: str
    template: str
    regulation: str


def form_of(means: str, *, on: date) -> Form:
    """The form with that meaning in the regulation of that legal day.

    Raises Invalid when the regulation of the day has none, as for the notice of stopping before 15/9/2025.
    """
    for code in CODES:
        try:
            found: dict[str, Any] = legal.value(f"one_stop_form_{code}", on=on)
        except legal.NoLegalValue:
            continue
        if found["means"] == means:
            return Form(
                code=code, title=found["title"], template=found["template"], regulation=found["regulation"]
            )
    raise Invalid(_("Quy định của ngày đó không có mẫu này."), means=means, on=on.isoformat())


def render(means: str, data: dict[str, Any], *, on: date, at: datetime) -> bytes:
    """The form as PDF. Raises Invalid as `form_of` does."""
    return paper.render(template=form_of(means, on=on).template, data=data, made_at=at)


def head(agency_id: UUID, *, title: str, on: date) -> dict[str, Any]:
    """Agency, its superior, place and day."""
    agency = directory.agency(agency_id, on)
    parent = directory.agency(agency.parent_id, on).name if agency.parent_id else ""
    places = directory.territories([agency.territory_id]) if agency.territory_id else {}
    return {
        "title": title,
        "kind": title,
        "superior": parent,
        "agency": agency.name,
        "place": next((place.short_name for place in places.values()), ""),
        "date": {"day": f"{on.day:02d}", "month": f"{on.month:02d}", "year": str(on.year)},
    }


def about(dossier: Dossier, applicant: Applicant) -> list[list[str]]:
    """The facts that name a dossier: code, applicant, procedure."""
    return [
        [_("Mã hồ sơ"), dossier.code],
        *who(applicant),
        [_("Thủ tục"), procedures.version(dossier.procedure_version_id).name],
    ]


def who(applicant: Applicant) -> list[list[str]]:
    """The applicant and how to reach them; what is not known is left out."""
    rows = [
        [_("Người nộp"), applicant.name],
        [_("Địa chỉ"), applicant.address],
        [_("Điện thoại"), applicant.phone],
        [_("Thư điện tử"), applicant.email],
    ]
    return [row for row in rows if row[1]]


def agency_of(dossier: Dossier) -> directory.AgencyView:
    """The agency as it was when the dossier came."""
    return directory.agency(dossier.agency_id, today(dossier.submitted_at))


def short(code: str) -> str:
    """The day and sequence of a code: the agency stands in the head of the form already."""
    return code.partition("-")[2] or code
