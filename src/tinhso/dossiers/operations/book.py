"""The book of result numbers: given in their order, struck when the result is never sealed, never lost."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tinhso.dossiers.models import Dossier, GivenNumber, Result
from tinhso.dossiers.operations import passing
from tinhso.dossiers.operations.submission import scope_of
from tinhso.foundation import numbering
from tinhso.foundation.refs import ActorRef

RESULT_NUMBER = "result"


def give(result: Result, dossier: Dossier, *, by: ActorRef, at: datetime) -> str:
    """Give the result the next number of the agency that issues it and write it into the book.

    Holds the series until commit: call it late.
    """
    agency_id = passing.has(dossier)
    scope = scope_of(agency_id, at=at)
    given = numbering.next(RESULT_NUMBER, scope, at)
    GivenNumber.objects.create(
        result_id=result.id,
        agency_id=agency_id,
        scope=scope,
        period=given.period,
        seq=given.seq,
        text=given.text,
        given_at=at,
        given_by=by.name,
    )
    return given.text


def issuer(result: Result, dossier: Dossier) -> UUID:
    """The agency that numbered a result; the dossier's own when it bears no number."""
    given = GivenNumber.objects.filter(result_id=result.id, struck_at=None)
    return given.values_list("agency_id", flat=True).first() or dossier.agency_id


def strike(dossier_id: UUID, *, because: str, at: datetime) -> tuple[str, ...]:
    """Strike (huỷ số) what was numbered for a dossier and is not sealed; the numbers stay in the book."""
    rows = GivenNumber.objects.filter(result__dossier_id=dossier_id, result__sealed_file=None, struck_at=None)
    struck = tuple(rows.values_list("text", flat=True))
    if struck:
        rows.update(struck_at=at, struck_because=because)
    return struck
