"""Random walks over a dossier: anybody tries any act at any time, and the truths must hold after each.

Signatures are real in `test_results.py`; here the two signing acts do to the tables what the real ones
do, without keys, so that thousands of walks fit into a run.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from tests.support import people
from tests.support.office import SENT, Office, filed, office, paper
from tests.support.posting import ANSWERS
from tinhso.directory import api as directory
from tinhso.dossiers import letters, lifecycle, marks, wanted
from tinhso.dossiers.contracts import PaperFault, PaperGiven, Status, Verdict
from tinhso.dossiers.lifecycle import MEANINGS, OPEN, STANDING, TURNS, Clock
from tinhso.dossiers.models import (
    Correction,
    Dossier,
    Ending,
    Extension,
    Fault,
    HandOver,
    HistoryEntry,
    Opinion,
    Promise,
    Result,
    Running,
    Standing,
    SubmittedPaper,
    Supplement,
    Transfer,
)
from tinhso.dossiers.operations import (
    corrections,
    delivery,
    endings,
    extensions,
    intake,
    obligations,
    opinions,
    originals,
    parcels,
    results,
    revocations,
    routing,
    succession,
    supplements,
    transfers,
    undoing,
)
from tinhso.dossiers.operations.turns import advance, turn
from tinhso.dossiers.pages.desk.lines import line
from tinhso.dossiers.queries.lists import page
from tinhso.dossiers.queries.narrowing import Filter
from tinhso.dossiers.queries.originals import originals as kept_originals
from tinhso.foundation import audit, files, worktime
from tinhso.foundation.errors import Invalid, Unable
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
    elsewhere: UUID
    far: ActorRef
    file: UUID
    version: procedures.VersionView

    @property
    def actors(self) -> tuple[ActorRef, ...]:
        """Everybody who may try something; the right ones are likelier."""
        here = self.office
        right = (here.intake, here.specialist, here.leader, here.clerk, here.citizen)
        return (*right, *right, self.far, self.colleague, self.stranger)


def place() -> Place:
    """A new office to walk in."""
    wanted.publish(at=SENT)
    made = office()
    unit = people.unit(made.agency)
    elsewhere = people.agency("UBND xã Xa")
    desk = people.unit(elsewhere, directory.UnitKind.ONE_STOP)
    return Place(
        office=made,
        colleague=people.officer("specialist", unit, name="Võ Văn Cảnh"),
        other_unit=unit,
        stranger=people.officer("intake_officer", name="Người Lạ"),
        elsewhere=elsewhere,
        far=people.officer("intake_officer", desk, name="Danh Thị Xa"),
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

    def post(id: UUID, by: ActorRef, at: datetime, chance: random.Random) -> None:
        lifecycle.next_status("post", Status(Dossier.objects.get(id=id).status))
        if chance.random() < 0.5:
            parcels.send(dossier_id=id, by=by, at=at)
        else:
            parcels.back(dossier_id=id, words="Đã chuyển hoàn.", by=by, at=at)

    def ask_opinion(dossier_id: UUID, by: ActorRef, at: datetime, chance: random.Random) -> None:
        """Seldom, since what was asked holds the dossier up for days."""
        agencies = [here.elsewhere] if chance.random() < 0.5 else []
        opinions.ask(dossier_id=dossier_id, question="Ý kiến?", agencies=agencies, by=by, at=at)

    def transfer(dossier_id: UUID, _by: ActorRef, at: datetime, _chance: random.Random) -> None:
        with turn("transfer", dossier_id=dossier_id, by=SYSTEM, at=at) as taken:
            succession.move(taken, directory.unit(here.other_unit))

    fault = [PaperFault(code="don", reason="Ảnh mờ")]
    both = [*fault, PaperFault(code="uy-quyen", reason="Chưa có")]

    def ask(id: UUID, by: ActorRef, at: datetime, chance: random.Random) -> None:
        supplements.ask(
            dossier_id=id,
            faults=chance.choice([fault, both]),
            again=chance.choice(["", "Vẫn mờ"]),
            by=by,
            at=at,
        )

    def answer(id: UUID, by: ActorRef, at: datetime, chance: random.Random) -> None:
        supplements.answer(dossier_id=id, papers=_awaited(id), by=by, at=at)

    def part(id: UUID, by: ActorRef, at: datetime, chance: random.Random) -> None:
        supplements.answer_part(dossier_id=id, papers=_awaited(id)[:1], by=by, at=at)

    def give_back(id: UUID, by: ActorRef, at: datetime, chance: random.Random) -> None:
        counts = {one.paper: chance.randint(0, one.left) for one in kept_originals(id)}
        originals.give_back(dossier_id=id, counts=counts, to_name="Danh Sóc Kha", by=by, at=at)

    def replace_result(id: UUID, by: ActorRef, at: datetime, chance: random.Random) -> None:
        """What sealing a correcting dossier does to the earlier one, by the system."""
        with turn("replace_result", dossier_id=id, by=SYSTEM, at=at):
            correcting = Correction.objects.filter(
                earlier__dossier_id=id, abandoned_at=None, later=None
            ).first()
            if correcting is None:
                raise Invalid("nobody corrects it")
            made = Result.objects.create(
                dossier_id=correcting.dossier_id, title="Quyết định", state="sealed", draft_file=here.file,
                frozen=b"0" * 32, drafted_at=at, drafted_by="x", signed_file=here.file, signed_at=at,
                sealed_file=here.file, sealed_at=at, number="02",
            )  # fmt: skip
            Correction.objects.filter(dossier_id=correcting.dossier_id).update(later=made, replaced_at=at)

    return {
        "accept": lambda id, by, at, _: intake.accept(dossier_id=id, by=by, at=at),
        "refuse": lambda id, by, at, _: intake.refuse(
            dossier_id=id, reason="Sai nơi", ground="Điều 13 Luật Hộ tịch", by=by, at=at
        ),
        "ask_supplement": ask,
        "answer_supplement": answer,
        "answer_part": part,
        "ask_extension": lambda id, by, at, chance: extensions.ask(
            dossier_id=id, until=_some_day(at, chance), reason="Chờ đo đạc", by=by, at=at
        ),
        "grant_extension": lambda id, by, at, _: extensions.grant(dossier_id=id, by=by, at=at),
        "deny_extension": lambda id, by, at, _: extensions.deny(
            dossier_id=id, answer="Làm ngay", by=by, at=at
        ),
        "apologise": lambda id, by, at, chance: extensions.apologise(
            dossier_id=id, until=_some_day(at, chance), reason="Chờ đo đạc", by=by, at=at
        ),
        "return_originals": give_back,
        "correct": lambda id, by, at, _: corrections.open_for(
            dossier_id=id, reason="Sai năm sinh", by=by, at=at
        ),
        "replace_result": replace_result,
        "revoke_result": lambda id, by, at, _: revocations.revoke(
            dossier_id=id,
            reason="Cấp sai",
            ground="Điều 22",
            decision_number="1/QĐ",
            decision_day=today(at),
            by=by,
            at=at,
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
        "ask_opinion": ask_opinion,
        "go_on": lambda id, by, at, _: opinions.go_on(dossier_id=id, by=by, at=at),
        "hand_on": lambda id, by, at, _: routing.hand_on(dossier_id=id, by=by, at=at),
        "receive": lambda id, by, at, _: transfers.receive(dossier_id=id, by=by, at=at),
        "collect_at": lambda id, by, at, chance: transfers.collect_at(
            dossier_id=id, agency_id=chance.choice([here.elsewhere, here.office.agency]), by=by, at=at
        ),
        "deliver_to": lambda id, by, at, _: delivery.deliver_to(dossier_id=id, answers=ANSWERS, by=by, at=at),
        "post": post,
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
        "stop": lambda id, by, at, _: endings.stop(
            dossier_id=id, reason="Hết lẽ", ground="Điều 7", by=by, at=at
        ),
        "note": lambda id, by, at, _: endings.note(dossier_id=id, text="Xem lại", by=by, at=at),
        "message": lambda id, by, at, _: letters.write(dossier_id=id, text="Mời đến quầy", by=by, at=at),
        UNDO: lambda id, by, at, _: undoing.undo(dossier_id=id, by=by, at=at),
        "rate": lambda id, by, at, chance: endings.rate(
            dossier_id=id, score=chance.randint(1, 5), by=by, at=at
        ),
    }


def _awaited(dossier_id: UUID) -> list[PaperGiven]:
    """The papers that the open request still waits for."""
    faults = Fault.objects.filter(
        supplement__dossier_id=dossier_id, supplement__answered_at=None, answered_at=None
    )
    return [paper(code) for code in faults.order_by("id").values_list("code", flat=True)]


def _some_day(at: datetime, chance: random.Random) -> date:
    return today(at) + timedelta(days=chance.randint(1, 20))


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
            assert was in OPEN or act in AFTERWARDS, f"final is final\n{story}"
        else:
            assert (now.version, now.status, now.due_at) == (before.version, before.status, before.due_at)
        assert HistoryEntry.objects.filter(dossier_id=self.dossier).count() == self.told, story
        entries = len(audit.trace("dossier", self.dossier, limit=1000))
        assert entries >= self.entries + (1 if happened else 0), story
        self.entries = entries
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
        ended = status in (Status.REFUSED, Status.WITHDRAWN, Status.STOPPED)
        assert Ending.objects.filter(dossier_id=now.id).exists() == ended, story
        left = sum(one.left for one in kept_originals(now.id))
        assert ("originals" in now.flags) == (left > 0), story
        last = HandOver.objects.filter(dossier_id=now.id).latest("id")
        assert (last.to_unit, last.to_holder, last.to_step_name) == (
            now.unit_id if status in OPEN else None, now.holder, now.step_name,
        ), f"the last hand-over says who has it\n{story}"  # fmt: skip
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
            return
        assert len(open_work) == 1, story
        (work,) = open_work
        assert (work.title, work.role, work.unit_id, work.holder) == (
            now.step_name, now.role, now.unit_id, now.holder,
        ), story  # fmt: skip
        assert work.due_at == now.due_at, story
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
    if now.status in WAITS_FOR_THE_PERSON and under_way.at.minute % 2 == 0:
        return "answer_part", here.citizen
    if now.status == "done" and under_way.at.minute % 2 == 0:
        return "post", here.intake
    if "extension_asked" in now.flags and now.status in ("accepted", "processing"):
        return "grant_extension", here.leader
    late = now.due_at is not None and now.due_at < under_way.at and now.status in ("accepted", "processing")
    if late and under_way.at.minute % 2:
        return "apologise", here.leader
    if now.status in WAITS_FOR_THE_PERSON:
        return WAITS_FOR_THE_PERSON[now.status], here.citizen
    if now.status in WAITS_FOR_THE_OFFICE:
        return WAITS_FOR_THE_OFFICE[now.status], here.specialist
    work = tasks.open_on(subject="dossier", subject_id=now.id)
    if not work:
        return "rate", here.citizen
    far = directory.unit(now.unit_id).agency_id == under_way.here.elsewhere
    if marks.ASKED in now.flags:
        return "go_on", here.specialist
    if marks.AWAITED in now.flags:
        return "receive", under_way.here.far if far else here.intake
    if far:
        return work[0].act.removeprefix("dossiers."), under_way.here.far
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
ENDINGS = ("withdraw", "stop", "refuse")
WAITS_FOR_THE_PERSON = {"pre_supplement": "answer_supplement", "supplement": "answer_supplement"}
WAITS_FOR_THE_OFFICE = {"paused": "resume", "obligation": "settle_obligation"}
