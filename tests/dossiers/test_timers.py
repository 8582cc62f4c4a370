"""Clocks of a process beside a dossier: they ring once and at their time, stand with it, and end with it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import people
from tests.support.office import SENT, SINCE, Office, drawn_anew, filed, office, published_anew
from tests.workflow.drawings import ANSWERS, POSTING, asking, beside, escalating, line, told
from tinhso.directory import api as directory
from tinhso.dossiers import jobs as dossier_jobs
from tinhso.dossiers import marks, promises
from tinhso.dossiers.faults import WrongTurn
from tinhso.dossiers.models import Dossier, HistoryEntry, Opinion, Running, Timer
from tinhso.dossiers.operations import endings, intake, opinions, rebasing, ringing, routing, undoing
from tinhso.dossiers.operations.recount_between import KINDS, _walked
from tinhso.dossiers.operations.turns import advance, turn
from tinhso.dossiers.outcomes import Movable
from tinhso.dossiers.pages.desk import waits as shown
from tinhso.dossiers.pages.desk.lines import line as desk_line
from tinhso.dossiers.pages.public import telling
from tinhso.dossiers.queries import lists, process
from tinhso.foundation import worktime
from tinhso.foundation.errors import Invalid, NotAllowed
from tinhso.foundation.moments import local
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.notify import api as notify
from tinhso.tasks import api as tasks
from tinhso.workflow import api as workflow

pytestmark = pytest.mark.django_db


def later(hours: float) -> datetime:
    return SENT + timedelta(hours=hours)


def place_of(bpmn: str) -> Office:
    """An office whose procedure runs by this drawing from the first."""
    made = office()
    process = workflow.deploy(key="thu", bpmn=bpmn, by=SYSTEM, at=SENT)
    since = SINCE.replace(month=8)
    return replace(made, version=published_anew(made.version, since=since, process_version_id=process))


def taken_in(place: Office) -> UUID:
    """A dossier accepted an hour after it was sent, on a Monday morning."""
    id = filed(place).id
    intake.accept(dossier_id=id, by=place.intake, at=later(1))
    return id


def now_of(id: UUID) -> Dossier:
    return Dossier.objects.get(id=id)


def draft(id: UUID, by: ActorRef, at: datetime) -> None:
    with turn("draft_result", dossier_id=id, by=by, at=at) as under_way:
        advance(under_way, facts={})


def queued(timer: Timer) -> list[datetime]:
    """When the queue will ring a clock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT scheduled_at FROM procrastinate_jobs WHERE task_name = 'dossiers.ring_timer'"
            " AND args->>'timer_id' = %s ORDER BY id",
            [str(timer.id)],
        )
        return [row[0] for row in cursor.fetchall()]


def test_while_it_waits_somebody_has_it_and_everybody_reads_until_when() -> None:
    place = place_of(line(wait=POSTING))
    id = taken_in(place)
    dossier, timer = now_of(id), Timer.objects.get()

    assert (dossier.step, dossier.holder) == ("niem_yet", place.specialist.id)
    (work,) = tasks.open_on(subject="dossier", subject_id=id)
    assert (work.act, work.title) == ("dossiers.wait_over", "Niêm yết công khai")
    assert local(timer.due_at).strftime("%d/%m %H:%M") == "23/03 17:30"
    assert queued(timer) == [timer.due_at]
    with pytest.raises(WrongTurn):
        draft(id, place.specialist, later(2))
    (row,) = lists.rows([id]).values()
    assert desk_line(row, at=later(2)).flags[0] == ("clock", "Đang chờ đến 23/3/2026")
    assert telling.now(row).startswith("Đang chờ: Niêm yết công khai, đến")
    page = people.client(place.specialist).get(f"/can-bo/ho-so/{dossier.code}/").content.decode()
    assert "Đang chờ: Niêm yết công khai, đến" in page


