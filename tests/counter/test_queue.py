"""The line at an office: numbers without gaps, two windows at once, every turn of a number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from tests.support import people
from tests.support.counters import MINUTE, Counters, counters
from tinhso.counter import doors, jobs, lifecycle
from tinhso.counter.contracts import (
    Need,
    NobodyWaits,
    NotAtTheDoor,
    Taken,
    TicketState,
    TooManyTickets,
    WindowTaken,
    WrongTicketTurn,
)
from tinhso.counter.models import Call, Ticket, Window
from tinhso.counter.operations import calling, closing, places, tickets
from tinhso.counter.queries import board as boards
from tinhso.counter.queries import line
from tinhso.foundation.errors import Conflict, Invalid, NotAllowed
from tinhso.foundation.moments import today

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
def place(db: None) -> Counters:
    return counters(at=AT)


def test_numbers_of_a_day_and_letter_follow_each_other_and_start_again(place: Counters) -> None:
    found = [str(place.take(letter, at=AT)) for letter in "aabab"]
    tomorrow = str(place.take("a", at=AT + timedelta(days=1)))

    assert found == ["A001", "A002", "B001", "A003", "B002"]
    assert tomorrow == "A001"


def test_each_window_calls_for_what_is_done_there_and_the_right_comes_first(place: Counters) -> None:
    place.take("a", at=AT)
    place.take("b", at=AT + MINUTE)
    place.take("b", Need.ELDERLY, at=AT + 2 * MINUTE)

    at = AT + 5 * MINUTE
    assert str(calling.call_next(window_id=place.two, by=place.lan, at=at)) == "B002"
    assert str(calling.call_next(window_id=place.one, by=place.hoa, at=at)) == "A001"
    assert str(calling.call_next(window_id=place.one, by=place.hoa, at=at)) == "B001"
    with pytest.raises(NobodyWaits):
        calling.call_next(window_id=place.one, by=place.hoa, at=at)


def test_calling_the_next_finishes_the_last_and_real_times_are_kept(place: Counters) -> None:
    first, second = place.take(at=AT), place.take(at=AT)
    calling.call_next(window_id=place.one, by=place.hoa, at=AT + MINUTE)
    calling.begin(ticket_id=first.id, by=place.hoa, at=AT + 2 * MINUTE)
    calling.call_next(window_id=place.one, by=place.hoa, at=AT + 9 * MINUTE)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("done", "called")
    call = Call.objects.get(ticket=first)
    assert (call.outcome, call.ended_at) == ("done", AT + 9 * MINUTE)


def test_after_two_with_the_right_in_a_row_one_from_the_line_is_called(place: Counters) -> None:
    for need in (Need.NONE, Need.ELDERLY, Need.DISABLED, Need.PREGNANT):
        place.take("a", need, at=AT)
    found = [
        str(calling.call_next(window_id=place.one, by=place.hoa, at=AT + n * MINUTE)) for n in range(1, 5)
    ]
    assert found == ["A002", "A003", "A001", "A004"]


def test_the_office_may_set_its_own_figure(place: Counters) -> None:
    places.set_rules(office_id=place.queue.id, priority_in_a_row=0, near=1, by=people.officer(
        "supervisor", place.office.one_stop), at=AT)  # fmt: skip
    place.take("a", Need.ELDERLY, at=AT)
    place.take("a", at=AT + MINUTE)

    assert str(calling.call_next(window_id=place.one, by=place.hoa, at=AT + 2 * MINUTE)) == "A002"


def test_every_turn_of_a_number(place: Counters) -> None:
    ticket = place.take(at=AT)
    who = {"ticket_id": ticket.id, "by": place.hoa}

    def state() -> str:
        ticket.refresh_from_db()
        return ticket.state

    calling.call_next(window_id=place.one, by=place.hoa, at=AT)
    calling.recall(**who, at=AT + MINUTE)
    assert (state(), ticket.calls) == ("called", 2)
    calling.no_show(**who, at=AT + 2 * MINUTE)
    assert state() == "no_show"
    calling.call_this(ticket_id=ticket.id, window_id=place.one, by=place.hoa, at=AT + 3 * MINUTE)
    calling.begin(**who, at=AT + 4 * MINUTE)
    calling.hold(**who, at=AT + 5 * MINUTE)
    assert state() == "held"
    calling.line_up(**who, at=AT + 6 * MINUTE)
    assert (state(), ticket.stands_at) == ("waiting", AT + 6 * MINUTE)
    calling.call_next(window_id=place.one, by=place.hoa, at=AT + 7 * MINUTE)
    calling.transfer(ticket_id=ticket.id, service_id=place.b, by=place.hoa, at=AT + 8 * MINUTE)
    assert (state(), ticket.service_id, str(ticket)) == ("waiting", place.b, "A001")
    calling.call_next(window_id=place.two, by=place.lan, at=AT + 9 * MINUTE)
    calling.finish(ticket_id=ticket.id, by=place.lan, at=AT + 10 * MINUTE)
    assert state() == "done"
    outcomes = Call.objects.filter(ticket=ticket).order_by("called_at").values_list("outcome", flat=True)
    assert list(outcomes) == ["no_show", "held", "transferred", "done"]


@pytest.mark.parametrize("act", sorted(set(lifecycle.TURNS) - {"call"}))
def test_what_the_table_does_not_allow_is_refused_in_words(place: Counters, act: str) -> None:
    ticket = place.take(at=AT)
    do = {"leave": tickets.leave}.get(act) or getattr(calling, act)
    more = {"service_id": place.b} if act == "transfer" else {}
    calling.call_next(window_id=place.one, by=place.hoa, at=AT)
    calling.finish(ticket_id=ticket.id, by=place.hoa, at=AT)

    with pytest.raises(WrongTicketTurn, match="Đã xong"):
        do(ticket_id=ticket.id, by=place.hoa, at=AT + MINUTE, **more)


def test_only_who_sits_at_the_window_turns_its_number(place: Counters) -> None:
    ticket = place.take(at=AT)
    calling.call_next(window_id=place.one, by=place.hoa, at=AT)

    with pytest.raises(WindowTaken):
        calling.finish(ticket_id=ticket.id, by=place.lan, at=AT)
    with pytest.raises(WindowTaken):
        calling.call_next(window_id=place.one, by=place.lan, at=AT)
    with pytest.raises(WindowTaken, match="Lê Thị Hoa"):
        places.sit(window_id=place.one, by=place.lan, at=AT)
    with pytest.raises(Conflict):
        places.stand_up(office_id=place.queue.id, by=place.hoa, at=AT)


def test_officers_of_another_unit_and_other_roles_may_not(place: Counters) -> None:
    stranger = people.officer("intake_officer")
    for who in (stranger, place.office.specialist):
        with pytest.raises(NotAllowed):
            places.sit(window_id=place.one, by=who, at=AT)
        with pytest.raises(NotAllowed):
            tickets.take(service_id=place.a, taken=Taken.OFFICER, by=who, at=AT)
    with pytest.raises(NotAllowed):
        places.set_service(office_id=place.queue.id, letter="C", name="x", minutes=1, by=place.hoa, at=AT)


def test_a_phone_takes_a_number_with_the_days_code_only(place: Counters) -> None:
    code = doors.code(place.queue, on=today(AT))
    given = {"service_id": place.a, "need": Need.NONE, "address": "10.0.0.9"}

    assert str(tickets.take_by_phone(**given, code=f" {code[:3]} {code[3:]}", at=AT)) == "A001"
    for wrong in ("", "000", doors.code(place.queue, on=today(AT + timedelta(days=1)))):
        with pytest.raises(NotAtTheDoor):
            tickets.take_by_phone(**given, code=wrong, at=AT)
    for _more in range(39):
        tickets.take_by_phone(**given, code=code, at=AT)
    with pytest.raises(TooManyTickets):
        tickets.take_by_phone(**given, code=code, at=AT)
    assert tickets.take_by_phone(**{**given, "address": "10.0.0.8"}, code=code, at=AT).seq == 41
    assert tickets.take_by_phone(**given, code=code, at=AT + timedelta(hours=1, minutes=1)).seq == 42


def test_a_closed_service_gives_no_numbers(place: Counters) -> None:
    boss = people.officer("supervisor", place.office.one_stop)
    places.set_service(
        office_id=place.queue.id, letter="A", name="Hộ tịch", minutes=10, is_open=False, by=boss, at=AT
    )
    with pytest.raises(Invalid):
        place.take("a", at=AT)


def test_who_waits_is_told_how_many_stand_before_and_when_it_is_near(place: Counters) -> None:
    waiting = [place.take("a", at=AT + n * MINUTE) for n in range(5)]
    found = line.places(place.queue, at=AT + 5 * MINUTE)

    assert [found[ticket.id].ahead for ticket in waiting] == [0, 1, 2, 3, 4]
    assert [found[ticket.id].near for ticket in waiting] == [True, True, True, False, False]
    assert found[waiting[4].id].at == AT + 45 * MINUTE


def test_the_wait_follows_real_times_once_enough_are_known(place: Counters) -> None:
    for n in range(6):
        place.take("a", at=AT)
        ticket = calling.call_next(window_id=place.one, by=place.hoa, at=AT + n * 4 * MINUTE)
        calling.finish(ticket_id=ticket.id, by=place.hoa, at=AT + (n + 1) * 4 * MINUTE)
    last = [place.take("a", at=AT + 30 * MINUTE) for _n in range(2)]

    found = line.places(place.queue, at=AT + 30 * MINUTE)
    assert found[last[1].id].at == AT + 34 * MINUTE
    assert line.would_wait(place.queue, at=AT + 30 * MINUTE)[place.a] == AT + 38 * MINUTE


def test_nobody_is_promised_a_time_while_nobody_sits_there(place: Counters) -> None:
    ticket = place.take("a", at=AT)
    places.stand_up(office_id=place.queue.id, by=place.hoa, at=AT)

    found = line.places(place.queue, at=AT)[ticket.id]
    assert (found.at, found.near) == (None, False)
    assert line.would_wait(place.queue, at=AT)[place.a] is None


def test_a_board_costs_the_same_however_long_the_line(
    place: Counters, django_assert_num_queries: Callable[..., object]
) -> None:
    for _n in range(30):
        place.take("a", at=AT)
    calling.call_next(window_id=place.one, by=place.hoa, at=AT)
    with django_assert_num_queries(3):
        shown = boards.board(place.queue, at=AT)
    with django_assert_num_queries(7):
        line.places(place.queue, at=AT)

    assert shown.called[0].sentence == "Mời số A một đến quầy số một."
    assert boards.announced("B", 121, 4) == "Mời số B một trăm hai mươi mốt đến quầy số bốn."
    assert (shown.waiting, shown.next[0]) == (29, "A002")


def test_the_night_closes_what_the_day_left_open(place: Counters) -> None:
    served, waits = place.take("a", at=AT), place.take("a", at=AT)
    calling.call_next(window_id=place.one, by=place.hoa, at=AT)
    tomorrow = AT + timedelta(days=1)

    assert closing.close_past_days(at=tomorrow) == 2
    assert closing.close_past_days(at=tomorrow) == 0
    served.refresh_from_db()
    waits.refresh_from_db()
    assert (served.state, waits.state) == ("done", "gone")
    assert not Window.objects.filter(officer__isnull=False).exists()
    jobs.close_past_days()


@pytest.mark.django_db(transaction=True)
def test_two_windows_that_press_at_once_never_get_one_number() -> None:
    place = counters(at=AT)
    for _n in range(12):
        place.take("b", at=AT)
    got: list[str] = []
    faults: list[BaseException] = []
    together = Barrier(2)

    def press(window: str) -> None:
        try:
            together.wait(timeout=10)
            for n in range(6):
                who = place.hoa if window == "one" else place.lan
                found = calling.call_next(window_id=getattr(place, window), by=who, at=AT + n * MINUTE)
                got.append(str(found))
        except BaseException as fault:  # told to the test below
            faults.append(fault)
        finally:
            connection.close()

    threads = [Thread(target=press, args=(window,)) for window in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert not faults
    assert sorted(got) == [f"B{n:03d}" for n in range(1, 13)]
    assert Ticket.objects.filter(state=TicketState.DONE.value).count() == 10
