"""A message to the applicant in an officer's own words; it can be taken back until it leaves.

Beside `operations`, since it queues a job and jobs call operations.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers import jobs, notices
from tinhso.dossiers.lifecycle import UNDO
from tinhso.dossiers.models import Letter
from tinhso.dossiers.operations.turns import turn
from tinhso.foundation.errors import Invalid
from tinhso.foundation.refs import ActorRef


def write(*, dossier_id: UUID, text: str, by: ActorRef, at: datetime, seen: int | None = None) -> UUID:
    """Write to the applicant (nhắn người dân); it leaves after the time in which it can be undone.

    Raises Invalid without words, or when nothing would reach the applicant.
    """
    if not text.strip() or by.id is None:
        raise Invalid(_("Hãy viết lời nhắn."), faults={"text": _("Hãy viết lời nhắn.")})
    with turn("message", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        if not notices.reaches(taken.dossier):
            raise Invalid(
                _("Người nộp không có tài khoản và thư điện tử nên tin không đến được. Hãy gọi điện thoại."),
                faults={"text": _("Tin không đến được người nộp. Hãy gọi điện thoại.")},
            )
        letter = Letter.objects.create(
            dossier_id=dossier_id,
            at=at,
            author=by.id,
            author_name=by.name,
            text=text.strip(),
            leaves_at=at + UNDO["message"],
        )
        taken.public = False
        taken.kept = {"letter": str(letter.id)}
        taken.work.record(letter=str(letter.id))
        jobs.send_letter.defer_at(letter.leaves_at, {"letter_id": str(letter.id)})
    return letter.id
