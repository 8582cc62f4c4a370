"""The agency's digital seal on a digitised copy, when the day's rule asks for it (`digitised_sealed`)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.foundation import files, legal, signing
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef

FIELD = "so-hoa"


def sealed(copy: files.StoredFile, *, unit: UUID, by: ActorRef, at: datetime) -> files.StoredFile:
    """The copy with the seal of the unit's agency, or as it is when no seal is asked for.

    Asks the stamp authority: call it with no transaction open. Raises Invalid for an agency without an
    identifier, signing's typed errors.
    """
    day = today(at)
    if not legal.value("digitised_sealed", on=day):
        return copy
    agency = directory.units([unit])[unit].agency_id
    found = directory.identifier_of(agency, directory.IdentifierScheme.QD_20_2020, day)
    if found is None:
        raise Invalid(
            _("Cơ quan này chưa có mã định danh nên chưa đóng được dấu số. Hãy báo quản trị hệ thống.")
        )
    content = files.read(copy.id)
    signed = signing.seal_unsigned(
        content,
        field=signing.SignatureFieldSpec(FIELD, box=signing.corner(content)),
        scope=found.value,
        agency=directory.agency(agency, on=day).name,
        at=at,
    )
    return files.keep(signed.pdf, name=copy.name, by=by, at=at)
