"""A message to the applicant in an officer's own words, or with a letter of the procedure.

It can be taken back until it leaves. Beside `operations`, since it queues a job and jobs call operations.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers import jobs, notices, prints
from tinhso.dossiers.lifecycle import UNDO
from tinhso.dossiers.models import Dossier, Letter
from tinhso.dossiers.operations.turns import turn
from tinhso.dossiers.turning import Turn, subject_of
from tinhso.foundation import files
from tinhso.foundation.acts import authority
from tinhso.foundation.errors import Invalid
from tinhso.foundation.refs import ActorRef
from tinhso.procedures import api as procedures


def write(*, dossier_id: UUID, text: str, by: ActorRef, at: datetime, seen: int | None = None) -> UUID:
    """Write to the applicant (nhắn người dân); it leaves after the time in which it can be undone.

    Raises Invalid without words, or when nothing would reach the applicant.
    """
    if not text.strip():
        raise Invalid(_("Hãy viết lời nhắn."), faults={"text": _("Hãy viết lời nhắn.")})
    with turn("message", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        return _left(taken, text=text.strip())


def preview(
    *, dossier_id: UUID, letter: str, written: Mapping[str, str], by: ActorRef, at: datetime
) -> bytes:
    """A letter of the procedure as it would be sent, as PDF; nothing is kept. Raises as `send`."""
    dossier = Dossier.objects.get(id=dossier_id)
    authority().require(by=by, act="dossiers.message", on=subject_of(dossier), at=at)
    return _set(dossier, letter, written, by=by, at=at)[1]


def send(
    *,
    dossier_id: UUID,
    letter: str,
    written: Mapping[str, str],
    text: str,
    by: ActorRef,
    at: datetime,
    seen: int | None = None,
) -> UUID:
    """Send a letter of the procedure, kept as it is set now, with a message that says so; as `write` does.

    `written` are the officer's words for its places. Raises NotFound for a letter the version does not have,
    paper.ValuesMissing when something it must say is not known, Invalid when nothing would reach anybody.
    """
    dossier = Dossier.objects.get(id=dossier_id)
    name, content = _set(dossier, letter, written, by=by, at=at)
    with turn("message", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        kept = files.keep(content, name=f"{dossier.code}-{letter}.pdf", by=by, at=at)
        said = _("Cơ quan gửi ông/bà: %(letter)s. Mở trang của hồ sơ để đọc.") % {"letter": name}
        return _left(taken, text="\n".join(filter(None, (text.strip(), said))), title=name, file=kept.id)


def _set(
    dossier: Dossier, letter: str, written: Mapping[str, str], *, by: ActorRef, at: datetime
) -> tuple[str, bytes]:
    """What the letter is called, and its PDF."""
    chosen = prints.offered(procedures.version(dossier.procedure_version_id), letter)
    return chosen.name, prints.own_letter(dossier, chosen, written=written, by=by, at=at)


def _left(taken: Turn, *, text: str, title: str = "", file: UUID | None = None) -> UUID:
    """Keep a message that leaves after its wait. Raises Invalid when it would reach nobody."""
    if taken.by.id is None or not notices.reaches(taken.dossier):
        raise Invalid(
            _("Người nộp không có tài khoản và thư điện tử nên tin không đến được. Hãy gọi điện thoại."),
            faults={"text": _("Tin không đến được người nộp. Hãy gọi điện thoại.")},
        )
    letter = Letter.objects.create(
        dossier_id=taken.dossier.id,
        at=taken.at,
        author=taken.by.id,
        author_name=taken.by.name,
        text=text,
        title=title,
        file=file,
        leaves_at=taken.at + UNDO["message"],
    )
    taken.public = False
    taken.kept = {"letter": str(letter.id)}
    taken.work.record(letter=str(letter.id))
    jobs.send_letter.defer_at(letter.leaves_at, {"letter_id": str(letter.id)})
    return letter.id
