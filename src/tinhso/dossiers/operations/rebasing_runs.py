"""Many dossiers of a procedure taken over to the version in force: asked for once, done one by one by a job.

Each dossier is a transaction of its own, in which the run's row is held and says how far it came: a run that
is broken off goes on where it was, two workers at one run do nothing twice, and a cancelled one stops at
once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.dossiers.models import Content, Dossier, Rebasing, RebasingFault, Running
from tinhso.dossiers.operations import rebasing
from tinhso.dossiers.queries.rebasing import ACT, Reach, plan_of, reach, waiting
from tinhso.dossiers.turning import subject_of
from tinhso.foundation import transactions
from tinhso.foundation.acts import authority
from tinhso.foundation.errors import Conflict, Invalid, NotFound, Unable
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorKind, ActorRef, SubjectRef
from tinhso.procedures import api as procedures

BATCH = 200
MOST_CHOSEN = 500
RUN = "dossiers.run_rebasing"


def ask(
    *,
    code: str,
    trial: bool,
    reason: str = "",
    new_term: bool = False,
    ground: str = "",
    chosen: Iterable[UUID] | None = None,
    by: ActorRef,
    at: datetime,
) -> UUID:
    """Ask for a run over all open dossiers of a procedure within the officer's reach, or those chosen.

    Its id; the job is the caller's. A trial tells what would become of each and changes nothing. Whether the
    act is allowed is asked again for each dossier. Raises Invalid without a reason or for nothing to do;
    Conflict while a run of the same officer over the same procedure is under way; UnknownProcedure.
    """
    if not trial:
        rebasing.ask_sound(reason=reason, new_term=new_term, ground=ground)
    version = procedures.published(code=code, at=at)
    within = reach(by, at=at)
    picked = None if chosen is None else sorted(set(chosen))[:MOST_CHOSEN]
    rows = waiting(code, within=within, at=at)
    total = (rows if picked is None else rows.filter(id__in=picked)).count()
    if not total or by.id is None:
        raise Invalid(_("Không có hồ sơ nào để chuyển. Hãy chọn ít nhất một hồ sơ."))
    if Rebasing.objects.filter(procedure=code, asked_by=by.id, finished_at=None, cancelled_at=None).exists():
        raise Conflict(_("Một lần chuyển của thủ tục này đang chạy. Hãy đợi xong hoặc dừng lần đó."))
    run_id = new_id()
    with transactions.act(RUN, by=by, at=at, on=SubjectRef("rebasing", run_id)) as work:
        Rebasing.objects.create(
            id=run_id,
            procedure=code,
            procedure_name=version.short_name or version.name,
            agencies=None if within.agencies is None else list(within.agencies),
            chosen=picked,
            trial=trial,
            reason=reason.strip(),
            new_term=new_term,
            ground=ground.strip(),
            asked_by=by.id,
            asked_by_name=by.name,
            asked_unit=by.unit,
            asked_at=at,
            total=total,
        )
        work.record(procedure=code, version=str(version.id), total=total, trial=trial, reason=reason.strip())
    return run_id


def cancel(rebasing_id: UUID, *, by: ActorRef, at: datetime) -> None:
    """Stop a run of one's own; what is done stays done. Raises NotFound, Conflict once it is over."""
    with transactions.act(RUN, by=by, at=at, on=SubjectRef("rebasing", rebasing_id)) as work:
        run_row = Rebasing.objects.select_for_update().filter(id=rebasing_id).first()
        if run_row is None or run_row.asked_by != by.id:
            raise NotFound(_("Không có lần chuyển này."))
        if run_row.finished_at is not None or run_row.cancelled_at is not None:
            raise Conflict(_("Lần chuyển này đã kết thúc."))
        run_row.cancelled_at, run_row.cancelled_by_name = at, by.name
        run_row.save(update_fields=["cancelled_at", "cancelled_by_name"])
        work.record(cancelled=True, able=run_row.able, unable=run_row.unable)


def run(rebasing_id: UUID, *, at: datetime, batch: int = BATCH) -> None:
    """Try every dossier of the run that was not tried yet, until it is done or cancelled; safe to repeat."""
    asked = Rebasing.objects.get(id=rebasing_id)
    by = ActorRef(kind=ActorKind.OFFICER, id=asked.asked_by, name=asked.asked_by_name, unit=asked.asked_unit)
    for dossier_id in _left(asked, at=at, batch=batch):
        if not _one(rebasing_id, dossier_id, by=by, at=at):
            return
    still = Rebasing.objects.filter(id=rebasing_id, finished_at=None, cancelled_at=None)
    still.update(finished_at=max(at, asked.asked_at))


def _left(asked: Rebasing, *, at: datetime, batch: int) -> Iterator[UUID]:
    """The dossiers not tried yet, by keyset."""
    within = Reach(None if asked.agencies is None else tuple(asked.agencies))
    rows = waiting(asked.procedure, within=within, at=at)
    if asked.chosen is not None:
        rows = rows.filter(id__in=asked.chosen)
    ids = rows.values_list("id", flat=True)
    found = list((ids.filter(id__gt=asked.reached) if asked.reached else ids)[:batch])
    while found:
        yield from found
        found = list(ids.filter(id__gt=found[-1])[:batch])


@transaction.atomic
def _one(rebasing_id: UUID, dossier_id: UUID, *, by: ActorRef, at: datetime) -> bool:
    """Try one dossier and tick it off together; whether the run goes on."""
    asked = Rebasing.objects.select_for_update().get(id=rebasing_id)
    if asked.cancelled_at is not None or asked.finished_at is not None:
        return False
    if asked.reached is not None and dossier_id <= asked.reached:
        return True
    asked.reached = dossier_id
    try:
        with transaction.atomic():
            _try(asked, dossier_id, by=by, at=at)
        asked.able += 1
    except Unable as fault:
        asked.unable += 1
        RebasingFault.objects.create(rebasing=asked, dossier_id=dossier_id, why=fault.message)
    asked.save(update_fields=["reached", "able", "unable"])
    return True


def _try(asked: Rebasing, dossier_id: UUID, *, by: ActorRef, at: datetime) -> None:
    if not asked.trial:
        rebasing.rebase(
            dossier_id=dossier_id,
            reason=asked.reason,
            new_term=asked.new_term,
            ground=asked.ground,
            by=by,
            at=at,
        )
        return
    dossier = Dossier.objects.get(id=dossier_id)
    authority().require(by=by, act=f"dossiers.{ACT}", on=subject_of(dossier), at=at)
    running = Running.objects.get(dossier_id=dossier_id)
    plan_of(dossier, running=running, content=Content.objects.get(dossier_id=dossier_id), at=at)
