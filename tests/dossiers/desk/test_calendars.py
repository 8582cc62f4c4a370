"""The pages that correct a calendar: who may, the preview first, then the list of what moved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.support import people
from tests.support.office import Office, filed, office
from tinhso.dossiers import jobs
from tinhso.dossiers.models import Dossier, Recount
from tinhso.dossiers.operations import intake, recounts
from tinhso.dossiers.queries import recounts as reading
from tinhso.foundation import moments, worktime
from tinhso.foundation.refs import SYSTEM, ActorRef, CalendarRef

pytestmark = pytest.mark.django_db
LIST, CALENDAR = "/can-bo/lich/", "/can-bo/lich/an-giang/"
DAY, HOURS = f"{CALENDAR}ngay/", f"{CALENDAR}gio/"


@pytest.fixture
def place() -> Iterator[Office]:
    worktime.keep_calendar(CalendarRef("an-giang"), name="Lịch tỉnh An Giang", by=SYSTEM, at=moments.now())
    yield office()
    worktime.forget()


@pytest.fixture
def administrator() -> ActorRef:
    return people.officer("administrator", name="Ông Thế Bảo")


def accepted(place: Office) -> Dossier:
    at = moments.now()
    sent = filed(place, at=at)
    intake.accept(dossier_id=sent.id, by=place.intake, at=at)
    return Dossier.objects.get(id=sent.id)


def next_working_day(at: datetime) -> date:
    calendar = worktime.calendar(CalendarRef("an-giang"))
    day = moments.today(at) + timedelta(days=1)
    while not calendar.works_on(day):
        day += timedelta(days=1)
    return day


def closing(day: date, **more: Any) -> dict[str, Any]:
    when = {"day-day": day.day, "day-month": day.month, "day-year": day.year}
    return {**when, "kind": "closed", "sessions": "", "name": "Nghỉ bão", "basis": "12/CĐ-UBND", **more}


def test_only_who_keeps_calendars_opens_these_pages(place: Office, administrator: ActorRef) -> None:
    for address in (LIST, CALENDAR, DAY, HOURS):
        assert people.client(administrator).get(address).status_code == 200
        for actor in (place.leader, place.specialist, people.officer("supervisor")):
            assert people.client(actor).get(address).status_code == 403
            assert people.client(actor).post(address, {}).status_code == 403
    assert people.client(administrator).get(f"{LIST}khong-co/").status_code == 404
    assert people.client(administrator).get(f"{CALENDAR}khac/").status_code == 404


def test_a_day_is_looked_at_before_it_holds(place: Office, administrator: ActorRef) -> None:
    dossier, at = accepted(place), moments.now()
    day = next_working_day(at)
    browser = people.client(administrator)

    looked = browser.post(DAY, closing(day))
    page = looked.content.decode()
    assert looked.status_code == 200
    assert "1 hồ sơ sẽ đổi ngày hẹn, trong 1 hồ sơ còn mở." in page
    assert dossier.code in page
    assert 'value="Nghỉ bão"' in page
    assert not Recount.objects.exists()
    assert not worktime.set_days(CalendarRef("an-giang"), since=day)

    saved = browser.post(DAY, closing(day, **{"xac-nhan": "1"}))
    recount = Recount.objects.get()
    assert saved["Location"] == f"{LIST}dieu-chinh/{recount.id}/"
    assert "đang tính" in browser.get(saved["Location"]).content.decode()
    assert Dossier.objects.get(id=dossier.id).due_at == dossier.due_at, "not before the job"

    jobs.recount_promises(recount_id=str(recount.id))
    page = browser.get(saved["Location"]).content.decode()
    assert "Đã tính lại 1 ngày hẹn, 1 ngày đổi." in page
    assert dossier.code in page
    assert "Nghỉ bão" in browser.get(CALENDAR).content.decode()
    assert "12/CĐ-UBND" in browser.get(CALENDAR).content.decode()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"basis": ""}, "Hãy ghi số văn bản."),
        ({"kind": "hours"}, "Hãy ghi giờ làm việc của ngày này."),
        ({"sessions": "07:30-11:30"}, "Chỉ ghi giờ khi chọn"),
        ({"kind": "hours", "sessions": "sáng"}, "Hãy ghi giờ như ví dụ"),
        ({"kind": "hours", "sessions": "13:00-11:00"}, "không chồng lên nhau"),
        ({"day-month": 13}, "Lỗi"),
    ],
)
def test_faults_say_how_to_mend_them(
    place: Office, administrator: ActorRef, given: dict[str, Any], sentence: str
) -> None:
    answer = people.client(administrator).post(DAY, closing(moments.today(moments.now()), **given))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Recount.objects.exists()


def test_hours_of_a_week_are_changed_from_a_day_on(place: Office, administrator: ActorRef) -> None:
    browser, day = people.client(administrator), next_working_day(moments.now())
    form = browser.get(HOURS).content.decode()
    assert "07:30-11:30, 13:30-17:30" in form
    week = {f"d{number}": "08:00-12:00, 13:00-16:00" if number < 5 else "" for number in range(7)}
    given = {"valid_from-day": day.day, "valid_from-month": day.month, "valid_from-year": day.year} | week
    assert (
        "Cả tuần không có giờ nào"
        in browser.post(
            HOURS, given | {f"d{number}": "" for number in range(7)} | {"name": "Hè"}
        ).content.decode()
    )

    assert browser.post(HOURS, given | {"name": "Giờ mùa hè", "xac-nhan": "1"}).status_code == 302
    held = worktime.week(CalendarRef("an-giang"), on=day)
    assert held == dict.fromkeys(range(5), ((480, 720), (780, 960)))
    assert Recount.objects.get().what.endswith("Giờ mùa hè")


def test_officers_see_what_moved_of_their_agency_and_of_their_own(
    place: Office,
    administrator: ActorRef,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: Any,
) -> None:
    mine = [accepted(place) for _number in range(3)]
    elsewhere = office()
    other = accepted(elsewhere)
    line = next(each for each in worktime.calendars() if each.code == "an-giang")
    closed = recounts.day_off_or_on(
        line, next_working_day(moments.now()), kind=worktime.DayKind.CLOSED, name="Nghỉ bão", basis="1"
    )
    asked: UUID = recounts.correct(closed, by=administrator, at=moments.now())
    recounts.run(asked, at=moments.now())
    address = f"{LIST}dieu-chinh/{asked}/"

    assert _codes(administrator, address) == {dossier.code for dossier in (*mine, other)}
    assert _codes(place.specialist, address) == {dossier.code for dossier in mine}
    assert _codes(place.specialist, f"{address}?cua-toi=1") == {dossier.code for dossier in mine}
    assert _codes(place.intake, f"{address}?cua-toi=1") == set()
    assert _codes(elsewhere.leader, address) == {other.code}
    assert people.client(people.officer("inspector")).get(address).status_code == 403
    assert people.client(administrator).get(f"{LIST}dieu-chinh/{place.agency}/").status_code == 404

    monkeypatch.setattr(reading, "PAGE", 2)
    assert len(_codes(administrator, address)) == 4
    with django_assert_max_num_queries(3):
        assert len(reading.moved(asked, agencies=None)) == 2


def _codes(actor: ActorRef, address: str) -> set[str]:
    """The codes of every page of the list."""
    browser, found, step = people.client(actor), set(), ""
    while True:
        answer: Any = browser.get((step and address.partition("?")[0] + step) or address)
        found |= {row["view"].code for row in answer.context["rows"]}
        step = answer.context["next"]
        if not step:
            return found