def test_what_comes_after_a_wait_is_due_after_it() -> None:
    place = place_of(line(wait=POSTING).replace("P15D", "P2D").replace('value="60"', 'value="30"'))
    id = taken_in(place)
    promised = promises.explained(now_of(id), at=later(2), steps=process.drawn(id))
    assert promised is not None
    assert promised.steps["niem_yet"] == Timer.objects.get().due_at < promised.steps["tham_dinh"]


def test_a_wait_ends_at_its_time_once_and_the_next_step_is_handed_on() -> None:
    id = taken_in(place_of(line(wait=POSTING)))
    timer = Timer.objects.get()

    assert not ringing.ring(timer.id, at=timer.due_at - timedelta(minutes=1))
    assert now_of(id).step == "niem_yet"
    assert len(queued(timer)) == 2
    assert ringing.ring(timer.id, at=timer.due_at)
    assert not ringing.ring(timer.id, at=timer.due_at + timedelta(minutes=1))

    dossier = now_of(id)
    assert dossier.step == "tham_dinh"
    assert marks.TIMED not in dossier.flags
    said = HistoryEntry.objects.filter(act="wait_over")
    assert [(one.note, one.public) for one in said] == [
        ("“Niêm yết công khai”: đã đủ 15 ngày làm việc.", True)
    ]
    assert shown.told(dossier) == ()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_ring_it_once() -> None:
    taken_in(place_of(line(wait=POSTING)))
    timer = Timer.objects.get()

    def ring(_number: int) -> bool:
        try:
            return ringing.ring(timer.id, at=timer.due_at)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(ring, range(2))) == [False, True]
    assert HistoryEntry.objects.filter(act="wait_over").count() == 1


def test_the_job_of_the_queue_rings_what_is_long_due() -> None:
    id = taken_in(place_of(line(wait=POSTING)))
    dossier_jobs.ring_timer(timer_id=str(Timer.objects.get().id))
    assert now_of(id).step == "tham_dinh"


def test_a_paused_dossier_does_not_wait_on_and_goes_on_with_what_was_left() -> None:
    place = place_of(line(wait=POSTING))
    id = taken_in(place)
    timer = Timer.objects.get()
    routing.pause(dossier_id=id, reason="Chờ", by=place.specialist, at=later(24))

    assert not ringing.ring(timer.id, at=timer.due_at)
    assert "Đồng hồ dừng" in shown.told(now_of(id))[0]
    (row,) = lists.rows([id]).values()
    assert desk_line(row, at=later(30)).flags[0] == ("clock", "Đang chờ, đồng hồ dừng")
    routing.resume(dossier_id=id, by=place.specialist, at=later(24 * 8))

    moved = Timer.objects.get()
    assert local(moved.due_at).strftime("%d/%m %H:%M") == "30/03 17:30"
    assert queued(moved)[-1] == moved.due_at
    assert not ringing.ring(timer.id, at=timer.due_at)
    assert ringing.ring(timer.id, at=moved.due_at)


@pytest.mark.parametrize("how", ["withdraw", "stop"])
def test_a_dossier_that_ends_is_not_rung_any_more(how: str) -> None:
    place = place_of(line(wait=POSTING))
    id = taken_in(place)
    timer = Timer.objects.get()
    if how == "withdraw":
        endings.withdraw(dossier_id=id, by=place.citizen, at=later(5))
    else:
        endings.stop(dossier_id=id, reason="Dừng", ground="Điều 1", by=place.leader, at=later(5))

    timer.refresh_from_db()
    assert (timer.state, timer.ended_at) == ("dropped", later(5))
    assert not ringing.ring(timer.id, at=timer.due_at)
    assert shown.told(now_of(id)) == ()


