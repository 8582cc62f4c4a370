"""Eight weeks of work of three offices of the demo, by the real acts at their own times.

Each dossier is walked by the officers it comes to until the present, so that lists, figures and the queue of
each look lived in. What lies in the past has no message to anybody and no signature: a time-stamp cannot be
had for a day gone by, so results that are older than the demo carry number and date, and no seal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from uuid import UUID

from django.db import transaction

from tinhso.directory import api as directory
from tinhso.dossiers import contact, demo_people
from tinhso.dossiers.contracts import Applicant, PaperFault, PaperForm, PaperGiven, Via
from tinhso.dossiers.demo_judging import let_go
from tinhso.dossiers.models import Content, Dossier, Result
from tinhso.dossiers.operations import (
    book,
    endings,
    intake,
    obligations,
    results,
    routing,
    supplements,
    usual,
)
from tinhso.dossiers.operations.submission import Submission, submit
from tinhso.dossiers.operations.turns import advance, turn
from tinhso.dossiers.outcomes import ResultState
from tinhso.dossiers.queries.workload import staff
from tinhso.dossiers.turning import SUBJECT
from tinhso.foundation import crypto, files, signing, worktime
from tinhso.foundation.idempotency import KeyReused
from tinhso.foundation.moments import local, today
from tinhso.foundation.refs import SYSTEM, ActorKind, ActorRef
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures
from tinhso.tasks import api as tasks

WEEKS = 8
LATELY, LATELY_PART = 0.72, 0.6
"""Of the weeks' working time the last part, in which most dossiers come."""
COMMUNE = {
    "2.000815": 14, "2.000635": 10, "1.000894": 8, "AG.001001": 10, "1.000656": 6, "1.001776": 8,
    "1.014034": 4, "1.001266": 4, "1.002693": 5, "AG.001010": 3, "1.001699": 3, "1.011607": 4,
    "AG.001003": 3, "1.001662": 3,
    "AG.001009": 2, "1.014801": 3, "AG.001011": 3,
}  # fmt: skip
"""How often each procedure comes, of a hundred or so."""
DEPARTMENT = {"AG.001002": 10, "1.013833": 8, "1.003650": 7, "1.004359": 6, "2.001827": 4}
OFFICES = (
    ("ubnd-30742", 125, COMMUNE, 1),
    ("ubnd-30952", 70, COMMUNE, 300),
    ("so-nong-nghiep-moi-truong", 60, DEPARTMENT, 600),
)
"""Agency, how many dossiers, of which procedures, and where the numbers of its people begin."""
SOCIAL = frozenset({"2.000815", "2.000635", "1.000894", "1.000656", "AG.001001", "1.001776", "1.001699"})
"""What the second unit of a commune does: civil status, certification, social matters."""
TAKEN_PART = 0.85
"""What somebody takes before they work on it; the rest lies in the basket until then."""
UNANSWERED = 0.97
"""Whatever came in the last part of the weeks, nobody has looked at yet."""
SAY_EVERY = 25


class _Now(Exception):
    """The walk has come to the present."""


