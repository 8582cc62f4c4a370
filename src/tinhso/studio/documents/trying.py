"""A document tried out: with made-up answers or those of an example run, as pictures or as a marked PDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.dossiers import api as dossiers
from tinhso.forms import api as forms
from tinhso.foundation import paper
from tinhso.foundation.moments import local, today
from tinhso.studio.documents import judging, reading, setting
from tinhso.studio.documents.judging import Known
from tinhso.studio.documents.tree import Fault, Spot


@dataclass(frozen=True, slots=True)
class Written:
    """A text judged, and its source for the press; the source is empty while a fault blocks."""

    faults: tuple[Fault, ...]
    source: str


def facts_of(use: str) -> dict[str, str]:
    """What a document for this use may say of a dossier: names with labels."""
    named = dossiers.RESULT_FACTS if use in setting.WHOLE else dossiers.FACTS
    return {name: str(label) for name, label in named.items()}


def names_for(definition: dict[str, Any] | None, use: str) -> Known:
    """What a document for this use may say, with this form."""
    return judging.known(definition, facts_of(use), slip=use not in setting.WHOLE)


def write(text: str, use: str, names: Known) -> Written:
    """Judge a text and set it, when nothing blocks. Never raises for what a text says."""
    document = reading.read(text, names.asked)
    found = judging.faults(document, names)
    if any(fault.blocks for fault in found):
        return Written(found, "")
    try:
        source = setting.source(document, text=text, use=use, asked=names.asked, labels=names.facts)
    except paper.TemplateRefused as refused:
        return Written((*found, Fault(Spot(1, 1), refused.message)), "")
    return Written(found, source)


def data(
    source: str,
    *,
    use: str,
    definition: dict[str, Any] | None,
    answers: Mapping[str, Any] | None,
    title: str,
    at: datetime,
) -> dict[str, Any]:
    """What the press is given to try a source or a registered template: `answers`, or made-up ones.

    A value that is missing is said to be in its place.
    """
    on = today(at)
    given: dict[str, Any] = dict(answers or {})
    if definition is not None and answers is None:
        given = forms.made_up(definition, at=at)
    texts = forms.texts_of(definition, given, at=at) if definition is not None else {}
    facts = _facts(title, at)
    notes = {
        f"written.{name}": _("(%(label)s)") % {"label": label} for name, label in paper.places(source).items()
    }
    merged = paper.fill(
        source,
        facts={**facts, **notes},
        answers=given,
        texts=texts,
        holds=lambda rule: forms.holds(rule, given, on=on),
        gap=_("[thiếu: %s]"),
    )
    lower = {setting.LETTER: _("Chuyên viên")}.get(use, _("Người lập phiếu"))
    signed = {
        "title": _("Chủ tịch") if use == setting.RESULT else lower,
        "name": facts["nguoi_ky.ho_ten"],
        "authority": [_("TM. Ủy ban nhân dân")] if use == setting.RESULT else [],
    }
    flat = {path: words for path, words in texts.items() if isinstance(words, str)}
    labels = {one.path: one.named for one in forms.asked_by(definition)} if definition is not None else {}
    common = {
        "title": title,
        "code": facts["ho_so.ma"],
        "submitted": facts["ho_so.ngay_nop"],
        "applicant": {"name": facts["chu_ho_so.ho_ten"], "address": facts["chu_ho_so.dia_chi"]},
        "values": flat,
        "rows": [[labels[path], words] for path, words in flat.items()],
        "agency": facts["co_quan.ten"],
        "superior": facts["co_quan.cap_tren"],
        "place": facts["co_quan.noi"],
        "notation": "UBND",
        "signer": signed,
        "recipients": [facts["chu_ho_so.ho_ten"], _("Lưu: VT.")],
        "merged": merged,
    }
    if use == setting.RESULT:
        return common
    return common | _numbered(at) | ({"notation": "TB"} if use == setting.LETTER else _slip(use, facts, at))


def _facts(title: str, at: datetime) -> dict[str, str]:
    day = f"{local(at):%d/%m/%Y}"
    return {
        "ho_so.ma": "H01.99-000000-0000",
        "ho_so.thu_tuc": title,
        "ho_so.ket_qua": title,
        "ho_so.ngay_nop": day,
        "ho_so.ngay_tiep_nhan": day,
        "ho_so.hen_tra": day,
        "ho_so.can_cu": _("(căn cứ pháp lý của thủ tục)"),
        "chu_ho_so.ho_ten": "Nguyễn Thị Thu Hà",
        "chu_ho_so.ngay_sinh": "12/05/1990",
        "chu_ho_so.so_dinh_danh": "091190000123",
        "chu_ho_so.dia_chi": _("Số 12, khu phố 3, phường Mẫu"),
        "co_quan.ten": _("Ủy ban nhân dân phường Mẫu"),
        "co_quan.cap_tren": _("Ủy ban nhân dân %(province)s") % {"province": settings.SITE["province"]},
        "co_quan.noi": _("Phường Mẫu"),
        "nguoi_ky.ho_ten": "Trần Văn Dũng",
        "nguoi_ky.chuc_vu": _("Chủ tịch"),
    }


def _numbered(at: datetime) -> dict[str, Any]:
    """The number and day that a paper has as soon as it is written; a result gets them with its seal."""
    day = today(at)
    return {"number": "0000", "date": {"day": f"{day:%d}", "month": f"{day:%m}", "year": f"{day:%Y}"}}


def _slip(use: str, facts: Mapping[str, str], at: datetime) -> dict[str, Any]:
    """What stands in a slip besides own words: the name its regulation gives it, the rest hinted at."""
    title = dossiers.form_of(use, on=today(at)).title
    return {
        "title": title,
        "kind": title,
        "addressee": facts["chu_ho_so.ho_ten"],
        "facts": [[_("Mã hồ sơ"), facts["ho_so.ma"]], [_("Thủ tục"), facts["ho_so.thu_tuc"]]],
        "body": [_("(Phần theo mẫu chung của một cửa, cán bộ ghi khi lập phiếu.)")],
        "recipients": [],
    }