def test_a_step_that_takes_too_long_goes_another_way() -> None:
    place = place_of(escalating())
    id = taken_in(place)
    timer = Timer.objects.get()
    assert (timer.kind, timer.step, now_of(id).step) == ("go", "tham_dinh", "tham_dinh")
    assert "thì hồ sơ tự chuyển bước khác" in shown.told(now_of(id))[0]

    assert ringing.ring(timer.id, at=timer.due_at)

    dossier = now_of(id)
    assert (dossier.step, dossier.role, dossier.holder) == ("ky_thay", "leader", place.leader.id)
    with pytest.raises(NotAllowed):
        draft(id, place.specialist, timer.due_at)
    routing.hand_on(dossier_id=id, by=place.leader, at=timer.due_at + timedelta(hours=1))
    assert now_of(id).step == "tham_dinh"
    assert Timer.objects.filter(state="runs").get().began_at == timer.due_at + timedelta(hours=1)


def test_a_step_done_in_time_is_not_ended_and_an_undone_one_goes_on_counting() -> None:
    place = place_of(escalating())
    id = taken_in(place)
    timer = Timer.objects.get()
    with turn("draft_result", dossier_id=id, by=place.specialist, at=later(3)) as under_way:
        advance(under_way, facts={})
    assert Timer.objects.get().state == "dropped"
    assert not ringing.ring(timer.id, at=timer.due_at)

    kept = undoing.Reversible.objects.get(dossier_id=id, act="draft_result")
    with turn("undo", dossier_id=id, by=place.specialist, at=later(3) + timedelta(seconds=5),
              back_to=undoing.Status(kept.stood["status"])) as taken:  # fmt: skip
        undoing._step(taken, kept)

    back = Timer.objects.get()
    assert (back.state, back.began_at, back.due_at) == ("runs", timer.began_at, timer.due_at)
    assert marks.TIMED in now_of(id).flags
    assert ringing.ring(timer.id, at=timer.due_at)


def test_who_is_to_know_is_told_once_and_the_step_goes_on() -> None:
    place = place_of(line(limits=(told(2),)))
    id = taken_in(place)
    timer = Timer.objects.get()
    assert "thì báo lãnh đạo" in shown.told(now_of(id))[0].lower()

    assert ringing.ring(timer.id, at=timer.due_at)
    assert not ringing.ring(timer.id, at=timer.due_at)

    messages = [one for one in notify.about(kind="dossier", subject_id=id) if "lâu ở bước" in one.subject]
    assert messages
    assert now_of(id).step == "tham_dinh"
    assert HistoryEntry.objects.filter(act="time_over", public=False).count() == 1
    assert not Timer.objects.filter(state="runs").exists()
    draft(id, place.specialist, timer.due_at + timedelta(hours=1))


def test_work_goes_on_beside_a_wait_and_neither_disturbs_the_other() -> None:
    place = place_of(beside())
    first, second = taken_in(place), taken_in(place)
    for id in (first, second):
        assert now_of(id).step == "kiem"

    early = Timer.objects.get(dossier_id=first)
    assert ringing.ring(early.id, at=early.due_at)
    assert (now_of(first).step, now_of(first).holder) == ("kiem", place.specialist.id)
    routing.hand_on(dossier_id=first, by=place.specialist, at=early.due_at + timedelta(hours=1))
    assert now_of(first).step == "tham_dinh"

    routing.hand_on(dossier_id=second, by=place.specialist, at=later(4))
    assert now_of(second).step == "niem_yet"
    late = Timer.objects.get(dossier_id=second)
    assert late.began_at == later(1)
    assert ringing.ring(late.id, at=late.due_at)
    assert now_of(second).step == "tham_dinh"


def test_a_changed_process_counts_the_wait_anew_from_its_beginning() -> None:
    place = place_of(line(wait=POSTING))
    id = taken_in(place)
    shorter = line(wait=POSTING).replace("P15D", "P5D")
    drawn_anew(place, shorter, since=local(later(24)).date())

    rebasing.rebase(dossier_id=id, reason="Đổi quy trình", by=place.leader, at=later(48))

    timer = Timer.objects.get()
    assert (timer.amount, timer.began_at, timer.state) == (5, later(1), "runs")
    assert local(timer.due_at).strftime("%d/%m %H:%M") == "09/03 17:30"
    assert queued(timer)[-1] == timer.due_at


