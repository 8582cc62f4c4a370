"""Opinions still awaited: what they hold up, and how they come to nothing when the dossier ends."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.dossiers import marks
from tinhso.dossiers.contracts import OpinionState
from tinhso.dossiers.faults import WrongTurn
from tinhso.dossiers.models import Dossier, Opinion
from tinhso.dossiers.turning import OPINION
from tinhso.foundation.refs import ActorRef
from tinhso.tasks import api as tasks

HELD_UP = frozenset({"hand_on", "draft_result"})
"""What waits for opinions: the dossier is neither decided nor passed on without them."""


def awaited(dossier_id: UUID) -> list[Opinion]:
    """The opinions of a dossier that were not given yet."""
    rows = Opinion.objects.filter(request__dossier_id=dossier_id, state=OpinionState.ASKED.value)
    return list(rows.order_by("due_at", "id"))


def ask_settled(dossier: Dossier, act: str) -> None:
    """Return when nothing that is awaited holds up the act. Raises WrongTurn."""
    if act not in HELD_UP or marks.ASKED not in dossier.flags:
        return
    names = directory.names({opinion.agency_id for opinion in awaited(dossier.id)})
    raise WrongTurn(
        _("Còn chờ ý kiến của %(who)s. Hết hạn mà chưa có ý kiến thì bấm “Làm tiếp không chờ ý kiến”.")
        % {"who": ", ".join(sorted(names.values()))},
        act=act,
    )


def pass_over(dossier: Dossier, *, by: ActorRef, at: datetime) -> int:
    """Wait no longer for what was not answered; how many there were."""
    marks.take(dossier, marks.ASKED)
    waiting = awaited(dossier.id)
    for opinion in waiting:
        tasks.close(subject=OPINION, subject_id=opinion.id, by=by, at=at)
    Opinion.objects.filter(id__in=[opinion.id for opinion in waiting]).update(
        state=OpinionState.PASSED_OVER.value, ended_at=at, ended_by=by.name
    )
    return len(waiting)
