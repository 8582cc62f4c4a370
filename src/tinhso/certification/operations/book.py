"""The book: numbers given in their order for each office and year, struck, never lost."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.certification.models import BookEntry, CertifiedCopy
from tinhso.certification.reference import NUMBER
from tinhso.directory import api as directory
from tinhso.foundation import legal, numbering
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef


def enter(copy: CertifiedCopy, *, by: ActorRef, at: datetime) -> BookEntry:
    """The copy's line in the book, made with the office's next number when it has none.

    Holds the series until commit: call it late. Raises Invalid for an office without an identifier.
    """
    entry = BookEntry.objects.filter(copy_id=copy.id).first()
    if entry is not None:
        return entry
    day = today(at)
    found = directory.identifier_of(copy.agency_id, directory.IdentifierScheme.QD_20_2020, day)
    if found is None:
        raise Invalid(_("Cơ quan này chưa có mã định danh nên chưa cấp được số. Hãy báo quản trị hệ thống."))
    book = legal.text("certification_book", on=day).replace("{year}", str(day.year))
    given = numbering.next(NUMBER, found.value, at)
    return BookEntry.objects.create(
        copy_id=copy.id,
        agency_id=copy.agency_id,
        scope=found.value,
        period=given.period,
        seq=given.seq,
        text=given.text,
        book=book,
        given_at=at,
        given_by=by.name,
    )


def strike(copy_id: UUID, *, because: str, at: datetime) -> None:
    """Strike the number of a copy that is never sealed; it stays in the book."""
    BookEntry.objects.filter(copy_id=copy_id, struck_at=None).update(struck_at=at, struck_because=because)
