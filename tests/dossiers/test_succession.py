"""A unit or an agency ends with open dossiers: they go to whoever has its work."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.support import people
from tests.support.office import SENT, Office, filed, office
from tinhso.directory import api as directory
from tinhso.dossiers import jobs
from tinhso.dossiers.models import Dossier, HistoryEntry
from tinhso.dossiers.operations import intake, results, routing, succession
from tinhso.dossiers.queries import desks
from tinhso.dossiers.queries.lists import page
from tinhso.foundation import moments
from tinhso.foundation.errors import Unable
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.identity import api as identity
from tinhso.identity.models import Post
from tinhso.notify import api as notify

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NEXT = date(2026, 3, 3)
AFTER = SENT + DAY


@pytest.fixture
def place() -> Office:
    return office()


def accepted(place: Office) -> Dossier:
    sent = filed(place)
    intake.accept(dossier_id=sent.id, by=place.intake, at=SENT)
    return Dossier.objects.get(id=sent.id)


def told(actor: ActorRef) -> list[str]:
    assert actor.id
    return [message.subject for message in notify.inbox(reader=actor.id, limit=50)]


def close(place: Office, successor: directory.UnitView, on: date = NEXT) -> None:
    directory.close_unit(
        unit_id=place.specialist_unit,
        successor_id=successor.id,
        effective_date=on,
        legal_basis="15/QĐ-UBND",
        by=SYSTEM,
        at=SENT,
    )


def another(place: Office) -> directory.UnitView:
    return directory.unit(people.unit(place.agency))


def test_a_closed_units_open_dossiers_go_to_its_successor_on_that_day(place: Office) -> None:
    dossier, heir = accepted(place), another(place)
    taker = people.officer("specialist", heir.id, name="Võ Văn Cảnh")
    routing.pause(dossier_id=dossier.id, reason="Chờ Sở", by=place.specialist, at=SENT)
    before = Dossier.objects.get(id=dossier.id)
    close(place, heir)

    assert succession.follow(at=SENT) == 0, "not before the day"
    assert succession.follow(at=AFTER) == 1
    now = Dossier.objects.get(id=dossier.id)
    assert (now.unit_id, now.holder, now.code) == (heir.id, taker.id, before.code)
    assert (now.status, now.due_at, now.stopped_since) == ("paused", before.due_at, before.stopped_since)
    line = HistoryEntry.objects.filter(dossier=now).latest("id")
    assert (line.act, line.public) == ("transfer", True)
    assert heir.name in line.note
    assert [words for words in told(place.citizen) if heir.name in words]
    assert not Post.objects.filter(unit_id=place.specialist_unit, period__contains=NEXT).exists()

    routing.resume(dossier_id=dossier.id, by=taker, at=AFTER)
    results.draft(dossier_id=dossier.id, written={}, by=taker, at=AFTER)
    assert succession.follow(at=AFTER) == 0, "once is enough"


def test_successors_are_followed_over_several_steps(place: Office) -> None:
    dossier, second, third = accepted(place), another(place), another(place)
    close(place, second)
    directory.close_unit(
        unit_id=second.id,
        successor_id=third.id,
        effective_date=NEXT + DAY,
        legal_basis="16/QĐ",
        by=SYSTEM,
        at=SENT,
    )

    assert succession.follow(at=SENT + 3 * DAY) == 1
    assert Dossier.objects.get(id=dossier.id).unit_id == third.id


def test_a_dissolved_agencys_dossiers_go_on_in_its_successor(place: Office) -> None:
    waiting, dossier = filed(place), accepted(place)
    due = dossier.due_at
    heir = office()
    directory.dissolve(
        agency_id=place.agency,
        successors=[heir.agency],
        effective_date=NEXT,
        legal_basis="1/NQ",
        by=SYSTEM,
        at=SENT,
    )

    assert succession.follow(at=AFTER) == 2
    now = Dossier.objects.get(id=dossier.id)
    assert (now.agency_id, now.unit_id, now.holder) == (heir.agency, heir.specialist_unit, heir.specialist.id)
    assert (now.due_at, now.code) == (due, dossier.code)
    first = Dossier.objects.get(id=waiting.id)
    assert (first.unit_id, first.holder) == (heir.one_stop, heir.intake.id)
    desk = desks.desk_of(heir.specialist, AFTER)
    assert [row.code for row in page(desks.own(desk)).rows] == [dossier.code]
    intake.accept(dossier_id=waiting.id, by=heir.intake, at=AFTER)
    with pytest.raises(Unable):
        routing.pause(dossier_id=dossier.id, reason="x", by=place.specialist, at=AFTER)


def test_without_an_heir_a_dossier_stays_and_is_logged(
    place: Office, caplog: pytest.LogCaptureFixture
) -> None:
    dossier = accepted(place)
    directory.dissolve(
        agency_id=place.agency, successors=[], effective_date=NEXT, legal_basis="1/NQ", by=SYSTEM, at=SENT
    )
    assert succession.follow(at=AFTER) == 0
    assert dossier.code in caplog.text
    assert Dossier.objects.get(id=dossier.id).unit_id == place.specialist_unit


def test_a_unit_is_closed_only_for_another_of_its_agency_that_stands(place: Office) -> None:
    stranger = directory.unit(people.unit())
    with pytest.raises(directory.CannotReorganise, match="cùng cơ quan"):
        close(place, stranger)
    with pytest.raises(directory.CannotReorganise):
        close(place, directory.unit(place.specialist_unit))
    close(place, another(place))
    with pytest.raises(directory.UnknownAgency):
        close(place, another(place))


@pytest.mark.django_db(transaction=True)
def test_the_clock_and_the_event_let_dossiers_follow() -> None:
    place, at = office(), moments.now()
    sent = filed(place, at=at)
    intake.accept(dossier_id=sent.id, by=place.intake, at=at)
    other = accepted(place)
    heir = another(place)
    close(place, heir, on=moments.today(at))

    jobs.follow_reorganisation(unit_ids=[str(place.one_stop)])
    assert Dossier.objects.get(id=sent.id).unit_id == place.specialist_unit
    jobs.follow_reorganisation(unit_ids=[str(place.specialist_unit)])
    assert Dossier.objects.get(id=sent.id).unit_id == heir.id
    jobs.follow_successors.function()
    assert Dossier.objects.get(id=other.id).unit_id == heir.id
    assert identity.holders(role="specialist", unit=place.specialist_unit, at=at) == ()
