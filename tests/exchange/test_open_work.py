"""What waits for people stands left on every page of the desk, told at once and asked for once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.exchange.agreements.laid import AT, ask, place, wish
from tests.support import people
from tinhso.exchange.models import Dependency
from tinhso.exchange.open_work import OpenWork, open_work
from tinhso.exchange.operations import agreements
from tinhso.exchange.pages.desk import agreements_navigation, navigation
from tinhso.foundation.refs import ActorRef
from tinhso.identity.api import Role
from tinhso.ui.api import NavigationGroup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
DESK = "/can-bo/"


def shown(actor: ActorRef, provider: Callable[..., tuple[NavigationGroup, ...]], address: str) -> int | None:
    """The count at an address, as the officer's page has it."""
    request = people.client(actor).get(DESK).wsgi_request
    return next(view.count for group in provider(request) for view in group.views if view.href == address)


def agreed(actor: ActorRef) -> int | None:
    return shown(actor, agreements_navigation.groups, f"{agreements_navigation.ROOT}thoa-thuan/")


def test_an_agreement_waits_for_its_owner_then_for_the_operator_then_for_nobody() -> None:
    laid, stranger = place(), people.officer(Role.LEADER)
    whom = (laid.owner, laid.operator, stranger)
    assert [agreed(each) for each in whom] == [0, 0, 0]

    id = ask(laid)
    assert [agreed(each) for each in whom] == [1, 0, 0]
    agreements.accept(id, by=laid.owner, at=AT)
    assert [agreed(each) for each in whom] == [0, 1, 0]
    agreements.enable(id, by=laid.operator, at=AT)
    assert [agreed(each) for each in whom] == [0, 0, 0]


def test_an_agreement_that_waits_for_both_is_counted_once_for_each() -> None:
    laid = place()
    id = ask(laid)
    agreements.accept(id, by=laid.owner, at=AT)
    agreements.ask_anew(id, wish(), by=laid.developer, at=AT)

    assert (open_work().both, open_work().opened, open_work().decided) == ({laid.unit: 1}, {}, {})
    assert (agreed(laid.owner), agreed(laid.operator)) == (1, 1)


def test_troubles_are_counted_for_the_operators() -> None:
    for number, cause in enumerate(["", "slow", "clock"]):
        Dependency.objects.create(kind="ocsp", name="x", address=f"http://{number}", tried_at=AT, cause=cause)
    open_work.changed()
    assert shown(people.officer(Role.ADMINISTRATOR), navigation.groups, "/can-bo/truc/chan-doan/") == 2


def test_nothing_waits_in_an_empty_exchange() -> None:
    assert open_work() == OpenWork()


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.LEADER, Role.ADMINISTRATOR, Role.DEVELOPER])
def test_a_page_of_the_desk_costs_one_question_of_the_room_and_the_next_one_none(role: Role) -> None:
    client = people.client(people.officer(role))

    def asked() -> int:
        with CaptureQueriesContext(connection) as taken:
            assert client.get(DESK).status_code == 200
        return sum('"exchange_' in one["sql"] for one in taken.captured_queries)

    assert (asked() <= 1, asked()) == (True, 0)
