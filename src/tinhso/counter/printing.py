"""What the counter prints: paper slips, labels, the hand-over book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.counter.contracts import OfficeView
from tinhso.counter.models import Slip
from tinhso.dossiers import api as dossiers
from tinhso.foundation import paper


def hand_over_book(lines: Sequence[Mapping[str, Any]], *, unit: str, day: date, at: datetime) -> bytes:
    """A day's hand-overs as PDF, with room for each receiver's signature."""
    data = {
        "agency": unit,
        "title": _("Sổ trả kết quả ngày %(day)s") % {"day": f"{day:%d/%m/%Y}"},
        "lines": [
            [
                str(number),
                line["dossier"].code,
                line["dossier"].procedure_name,
                line["receiver"],
                line["paper"],
                line["at"],
                line["by"],
            ]
            for number, line in enumerate(lines, start=1)
        ],
    }
    return paper.render(template="counter/handing", data=data, made_at=at)


def labels(rows: Sequence[dossiers.DossierRow], *, single: bool, at: datetime) -> bytes:
    """Labels as PDF: a sheet of 3 by 8 on A4, or each on a page of its own of 80 by 40 mm."""
    data = {
        "title": _("Nhãn hồ sơ"),
        "single": single,
        "labels": [
            {
                "code": row.code,
                "procedure": row.procedure_name,
                "applicant": row.applicant_name,
                "due": dossiers.in_words(row.due_at) if row.accepted_at else "",
                "qr": paper.qr(f"{settings.ORIGIN}/can-bo/ho-so/{row.code}/"),
            }
            for row in rows
        ],
    }
    return paper.render(template="counter/labels", data=data, made_at=at)


def slip_sheet(slips: Sequence[Slip], *, office: OfficeView, at: datetime) -> bytes:
    """Blank slips as PDF, two on a page."""
    data = {
        "agency": office.name,
        "title": str(slips[0]),
        "slips": [{"number": str(slip), "qr": paper.qr(str(slip))} for slip in slips],
    }
    return paper.render(template="counter/slips", data=data, made_at=at)
