from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from tinhso.foundation import acts, audit, events, jobs, transactions
from tinhso.foundation.errors import Conflict, NotAllowed
from tinhso.foundation.numbering import NumberSeries
from tinhso.foundation.refs import SYSTEM, ActorKind, ActorRef, SubjectRef

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
OFFICER = ActorRef(kind=ActorKind.OFFICER, id=UUID(int=1), name="Trần Văn Sáu")
STRANGER = ActorRef(kind=ActorKind.PERSON, id=UUID(int=2), name="Người lạ")
acts.declare("test.outer", "Việc ngoài", subject="dossier")
acts.declare("test.inner", "Việc trong", subject="dossier")
transactions.explain("number_from_one", "Số phải từ 1.")
ran: list[str] = []


@dataclass(frozen=True)
class Happened:
    what: str


@events.subscribe(Happened)
def note_event(event: Happened) -> None:
    ran.append(event.what)


@jobs.job(name="test.consequence", queue="test")
def consequence(*, word: str) -> None:
    ran.append(word)


class Judge:
    """Lets officers do everything and others nothing."""

    def require(self, *, by: ActorRef, act: str, on: SubjectRef | None, at: datetime) -> None:
        if by.kind is not ActorKind.OFFICER:
            raise NotAllowed("Không có quyền.")


@pytest.fixture(autouse=True)
def _judge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts.authority, "_bound", Judge())
    ran.clear()


def dossier() -> SubjectRef:
    return SubjectRef(kind="dossier", id=uuid4())


def acts_on(subject: SubjectRef) -> list[str]:
    return [line.act for line in reversed(audit.trace(subject.kind, subject.id))]


def series(scope: str, last: int = 1) -> None:
    NumberSeries.objects.create(scope=scope, period="-", last=last)


def test_an_act_changes_delivers_queues_and_leaves_its_trace() -> None:
    on = dossier()
    with transactions.act("test.outer", by=OFFICER, at=AT, on=on, purpose="kiểm tra") as work:
        series("A")
        work.emit(Happened("event"))
        work.defer(consequence, word="job")
        work.record(step=3)
        assert ran == []

    assert ran == ["event"]
    assert jobs.run_until_empty() == 1
    assert ran == ["event", "job"]
    (line,) = audit.trace(on.kind, on.id)
    assert (line.act, line.purpose, line.details, line.at) == ("test.outer", "kiểm tra", {"step": 3}, AT)


def test_a_failed_act_leaves_nothing() -> None:
    on = dossier()
    with pytest.raises(RuntimeError), transactions.act("test.outer", by=OFFICER, at=AT, on=on) as work:
        series("A")
        work.emit(Happened("event"))
        work.defer(consequence, word="job")
        raise RuntimeError

    assert ran == []
    assert jobs.run_until_empty() == 0
    assert not NumberSeries.objects.exists()
    assert acts_on(on) == []


def test_an_event_whose_receiver_fails_ends_the_act() -> None:
    @dataclass(frozen=True)
    class Fatal:
        pass

    @events.subscribe(Fatal)
    def refuse(event: Fatal) -> None:
        raise RuntimeError("cannot follow")

    with pytest.raises(RuntimeError), transactions.act("test.outer", by=OFFICER, at=AT) as work:
        series("A")
        work.emit(Fatal())

    assert not NumberSeries.objects.exists()


def test_an_act_that_creates_its_subject_names_it_later() -> None:
    on = dossier()
    with transactions.act("test.outer", by=OFFICER, at=AT) as work:
        work.on = on

    assert acts_on(on) == ["test.outer"]


def test_an_act_inside_another_joins_it_and_both_leave_a_trace() -> None:
    on = dossier()
    with transactions.act("test.outer", by=OFFICER, at=AT, on=on):
        with transactions.act("test.inner", by=OFFICER, at=AT, on=on):
            series("inner")
        assert acts_on(on) == []

    assert acts_on(on) == ["test.inner", "test.outer"]


def test_an_inner_act_that_fails_alone_takes_only_its_own_trace_with_it() -> None:
    on = dossier()
    with transactions.act("test.outer", by=OFFICER, at=AT, on=on):
        with transactions.act("test.inner", by=OFFICER, at=AT, on=on):
            series("kept")
        with pytest.raises(RuntimeError), transactions.act("test.inner", by=OFFICER, at=AT, on=on):
            with transactions.act("test.inner", by=OFFICER, at=AT, on=on):
                series("lost")
            raise RuntimeError

    assert acts_on(on) == ["test.inner", "test.outer"]
    assert list(NumberSeries.objects.values_list("scope", flat=True)) == ["kept"]


