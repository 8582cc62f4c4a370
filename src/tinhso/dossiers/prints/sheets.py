"""Forms that stay in the office: the control sheet of a dossier, and the register of an agency.

Control sheet: 05 in the set of 2018, 06 in that of 2025. Register: 06, then 07.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers import contact
from tinhso.dossiers.contracts import DossierRow
from tinhso.dossiers.marks import status_words
from tinhso.dossiers.notices import in_words
from tinhso.dossiers.prints.heads import NOTATION, about, form_of, head, render, short
from tinhso.dossiers.queries.handing import Handed, hand_overs
from tinhso.dossiers.visibility import seen_by
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import local, today
from tinhso.foundation.refs import ActorRef

MOST = 1000
"""Lines that one printed register takes; a longer time is asked for in parts."""


def control(dossier_id: UUID, *, by: ActorRef, at: datetime) -> bytes:
    """The control sheet (phiếu kiểm soát): every hand-over with its time, on time or late.

    By the regulation of the day the dossier came. Raises NotFound.
    """
    dossier = seen_by(by, dossier_id, at=at)
    on = today(dossier.submitted_at)
    data = head(dossier.agency_id, title=form_of("control", on=on).title, on=on) | {
        "number": short(dossier.code),
        "notation": NOTATION["control"],
        "facts": [
            *about(dossier, contact.opened(dossier)),
            [_("Hẹn trả kết quả"), in_words(dossier.due_at) if dossier.accepted_at else _("chưa hẹn")],
        ],
        "head": [
            _("STT"), _("Bước"), _("Bên giao"), _("Bên nhận"), _("Thời gian giao, nhận"), _("Kết quả"),
            _("Ghi chú"),
        ],
        "rows": [_handed(number, one) for number, one in enumerate(hand_overs(dossier_id), start=1)],
    }  # fmt: skip
    return render("control", data, on=on, at=at)


def register(agency_id: UUID, rows: Sequence[DossierRow], *, begins: date, ends: date, at: datetime) -> bytes:
    """The register (sổ theo dõi hồ sơ) of what an agency received from one legal day to another.

    By the regulation of the last day. The caller asks who may read it. Raises Invalid for too many lines.
    """
    if len(rows) > MOST:
        raise Invalid(
            _("Sổ của khoảng này có hơn %(most)d hồ sơ. Hãy in từng khoảng ngắn hơn.") % {"most": MOST}
        )
    data = head(agency_id, title=form_of("register", on=ends).title, on=today(at)) | {
        "notation": "STD",
        "number": f"{ends:%m/%Y}",
        "about": _("Từ %(begins)s đến %(ends)s")
        % {"begins": f"{begins:%d/%m/%Y}", "ends": f"{ends:%d/%m/%Y}"},
        "head": [
            _("STT"), _("Mã hồ sơ"), _("Thủ tục"), _("Người nộp"), _("Nơi ở"), _("Nhận"), _("Hẹn trả"),
            _("Xong"), _("Tình trạng, ký nhận"),
        ],
        "rows": [_registered(number, row) for number, row in enumerate(rows, start=1)],
        "ending": [_("Tổng số: %(count)d hồ sơ.") % {"count": len(rows)}],
    }  # fmt: skip
    return render("register", data, on=ends, at=at)


def _handed(number: int, one: Handed) -> list[str]:
    return [
        str(number),
        one.step,
        one.giver,
        one.taker,
        _brief(one.at),
        one.standing.label if one.standing else "",
        _("Hạn lúc giao: %(due)s") % {"due": _brief(one.due_at)} if one.due_at else "",
    ]


def _registered(number: int, row: DossierRow) -> list[str]:
    return [
        str(number),
        row.code,
        row.procedure_name,
        row.applicant_name,
        row.commune_name,
        _brief(row.submitted_at),
        _brief(row.due_at) if row.accepted_at else "",
        _brief(row.finished_at),
        status_words(row.status, row.flags),
    ]


def _brief(moment: datetime | None) -> str:
    return f"{local(moment):%H:%M %d/%m/%Y}" if moment else ""
