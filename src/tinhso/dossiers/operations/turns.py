"""One turn of a dossier: lock it, ask the life cycle, change it, tell it, hand the work on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.directory import api as directory
from tinhso.dossiers import lifecycle, marks
from tinhso.dossiers.contracts import Status
from tinhso.dossiers.faults import Stale
from tinhso.dossiers.lifecycle import EXTENSION_ASKED
from tinhso.dossiers.models import Dossier, Extension, HistoryEntry, Reversible, Running
from tinhso.dossiers.operations import asked, lacking, passing, timers, work, writing
from tinhso.dossiers.turning import SUBJECT, Turn, subject_of
from tinhso.dossiers.visibility import Sight, sight, unknown
from tinhso.foundation import transactions
from tinhso.foundation.acts import authority
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import local, today
from tinhso.foundation.refs import ActorKind, ActorRef, SubjectRef
from tinhso.foundation.statements import Rows, together
from tinhso.identity import api as identity
from tinhso.tasks import api as tasks
from tinhso.workflow import api as workflow

CLOCK_BACK = gettext_lazy(
    "Đồng hồ máy chủ đang chậm hơn việc đã ghi trước đó nên chưa lưu được. "
    "Hãy báo người quản trị, rồi làm lại."
)
for constraint in ("task_done_after_given", "standing_ends_after_it_began", "note_withdrawn_after_written"):
    transactions.explain(constraint, CLOCK_BACK)

UNIT_OF_ROLE = {
    "intake_officer": directory.UnitKind.ONE_STOP,
    "specialist": directory.UnitKind.SPECIALIST,
    "leader": directory.UnitKind.LEADERSHIP,
    "clerk": directory.UnitKind.RECORDS,
}
FOUND = Rows(Dossier, "WHERE id = %s")
LOCKED = Rows(Dossier, "WHERE id = %s FOR UPDATE")
PROCESS = Rows(Running, "WHERE dossier_id = %s FOR UPDATE")


def reference(dossier_id: UUID) -> SubjectRef:
    """The dossier as identity judges it, read now. Raises NotFound."""
    return subject_of(_find(dossier_id))


@contextmanager
def turn(
    act: str,
    *,
    dossier_id: UUID,
    by: ActorRef,
    at: datetime,
    seen: int | None = None,
    back_to: Status | None = None,
) -> Iterator[Turn]:
    """Do `act` (a name of the life cycle) to a dossier.

    `seen` is the version the actor read: if the dossier moved on since, Stale says who, when, what.
    `back_to` is the status that undoing leads back to, which no table of turns can tell.
    Raises NotFound, NotAllowed, WrongTurn, Stale.
    """
    name = f"dossiers.{act}"
    found = _find(dossier_id)
    if seen is not None and found.version != seen and sight(found, by=by, at=at).sight > Sight.NOTHING:
        raise stale(found)
    before = subject_of(found)
    with transactions.act(name, by=by, at=at, on=before) as under_way:
        dossier = _find(dossier_id, lock=True)
        if seen is not None and dossier.version != seen:
            raise stale(dossier)
        after = subject_of(dossier)
        if after != before and by.kind is not ActorKind.SYSTEM:
            authority().require(by=by, act=name, on=after, at=at)
        was = Status(dossier.status)
        goes = back_to or lifecycle.next_status(act, was)
        stood = _stood(dossier)
        move(dossier, goes, at=at)
        taken = Turn(dossier=dossier, work=under_way, act=act, by=by, at=at)
        yield taken
        if EXTENSION_ASKED in dossier.flags and lifecycle.MEANINGS[goes].clock is lifecycle.Clock.ENDED:
            lapse(taken)
        if goes not in lifecycle.OPEN:
            dossier.step, dossier.step_name, dossier.role = "", "", ""
            passing.ended(dossier, at=at)
            timers.end(dossier, at=at)
            if marks.ASKED in dossier.flags:
                asked.pass_over(dossier, by=by, at=at)
        dossier.version += 1
        dossier.changed_at = at
        dossier.changed_by = by.name
        together([*taken.late, writing.change(dossier), writing.tell(taken)])
        if act in lifecycle.UNDO and by.kind is ActorKind.OFFICER and not taken.crossed:
            _keep_for_undo(taken, stood)
        under_way.record(was=was.value, status=dossier.status, step=dossier.step, version=dossier.version)


def lapse(taken: Turn) -> None:
    """A request for a later promise that nobody decided falls away."""
    dossier = taken.dossier
    Extension.objects.filter(dossier_id=dossier.id, decided_at=None, lapsed_at=None).update(
        lapsed_at=taken.at
    )
    dossier.flags = [flag for flag in dossier.flags if flag != EXTENSION_ASKED]


def _stood(dossier: Dossier) -> dict[str, Any]:
    """Where the dossier stands, as undoing would put it back: JSON values."""
    return {
        "status": dossier.status,
        "unit": str(dossier.unit_id),
        "holder": str(dossier.holder) if dossier.holder else "",
        "step": dossier.step,
        "step_name": dossier.step_name,
        "role": dossier.role,
    }


def _keep_for_undo(taken: Turn, stood: dict[str, Any]) -> None:
    """Remember the officer's last act on the dossier with what stood before it."""
    Reversible.objects.update_or_create(
        dossier_id=taken.dossier.id,
        officer=taken.by.id,
        defaults={
            "act": taken.act,
            "done_at": taken.at,
            "version": taken.dossier.version,
            "stood": stood | {"kept": taken.kept},
            "process": taken.process,
            "undone_at": None,
        },
    )


