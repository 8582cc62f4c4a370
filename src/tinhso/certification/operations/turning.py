"""One act on one copy: asked, locked, judged by the life cycle."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.certification import lifecycle
from tinhso.certification.contracts import State, UnknownCopy
from tinhso.certification.models import CertifiedCopy
from tinhso.certification.queries.copies import subject_of
from tinhso.foundation import transactions
from tinhso.foundation.refs import ActorRef
from tinhso.foundation.transactions import Work


@dataclass(slots=True)
class Turn:
    """An act under way on a copy, which is saved at its end."""

    copy: CertifiedCopy
    work: Work


@contextmanager
def turn(act: str, copy_id: UUID, *, by: ActorRef, at: datetime) -> Iterator[Turn]:
    """Do one act of the life cycle. Raises UnknownCopy, NotAllowed, WrongTurn."""
    with transactions.act(
        f"certification.{act}", by=by, at=at, on=subject_of(_row(copy_id, lock=False))
    ) as work:
        copy = _row(copy_id, lock=True)
        copy.state = lifecycle.after(act, State(copy.state)).value
        taken = Turn(copy, work)
        yield taken
        copy.save()
        work.record(copy=str(copy_id), state=copy.state)


@contextmanager
def asked(act: str, copy_id: UUID, *, by: ActorRef, at: datetime) -> Iterator[Turn]:
    """Whether the act could be done now, under the copy's lock; the copy stays where it is."""
    with transactions.act(
        f"certification.{act}", by=by, at=at, on=subject_of(_row(copy_id, lock=False))
    ) as work:
        copy = _row(copy_id, lock=True)
        lifecycle.after(act, State(copy.state))
        yield Turn(copy, work)
        work.record(copy=str(copy_id))


def _row(copy_id: UUID, *, lock: bool) -> CertifiedCopy:
    rows = CertifiedCopy.objects.select_for_update() if lock else CertifiedCopy.objects
    found = rows.filter(id=copy_id).first()
    if found is None:
        raise UnknownCopy(_("Không tìm thấy bản sao chứng thực này."))
    return found