def test_a_corrected_calendar_moves_what_waits() -> None:
    place = place_of(line(wait=POSTING))
    taken_in(place)
    timer = Timer.objects.get()
    (kind,) = (one for one in KINDS if one.what is Movable.TIMER)
    ref = directory.agency(place.agency, local(SENT).date()).calendar
    assert list(_walked(kind, ref, at=later(2), size=10)) == [[]]
    worktime.set_day(
        ref, local(later(24)).date(), kind=worktime.DayKind.CLOSED, name="Bão", by=SYSTEM, at=later(2)
    )
    ((move,),) = _walked(kind, ref, at=later(3), size=10)
    assert (move.row.id, move.promise.due_at > timer.due_at) == (timer.id, True)


def test_answers_are_awaited_and_the_last_one_moves_the_dossier_on() -> None:
    place, others = place_of(asking()), (office(), office())
    id = taken_in(place)
    opinions.ask(dossier_id=id, question="Có được không?", agencies=[one.agency for one in others],
                 by=place.specialist, at=later(2))  # fmt: skip
    dossier = now_of(id)
    assert (dossier.step, dossier.holder) == ("cho_tra_loi", place.specialist.id)
    assert "Đủ trả lời" in shown.told(dossier)[0]

    for number, other in enumerate(others):
        assert now_of(id).step == "cho_tra_loi"
        opinion = Opinion.objects.get(agency_id=other.agency)
        opinions.give(opinion_id=opinion.id, text="Được.", by=other.specialist, at=later(4 + number))
    assert now_of(id).step == "tham_dinh"
    draft(id, place.specialist, later(8))


def test_an_answer_that_comes_to_a_paused_dossier_is_taken_all_the_same() -> None:
    place, other = place_of(asking()), office()
    id = taken_in(place)
    opinions.ask(dossier_id=id, question="?", agencies=[other.agency], by=place.specialist, at=later(2))
    routing.pause(dossier_id=id, reason="Chờ", by=place.specialist, at=later(3))

    opinions.give(opinion_id=Opinion.objects.get().id, text="Được.", by=other.specialist, at=later(4))

    assert (now_of(id).step, now_of(id).status) == ("tham_dinh", "paused")
    routing.resume(dossier_id=id, by=place.specialist, at=later(24))
    draft(id, place.specialist, later(25))


def test_going_on_without_late_answers_ends_the_wait() -> None:
    place, other = place_of(asking()), office()
    id = taken_in(place)
    opinions.ask(dossier_id=id, question="?", agencies=[other.agency], by=place.specialist, at=later(2))
    opinions.go_on(dossier_id=id, by=place.specialist, at=later(24 * 15))
    assert now_of(id).step == "tham_dinh"


def test_agencies_of_the_drawing_are_asked_in_any_case() -> None:
    other, third = office(), office()
    code = directory.agency(other.agency, SINCE).code
    rows = workflow.in_line(asking())
    assert rows
    bound = [replace(row, agencies=(code, "khong-con")) if row.sends else row for row in rows]
    place = place_of(workflow.linear(bound, key="k", name="n"))
    id = taken_in(place)
    page = people.client(place.specialist).get(f"/can-bo/ho-so/{now_of(id).code}/xin-y-kien/")
    assert page.status_code == 200
    assert f'value="{other.agency}" selected' in page.content.decode() or "checked" in page.content.decode()

    ask: dict[str, Any] = {"dossier_id": id, "question": "?", "by": place.specialist, "at": later(2)}
    with pytest.raises(Invalid, match="Chưa gửi") as refused:
        opinions.ask(agencies=[third.agency], **ask)
    assert "hỏi cả" in refused.value.faults["agencies"]
    opinions.ask(agencies=[third.agency, other.agency], **ask)
    assert now_of(id).step == "cho_tra_loi"