def move(dossier: Dossier, status: Status, *, at: datetime) -> None:
    """Set the status and the columns that the status rules."""
    dossier.status = status.value
    standing = status in lifecycle.STANDING
    dossier.stopped_since = (dossier.stopped_since or at) if standing else None
    if status not in lifecycle.OPEN or status is Status.DONE:
        dossier.closed_at = dossier.closed_at or at
    if status not in lifecycle.OPEN:
        dossier.finished_at = dossier.finished_at or at


def advance(taken: Turn, *, facts: dict[str, Any]) -> None:
    """Finish the current step of the process and hand the next one on; both are written when the turn ends.

    Raises WrongTurn for an act of another step or before a hand-over is acknowledged, NoSuchTask when the
    process does not offer the step.
    """
    dossier = taken.dossier
    passing.ask_received(dossier, taken.act)
    asked.ask_settled(dossier, taken.act)
    lacking.ask_answered(dossier, taken.act)
    process, _closed, earlier = together(
        [
            (PROCESS.text, [dossier.id]),
            work.finished(dossier, by=taken.by, at=taken.at),
            (tasks.LAST_HOLDERS, [SUBJECT, dossier.id]),
        ]
    )
    running = PROCESS.made(process)[0]
    _ask_step(running.process_version_id, dossier, taken.act)
    taken.process, done = bytes(running.state), dossier.step
    version = running.process_version_id
    state = _answered(dossier, version, workflow.complete(version, taken.process, step=done, facts=facts))
    taken.late.append(writing.goes_on(dossier.id, state=state.data))
    offer = state.to_hand()
    if offer:
        hand_to(taken, offer, earlier=dict(earlier))
    timers.agree(dossier, version, state.ready, at=taken.at, ended=done, handed=True)


def time_up(taken: Turn, *, step: str, limit: str = "") -> None:
    """End a step that nobody finishes, a wait or one that the clock `limit` ends, and hand on what follows.

    Work of a person that goes on beside a wait stays where it is.
    """
    dossier = taken.dossier
    running = Running.objects.select_for_update().get(dossier_id=dossier.id)
    version = running.process_version_id
    gone_on = workflow.complete(version, bytes(running.state), step=step, facts={}, limit=limit)
    state = _answered(dossier, version, gone_on)
    taken.late.append(writing.goes_on(dossier.id, state=state.data))
    offer = state.to_hand("" if step == dossier.step else dossier.step)
    stays = offer is not None and offer.step == dossier.step != step
    if not stays:
        (earlier,) = together([(tasks.LAST_HOLDERS, [SUBJECT, dossier.id])])
        work.finish(dossier, by=taken.by, at=taken.at)
        if offer:
            hand_to(taken, offer, earlier=dict(earlier))
    timers.agree(dossier, version, state.ready, at=taken.at, ended=step, handed=not stays)


def _answered(dossier: Dossier, version: UUID, state: workflow.State) -> workflow.State:
    """The process beyond every wait for answers while nobody owes one."""
    if marks.ASKED in dossier.flags:
        return state
    for task in state.ready:
        if task.wait and task.wait.what is workflow.WaitsFor.ANSWERS:
            return _answered(
                dossier, version, workflow.complete(version, state.data, step=task.step, facts={})
            )
    return state