@dataclass(slots=True)
class _Walk:
    """A dossier on its way: the clock is moved by working hours and ends the walk at the present."""

    id: UUID
    version: procedures.VersionView
    calendar: worktime.Calendar
    clock: datetime
    now: datetime
    chance: Random
    social: UUID | None
    pace: float = field(default=0.5)

    def wait(self, hours: int) -> None:
        """Let so many working hours go by, and some minutes."""
        if hours:
            term = worktime.Term(hours, worktime.Unit.HOUR)
            self.clock = worktime.promise(start=self.clock, term=term, calendar=self.calendar).due_at
        self.clock += timedelta(seconds=self.chance.randrange(240, 1500))
        if self.clock >= self.now:
            raise _Now

    @property
    def hours(self) -> int:
        """The term of the procedure, roughly; 0 for what is done on the day."""
        term = self.version.term
        if term is None or term.unit is worktime.Unit.MONTH:
            return 160
        per = {worktime.Unit.HOUR: 1, worktime.Unit.WORKING_DAY: 8, worktime.Unit.CALENDAR_DAY: 6}[term.unit]
        return term.amount * per

    def soon(self, *hours: int) -> None:
        """One of these waits, or minutes where the work is done on the day."""
        self.wait(self.chance.choice(hours) if self.hours else 0)

    def worker(self) -> ActorRef:
        """Who has the open step; from the basket it is taken by whoever is suggested, or by the only one."""
        task = tasks.open_on(subject=SUBJECT, subject_id=self.id)[0]
        holder = task.holder
        if holder is None:
            row = Dossier.objects.get(id=self.id)
            suggested = staff([row], at=self.clock).suggestion(row)
            if suggested is None:
                return SYSTEM
            holder = suggested.officer
            taker = _officer(holder, task.unit_id)
            routing.assign(dossier_id=self.id, to=holder, quiet=True, by=taker, at=self.clock)
        return _officer(holder, task.unit_id)

    def accept(self) -> None:
        """Accepted within a few hours; what the second unit does goes on to it; soon somebody takes it."""
        self.soon(1, 1, 1, 2, 3)
        intake.accept(dossier_id=self.id, by=self.worker(), at=self.clock)
        if self.social and self.version.code in SOCIAL and self._at_specialists():
            routing.forward(dossier_id=self.id, unit_id=self.social, note="", by=SYSTEM, at=self.clock)
        if self.chance.random() < TAKEN_PART:
            self.soon(1, 1, 2, 4)
            self.worker()

    def _at_specialists(self) -> bool:
        return Dossier.objects.values_list("role", flat=True).get(id=self.id) == "specialist"

    def faults(self) -> list[PaperFault]:
        """The first paper is not good."""
        reasons = (
            "Ảnh chụp mờ, không thấy dấu đỏ.",
            "Thiếu chữ ký ở trang cuối.",
            "Giấy đã hết hạn từ tháng 9.",
        )
        return [
            PaperFault(code=paper.code, reason=self.chance.choice(reasons))
            for paper in self.version.papers[:1]
        ]

    def decide(self) -> None:
        """Drafted at the walk's pace, signed, numbered; most are fetched within days."""
        self.wait(round(self.hours * self.pace))
        by = self.worker()
        written = {"body": "Hồ sơ đủ điều kiện theo quy định.", "signer_title": "LÃNH ĐẠO"}
        results.draft(dossier_id=self.id, written=written, by=by, at=self.clock)
        self.soon(1, 2, 4)
        _sign(self.id, by=self.worker(), at=self.clock)
        self.soon(1)
        _number(self.id, by=self.worker(), at=self.clock)
        let_go(self.id, at=self.clock)
        self.wait(self.chance.choice((1, 2, 4, 8, 12, 30)))
        results.hand_over(dossier_id=self.id, by=self.worker(), at=self.clock)


def _officer(id: UUID, unit: UUID) -> ActorRef:
    return ActorRef(kind=ActorKind.OFFICER, id=id, name=identity.officer_names([id]).get(id, ""), unit=unit)


def _sign(dossier_id: UUID, *, by: ActorRef, at: datetime) -> None:
    """The leader's turn, on a result that bears no signature."""
    with turn("sign", dossier_id=dossier_id, by=by, at=at) as taken:
        made = Result.objects.get(dossier_id=dossier_id, current=True)
        Result.objects.filter(id=made.id).update(
            state=ResultState.SIGNED.value, signed_file=made.draft_file, signed_at=at, signed_by=by.name
        )
        taken.work.record(result=str(made.id), laid=True)
        advance(taken, facts={"ket_luan": "ky"})


def _number(dossier_id: UUID, *, by: ActorRef, at: datetime) -> None:
    """The clerk's turn: number and date are written in, no seal is set."""
    with turn("seal", dossier_id=dossier_id, by=by, at=at) as taken:
        made = Result.objects.get(dossier_id=dossier_id, current=True)
        number, day = book.give(made, taken.dossier, by=by, at=at), local(at)
        filled = signing.fill(
            files.read(made.draft_file),
            {"number": number, "day": f"{day:%d}", "month": f"{day:%m}", "year": f"{day:%Y}"},
        )
        kept = files.keep(filled, name=f"{taken.dossier.code}.pdf", by=by, at=at)
        Result.objects.filter(id=made.id).update(
            state=ResultState.SEALED.value, number=number, sealed_file=kept.id, sealed_at=at
        )
        taken.work.record(result=str(made.id), number=number, laid=True)
        advance(taken, facts={})


