"""A digest at the hour one chose: real figures, once a day, nothing when there is nothing, nobody named."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from tests.support import people
from tests.support.office import SENT, Office, filed
from tinhso.dossiers.operations import intake
from tinhso.foundation import moments
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import LOCAL
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.identity.models import Officer
from tinhso.notify.models import Message
from tinhso.supervision.contracts import Cut
from tinhso.supervision.models import Digest
from tinhso.supervision.operations import digesting
from tinhso.supervision.queries import digests

pytestmark = pytest.mark.django_db
PLACE = "/can-bo/tom-tat/"
MONDAY = datetime(2026, 3, 16, 7, 1, tzinfo=LOCAL)
DAY = timedelta(days=1)


def busy(place: Office) -> None:
    """Two with the specialist, late on that Monday; one more waits to be accepted."""
    for _each in range(2):
        intake.accept(dossier_id=filed(place, at=SENT).id, by=SYSTEM, at=SENT)
    filed(place, at=SENT)


def choose(actor: ActorRef, *contents: Cut, hour: int = 7, at: datetime = MONDAY - 3 * DAY) -> None:
    digesting.choose(hour=hour, contents=contents, by=actor, at=at)


def told(actor: ActorRef) -> list[Message]:
    return list(
        Message.objects.filter(template="supervision.digest", recipient_id=actor.id, channel="in_app")
    )


def test_it_is_sent_once_at_its_hour_with_real_figures_and_no_names(place: Office, head: ActorRef) -> None:
    busy(place)
    Officer.objects.filter(account_id=head.id).update(email="long@example.vn")
    choose(place.specialist, Cut.LATE, Cut.TODAY)
    choose(head, Cut.AGENCY_LATE)
    assert head.id not in digesting.due(at=MONDAY - timedelta(minutes=2))
    assert set(digesting.due(at=MONDAY)) == {place.specialist.id, head.id}
    for _twice in range(2):
        for officer in (place.specialist, head):
            assert officer.id
            digesting.send(officer=officer.id, at=MONDAY)

    assert digesting.due(at=MONDAY) == []
    [mine], [theirs] = told(place.specialist), told(head)
    assert mine.body == "Việc của tôi đã trễ hạn: 2"
    assert theirs.body == "Hồ sơ trễ hạn của các cơ quan tôi theo dõi: 3"
    mail = Message.objects.get(recipient_id=head.id, channel="mail")
    assert "Danh Sóc Kha" not in mail.body + mail.subject
    assert "-26" not in mail.body, "no dossier code either"


def test_nothing_is_sent_when_there_is_nothing_to_say_or_on_a_day_off(place: Office) -> None:
    choose(place.specialist, Cut.LATE)
    assert place.specialist.id
    assert not digesting.send(officer=place.specialist.id, at=MONDAY)
    assert told(place.specialist) == []
    busy(place)
    assert not digesting.send(officer=place.specialist.id, at=MONDAY), "today it was looked at"
    assert not digesting.send(officer=place.specialist.id, at=MONDAY + 5 * DAY), "a Saturday"
    assert digesting.send(officer=place.specialist.id, at=MONDAY + 7 * DAY)


def test_every_figure_of_the_page_opens_to_its_list(place: Office, head: ActorRef) -> None:
    busy(place)
    at = moments.now()
    for actor in (place.intake, place.specialist, place.leader):
        for each in digests.told(actor, list(Cut), at=at):
            if each.cut in (Cut.AWAY, Cut.AGENCY_LATE) or not each.number:
                continue
            page = people.client(actor).get(each.href)
            assert len(page.context["lines"]) == each.number, each
    [figure] = digests.told(head, [Cut.AGENCY_LATE], at=at)
    tile = re.search(
        r"late\" href=\"[^\"]+\"><strong>(\d+)", people.client(head).get(figure.href).content.decode()
    )
    assert tile
    assert int(tile[1]) == figure.number == 3


def test_the_choice_is_kept_on_the_page_and_taken_back(place: Office) -> None:
    client = people.client(place.specialist)
    assert Client().get(PLACE).status_code == 302
    assert client.post(PLACE, {"gio": "8", "muc": ["late", "mine", "nothing"]}).status_code == 302
    row = Digest.objects.get(officer=place.specialist.id)
    assert (row.hour, row.contents) == (8, ["late", "mine"])
    page = client.get(PLACE).content.decode()
    assert 'value="8" selected' in page
    assert client.post(PLACE, {"gio": "tám", "muc": ["late"]}).status_code == 422
    assert client.post(PLACE, {"gio": "9" * 5000, "muc": ["late"]}).status_code == 422
    assert client.post(PLACE, {"gio": "9"}).status_code == 302
    assert not Digest.objects.filter(officer=place.specialist.id).exists()


def test_choosing_an_hour_that_has_passed_waits_for_tomorrow(place: Office) -> None:
    choose(place.specialist, Cut.LATE, hour=7, at=MONDAY)
    assert digesting.due(at=MONDAY + timedelta(hours=3)) == []
    assert digesting.due(at=MONDAY + DAY) == [place.specialist.id]
    choose(place.leader, Cut.LATE, hour=9, at=MONDAY)
    assert digesting.due(at=MONDAY + timedelta(hours=3)) == [place.leader.id]
    for hour in (6, 22, 24):
        with pytest.raises(Invalid):
            choose(place.leader, Cut.LATE, hour=hour)
