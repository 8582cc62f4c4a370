"""Ends other than a result: withdrawn by the person, stopped by the agency; and the rating after one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.dossiers import notices
from tinhso.dossiers.contracts import Status
from tinhso.dossiers.events import DossierEnded
from tinhso.dossiers.models import Note, Rating
from tinhso.dossiers.operations import book, clock, grounds, work
from tinhso.dossiers.operations.turns import turn
from tinhso.dossiers.turning import Turn
from tinhso.foundation.errors import Invalid
from tinhso.foundation.refs import ActorRef


def withdraw(
    *, dossier_id: UUID, reason: str = "", by: ActorRef, at: datetime, seen: int | None = None
) -> None:
    """Take a dossier back (rút hồ sơ), by its owner, before it has a result."""
    with turn("withdraw", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        end(taken, reason=reason)


def stop(
    *, dossier_id: UUID, reason: str, ground: str, by: ActorRef, at: datetime, seen: int | None = None
) -> None:
    """End the handling for good (dừng giải quyết), with reason and ground that go into the notice.

    Raises Invalid without either.
    """
    grounds.ask_ground(reason=reason, ground=ground, missing=_("Hãy ghi lý do dừng."))
    with turn("stop", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        end(taken, reason=reason, ground=ground)
        notices.stopped(taken)


def rate(*, dossier_id: UUID, score: int, words: str = "", by: ActorRef, at: datetime) -> None:
    """The person's rating, 1 to 5, once. Raises Invalid for another score or a second rating."""
    if score not in range(1, 6):
        fault = _("Hãy chọn một mức, từ rất hài lòng đến rất không hài lòng.")
        raise Invalid(fault, faults={"score": fault})
    with turn("rate", dossier_id=dossier_id, by=by, at=at) as taken:
        if Rating.objects.filter(dossier_id=dossier_id).exists():
            raise Invalid(_("Ông/bà đã đánh giá hồ sơ này. Cảm ơn ông/bà."))
        Rating.objects.create(dossier_id=dossier_id, score=score, words=words.strip(), at=at)
        taken.public = False
        taken.work.record(score=score)


def note(*, dossier_id: UUID, text: str, by: ActorRef, at: datetime) -> None:
    """A note between officers, never shown to the applicant."""
    if not text.strip() or by.id is None:
        raise Invalid(_("Hãy viết nội dung ghi chú."), faults={"text": _("Hãy viết nội dung ghi chú.")})
    with turn("note", dossier_id=dossier_id, by=by, at=at) as taken:
        written = Note.objects.create(
            dossier_id=dossier_id, at=at, author=by.id, author_name=by.name, text=text.strip()
        )
        taken.kept = {"note": written.id}
        taken.public = False


_STRUCK = {
    Status.WITHDRAWN: gettext_noop("Người nộp rút hồ sơ trước khi đóng dấu"),
    Status.RETURNED: gettext_noop("Hết hạn, coi như đã quyết định trước khi đóng dấu"),
    Status.STOPPED: gettext_noop("Cơ quan dừng giải quyết trước khi đóng dấu"),
}


def end(taken: Turn, *, reason: str, ground: str = "") -> None:
    """End the dossier under its turn: keep reason and ground, let its work and clock end, and tell of it."""
    grounds.keep(taken, reason=reason, ground=ground)
    clock.end_standing(taken)
    work.finish(taken.dossier, by=taken.by, at=taken.at)
    struck = book.strike(taken.dossier.id, because=_STRUCK[Status(taken.dossier.status)], at=taken.at)
    if struck:
        taken.work.record(struck=list(struck))
    taken.work.emit(
        DossierEnded(
            dossier=taken.dossier.id,
            code=taken.dossier.code,
            by=taken.by,
            at=taken.at,
            status=Status(taken.dossier.status),
            reason=taken.note,
        )
    )
