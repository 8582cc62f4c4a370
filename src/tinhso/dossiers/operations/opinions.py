"""Asking other agencies for their opinion, giving one, saying that there is none, going on without."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.dossiers import marks, opinion_words
from tinhso.dossiers.contracts import OpinionState
from tinhso.dossiers.faults import OpinionClosed, WrongTurn
from tinhso.dossiers.lifecycle import STEP_ASKS
from tinhso.dossiers.models import (
    Dossier,
    HistoryEntry,
    Opinion,
    OpinionRequest,
    Running,
    SharedPaper,
    SubmittedPaper,
)
from tinhso.dossiers.operations import asked, passing, ringing
from tinhso.dossiers.operations.turns import advance, is_step_of, time_up, turn
from tinhso.dossiers.queries import process
from tinhso.dossiers.turning import OPINION, opinion_subject
from tinhso.foundation import legal, transactions, worktime
from tinhso.foundation.errors import Invalid, NotFound
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity
from tinhso.tasks import api as tasks

GIVE = "dossiers.give_opinion"


def ask(
    *,
    dossier_id: UUID,
    question: str,
    agencies: Sequence[UUID],
    papers: Sequence[UUID] = (),
    by: ActorRef,
    at: datetime,
    seen: int | None = None,
) -> UUID:
    """Ask agencies for their opinion at the same time (xin ý kiến), sharing papers of the dossier.

    Each has the legal value `opinion_days` in working days of its own calendar. Returns the request's id.
    Where the process has a step for asking, that step is done with it.
    Raises Invalid without a question, without another agency, or for one that was asked and has not answered.
    """
    with turn("ask_opinion", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        dossier = taken.dossier
        here = passing.has(dossier)
        always = process.asked_always(dossier_id, step=dossier.step, at=at)
        _check(dossier_id, question, agencies, here=here, always=always)
        request = OpinionRequest.objects.create(
            dossier_id=dossier_id,
            question=question.strip(),
            asked_at=at,
            asked_by=by.id,
            asked_by_name=by.name,
            agency_id=here,
        )
        shared = SubmittedPaper.objects.filter(dossier_id=dossier_id, id__in=papers)
        SharedPaper.objects.bulk_create(
            SharedPaper(request=request, paper_id=id) for id in shared.values_list("id", flat=True)
        )
        opinions = [_asked_of(agency, request, by=by, at=at) for agency in dict.fromkeys(agencies)]
        marks.put(dossier, marks.ASKED)
        names = directory.names(agencies)
        taken.note = _("Hỏi ý kiến: %(who)s.") % {"who": ", ".join(names[agency] for agency in agencies)}
        taken.work.record(request=str(request.id), agencies=[str(agency) for agency in agencies])
        opinion_words.asked(opinions, dossier=dossier, asker=here, at=at)
        if is_step_of(dossier, STEP_ASKS["ask_opinion"]):
            advance(taken, facts={})
    return request.id


def _check(
    dossier_id: UUID, question: str, agencies: Sequence[UUID], *, here: UUID, always: Sequence[UUID]
) -> None:
    faults = {}
    if not question.strip():
        faults["question"] = _("Hãy ghi nội dung cần hỏi ý kiến.")
    if not agencies:
        faults["agencies"] = _("Hãy chọn ít nhất một cơ quan để hỏi.")
    elif here in agencies:
        faults["agencies"] = _("Cơ quan mình thì không phải xin ý kiến bằng văn bản. Hãy chọn cơ quan khác.")
    elif {opinion.agency_id for opinion in asked.awaited(dossier_id)} & set(agencies):
        faults["agencies"] = _("Có cơ quan đang được hỏi mà chưa trả lời. Hãy chờ hoặc bỏ cơ quan đó.")
    elif missing := set(always) - {here, *agencies}:
        names = ", ".join(sorted(directory.names(missing).values()))
        faults["agencies"] = _("Quy trình của thủ tục hỏi cả: %(who)s. Hãy chọn thêm.") % {"who": names}
    if faults:
        raise Invalid(_("Chưa gửi được yêu cầu xin ý kiến. Hãy sửa các mục được nêu."), faults=faults)


def counted(*, asked_at: datetime, calendar: worktime.Calendar) -> worktime.Promise:
    """Until when an agency answers what it was asked: legal value `opinion_days`, working days."""
    term = worktime.Term(legal.integer("opinion_days", on=today(asked_at)), worktime.Unit.WORKING_DAY)
    return worktime.promise(start=asked_at, term=term, calendar=calendar)


def _asked_of(agency_id: UUID, request: OpinionRequest, *, by: ActorRef, at: datetime) -> Opinion:
    """Put the question into the agency's basket, on its own calendar. Raises Invalid, UnknownAgency."""
    agency = directory.agency(agency_id, today(at))
    units = directory.units_of(agency_id, today(at))
    kinds = (directory.UnitKind.SPECIALIST, directory.UnitKind.OFFICE, directory.UnitKind.ONE_STOP)
    unit = next((unit for kind in kinds for unit in units if unit.kind is kind), None)
    if unit is None:
        sentence = _("%(agency)s chưa có đơn vị nhận yêu cầu.") % {"agency": agency.name}
        raise Invalid(sentence, faults={"agencies": sentence})
    made = counted(asked_at=at, calendar=worktime.calendar(agency.calendar))
    opinion = Opinion.objects.create(
        request=request,
        agency_id=agency_id,
        unit_id=unit.id,
        asked_at=at,
        due_at=made.due_at,
        words=list(worktime.explain(made)),
    )
    tasks.give(
        subject=OPINION,
        subject_id=opinion.id,
        act=GIVE,
        title=_("Cho ý kiến"),
        role=identity.Role.SPECIALIST.value,
        unit_id=unit.id,
        holder=None,
        due_at=opinion.due_at,
        by=by,
        at=at,
    )
    return opinion


