"""What a result's template is given: the agency, the applicant, the answers, the specialist's words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from tinhso.directory import api as directory
from tinhso.dossiers import contact
from tinhso.dossiers.contracts import Applicant
from tinhso.dossiers.models import Content, Dossier
from tinhso.forms import api as forms
from tinhso.foundation import paper
from tinhso.foundation.moments import local, today
from tinhso.procedures import api as procedures

FACTS: Mapping[str, str | Promise] = {
    "ho_so.ma": gettext_lazy("Mã hồ sơ"),
    "ho_so.thu_tuc": gettext_lazy("Tên thủ tục"),
    "ho_so.ngay_nop": gettext_lazy("Ngày nộp"),
    "ho_so.ngay_tiep_nhan": gettext_lazy("Ngày tiếp nhận"),
    "ho_so.hen_tra": gettext_lazy("Ngày hẹn trả"),
    "ho_so.can_cu": gettext_lazy("Căn cứ pháp lý"),
    "chu_ho_so.ho_ten": gettext_lazy("Họ và tên chủ hồ sơ"),
    "chu_ho_so.ngay_sinh": gettext_lazy("Ngày sinh của chủ hồ sơ"),
    "chu_ho_so.so_dinh_danh": gettext_lazy("Số định danh của chủ hồ sơ"),
    "chu_ho_so.dia_chi": gettext_lazy("Nơi ở của chủ hồ sơ"),
    "co_quan.ten": gettext_lazy("Cơ quan ban hành"),
    "co_quan.cap_tren": gettext_lazy("Cơ quan cấp trên"),
    "co_quan.noi": gettext_lazy("Địa danh của cơ quan"),
}
"""What any paper of a dossier may say besides the answers, with labels."""

RESULT_FACTS: Mapping[str, str | Promise] = {
    **FACTS,
    "ho_so.ket_qua": gettext_lazy("Tên kết quả"),
    "nguoi_ky.ho_ten": gettext_lazy("Họ và tên người ký"),
    "nguoi_ky.chuc_vu": gettext_lazy("Chức vụ người ký"),
}
"""What a result may say as well."""


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
    title = version.results[0].name if version.results else version.name
    facts = known(dossier, version=version, agency=agency, applicant=applicant, at=at) | {
        "ho_so.ket_qua": title,
        "nguoi_ky.ho_ten": written.get("signer_name", ""),
        "nguoi_ky.chuc_vu": written.get("signer_title", ""),
        **{f"written.{name}": words for name, words in written.items()},
    }
    rows = forms.summary(version.form_version_id, answers, at=at) if version.form_version_id else ()
    return {
        "title": title,
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
        "merged": merged(version.result_template, version=version, answers=answers, facts=facts, at=at),
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


def known(
    dossier: Dossier,
    *,
    version: procedures.VersionView,
    agency: directory.AgencyView,
    applicant: Applicant,
    at: datetime,
) -> dict[str, str]:
    """What is known of a dossier besides its answers, by the names of `FACTS`."""
    return {
        "ho_so.ma": dossier.code,
        "ho_so.thu_tuc": version.name,
        "ho_so.ngay_nop": f"{local(dossier.submitted_at):%d/%m/%Y}",
        "ho_so.ngay_tiep_nhan": f"{local(dossier.accepted_at):%d/%m/%Y}" if dossier.accepted_at else "",
        "ho_so.hen_tra": f"{local(dossier.due_at):%d/%m/%Y}" if dossier.due_at else "",
        "ho_so.can_cu": "; ".join(basis.number for basis in version.legal_bases),
        "chu_ho_so.ho_ten": applicant.name,
        "chu_ho_so.ngay_sinh": f"{applicant.birth_date:%d/%m/%Y}" if applicant.birth_date else "",
        "chu_ho_so.so_dinh_danh": applicant.personal_id,
        "chu_ho_so.dia_chi": applicant.address,
        "co_quan.ten": agency.name,
        "co_quan.cap_tren": _superior(agency, at=at),
        "co_quan.noi": _place(agency, at=at),
    }


def merged(
    template: str,
    *,
    version: procedures.VersionView,
    answers: Mapping[str, Any],
    facts: Mapping[str, str],
    at: datetime,
) -> dict[str, Any]:
    """What a template made by clerks wants put in. Raises paper.ValuesMissing, naming what is not known."""
    wanted = paper.asks(template)
    if not (wanted.values or wanted.rules):
        return {}
    form_id, day = version.form_version_id, today(at)
    texts = forms.texts(form_id, dict(answers), at=at) if form_id else {}
    return paper.fill(
        template,
        facts=facts,
        answers=answers,
        texts=texts,
        holds=lambda rule: forms.holds(rule, dict(answers), on=day),
    )


def _superior(agency: directory.AgencyView, *, at: datetime) -> str:
    return directory.agency(agency.parent_id, today(at)).name if agency.parent_id else ""


def _place(agency: directory.AgencyView, *, at: datetime) -> str:
    """The place a document is given at: the commune's own name (NĐ 30/2020/NĐ-CP, Phụ lục I)."""
    if agency.territory_id is None:
        return ""
    return next(
        (territory.short_name for territory in directory.territories([agency.territory_id]).values()), ""
    )
