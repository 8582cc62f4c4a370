"""The PDF of a closed report, sealed by the agency; made after the closing stands."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.foundation import files, signing, transactions
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM, SubjectRef
from tinhso.supervision import printing
from tinhso.supervision.models import Closing
from tinhso.supervision.queries import reports

FIELD = "seal"


def seal(*, closing_id: UUID, at: datetime) -> None:
    """Print a closing that has no file yet, seal it and keep it; a repeat does nothing.

    Raises Invalid for an agency without identifier, NotFound, and what signing raises.
    """
    closing = reports.closing(closing_id)
    if closing.file is not None:
        return
    identifier = directory.identifier_of(closing.agency, directory.IdentifierScheme.QD_20_2020, today(at))
    if identifier is None:
        raise Invalid(_("Cơ quan chưa có mã định danh nên chưa đóng dấu được báo cáo."))
    sheet = printing.of_closing(closing)
    sealed = signing.seal_unsigned(
        printing.pdf(sheet, at=closing.closed_at, marked=True),
        field=signing.SignatureFieldSpec(name=FIELD, label=_("con dấu của cơ quan")),
        scope=identifier.value,
        agency=sheet.agency,
        at=at,
    )
    kept = files.keep(sealed.pdf, name=f"{printing.name_of(sheet.report)}.pdf", by=SYSTEM, at=at)
    on = SubjectRef(kind="report", id=closing.id)
    with transactions.act("supervision.seal_report", by=SYSTEM, at=at, on=on) as work:
        if not Closing.objects.filter(id=closing.id, file_id=None).update(file_id=kept.id):
            files.loosen([kept.id], at=at)
        work.record(sha256=sealed.sha256)
