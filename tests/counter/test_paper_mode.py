"""The counter without the national side, and with nothing at all: paper slips entered later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, transaction
from django.db.models import F

from tests.support import people
from tests.support.counters import Counters, counters
from tests.support.office import submission
from tinhso.counter.contracts import LateReason
from tinhso.counter.models import Slip, Ticket
from tinhso.counter.operations import slips
from tinhso.counter.operations.slips import Late
from tinhso.dossiers.models import Dossier, HistoryEntry, Promise
from tinhso.foundation import moments
from tinhso.foundation.errors import Invalid, NotAllowed
from tinhso.foundation.moments import local
from tinhso.identity.signin import eid
from tinhso.procedures import api as procedures

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
BOOK = "/can-bo/quay/phieu-giay/"


@pytest.fixture
def place() -> Counters:
    return counters(at=MONDAY)


def blank(place: Counters, *, at: datetime = MONDAY) -> Slip:
    return slips.print_slips(office_id=place.queue.id, count=1, by=place.hoa, at=at)[0]


def enter(place: Counters, slip: Slip, *, received: datetime, at: datetime, **late: Any) -> Any:
    given = Late(str(slip), received, late.pop("reason", LateReason.POWER), **late)
    key = f"phieu-{slip.id}"
    return slips.enter(
        submission(place.office, key=key), given, office_id=place.queue.id, by=place.hoa, at=at
    )


def test_slips_are_numbered_without_gap_and_each_year_anew(place: Counters) -> None:
    made = slips.print_slips(office_id=place.queue.id, count=3, by=place.hoa, at=MONDAY)
    later = blank(place, at=MONDAY + 400 * DAY)

    assert [str(slip) for slip in made] == ["PG-2026-0001", "PG-2026-0002", "PG-2026-0003"]
    assert str(later) == "PG-2027-0001"
    for count in (0, 101):
        with pytest.raises(Invalid):
            slips.print_slips(office_id=place.queue.id, count=count, by=place.hoa, at=MONDAY)


def test_number_and_promise_go_by_the_hour_on_the_slip_and_the_trace_says_so(place: Counters) -> None:
    slip, received, now = blank(place), MONDAY + 2 * HOUR, MONDAY + DAY + HOUR
    taken = enter(place, slip, received=received, at=now)

    dossier = Dossier.objects.get()
    slip.refresh_from_db()
    assert dossier.code.split("-")[1] == f"{local(received):%y%m%d}"
    assert (dossier.submitted_at, dossier.accepted_at) == (received, received)
    assert taken.promised_at == dossier.due_at == datetime(2026, 3, 9, 10, 30, tzinfo=UTC)
    assert "late_entry" in dossier.flags
    assert (slip.state, slip.dossier_id, slip.entered_by) == ("used", dossier.id, place.hoa.name)
    told = HistoryEntry.objects.get(dossier=dossier, act="accept")
    assert told.at == now
    assert "PG-2026-0001" in told.note
    assert "Mất điện" in told.note
    assert Promise.objects.get(dossier=dossier).made_at == now


def test_the_same_sheet_twice_gives_the_first_answer_and_another_sheet_is_refused(place: Counters) -> None:
    slip, received, now = blank(place), MONDAY + HOUR, MONDAY + 3 * HOUR
    first = enter(place, slip, received=received, at=now)
    again = enter(place, slip, received=received, at=now + HOUR)
    late = Late(str(slip), received, LateReason.POWER)

    assert again.filed.id == first.filed.id
    with pytest.raises(Invalid, match="đã nhập hoặc đã huỷ"):
        slips.enter(submission(place.office), late, office_id=place.queue.id, by=place.hoa, at=now)
    assert Dossier.objects.count() == 1


@pytest.mark.parametrize(
    ("received", "at", "words"),
    [
        (3 * HOUR, 2 * HOUR, "lúc này hoặc trước lúc này"),
        (-HOUR, 2 * HOUR, "phải sau lúc in phiếu"),
        (5 * DAY + HOUR, 7 * DAY, "không làm việc"),
        (HOUR, 4 * DAY, "Đã quá 3 ngày làm việc"),
    ],
)
def test_an_hour_that_cannot_be_is_refused(
    place: Counters, received: timedelta, at: timedelta, words: str
) -> None:
    slip = blank(place)
    with pytest.raises(Invalid, match=words):
        enter(place, slip, received=MONDAY + received, at=MONDAY + at)
    slip.refresh_from_db()
    assert slip.state == "blank"
    assert not Dossier.objects.exists()


def test_another_reason_is_written_out_and_a_slip_must_be_ours(place: Counters) -> None:
    slip = blank(place)
    with pytest.raises(Invalid, match="vì sao phải nhận"):
        enter(place, slip, received=MONDAY + HOUR, at=MONDAY + 2 * HOUR, reason=LateReason.OTHER)
    other = counters(at=MONDAY)
    late = Late(str(slip), MONDAY + HOUR, LateReason.POWER)
    with pytest.raises(Invalid, match="Không có phiếu số này"):
        slips.enter(
            submission(other.office), late, office_id=other.queue.id, by=other.hoa, at=MONDAY + 2 * HOUR
        )


def test_only_the_offices_intake_prints_strikes_and_enters(place: Counters) -> None:
    slip = blank(place)
    for who in (people.officer("intake_officer"), place.office.specialist, place.office.citizen):
        with pytest.raises(NotAllowed):
            slips.print_slips(office_id=place.queue.id, count=1, by=who, at=MONDAY)
        with pytest.raises(NotAllowed):
            slips.spoil(slip_id=slip.id, because="rách", by=who, at=MONDAY)
        with pytest.raises(NotAllowed):
            slips.enter(
                submission(place.office),
                Late(str(slip), MONDAY + HOUR, LateReason.POWER),
                office_id=place.queue.id,
                by=who,
                at=MONDAY + 2 * HOUR,
            )


def test_a_spoilt_slip_stays_in_the_book_and_takes_nothing_in(place: Counters) -> None:
    slip = blank(place)
    with pytest.raises(Invalid):
        slips.spoil(slip_id=slip.id, because=" ", by=place.hoa, at=MONDAY)
    slips.spoil(slip_id=slip.id, because="Rách khi in", by=place.hoa, at=MONDAY)
    with pytest.raises(Invalid, match="đã nhập hoặc đã huỷ"):
        enter(place, slip, received=MONDAY + HOUR, at=MONDAY + 2 * HOUR)
    assert Slip.objects.get().words == "Rách khi in"


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("slip_state_matches", {"state": "used"}),
        ("slip_state_matches", {"state": "spoilt"}),
        ("slip_state_matches", {"reason": "power"}),
        ("slip_numbers_from_one", {"seq": 0}),
    ],
)
def test_a_slip_that_cannot_be(place: Counters, constraint: str, change: dict[str, object]) -> None:
    blank(place)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Slip.objects.update(**change)


def test_a_slip_is_used_forward_in_time_and_its_number_has_no_twin(place: Counters) -> None:
    slip = blank(place)
    enter(place, slip, received=MONDAY + HOUR, at=MONDAY + 2 * HOUR)
    with pytest.raises(IntegrityError, match="slip_goes_forward"), transaction.atomic():
        Slip.objects.update(received_at=F("printed_at") - HOUR)
    blank(place)
    with pytest.raises(IntegrityError, match="slip_number_once"), transaction.atomic():
        Slip.objects.filter(seq=2).update(seq=1)


def test_slips_are_printed_and_entered_on_the_desk(place: Counters) -> None:
    desk = people.client(place.hoa)
    printed = desk.post(BOOK, {"count": "3"})
    assert printed["Content-Type"] == "application/pdf"
    assert printed.content.startswith(b"%PDF")
    assert desk.post(BOOK, {"count": "x"}).status_code == 422
    slip = Slip.objects.order_by("seq")[0]
    # Printed long enough before, so that the hour on the slip can lie in the past.
    at = moments.now()
    received = local(slip.printed_at)
    Slip.objects.update(printed_at=slip.printed_at - 7 * DAY)
    sheet = f"/can-bo/tiep-nhan/{procedures.version(place.office.version).code}/"
    page = desk.get(sheet).content.decode()
    assert "Hồ sơ đã nhận bằng phiếu giấy" in page
    given = {
        "personal_id": "091090000999", "full_name": "Trần Văn Mới", "goc-don": "1", "key": "giay-1",
        "phieu-so": str(slip), "phieu-ngay-day": received.day, "phieu-ngay-month": received.month,
        "phieu-ngay-year": received.year, "phieu-gio": "99:00", "phieu-ly_do": "network",
    }  # fmt: skip
    wrong = desk.post(sheet, given)
    assert wrong.status_code == 422
    assert "Hãy nhập giờ nhận" in wrong.content.decode()
    assert f'value="{slip}"' in wrong.content.decode()
    right = desk.post(sheet, {**given, "phieu-gio": f"{received:%H:%M}"})
    if received.weekday() < 5:
        assert right.status_code == 302
        assert "late_entry" in Dossier.objects.get().flags
        assert Dossier.objects.get().accepted_at <= at
    else:
        assert "không làm việc" in right.content.decode()
    left = Slip.objects.get(seq=2)
    desk.post(f"{BOOK}{left.id}/huy/", {"vi-sao": "Rách"})
    assert "Rách" in desk.get(BOOK).content.decode()
    assert people.client(place.office.specialist).get(BOOK).status_code == 403
    assert people.client(people.officer("intake_officer")).get(BOOK).status_code == 200


def test_the_counter_works_while_the_national_sign_in_is_down(
    place: Counters, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings.EID, "issuer", "http://127.0.0.1:9/oidc")
    eid.forget()
    ticket = place.take(at=moments.now())
    desk = people.client(place.hoa)
    desk.post(f"/can-bo/quay/{place.one}/goi/")
    sheet = f"/can-bo/tiep-nhan/{procedures.version(place.office.version).code}/"
    given = {"personal_id": "091090000998", "full_name": "Lê Thị Tư", "goc-don": "1", "key": "quay-9"}
    answer = desk.post(sheet, given)

    assert answer.status_code == 302
    assert Dossier.objects.get().status == "accepted"
    assert Ticket.objects.get(id=ticket.id).state == "called"
    eid.forget()