def test_a_wait_for_answers_that_nobody_owes_is_passed_at_once() -> None:
    place = place_of(line(wait=ANSWERS))
    assert now_of(taken_in(place)).step == "tham_dinh"


def test_a_process_without_clocks_reads_nothing_of_them(django_assert_num_queries: Any) -> None:
    id = taken_in(office())
    Running.objects.get(dossier_id=id)
    dossier = now_of(id)
    shown.told(dossier)
    with django_assert_num_queries(1):
        assert shown.told(dossier) == ()
    with django_assert_num_queries(1):
        lists._waits([{"id": id, "flags": [marks.TIMED], "step": "a"}] * 40)
        lists._waits([{"id": id, "flags": [], "step": "a"}])


def test_clocks_that_cannot_be() -> None:
    taken_in(place_of(line(wait=POSTING)))

    def refused(constraint: str, **change: Any) -> None:
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Timer.objects.update(**change)

    refused("timer_known_kind", kind="x")
    refused("timer_counts_something", amount=0)
    refused("timer_counts_something", unit="year")
    refused("timer_ended_when_it_runs_no_more", state="rung")
    refused("timer_ended_when_it_runs_no_more", state="lost", ended_at=later(9))
    refused("timer_ended_when_it_runs_no_more", state="rung", ended_at=SENT)
    refused("timer_due_after_it_began", due_at=SENT)
    again = Timer.objects.get()
    again.pk = people.agency()
    with pytest.raises(IntegrityError, match="timer_runs_once"), transaction.atomic():
        again.save(force_insert=True)


DRAWN = {"wait": line(wait=POSTING), "beside": beside(), "escalating": escalating()}
DO = st.lists(st.tuples(st.sampled_from(["ring", "work", "pause", "resume"]), st.integers(1, 90)), max_size=7)


@settings(max_examples=8, deadline=None)
@given(name=st.sampled_from(sorted(DRAWN)), done=DO)
def test_whatever_happens_somebody_has_it_and_just_the_wanted_clocks_run(
    name: str, done: list[tuple[str, int]]
) -> None:
    with transaction.atomic():
        place = place_of(DRAWN[name])
        id, at = taken_in(place), later(2)
        for what, hours in done:
            at += timedelta(hours=hours)
            _happens(what, id, place, at)
            dossier, running = now_of(id), Running.objects.get(dossier_id=id)
            ready = workflow.ready(running.process_version_id, bytes(running.state))
            assert dossier.step in {task.step for task in ready}
            assert len(tasks.open_on(subject="dossier", subject_id=id)) == 1
            runs = set(Timer.objects.filter(dossier_id=id, state="runs").values_list("element", flat=True))
            waits = {task.step for task in ready if task.wait}
            assert waits <= runs <= waits | {"qua_han"}
            assert (marks.TIMED in dossier.flags) == bool(runs)
        transaction.set_rollback(True)


def _happens(what: str, id: UUID, place: Office, at: datetime) -> None:
    """Try it; what is not allowed now changes nothing."""
    dossier = now_of(id)
    officer = {"leader": place.leader, "clerk": place.clerk}.get(dossier.role, place.specialist)
    try:
        with transaction.atomic():
            match what:
                case "ring":
                    for timer in Timer.objects.filter(dossier_id=id):
                        ringing.ring(timer.id, at=at)
                case "pause":
                    routing.pause(dossier_id=id, reason="Chờ", by=place.specialist, at=at)
                case "resume":
                    routing.resume(dossier_id=id, by=place.specialist, at=at)
                case _ if dossier.step == "tham_dinh":
                    draft(id, officer, at)
                case _:
                    routing.hand_on(dossier_id=id, by=officer, at=at)
    except (WrongTurn, NotAllowed):
        return