def ask_turn(dossier: Dossier, act: str) -> None:
    """Return when status and step allow the act now: asked before what cannot be undone. Raises WrongTurn."""
    lifecycle.next_status(act, Status(dossier.status))
    passing.ask_received(dossier, act)
    asked.ask_settled(dossier, act)
    lacking.ask_answered(dossier, act)
    version = Running.objects.values_list("process_version_id", flat=True).get(dossier_id=dossier.id)
    _ask_step(version, dossier, act)


def is_step_of(dossier: Dossier, act: str) -> bool:
    """Whether the step under way is finished by this act (its full name)."""
    version = Running.objects.values_list("process_version_id", flat=True).get(dossier_id=dossier.id)
    stands = workflow.step(version, dossier.step)
    return stands is not None and stands.act == act


def _ask_step(process_version_id: UUID, dossier: Dossier, act: str) -> None:
    stands = workflow.step(process_version_id, dossier.step)
    lifecycle.ask_step(act, stands.act if stands else "", status=Status(dossier.status))


def hand_to(taken: Turn, offer: workflow.ReadyTask, *, earlier: Mapping[str, UUID]) -> None:
    """Give the offered step to its role's unit, and to a person when only one can be meant.

    `earlier` is who last did each role's work on this dossier.
    """
    dossier = taken.dossier
    agency_id = passing.goes_to(dossier, offer, at=taken.at)
    due_at = passing.pass_on(taken, offer, agency_id=agency_id)
    unit, holder = place(
        agency_id=agency_id,
        role=offer.role,
        earlier=earlier.get(offer.role),
        prefer=None if taken.crossed else dossier.unit_id,
        at=taken.at,
    )
    given = work.hand(dossier, offer, unit_id=unit, holder=holder, due_at=due_at, by=taken.by, at=taken.at)
    taken.late.append(given)


def place(
    *, agency_id: UUID, role: str, earlier: UUID | None, prefer: UUID | None, at: datetime
) -> tuple[UUID, UUID | None]:
    """The unit a role's work goes to, and the officer when there is one holder or an earlier one.

    A role without a unit of its own stays in the preferred unit. `earlier`, the officer who did this
    role's work on this dossier before, gets it back. Raises Invalid when nothing is preferred, as in an
    agency that it newly comes to, and that agency has no unit for the role.
    """
    fitting = _units_for(agency_id, role=role, at=at)
    if prefer is None and not fitting:
        raise Invalid(_("Cơ quan nhận chưa có bộ phận làm bước tiếp theo. Hãy báo quản trị hệ thống."))
    unit = prefer if prefer is not None and (prefer in fitting or not fitting) else fitting[0]
    holders = identity.holders(role=identity.Role(role), unit=unit, at=at)
    if earlier in holders:
        return unit, earlier
    return unit, holders[0] if len(holders) == 1 else None


def first_place(*, agency_id: UUID, role: str, at: datetime) -> tuple[UUID, UUID | None]:
    """Where a new dossier of an agency goes. Raises Invalid when the agency has no unit for the role."""
    fitting = _units_for(agency_id, role=role, at=at)
    if not fitting:
        raise Invalid(_("Cơ quan này không có bộ phận nhận hồ sơ. Hãy chọn cơ quan khác."))
    holders = identity.holders(role=identity.Role(role), unit=fitting[0], at=at)
    return fitting[0], holders[0] if len(holders) == 1 else None


def _units_for(agency_id: UUID, *, role: str, at: datetime) -> list[UUID]:
    kind = UNIT_OF_ROLE.get(role)
    return [unit.id for unit in directory.units_of(agency_id, today(at)) if unit.kind is kind]


def _find(dossier_id: UUID, *, lock: bool = False) -> Dossier:
    found = (LOCKED if lock else FOUND).first(dossier_id)
    if found is None:
        raise unknown(dossier_id)
    return found


def stale(dossier: Dossier) -> Stale:
    """Somebody was first: who, when, what."""
    last = HistoryEntry.objects.filter(dossier_id=dossier.id).order_by("-id").first()
    who = last.actor_name if last else dossier.changed_by
    return Stale(
        _("%(who)s đã thay đổi hồ sơ này lúc %(at)s. Phần anh/chị vừa viết vẫn còn bên dưới.")
        % {"who": who, "at": f"{local(dossier.changed_at):%H:%M %d/%m/%Y}"},
        who=who,
        at=dossier.changed_at.isoformat(),
        act=last.act if last else "",
        version=dossier.version,
    )
