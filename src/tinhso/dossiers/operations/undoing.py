"""Taking the last act back: a counter-transition with its own line in history and audit, never a deletion."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers import lifecycle
from tinhso.dossiers.contracts import Status
from tinhso.dossiers.faults import Stale, WrongTurn
from tinhso.dossiers.models import HistoryEntry, Letter, Note, Result, Reversible, Running, SubmittedPaper
from tinhso.dossiers.operations import phases, timers, work
from tinhso.dossiers.operations.turns import turn
from tinhso.dossiers.outcomes import ResultState
from tinhso.dossiers.permissions import ACTS
from tinhso.dossiers.turning import Turn
from tinhso.dossiers.visibility import seen_by
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import local
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.workflow import api as workflow

Reverse = Callable[[Turn, Reversible], None]


def undo(*, dossier_id: UUID, by: ActorRef, at: datetime) -> str:
    """Take back the last act, which must be the officer's own; the name of that act.

    Raises WrongTurn when there is nothing to take back or its time is over (`lifecycle.UNDO`), Stale when
    somebody has acted since, Invalid when what the act did has gone on, such as a letter that has left,
    NotFound for who neither acted nor may see the dossier.
    """
    kept = Reversible.objects.filter(dossier_id=dossier_id, officer=by.id).first() if by.id else None
    if kept is None:
        seen_by(by, dossier_id, at=at)
        raise WrongTurn(_("Không có việc nào của anh/chị trên hồ sơ này để hoàn tác."), act="undo")
    if kept.undone_at is not None:
        raise WrongTurn(_("Việc này đã được hoàn tác rồi."), act="undo")
    lifecycle.ask_undo(kept.act, done_at=kept.done_at, at=at)
    back_to = Status(kept.stood["status"])
    try:
        with turn("undo", dossier_id=dossier_id, by=by, at=at, seen=kept.version, back_to=back_to) as taken:
            taken.note = _(ACTS[kept.act])
            taken.public = _was_public(dossier_id)
            REVERSES[kept.act](taken, kept)
            Reversible.objects.filter(id=kept.id).update(undone_at=at)
            taken.work.record(undone=kept.act, done_at=kept.done_at.isoformat())
    except Stale as first:
        raise _too_late(first) from None
    return kept.act


def _was_public(dossier_id: UUID) -> bool:
    """Whether the applicant reads of the act: then they read that it was taken back."""
    last = HistoryEntry.objects.filter(dossier_id=dossier_id).order_by("-id").values_list("public", flat=True)
    return bool(last.first())


def _too_late(first: Stale) -> Stale:
    when = datetime.fromisoformat(str(first.facts["at"]))
    did = str(first.facts.get("act", ""))
    return Stale(
        _("Không hoàn tác được: %(who)s đã làm việc “%(act)s” trên hồ sơ này lúc %(at)s.")
        % {
            "who": first.facts["who"],
            "act": _(ACTS[did]) if did in ACTS else did,
            "at": f"{local(when):%H:%M}",
        },
        **first.facts,
    )


def _place(taken: Turn, kept: Reversible) -> None:
    """Unit and person as they were, of the same work."""
    holder = kept.stood["holder"]
    work.move(taken.dossier, unit_id=UUID(kept.stood["unit"]), holder=UUID(holder) if holder else None)


def _step(taken: Turn, kept: Reversible) -> None:
    """The step the process stood at, given again to who had it; nobody finished the step that is left."""
    dossier = taken.dossier
    running = Running.objects.get(dossier_id=dossier.id)
    running.state = kept.process
    running.save(update_fields=["state"])
    work.finish(dossier, by=SYSTEM, at=taken.at)
    work.give_back(dossier, act=lifecycle.STEP_BOUND[kept.act], stood=kept.stood, by=taken.by, at=taken.at)
    phases.renew(taken)
    timers.revive(dossier, dropped_at=kept.done_at)
    ready = workflow.ready(running.process_version_id, bytes(running.state))
    timers.agree(dossier, running.process_version_id, ready, at=taken.at)


def _draft(taken: Turn, kept: Reversible) -> None:
    """The draft stays, no longer current; refused once the leader's device was asked to sign it."""
    made, replaced = kept.stood["kept"]["result"], kept.stood["kept"]["replaced"]
    result = Result.objects.select_for_update().get(id=made)
    if result.state != ResultState.DRAFTED or result.signing is not None:
        raise Invalid(_("Lãnh đạo đã bắt đầu ký dự thảo này nên không rút lại được."))
    Result.objects.filter(id=made).update(current=False)
    if replaced:
        Result.objects.filter(id=replaced).update(current=True)
    _step(taken, kept)


def _paper(taken: Turn, kept: Reversible) -> None:
    before = kept.stood["kept"]
    SubmittedPaper.objects.filter(id=before["paper"], dossier_id=taken.dossier.id).update(
        verdict=before["verdict"], reason=before["reason"]
    )


def _note(taken: Turn, kept: Reversible) -> None:
    Note.objects.filter(id=kept.stood["kept"]["note"]).update(withdrawn_at=taken.at)


def _letter(taken: Turn, kept: Reversible) -> None:
    letter = Letter.objects.select_for_update().get(id=kept.stood["kept"]["letter"])
    if letter.sent_at is not None:
        raise Invalid(_("Tin đã gửi đến người dân nên không thu lại được."))
    letter.withdrawn_at = taken.at
    letter.save(update_fields=["withdrawn_at"])


REVERSES: Mapping[str, Reverse] = {
    "assign": _place,
    "forward": _place,
    "judge_paper": _paper,
    "note": _note,
    "draft_result": _draft,
    "send_back": _step,
    "message": _letter,
}
