"""What a result's template is given: the agency, the applicant, the answers, the specialist's words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from tinhso.directory import api as directory
from tinhso.dossiers import contact
from tinhso.dossiers.models import Content, Dossier
from tinhso.forms import api as forms
from tinhso.foundation.moments import local, today
from tinhso.procedures import api as procedures


def merge_facts(
    dossier: Dossier,
    *,
    version: procedures.VersionView,
    issuer: UUID,
    written: Mapping[str, str],
    at: datetime,
) -> dict[str, Any]:
    """The data of a result template: JSON values, number and date left open for the clerk.

    `issuer` is the agency that signs and seals it.
    """
    answers = Content.objects.values_list("answers", flat=True).get(dossier_id=dossier.id)
    agency = directory.agency(issuer, today(at))
    applicant = contact.opened(dossier)
    rows = forms.summary(version.form_version_id, answers, at=at) if version.form_version_id else ()
    return {
        "title": version.results[0].name if version.results else version.name,
        "agency": agency.name,
        "superior": _superior(agency, at=at),
        "notation": "UBND",
        "place": _place(agency, at=at),
        "code": dossier.code,
        "procedure": version.name,
        "applicant": {
            "name": applicant.name,
            "personal_id": applicant.personal_id,
            "birth_date": f"{applicant.birth_date:%d/%m/%Y}" if applicant.birth_date else "",
            "address": applicant.address,
        },
        "submitted": f"{local(dossier.submitted_at):%d/%m/%Y}",
        "answers": answers,
        "values": {row.path: row.value for row in rows if row.answered},
        "rows": [[row.label, row.value] for row in rows if row.answered],
        "bases": [basis.number for basis in version.legal_bases],
        "written": dict(written),
        "body": [line for line in written.get("body", "").splitlines() if line.strip()],
        "signer": {
            "authority": ["TM. ỦY BAN NHÂN DÂN"],
            "title": written.get("signer_title", "CHỦ TỊCH"),
            "name": written.get("signer_name", ""),
        },
        "recipients": [applicant.name, "Lưu: VT."],
    }


def _superior(agency: directory.AgencyView, *, at: datetime) -> str:
    return directory.agency(agency.parent_id, today(at)).name if agency.parent_id else ""


def _place(agency: directory.AgencyView, *, at: datetime) -> str:
    """The place a document is given at: the commune's own name (NĐ 30/2020/NĐ-CP, Phụ lục I)."""
    if agency.territory_id is None:
        return ""
    return next(
        (territory.short_name for territory in directory.territories([agency.territory_id]).values()), ""
    )
