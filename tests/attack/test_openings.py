"""An opening in an emergency has a second person who stands near it, and is not agreed to long after."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.identity.test_openings import Place, place  # noqa: F401 - the fixture
from tests.support import people
from tests.support.people import AT
from tinhso.foundation.errors import Invalid, NotAllowed
from tinhso.foundation.refs import SYSTEM
from tinhso.identity import api, limits
from tinhso.identity.api import Sight

pytestmark = pytest.mark.django_db


def asked(place: Place) -> api.OpeningView:  # noqa: F811
    assert place.supervisor.id
    (opening,) = api.openings(reader=place.supervisor.id, at=AT)
    return opening


def test_a_request_that_nobody_answered_in_time_opens_nothing_any_more(place: Place) -> None:  # noqa: F811
    administrator = people.officer("administrator")
    place.open(administrator)
    late = limits.minutes("emergency_opening_minutes", AT)
    opening = asked(place)

    with pytest.raises(Invalid, match="quá lâu"):
        api.witness(opening_id=opening.id, agree=True, by=place.supervisor, at=AT + late)

    assert place.seen(administrator, late).sight is Sight.NOTHING
    api.witness(opening_id=opening.id, agree=False, by=place.supervisor, at=AT + late)


def test_an_administrator_is_no_second_person_where_the_agency_has_one(place: Place) -> None:  # noqa: F811
    first, second = people.officer("administrator"), people.officer("administrator")
    place.open(first)

    with pytest.raises(NotAllowed):
        api.witness(opening_id=asked(place).id, agree=True, by=second, at=AT)

    assert place.seen(first).sight is Sight.NOTHING
    assert second.id
    (view,) = api.openings(reader=second.id, at=AT)
    assert (view.asks, view.awaited) == (False, (place.supervisor.name,))
    page = people.client(second).get("/can-bo/mo-khan/").content.decode()
    assert "Người giám sát hoặc lãnh đạo cơ quan phải chứng kiến: " in page
    assert f"/can-bo/mo-khan/{view.id}/" not in page
    assert (
        f"/can-bo/mo-khan/{view.id}/"
        in people.client(place.supervisor).get("/can-bo/mo-khan/").content.decode()
    )


def test_an_administrator_is_asked_where_nobody_else_watches_over_the_agency(place: Place) -> None:  # noqa: F811
    administrator = people.officer("administrator")
    assert administrator.id
    place.open(place.supervisor)

    (view,) = api.openings(reader=administrator.id, at=AT)
    assert (view.asks, view.awaited) == (True, ())
    api.witness(opening_id=view.id, agree=True, by=administrator, at=AT)


def test_the_page_of_openings_asks_as_many_questions_for_many_agencies_as_for_one() -> None:
    administrator = people.officer("administrator")

    def questions() -> int:
        browser = people.client(administrator)
        browser.get("/can-bo/mo-khan/")
        with CaptureQueriesContext(connection) as asked:
            browser.get("/can-bo/mo-khan/")
        return len(asked)

    first = Place()
    first.open(first.officer)
    one = questions()
    for each in (Place(), Place(), Place()):
        each.open(each.officer)
    assert questions() == one


def test_who_watches_only_for_the_one_who_opens_is_no_second_person(place: Place) -> None:  # noqa: F811
    unit = people.unit(place.agency)
    leader, deputy = people.officer("leader", unit), people.officer("specialist", unit)
    assert leader.id
    assert deputy.id
    api.delegate(
        delegator_id=leader.id,
        deputy_id=deputy.id,
        role=api.Role.LEADER,
        unit_id=unit,
        begins_at=AT - timedelta(hours=1),
        ends_at=AT + timedelta(days=2),
        by=SYSTEM,
        at=AT,
    )
    place.open(leader)
    (view,) = api.openings(reader=deputy.id, at=AT)
    assert (view.asks, view.awaited) == (False, (place.supervisor.name,))
    with pytest.raises(NotAllowed):
        api.witness(opening_id=asked(place).id, agree=True, by=deputy, at=AT)
    api.witness(opening_id=asked(place).id, agree=True, by=place.supervisor, at=AT)
