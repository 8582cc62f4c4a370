"""What is printed of parcels: labels with barcode, and the list the postman signs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.foundation import paper
from tinhso.foundation.moments import local, today
from tinhso.foundation.text import format_money
from tinhso.parcels import barcode
from tinhso.parcels.models import Manifest
from tinhso.parcels.queries.lists import Line


def labels(lines: Sequence[Line], *, at: datetime) -> bytes:
    """A label of 105 by 148 mm for each parcel that has a number: sender, receiver, sum, barcode."""
    data = {
        "title": _("Nhãn bưu gửi"),
        "labels": [
            {
                "number": line.parcel.number,
                "bars": barcode.svg(line.parcel.number),
                "sender": line.dossier.agency_name,
                "unit": line.dossier.unit_name,
                "name": line.to.name,
                "phone": line.to.phone,
                "address": line.to.address,
                "fee": line.fee,
                "code": line.dossier.code,
                "originals": line.parcel.originals,
            }
            for line in lines
            if line.parcel.number and line.to is not None
        ],
    }
    return paper.render(template="parcels/labels", data=data, made_at=at)


def manifest(made: Manifest, lines: Sequence[Line], *, at: datetime) -> bytes:
    """The list of parcels with room for both signatures (bảng kê giao bưu gửi)."""
    unit = directory.unit(made.unit_id)
    data = {
        "agency": directory.agency(unit.agency_id, today(at)).name,
        "unit": unit.name,
        "title": _("Bảng kê giao bưu gửi số %(number)s") % {"number": made.number},
        "day": f"{local(made.made_at):%d/%m/%Y}",
        "bars": barcode.svg(made.number),
        "number": made.number,
        "total": format_money(sum(line.parcel.fee for line in lines)),
        "lines": [
            [
                str(place),
                line.parcel.number,
                line.dossier.code,
                line.to.name if line.to else "",
                line.to.address if line.to else "",
                line.fee,
            ]
            for place, line in enumerate(lines, start=1)
        ],
    }
    return paper.render(template="parcels/manifest", data=data, made_at=at)
