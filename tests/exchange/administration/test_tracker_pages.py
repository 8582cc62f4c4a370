"""Registers that a person's page asks, by their page."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.exchange.administration.counting import cost
from tests.exchange.agreements.test_pages import words
from tests.support import people
from tests.support.people import AT
from tinhso.exchange.models import Tracker
from tinhso.exchange.usage import asking
from tinhso.foundation.ids import new_id
from tinhso.identity.api import Role

pytestmark = pytest.mark.django_db
HOME = "/can-bo/truc/noi-giu-du-lieu/"
SERVICE = "GOV/BTP/HOTICH/theo-doi"


@pytest.fixture
def operator() -> Client:
    return people.client(people.officer(Role.ADMINISTRATOR))


def test_a_register_is_added_paused_and_asked_again(operator: Client) -> None:
    assert "Chưa có nơi nào" in words(operator.get(HOME))
    for sent in ({"ten": " ", "dich-vu": SERVICE}, {"ten": "Hộ tịch", "dich-vu": "HOTICH"}):
        assert operator.post(HOME, sent).status_code == 422
    assert operator.post(HOME, {"ten": "Hộ tịch", "dich-vu": f" {SERVICE} "})["Location"] == HOME
    row = Tracker.objects.get()
    assert [one.name for one in asking.registers()] == ["Hộ tịch"]
    operator.post(f"{HOME}{row.id}/", {"viec": "dung"})
    assert (asking.registers(), "Thôi hỏi từ" in words(operator.get(HOME))) == ([], True)
    assert operator.post(f"{HOME}{row.id}/", {"viec": "dung"}).status_code == 404
    operator.post(f"{HOME}{row.id}/", {"viec": "hoi-lai"})
    assert [one.service for one in asking.registers()] == [SERVICE]
    assert operator.post(f"{HOME}{row.id}/", {"viec": "bay"}).status_code == 404
    assert operator.post(f"{HOME}{new_id()}/", {"viec": "hoi-lai"}).status_code == 404


def test_the_list_is_paged_and_costs_no_more_queries(operator: Client) -> None:
    few = cost(operator, HOME)
    Tracker.objects.bulk_create(
        Tracker(service=f"GOV/BTP/HT/s{number}", name="Sổ", added_at=AT) for number in range(55)
    )
    assert cost(operator, HOME) == few
    page = operator.get(HOME)
    assert (len(page.context["rows"]), len(operator.get(page.context["next"]).context["rows"])) == (50, 5)
