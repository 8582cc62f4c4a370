"""What must be true of a dossier whatever anybody did: asked after every step of a random walk."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from tests.dossiers.trying import UNDO, Place, acts_of
from tests.support.office import SENT
from tinhso.counter import models as book
from tinhso.directory import api as directory
from tinhso.dossiers import marks
from tinhso.dossiers.contracts import Status
from tinhso.dossiers.lifecycle import MEANINGS, OPEN, STANDING, TURNS, Clock
from tinhso.dossiers.models import (
    Dossier,
    Ending,
    Extension,
    HandOver,
    HistoryEntry,
    Opinion,
    Phase,
    Promise,
    Running,
    Standing,
    Supplement,
    Transfer,
)
from tinhso.dossiers.pages.desk.lines import line
from tinhso.dossiers.queries.lists import page
from tinhso.dossiers.queries.narrowing import Filter
from tinhso.dossiers.queries.originals import originals as kept_originals
from tinhso.foundation import audit, worktime
from tinhso.foundation.errors import Unable
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.procedures import api as procedures
from tinhso.tasks import api as tasks
from tinhso.workflow import api as workflow

AFTERWARDS = (
    "note",
    "message",
    "rate",
    UNDO,
    "return_originals",
    "correct",
    "replace_result",
    "revoke_result",
)


@dataclass(slots=True)
class Walk:
    """One dossier and what it was before the last step."""

    here: Place
    dossier: UUID
    at: datetime = SENT
    told: int = 1
    entries: int = 1
    done: list[str] = field(default_factory=list)

    def step(self, act: str, by: ActorRef, chance: random.Random, *, later: timedelta) -> None:
        """Somebody tries an act; then every truth is asked."""
        before = Dossier.objects.get(id=self.dossier)
        self.at += later
        try:
            with transaction.atomic():
                acts_of(self.here)[act](self.dossier, by, self.at, chance)
            happened = True
        except Unable:
            happened = False
        self.done.append(f"{by.name}: {act} {'✓' if happened else '✗'}")
        self._ask_turn(act, before, happened=happened)

    def ask(self, what: str, *, at: datetime) -> None:
        """Something happened around the dossier that may have changed it; every truth is asked."""
        self.at = max(self.at, at)
        self.done.append(f"Xung quanh: {what} ✓")
        story = "\n".join(self.done)
        told = HistoryEntry.objects.filter(dossier_id=self.dossier).count()
        entries = len(audit.trace("dossier", self.dossier, limit=1000))
        assert told >= self.told, f"history only grows\n{story}"
        assert entries >= self.entries, f"the trace only grows\n{story}"
        self.told, self.entries = told, entries
        self._ask_truths(story)

    def _ask_turn(self, act: str, before: Dossier, *, happened: bool) -> None:
        now = Dossier.objects.get(id=self.dossier)
        was, status = Status(before.status), Status(now.status)
        story = "\n".join(self.done)
        if happened:
            assert act in (UNDO, "deem_refused") or TURNS[act].get(was) is status, story
            assert now.version == before.version + 1, story
            self.told += 1
            assert was in OPEN or act in AFTERWARDS, f"final is final\n{story}"
        else:
            assert (now.version, now.status, now.due_at) == (before.version, before.status, before.due_at)
        assert HistoryEntry.objects.filter(dossier_id=self.dossier).count() == self.told, story
        entries = len(audit.trace("dossier", self.dossier, limit=1000))
        assert entries >= self.entries + (1 if happened else 0), story
        self.entries = entries
        self._ask_truths(story)

    def _ask_truths(self, story: str) -> None:
        now = Dossier.objects.get(id=self.dossier)
        status = Status(now.status)
        self._ask_turns(now, status, story)
        self._ask_clock(now, status, story)
        self._ask_work(now, status, story)

    def _ask_turns(self, now: Dossier, status: Status, story: str) -> None:
        """Requests, later promises, endings and originals agree with where the dossier stands."""
        asked = list(Supplement.objects.filter(dossier_id=now.id).order_by("ordinal"))
        assert [one.ordinal for one in asked] == [*range(1, len(asked) + 1)], story
        assert all(one.beyond == (one.ordinal > 1) for one in asked), "one request is what the rule allows"
        assert ("asked_again" in now.flags) == (len(asked) > 1), story
        waits = status in (Status.SUPPLEMENT, Status.PRE_SUPPLEMENT)
        assert any(one.answered_at is None for one in asked) == waits, story
        for one in asked:
            came = [fault.answered_at for fault in one.faults.all()]
            if one.answered_at is not None and not one.unanswered:
                assert all(came), f"an answer is whole\n{story}"
        given = Extension.objects.filter(dossier_id=now.id)
        assert given.filter(granted=True).count() <= 1, f"once, by the rule\n{story}"
        open_ones = given.filter(decided_at=None, lapsed_at=None).count()
        assert open_ones == (1 if "extension_asked" in now.flags else 0), story
        if MEANINGS[status].clock is Clock.ENDED:
            assert open_ones == 0, story
        ended = status in (Status.REFUSED, Status.WITHDRAWN, Status.STOPPED) or marks.DEEMED in now.flags
        assert Ending.objects.filter(dossier_id=now.id).exists() == ended, story
        left = sum(one.left for one in kept_originals(now.id))
        assert ("originals" in now.flags) == (left > 0), story
        last = HandOver.objects.filter(dossier_id=now.id).latest("id")
        assert (last.to_unit, last.to_holder, last.to_step_name) == (
            now.unit_id if status in OPEN else None, now.holder, now.step_name,
        ), f"the last hand-over says who has it\n{story}"  # fmt: skip
        booked = book.HandOver.objects.filter(dossier_id=now.id).count()
        handed = now.status == Status.RETURNED and marks.DEEMED not in now.flags
        assert booked == handed, f"once in the hand-over book, unless silence decided\n{story}"
        self._ask_marked(now, status, story)

    def _ask_marked(self, now: Dossier, status: Status, story: str) -> None:
        """No promise in the past goes unmarked: its line says late, or that the clock stands."""
        if status not in OPEN or status is Status.DONE or now.due_at is None or now.due_at >= self.at:
            return
        (row,) = page(Filter(also=Q(id=now.id))).rows
        late = line(row, at=self.at).late
        assert late is not None, story
        stands = ("paused", "paused_late") if status in STANDING else ("late",)
        assert late.standing in stands, story

    def _ask_clock(self, now: Dossier, status: Status, story: str) -> None:
        spans = list(Standing.objects.filter(dossier_id=now.id).order_by("began_at"))
        assert [span.ended_at is None for span in spans].count(True) == (status in STANDING), story
        meaning = MEANINGS[status]
        if meaning.clock is Clock.NOT_YET:
            assert not spans, story
            assert now.accepted_at is None, story
        if now.accepted_at is None:
            return
        last = Promise.objects.filter(dossier_id=now.id).order_by("-id").first()
        assert last is not None, story
        assert now.due_at == last.due_at, story
        if meaning.clock is Clock.RUNS:
            assert now.due_at == self._due(now, spans), f"the promise moved by the pauses\n{story}"

    def _due(self, now: Dossier, spans: list[Standing]) -> datetime:
        term = procedures.version(now.procedure_version_id).term
        assert term is not None
        assert now.accepted_at is not None
        return worktime.promise(
            start=now.accepted_at,
            term=worktime.Term(amount=term.amount, unit=worktime.Unit(term.unit.value)),
            calendar=worktime.calendar(directory.agency(now.agency_id, on=today(self.at)).calendar),
            pauses=[
                worktime.Pause(begin=span.began_at, end=span.ended_at, reason=span.reason) for span in spans
            ],
            extensions=[
                worktime.Extension(worktime.Term(one.days, worktime.Unit.WORKING_DAY))
                for one in Extension.objects.filter(dossier_id=now.id, granted=True).order_by("decided_at")
            ],
            at=self.at,
        ).due_at

    def _ask_work(self, now: Dossier, status: Status, story: str) -> None:
        open_work = tasks.open_on(subject="dossier", subject_id=now.id)
        if status not in OPEN:
            assert open_work == (), story
            assert (now.step, now.role, now.holder) == ("", "", None), story
            assert now.finished_at is not None, story
            assert not Phase.objects.filter(dossier_id=now.id, ended_at=None).exists(), story
            assert not Transfer.objects.filter(
                dossier_id=now.id, received_at=None, dropped_at=None
            ).exists(), f"what ended is not on its way\n{story}"
            return
        assert len(open_work) == 1, story
        (work,) = open_work
        assert (work.title, work.role, work.unit_id, work.holder) == (
            now.step_name, now.role, now.unit_id, now.holder,
        ), story  # fmt: skip
        phase = Phase.objects.filter(dossier_id=now.id, ended_at=None).first()
        assert work.due_at == (phase.due_at if phase else now.due_at), story
        open_opinions = Opinion.objects.filter(request__dossier_id=now.id, state="asked").count()
        assert (open_opinions > 0) == (marks.ASKED in now.flags), story
        assert now.role, story
        awaited = Transfer.objects.filter(dossier_id=now.id, received_at=None, dropped_at=None)
        assert [one.taker_id == self._agency(now) for one in awaited] == [True] * (
            marks.AWAITED in now.flags
        ), story
        running = Running.objects.get(dossier_id=now.id)
        offered = workflow.ready(running.process_version_id, bytes(running.state))
        assert [task.step for task in offered] == [now.step], story

    @staticmethod
    def _agency(now: Dossier) -> UUID:
        return directory.unit(now.unit_id).agency_id