def _handled(walk: _Walk) -> None:
    walk.accept()
    walk.decide()


def _slow(walk: _Walk) -> None:
    walk.accept()
    walk.wait(walk.hours + walk.chance.randrange(4, 60))
    walk.decide()


def _supplemented(walk: _Walk) -> None:
    walk.accept()
    walk.wait(walk.chance.randrange(2, 8))
    supplements.ask(dossier_id=walk.id, faults=walk.faults(), by=SYSTEM, at=walk.clock)
    walk.wait(walk.chance.randrange(6, 60))
    papers = [PaperGiven(code=fault.code, form=PaperForm.COPY, copies=1) for fault in walk.faults()]
    supplements.answer(dossier_id=walk.id, papers=papers, by=SYSTEM, at=walk.clock)
    walk.decide()


def _asked_first(walk: _Walk) -> None:
    walk.wait(2)
    supplements.ask(dossier_id=walk.id, faults=walk.faults(), by=SYSTEM, at=walk.clock)
    walk.wait(walk.chance.randrange(8, 60))
    papers = [PaperGiven(code=fault.code, form=PaperForm.COPY, copies=1) for fault in walk.faults()]
    supplements.answer(dossier_id=walk.id, papers=papers, by=SYSTEM, at=walk.clock)
    _handled(walk)


def _paused(walk: _Walk) -> None:
    walk.accept()
    walk.wait(4)
    routing.pause(dossier_id=walk.id, reason="Chờ đo đạc thực địa", by=SYSTEM, at=walk.clock)
    walk.wait(walk.chance.randrange(16, 120))
    routing.resume(dossier_id=walk.id, note="Đã có kết quả đo đạc", by=SYSTEM, at=walk.clock)
    walk.decide()


def _obliged(walk: _Walk) -> None:
    walk.accept()
    walk.wait(6)
    what = "Nộp lệ phí tại kho bạc theo thông báo"
    obligations.ask(dossier_id=walk.id, what=what, by=SYSTEM, at=walk.clock)
    walk.wait(walk.chance.randrange(8, 90))
    obligations.settle(dossier_id=walk.id, by=SYSTEM, at=walk.clock)
    walk.decide()


def _refused(walk: _Walk) -> None:
    walk.wait(2)
    reason = "Việc này không thuộc thẩm quyền của cơ quan. Ông/bà có thể nộp tại nơi cư trú."
    ground = "khoản 1 Điều 13 Luật Hộ tịch"
    intake.refuse(dossier_id=walk.id, reason=reason, ground=ground, by=walk.worker(), at=walk.clock)


def _withdrawn(walk: _Walk) -> None:
    walk.accept()
    walk.wait(5)
    endings.withdraw(dossier_id=walk.id, reason="Chưa cần làm nữa", by=SYSTEM, at=walk.clock)


def _stopped(walk: _Walk) -> None:
    walk.accept()
    walk.wait(10)
    reason = "Tòa án đã thụ lý tranh chấp liên quan."
    ground = "điểm b khoản 1 Điều 19 NĐ 101/2024/NĐ-CP"
    endings.stop(dossier_id=walk.id, reason=reason, ground=ground, by=SYSTEM, at=walk.clock)


def _left(walk: _Walk) -> None:
    walk.accept()


def _unanswered(_walk: _Walk) -> None:
    """Nobody has looked at it yet."""