def give(
    *, opinion_id: UUID, text: str = "", file_id: UUID | None = None, by: ActorRef, at: datetime
) -> None:
    """Give the opinion, in words or as a file, which may be a signed document.

    Raises Invalid without either, OpinionClosed when it was given before or is no longer awaited, NotAllowed,
    NotFound.
    """
    if not text.strip() and file_id is None:
        fault = _("Hãy ghi ý kiến hoặc gửi kèm văn bản.")
        raise Invalid(fault, faults={"text": fault})
    with _answering(opinion_id, OpinionState.GIVEN, by=by, at=at) as opinion:
        opinion.text, opinion.file_id = text.strip(), file_id


def decline(*, opinion_id: UUID, text: str = "", by: ActorRef, at: datetime) -> None:
    """Say that the agency has no opinion (không có ý kiến). Raises as `give` does."""
    with _answering(opinion_id, OpinionState.NONE, by=by, at=at) as opinion:
        opinion.text = text.strip()


def pass_to(*, opinion_id: UUID, unit_id: UUID, by: ActorRef, at: datetime) -> None:
    """Pass the question to another unit of the same agency. Raises Invalid otherwise, OpinionClosed."""
    found = _find(opinion_id)
    with transactions.act(GIVE, by=by, at=at, on=opinion_subject(found)) as work:
        opinion = _awaited(opinion_id)
        if unit_id not in {unit.id for unit in directory.units_of(opinion.agency_id, today(at))}:
            fault = _("Hãy chọn một đơn vị của cơ quan này.")
            raise Invalid(fault, faults={"unit_id": fault})
        Opinion.objects.filter(id=opinion_id).update(unit_id=unit_id)
        tasks.reassign(subject=OPINION, subject_id=opinion_id, unit_id=unit_id, holder=None)
        work.record(unit=str(unit_id))


