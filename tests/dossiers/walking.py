"""Random walks over a dossier: anybody tries any act at any time, and the truths must hold after each.

Signatures are real in `test_results.py`; here the two signing acts do to the tables what the real ones
do, without keys, so that thousands of walks fit into a run.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from tests.support import people
from tests.support.office import SENT, Office, filed, office, paper
from tinhso.directory import api as directory
from tinhso.dossiers import letters
from tinhso.dossiers.contracts import PaperFault, Status, Verdict
from tinhso.dossiers.lifecycle import MEANINGS, OPEN, STANDING, TURNS, Clock
from tinhso.dossiers.models import Dossier, HistoryEntry, Promise, Result, Running, Standing, SubmittedPaper
from tinhso.dossiers.operations import (
    endings,
    intake,
    obligations,
    results,
    routing,
    succession,
    supplements,
    undoing,
)
from tinhso.dossiers.operations.turns import advance, turn
from tinhso.foundation import audit, files, worktime
from tinhso.foundation.errors import Unable
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.procedures import api as procedures
from tinhso.tasks import api as tasks
from tinhso.workflow import api as workflow

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\n%%EOF"
)
Do = Callable[[UUID, ActorRef, datetime, random.Random], object]


@dataclass(slots=True)
class Place:
    """An office with a colleague and a stranger, and one kept file that stands for every result."""

    office: Office
    colleague: ActorRef
    other_unit: UUID
    stranger: ActorRef
    file: UUID
    version: procedures.VersionView

    @property
    def actors(self) -> tuple[ActorRef, ...]:
        """Everybody who may try something; the right ones are likelier."""
        here = self.office
        right = (here.intake, here.specialist, here.leader, here.clerk, here.citizen)
        return (*right, *right, self.colleague, self.stranger)


def place() -> Place:
    """A new office to walk in."""
    made = office()
    unit = people.unit(made.agency)
    return Place(
        office=made,
        colleague=people.officer("specialist", unit, name="Võ Văn Cảnh"),
        other_unit=unit,
        stranger=people.officer("intake_officer", name="Người Lạ"),
        file=files.keep(PDF, name="ket-qua.pdf", by=made.clerk, at=SENT).id,
        version=procedures.version(made.version),
    )


def _judge(dossier_id: UUID, by: ActorRef, at: datetime, chance: random.Random) -> None:
    given = SubmittedPaper.objects.filter(dossier_id=dossier_id, current=True).first()
    assert given is not None
    verdict = chance.choice([Verdict.GOOD, Verdict.FAULTY])
    supplements.judge(dossier_id=dossier_id, paper_id=given.id, verdict=verdict, reason="Mờ", by=by, at=at)


def acts_of(here: Place) -> Mapping[str, Do]:
    """Every act of the life cycle as somebody would try it."""

    def draft(dossier_id: UUID, by: ActorRef, at: datetime, _chance: random.Random) -> None:
        with turn("draft_result", dossier_id=dossier_id, by=by, at=at) as taken:
            former = Result.objects.filter(dossier_id=dossier_id, current=True)
            replaced = former.values_list("id", flat=True).first()
            former.update(current=False)
            made = Result.objects.create(
                dossier_id=dossier_id, title="Quyết định", state="drafted", draft_file=here.file,
                frozen=b"0" * 32, drafted_at=at, drafted_by=by.name,
            )  # fmt: skip
            taken.kept = {"result": str(made.id), "replaced": str(replaced) if replaced else ""}
            advance(taken, facts={})

    def sign(dossier_id: UUID, by: ActorRef, at: datetime, _chance: random.Random) -> None:
        with turn("sign", dossier_id=dossier_id, by=by, at=at) as taken:
            Result.objects.filter(dossier_id=dossier_id, current=True, state="drafted").update(
                state="signed", signed_file=here.file, signed_at=at, signed_by=by.name
            )
            advance(taken, facts={"ket_luan": "ky"})

    def seal(dossier_id: UUID, by: ActorRef, at: datetime, _chance: random.Random) -> None:
        with turn("seal", dossier_id=dossier_id, by=by, at=at) as taken:
            Result.objects.filter(dossier_id=dossier_id, state="signed").update(
                state="sealed", sealed_file=here.file, sealed_at=at, number="01"
            )
            advance(taken, facts={})

    def transfer(dossier_id: UUID, _by: ActorRef, at: datetime, _chance: random.Random) -> None:
        with turn("transfer", dossier_id=dossier_id, by=SYSTEM, at=at) as taken:
            succession.move(taken, directory.unit(here.other_unit))

    fault = [PaperFault(code="don", reason="Ảnh mờ")]
    return {
        "accept": lambda id, by, at, _: intake.accept(dossier_id=id, by=by, at=at),
        "refuse": lambda id, by, at, _: intake.refuse(dossier_id=id, reason="Sai nơi", by=by, at=at),
        "ask_supplement": lambda id, by, at, _: supplements.ask(dossier_id=id, faults=fault, by=by, at=at),
        "answer_supplement": lambda id, by, at, _: supplements.answer(
            dossier_id=id, papers=[paper()], by=by, at=at
        ),
        "judge_paper": _judge,
        "ask_obligation": lambda id, by, at, _: obligations.ask(dossier_id=id, what="Thuế", by=by, at=at),
        "settle_obligation": lambda id, by, at, _: obligations.settle(dossier_id=id, by=by, at=at),
        "pause": lambda id, by, at, _: routing.pause(dossier_id=id, reason="Chờ Sở", by=by, at=at),
        "resume": lambda id, by, at, _: routing.resume(dossier_id=id, by=by, at=at),
        "forward": lambda id, by, at, chance: routing.forward(
            dossier_id=id,
            unit_id=chance.choice([here.other_unit, here.office.specialist_unit]),
            note="Chuyển",
            by=by,
            at=at,
        ),
        "assign": lambda id, by, at, chance: routing.assign(
            dossier_id=id, to=_id(chance.choice(here.actors)), by=by, at=at
        ),
        "transfer": transfer,
        "draft_result": draft,
        "send_back": lambda id, by, at, _: results.send_back(dossier_id=id, reason="Sửa", by=by, at=at),
        "sign": sign,
        "seal": seal,
        "hand_over": lambda id, by, at, _: results.hand_over(dossier_id=id, by=by, at=at),
        "withdraw": lambda id, by, at, _: endings.withdraw(dossier_id=id, reason="Thôi", by=by, at=at),
        "stop": lambda id, by, at, _: endings.stop(dossier_id=id, reason="Hết lẽ", by=by, at=at),
        "note": lambda id, by, at, _: endings.note(dossier_id=id, text="Xem lại", by=by, at=at),
        "message": lambda id, by, at, _: letters.write(dossier_id=id, text="Mời đến quầy", by=by, at=at),
        UNDO: lambda id, by, at, _: undoing.undo(dossier_id=id, by=by, at=at),
        "rate": lambda id, by, at, chance: endings.rate(
            dossier_id=id, score=chance.randint(1, 5), by=by, at=at
        ),
    }


def _id(actor: ActorRef) -> UUID:
    assert actor.id is not None
    return actor.id


@dataclass(slots=True)
class Walk:
    """One dossier and what it was before the last step."""

    here: Place
    dossier: UUID
    at: datetime = SENT
    told: int = 1
    entries: int = 1
    version: int = 1
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
        self._ask_truths(act, before, happened=happened)

    def _ask_truths(self, act: str, before: Dossier, *, happened: bool) -> None:
        now = Dossier.objects.get(id=self.dossier)
        was, status = Status(before.status), Status(now.status)
        story = "\n".join(self.done)
        if happened:
            assert act == UNDO or TURNS[act].get(was) is status, story
            assert now.version == before.version + 1, story
            self.told += 1
            assert was in OPEN or act in ("note", "message", "rate", UNDO), f"final is final\n{story}"
        else:
            assert (now.version, now.status, now.due_at) == (before.version, before.status, before.due_at)
        assert HistoryEntry.objects.filter(dossier_id=self.dossier).count() == self.told, story
        entries = len(audit.trace("dossier", self.dossier, limit=1000))
        assert entries >= self.entries + (1 if happened else 0), story
        self.entries = entries
        self._ask_clock(now, status, story)
        self._ask_work(now, status, story)

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
        term = self.here.version.term
        assert term is not None
        assert now.accepted_at is not None
        return worktime.promise(
            start=now.accepted_at,
            term=worktime.Term(amount=term.amount, unit=worktime.Unit(term.unit.value)),
            calendar=worktime.calendar(directory.agency(now.agency_id, on=today(self.at)).calendar),
            pauses=[
                worktime.Pause(begin=span.began_at, end=span.ended_at, reason=span.reason) for span in spans
            ],
            at=self.at,
        ).due_at

    def _ask_work(self, now: Dossier, status: Status, story: str) -> None:
        open_work = tasks.open_on(subject="dossier", subject_id=now.id)
        if status not in OPEN:
            assert open_work == (), story
            assert (now.step, now.role, now.holder) == ("", "", None), story
            assert now.finished_at is not None, story
            return
        assert len(open_work) == 1, story
        (work,) = open_work
        assert (work.title, work.role, work.unit_id, work.holder) == (
            now.step_name, now.role, now.unit_id, now.holder,
        ), story  # fmt: skip
        assert work.due_at == now.due_at, story
        assert now.role, story
        running = Running.objects.get(dossier_id=now.id)
        offered = workflow.ready(running.process_version_id, bytes(running.state))
        assert [task.step for task in offered] == [now.step], story


def walk(here: Place, *, seed: int, steps: int) -> Walk:
    """One random walk: a third of the time the work at hand is done by who should, else anybody tries."""
    chance = random.Random(seed)
    under_way = Walk(here=here, dossier=filed(here.office).id)
    for _step in range(steps):
        act, by = _diligent(under_way) if chance.random() < 0.35 else _anybody(under_way, chance)
        under_way.step(act, by, chance, later=timedelta(minutes=chance.choice((0, 7, 95, 600, 3000))))
        if chance.random() < 0.1:
            under_way.step(UNDO, by, chance, later=timedelta(seconds=chance.choice((1, 9, 40))))
    return under_way


def _diligent(under_way: Walk) -> tuple[str, ActorRef]:
    now = Dossier.objects.get(id=under_way.dossier)
    here = under_way.here.office
    if now.status in WAITS_FOR_THE_PERSON:
        return WAITS_FOR_THE_PERSON[now.status], here.citizen
    if now.status in WAITS_FOR_THE_OFFICE:
        return WAITS_FOR_THE_OFFICE[now.status], here.specialist
    work = tasks.open_on(subject="dossier", subject_id=now.id)
    if not work:
        return "rate", here.citizen
    by_role = {
        "intake_officer": here.intake,
        "specialist": here.specialist,
        "leader": here.leader,
        "clerk": here.clerk,
    }
    return work[0].act.removeprefix("dossiers."), by_role[work[0].role]


def _anybody(under_way: Walk, chance: random.Random) -> tuple[str, ActorRef]:
    status = Status(Dossier.objects.values_list("status", flat=True).get(id=under_way.dossier))
    fitting = [act for act in TURNS if status in TURNS[act] and act not in ENDINGS]
    act = chance.choice(fitting if fitting and chance.random() < 0.8 else [*sorted(TURNS), UNDO])
    return act, chance.choice(under_way.here.actors)


UNDO = "undo"
ENDINGS = ("withdraw", "stop", "refuse")
WAITS_FOR_THE_PERSON = {"pre_supplement": "answer_supplement", "supplement": "answer_supplement"}
WAITS_FOR_THE_OFFICE = {"paused": "resume", "obligation": "settle_obligation"}
