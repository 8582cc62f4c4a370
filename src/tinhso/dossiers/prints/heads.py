"""What every form shares: which one it is by the regulation of its day, and what stands at its head."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.dossiers import contact
from tinhso.dossiers.contracts import Applicant
from tinhso.dossiers.models import Content, Dossier
from tinhso.dossiers.queries.facts import known, merged
from tinhso.foundation import legal, paper
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.procedures import api as procedures

SLIP = "slip"
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


def render(
    means: str, data: dict[str, Any], *, on: date, at: datetime, dossier: Dossier | None = None
) -> bytes:
    """The form as PDF; with `dossier`, with what its procedure adds in words of its own.

    Own words that lack a value (a dossier filed on paper has no answers) are left out whole: what the
    regulation asks of the form stands without them. Raises Invalid as `form_of` does.
    """
    form = form_of(means, on=on)
    own = None if dossier is None else _own(dossier, means, at=at)
    if own is not None and form.template == SLIP:
        template, merged = own
        return paper.render(template=template, data={**data, "merged": merged}, made_at=at)
    return paper.render(template=form.template, data=data, made_at=at)


def _own(dossier: Dossier, means: str, *, at: datetime) -> tuple[str, dict[str, Any]] | None:
    """What the procedure adds to a slip, and what is put into it; None when nothing, or not all is known."""
    version = procedures.version(dossier.procedure_version_id)
    template = next((letter.template for letter in version.letters if letter.use == means), "")
    if not template:
        return None
    facts = known(
        dossier, version=version, agency=agency_of(dossier), applicant=contact.opened(dossier), at=at
    )
    answers = Content.objects.values_list("answers", flat=True).get(dossier_id=dossier.id)
    try:
        return template, merged(template, version=version, answers=answers, facts=facts, at=at)
    except paper.ValuesMissing:
        return None


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