@contextmanager
def _answering(opinion_id: UUID, state: OpinionState, *, by: ActorRef, at: datetime) -> Iterator[Opinion]:
    """The opinion under the lock of its dossier; ended, told and its work closed at the end."""
    found = _find(opinion_id)
    with transactions.act(GIVE, by=by, at=at, on=opinion_subject(found)) as work:
        dossier = Dossier.objects.select_for_update().get(opinion_requests=found.request_id)
        opinion = _awaited(opinion_id)
        yield opinion
        opinion.state, opinion.ended_at, opinion.ended_by = state.value, at, by.name
        opinion.save(update_fields=["state", "ended_at", "ended_by", "text", "file_id"])
        tasks.close(subject=OPINION, subject_id=opinion_id, by=by, at=at)
        all_came = not asked.awaited(dossier.id)
        if all_came:
            marks.take(dossier, marks.ASKED)
            Dossier.objects.filter(id=dossier.id).update(flags=dossier.flags)
        name = directory.names([opinion.agency_id])[opinion.agency_id]
        HistoryEntry.objects.create(
            dossier_id=dossier.id,
            at=at,
            act="give_opinion",
            actor_name=by.name,
            unit_id=opinion.unit_id,
            status=dossier.status,
            note=_("%(agency)s đã trả lời.") % {"agency": name}
            if state is OpinionState.GIVEN
            else _("%(agency)s không có ý kiến.") % {"agency": name},
            public=True,
        )
        opinion_words.answered(opinion, dossier=dossier, agency=name, at=at)
        work.record(dossier=str(dossier.id), state=state.value, file=str(opinion.file_id or ""))
        if all_came:
            ringing.answered(dossier.id, at=at)


def go_on(*, dossier_id: UUID, note: str = "", by: ActorRef, at: datetime, seen: int | None = None) -> None:
    """Go on without the opinions that are late (làm tiếp không chờ ý kiến).

    Allowed `opinion_wait_days` working days after each one's own deadline. Raises WrongTurn before.
    """
    with turn("go_on", dossier_id=dossier_id, by=by, at=at, seen=seen) as taken:
        waiting = asked.awaited(dossier_id)
        if not waiting:
            raise WrongTurn(_("Không còn ý kiến nào phải chờ. Hãy mở lại hồ sơ."), act="go_on")
        early = [one for one in waiting if may_go_on_at(one, at=at) > at]
        if early:
            names = directory.names([one.agency_id for one in early])
            raise WrongTurn(
                _("Chưa hết hạn cho ý kiến của %(who)s.") % {"who": ", ".join(sorted(names.values()))},
                act="go_on",
            )
        names = directory.names([one.agency_id for one in waiting])
        asked.pass_over(taken.dossier, by=by, at=at)
        taken.note = _("Hết hạn mà chưa có ý kiến: %(who)s. %(note)s") % {
            "who": ", ".join(sorted(names.values())),
            "note": note.strip(),
        }
        taken.note = taken.note.strip()
        step = ringing.awaiting(Running.objects.get(dossier_id=dossier_id))
        if step is not None:
            time_up(taken, step=step.step)


def may_go_on_at(opinion: Opinion, *, at: datetime) -> datetime:
    """From when the asker may go on without this opinion (UTC), by the rule of the day it was asked."""
    days = legal.integer("opinion_wait_days", on=today(opinion.asked_at))
    if days == 0:
        return opinion.due_at
    calendar = directory.working_calendar(opinion.agency_id, today(at))
    term = worktime.Term(days, worktime.Unit.WORKING_DAY)
    return worktime.promise(start=opinion.due_at, term=term, calendar=calendar).due_at


def _find(opinion_id: UUID) -> Opinion:
    found = Opinion.objects.filter(id=opinion_id).first()
    if found is None:
        raise NotFound(_("Không có yêu cầu xin ý kiến này."))
    return found


def _awaited(opinion_id: UUID) -> Opinion:
    opinion = Opinion.objects.select_for_update().get(id=opinion_id)
    if opinion.state == OpinionState.ASKED:
        return opinion
    if opinion.state == OpinionState.PASSED_OVER:
        raise OpinionClosed(_("Cơ quan hỏi đã làm tiếp, không chờ ý kiến này nữa."))
    raise OpinionClosed(
        _("%(who)s đã trả lời yêu cầu này. Phần anh/chị vừa viết vẫn còn bên dưới.")
        % {"who": opinion.ended_by}
    )
