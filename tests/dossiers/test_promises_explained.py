"""What is left of a promise in words: running, due today, late, standing, late already when it stood."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.support import people
from tests.support.office import SENT, Office, filed, office
from tinhso.dossiers import promises
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.operations import intake, results, routing
from tinhso.dossiers.pages.desk.lines import lines
from tinhso.dossiers.queries import process
from tinhso.dossiers.queries.lists import page
from tinhso.dossiers.queries.narrowing import Filter
from tinhso.foundation import moments

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def place() -> Office:
    return office()


def accepted(place: Office, at: datetime = SENT) -> Dossier:
    sent = filed(place, at=at)
    intake.accept(dossier_id=sent.id, by=place.intake, at=at)
    return Dossier.objects.get(id=sent.id)


def said(dossier: Dossier, at: datetime) -> str:
    found = promises.explained(dossier, at=at)
    assert found
    return found.standing


def tag(place: Office, at: datetime) -> str:
    [line] = lines(page(Filter(agency=place.agency)).rows, at=at)
    assert line.late
    return line.late.standing


def test_days_left_are_said_until_they_are_days_late(place: Office) -> None:
    dossier = accepted(place)
    due = dossier.due_at
    assert due

    assert said(dossier, SENT + HOUR) == "Còn 5 ngày làm việc."
    assert said(dossier, due - HOUR) == "Đến hạn hôm nay lúc 17:30."
    assert said(dossier, due + 2 * HOUR) == "Đã quá hạn 2 giờ."
    assert said(dossier, due + 3 * DAY) == "Đã quá hạn 3 ngày làm việc."


def test_a_pause_says_what_would_be_promised_if_it_ended_now(place: Office) -> None:
    dossier = accepted(place)
    routing.pause(dossier_id=dossier.id, reason="chờ Sở", by=place.specialist, at=SENT + DAY)

    words = said(dossier, SENT + 3 * DAY)
    at_once = said(dossier, SENT + DAY)
    assert at_once.startswith("Đang dừng. Nếu tiếp tục ngay bây giờ thì hẹn ")
    assert words == "Đang dừng, đã 2 ngày làm việc. Nếu tiếp tục ngay bây giờ thì hẹn 17:30 thứ Tư 11/3/2026."
    found = promises.explained(dossier, at=SENT + 3 * DAY)
    assert found
    assert [one for one in found.words if one.startswith("Đang tạm dừng chờ Sở")]
    assert tag(place, SENT + 3 * DAY) == "paused"
    routing.resume(dossier_id=dossier.id, by=place.specialist, at=SENT + 3 * DAY)
    assert "thứ Tư 11/3/2026" in promises.explained(dossier, at=SENT + 3 * DAY).words[-1]  # type: ignore[union-attr]


def test_what_was_late_when_it_stopped_is_late_while_it_stands(place: Office) -> None:
    dossier = accepted(place)
    assert dossier.due_at
    stopped = dossier.due_at + DAY
    routing.pause(dossier_id=dossier.id, reason="chờ Sở", by=place.specialist, at=stopped)

    assert said(dossier, stopped + 2 * DAY).startswith("Đã quá hạn từ trước khi dừng; đã dừng 2 ngày")
    assert tag(place, stopped + 2 * DAY) == "paused_late"


def test_each_step_has_its_own_deadline_none_after_the_promise(place: Office) -> None:
    dossier = accepted(place)
    drawn = process.drawn(dossier.id)
    found = promises.explained(dossier, at=SENT + HOUR, steps=drawn)

    assert found
    dues = list(found.steps.values())
    assert dues
    assert dues == sorted(dues)
    assert dossier.due_at
    assert dues[-1] <= dossier.due_at
    assert set(found.steps) <= {step.step for step in drawn}


def test_nothing_is_said_before_acceptance_and_after_the_end(place: Office) -> None:
    sent = filed(place)
    assert promises.explained(Dossier.objects.get(id=sent.id), at=SENT) is None
    intake.refuse(dossier_id=sent.id, reason="x", ground="Điều 13", by=place.intake, at=SENT)
    assert promises.explained(Dossier.objects.get(id=sent.id), at=SENT) is None


def test_the_desk_and_the_applicant_read_it(place: Office) -> None:
    now = moments.now()
    dossier = accepted(place, now)
    results.draft(dossier_id=dossier.id, written={}, by=place.specialist, at=now)
    desk = people.client(place.leader).get(f"/can-bo/ho-so/{dossier.code}/").content.decode()
    public = people.client(place.citizen).get(f"/ho-so/{dossier.code}/").content.decode()

    for seen in (desk, public):
        assert "Còn 5 ngày làm việc." in seen
    assert "hạn 17:30 thứ" in desk
    assert "5 ngày làm việc" in desk