Fate = Callable[[_Walk], None]
FATES: dict[Fate, int] = {
    _handled: 66, _slow: 8, _supplemented: 9, _asked_first: 3, _paused: 3, _obliged: 3, _refused: 3,
    _withdrawn: 2, _stopped: 2, _left: 3,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Planned:
    """One dossier to be: who, what, its fate, and when, as a part of the weeks' working time."""

    key: str
    applicant: Applicant
    version: procedures.VersionView
    part: float
    seconds: int
    via: Via
    fate: Fate
    seed: int


def lay(*, at: datetime, say: Callable[[str], object]) -> None:
    """Lay the weeks; who is there already stays as they are. `say` tells how far it is.

    A key that another release's plan used for another person is left to them.
    """
    for code, number, often, first in OFFICES:
        agency = directory.agency(code, today(at))
        there = set(Dossier.objects.filter(agency_id=agency.id).values_list("applicant_name", flat=True))
        missing = [
            one for one in _plan(agency, number, often, first, at=at) if one.applicant.name not in there
        ]
        for done, one in enumerate(missing, start=1):
            with suppress(KeyReused), transaction.atomic():
                _bring(one, agency, at=at)
            if done % SAY_EVERY == 0 or done == len(missing):
                say(f"    {agency.short_name or agency.name}: {done}/{len(missing)} hồ sơ")
    usual.count(at=at)


def _plan(
    agency: directory.AgencyView, number: int, often: dict[str, int], first: int, *, at: datetime
) -> Iterator[_Planned]:
    """The same dossiers at every run, but for the time they are counted back from."""
    chance = Random(agency.code)  # noqa: S311 - sample data
    versions = {code: procedures.published(code=code, at=at) for code in often}
    people = demo_people.persons(agency, chance=chance, first=first, at=today(at))
    for place, applicant in enumerate(islice(people, number)):
        late = chance.random() < LATELY_PART
        part = chance.uniform(LATELY, 1) if late else chance.uniform(0, LATELY)
        [code] = chance.choices(list(often), list(often.values()))
        [fate] = chance.choices(list(FATES), list(FATES.values()))
        [via] = chance.choices([Via.COUNTER, Via.ONLINE, Via.POST], [5, 4, 1])
        yield _Planned(
            key=f"demo-tuan-{agency.code}-{place}",
            applicant=applicant,
            version=versions[code],
            part=part,
            seconds=chance.randrange(3600),
            via=via,
            fate=_unanswered if part > UNANSWERED else fate,
            seed=chance.randrange(2**32),
        )


def _bring(one: _Planned, agency: directory.AgencyView, *, at: datetime) -> None:
    calendar = worktime.calendar(agency.calendar)
    start = at - timedelta(weeks=WEEKS)
    hours = int(one.part * worktime.working_minutes(start, at, calendar) / 60)
    term = worktime.Term(max(1, hours), worktime.Unit.HOUR)
    due_at = worktime.promise(start=start, term=term, calendar=calendar).due_at
    sent_at = min(due_at - timedelta(seconds=one.seconds), at - timedelta(minutes=5))
    given = Submission(
        version_id=one.version.id,
        agency_id=agency.id,
        applicant=replace(one.applicant, phone=""),
        answers={},
        papers=demo_people.originals(one.version),
        via=one.via,
        key=one.key,
    )
    filed = submit(given, by=SYSTEM, at=sent_at)
    units = directory.units_of(agency.id, today(at), directory.UnitKind.SPECIALIST)
    walk = _Walk(
        id=filed.id,
        version=one.version,
        calendar=calendar,
        clock=sent_at,
        now=at,
        chance=Random(one.seed),  # noqa: S311 - sample data
        social=units[1].id if len(units) > 1 and agency.level is directory.AgencyLevel.COMMUNE else None,
    )
    walk.pace = walk.chance.uniform(0.15, 0.7)
    with suppress(_Now):
        one.fate(walk)
    _reachable(filed.id, one.applicant)


def _reachable(dossier_id: UUID, applicant: Applicant) -> None:
    """The phone is written last, so that nobody is told today of what happened weeks ago."""
    sealed = crypto.seal(dossier_id, contact.written(applicant))
    Content.objects.filter(dossier_id=dossier_id).update(contact=sealed)
    Dossier.objects.filter(id=dossier_id).update(phone_hash=crypto.keyed_hash("phone", applicant.phone))