def test_a_refused_act_does_nothing_and_leaves_a_trace_of_the_refusal() -> None:
    on = dossier()
    with pytest.raises(NotAllowed), transactions.act("test.outer", by=STRANGER, at=AT, on=on):
        series("A")

    assert not NumberSeries.objects.exists()
    (line,) = audit.trace(on.kind, on.id)
    assert (line.act, line.actor_id) == (transactions.DENIED, STRANGER.id)
    assert line.details == {"act": "test.outer", "code": "not-allowed"}


def test_a_refusal_inside_an_act_is_kept_though_the_act_is_undone() -> None:
    on = dossier()
    with pytest.raises(NotAllowed), transactions.act("test.outer", by=OFFICER, at=AT, on=on):
        series("A")
        with transactions.act("test.inner", by=STRANGER, at=AT, on=on):
            series("B")

    assert not NumberSeries.objects.exists()
    assert acts_on(on) == [transactions.DENIED]


@pytest.mark.django_db(transaction=True)
def test_a_refusal_is_committed_by_itself() -> None:
    on = dossier()
    with pytest.raises(NotAllowed), transactions.act("test.outer", by=STRANGER, at=AT, on=on):
        series("A")
    connection.close()

    assert acts_on(on) == [transactions.DENIED]


def test_the_system_is_not_asked_whether_it_may() -> None:
    on = dossier()
    with transactions.act("test.outer", by=SYSTEM, at=AT, on=on):
        series("A")

    assert acts_on(on) == ["test.outer"]


def test_an_act_nobody_declared_is_a_fault_of_the_program() -> None:
    with pytest.raises(LookupError), transactions.act("test.unknown", by=OFFICER, at=AT):
        series("A")


def test_a_twin_is_a_conflict_people_can_read() -> None:
    series("A")
    with (
        pytest.raises(Conflict, match="tải lại") as caught,
        transactions.act("test.outer", by=OFFICER, at=AT),
    ):
        series("A")

    assert caught.value.facts["constraint"] == "foundation_numberseries_pkey"


def test_a_constraint_that_was_explained_speaks_in_its_own_words() -> None:
    with pytest.raises(Conflict, match=r"Số phải từ 1\."), transactions.act("test.outer", by=OFFICER, at=AT):
        series("A", last=0)


def test_a_fault_of_the_program_is_not_dressed_up_as_a_conflict() -> None:
    with (
        pytest.raises(IntegrityError),
        transactions.act("test.outer", by=OFFICER, at=AT),
        connection.cursor() as cursor,
    ):
        cursor.execute("INSERT INTO foundation_numberseries (scope, period, last) VALUES ('A', NULL, 1)")


def test_an_act_costs_one_statement_beside_its_own(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with (
        django_assert_num_queries(4) as counted,
        transactions.act("test.outer", by=OFFICER, at=AT, on=dossier()) as work,
    ):
        work.defer(consequence, word="a")
        work.defer(consequence, word="b")
    said = [query["sql"].split()[0] for query in counted.captured_queries]
    assert said == ["SAVEPOINT", "SELECT", "WITH", "RELEASE"]


@pytest.mark.django_db(transaction=True)
def test_a_deadlock_ends_in_a_sentence_and_the_other_act_succeeds() -> None:
    series("A")
    series("B")
    both = threading.Barrier(2)
    ends: list[str] = []

    def work(first: str, second: str) -> None:
        try:
            with transactions.act("test.outer", by=OFFICER, at=AT):
                NumberSeries.objects.filter(scope=first).update(last=2)
                both.wait(10)
                NumberSeries.objects.filter(scope=second).update(last=3)
            ends.append("done")
        except transactions.Busy:
            ends.append("busy")
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=order) for order in (("A", "B"), ("B", "A"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ends) == ["busy", "done"]


@pytest.mark.django_db(transaction=True)
def test_acts_on_the_same_subjects_in_any_order_do_not_deadlock() -> None:
    subjects = [dossier() for _ in range(3)]
    ends: list[str] = []

    def work(seed: int) -> None:
        try:
            for turn in range(8):
                with transactions.act("test.outer", by=OFFICER, at=AT, on=subjects[(seed + turn) % 3]):
                    for step in (1, 2):
                        on = subjects[(seed + turn * step + step) % 3]
                        with transactions.act("test.inner", by=OFFICER, at=AT, on=on):
                            pass
            ends.append("done")
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ends == ["done"] * 6
    assert audit.verify(at=AT).intact


def test_a_transaction_that_only_the_test_opened_does_not_count() -> None:
    assert not transactions.open_outside_tests()
    with transaction.atomic():
        assert transactions.open_outside_tests()
