"""Certified copies as officers see them, and as anybody may."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.certification.contracts import BookLine, CopyView, Original, Shown, State, UnknownCopy
from tinhso.certification.models import BookEntry, CertifiedCopy
from tinhso.certification.permissions import READ, SUBJECT
from tinhso.directory import api as directory
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef, OwnerRef, SubjectRef
from tinhso.identity import api as identity

PAGE = 40
Reach = frozenset[UUID]


def subject_of(copy: CertifiedCopy) -> SubjectRef:
    """A copy as identity judges it."""
    return SubjectRef(
        kind=SUBJECT, id=copy.id, units=(copy.unit_id,), owner=OwnerRef(copy.owner_kind, copy.owner_id)
    )


def reach(actor: ActorRef, act: str, *, at: datetime) -> Reach:
    """The agencies in which the officer may do an act. Two queries."""
    roles = frozenset(role for line in identity.grants().get(act, ()) for role in line.roles)
    units = directory.units(identity.units_held(actor, roles, at))
    return frozenset(unit.agency_id for unit in units.values())


def copies(
    agencies: Reach, *, state: State | None = None, before: UUID | None = None, limit: int = PAGE
) -> tuple[tuple[CopyView, ...], UUID | None]:
    """Copies of these agencies, newest first, and the mark of the next page. One query."""
    rows = CertifiedCopy.objects.filter(agency_id__in=agencies)
    if state is not None:
        rows = rows.filter(state=state.value)
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = list(rows.defer("signing").select_related("entry").order_by("-id")[: limit + 1])
    shown = found[:limit]
    return tuple(_view(row) for row in shown), shown[-1].id if len(found) > limit else None


def waiting(agencies: Reach, *, most: int = 100) -> int:
    """How many copies wait for a signature, counted up to `most`."""
    rows = CertifiedCopy.objects.filter(agency_id__in=agencies, state=State.DRAFTED.value)
    return rows.values("id")[:most].count()


def copy_of(copy_id: UUID, *, by: ActorRef, at: datetime) -> CopyView:
    """One copy, for an officer of its agency who may see it. Raises UnknownCopy otherwise."""
    row = CertifiedCopy.objects.defer("signing").select_related("entry").filter(id=copy_id).first()
    if row is None or not identity.can(by, READ, subject_of(row), at):
        raise UnknownCopy(_("Không tìm thấy bản sao chứng thực này."))
    return _view(row)


def waits_for(copy_id: UUID, *, by: ActorRef) -> str | None:
    """Where the officer confirms a signature that was asked of them; None when none is asked."""
    rows = CertifiedCopy.objects.filter(id=copy_id, state=State.DRAFTED.value, signing_by=by.id)
    return rows.filter(signing__isnull=False).values_list("signing_confirm_at", flat=True).first()


def book(
    agency: UUID, *, period: str, before: int | None = None, limit: int = PAGE
) -> tuple[tuple[BookLine, ...], int | None]:
    """Lines of an agency's book of a year, the latest first, and the mark of the next page. One query."""
    rows = BookEntry.objects.filter(agency_id=agency, period=period)
    if before is not None:
        rows = rows.filter(seq__lt=before)
    found = list(rows.select_related("copy").defer("copy__signing").order_by("-seq")[: limit + 1])
    shown = found[:limit]
    return tuple(line(row) for row in shown), shown[-1].seq if len(found) > limit else None


def periods(agency: UUID) -> tuple[str, ...]:
    """The years of which an agency has a book, the latest first. One query."""
    rows = BookEntry.objects.filter(agency_id=agency).values_list("period", flat=True)
    return tuple(rows.distinct().order_by("-period"))


def whole_book(agency: UUID, *, period: str) -> tuple[BookLine, ...]:
    """A year's book of one agency in its order, for printing. One query."""
    rows = BookEntry.objects.filter(agency_id=agency, period=period).order_by("seq")
    return tuple(line(row) for row in rows.select_related("copy").defer("copy__signing"))


def line(row: BookEntry) -> BookLine:
    """One line of the book."""
    copy = row.copy
    return BookLine(
        id=row.id,
        seq=row.seq,
        number=row.text,
        given_at=row.given_at,
        requester=copy.requester,
        title=copy.title,
        pages=copy.pages,
        fee=copy.fee,
        signed_by=copy.signed_by,
        code=copy.code,
        struck=row.struck_because,
        revoked=copy.ended_because if copy.state == State.REVOKED.value else "",
    )


def shown(code: str) -> Shown | None:
    """What anybody may know of the copy with that code, once it was certified; None for any other."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return _shown(CertifiedCopy.objects.filter(code=plain).first()) if plain.isascii() else None


def shown_by_bytes(sha256: str) -> Shown | None:
    """The same for a file, by the hash of its bytes."""
    return _shown(CertifiedCopy.objects.filter(sha256=sha256).first()) if sha256 else None


def _shown(row: CertifiedCopy | None) -> Shown | None:
    if row is None or row.state not in (State.SEALED.value, State.REVOKED.value):
        return None
    entry = BookEntry.objects.get(copy_id=row.id)
    return Shown(
        code=row.code,
        title=row.title,
        number=entry.text,
        book=entry.book,
        agency=directory.agency(row.agency_id, today(row.sealed_at or row.prepared_at)).name,
        signed_by=row.signed_by,
        signed_at=row.signed_at,
        pages=row.pages,
        revoked_at=row.ended_at,
        revoked_because=row.ended_because,
        sha256=row.sha256,
    )


def _view(row: CertifiedCopy) -> CopyView:
    entry = getattr(row, "entry", None)
    return CopyView(
        id=row.id,
        code=row.code,
        agency=row.agency_id,
        unit=row.unit_id,
        owner=OwnerRef(row.owner_kind, row.owner_id),
        requester=row.requester,
        original=Original(
            kind=row.kind,
            title=row.title,
            number=row.number_of_original,
            issuer=row.issuer,
            issued_on=row.issued_on,
            valid_to=row.valid_to,
        ),
        pages=row.pages,
        fee=row.fee,
        state=State(row.state),
        number=entry.text if entry else "",
        book=entry.book if entry else "",
        file_id=row.sealed_file or row.signed_file or row.draft_file,
        prepared_at=row.prepared_at,
        prepared_by=row.prepared_by,
        preparer=row.preparer,
        signed_at=row.signed_at,
        signed_by=row.signed_by,
        sealed_at=row.sealed_at,
        ended_at=row.ended_at,
        ended_because=row.ended_because,
    )
