"""The kiosk where people ask how their dossier stands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from tests.support.counters import Counters, counters
from tests.support.office import filed, submission
from tinhso.counter.contracts import LateReason
from tinhso.counter.operations import slips
from tinhso.counter.operations.slips import Late
from tinhso.dossiers.faults import NotTheirs
from tinhso.foundation import moments

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Counters:
    return counters(at=moments.now())


def address(place: Counters, key: str = "") -> str:
    return f"/quay/{place.queue.slug}/{key or place.queue.key}/tra-cuu/"


def test_a_code_or_the_receipts_qr_gives_the_step_and_no_person(place: Counters, client: Client) -> None:
    made = filed(place.office, at=moments.now())
    for typed in (made.code, made.code.lower(), f"{settings.ORIGIN}/ho-so/{made.code}/"):
        page = client.post(address(place), {"ma": typed}).content.decode()
        assert made.code in page
        assert "Danh Sóc Kha" not in page
        assert 'data-after="60"' in page


def test_four_digits_of_its_people_show_more(place: Counters, client: Client) -> None:
    made = filed(place.office, at=moments.now())
    alone = client.post(address(place), {"ma": made.code}).content.decode()
    more = client.post(address(place), {"ma": made.code, "so": "5678"})
    wrong = client.post(address(place), {"ma": made.code, "so": "0000"})

    for shown in ("D*** S*** K***", "Nơi giải quyết", "Gửi lúc"):
        assert shown not in alone
        assert shown in more.content.decode()
        assert shown not in wrong.content.decode()
    assert "Danh Sóc Kha" not in more.content.decode()
    assert (wrong.status_code, made.code in wrong.content.decode()) == (NotTheirs.status, True)


def test_guessing_the_digits_is_slowed_down(place: Counters, client: Client) -> None:
    made = filed(place.office, at=moments.now())
    asked = [
        client.post(address(place), {"ma": made.code, "so": f"{number:04d}"}).status_code
        for number in range(20)
    ]
    assert asked[0] == NotTheirs.status
    assert asked[-1] == 429
    assert client.post(address(place), {"ma": made.code, "so": "5678"}).status_code == 429


def test_a_paper_slip_leads_to_its_dossier_at_its_own_office_only(place: Counters, client: Client) -> None:
    at = moments.now()
    day = at - timedelta(days=(at.astimezone(moments.LOCAL).weekday() - 4) % 7 if at.astimezone(
        moments.LOCAL).weekday() > 4 else 0)  # fmt: skip
    slip = slips.print_slips(office_id=place.queue.id, count=1, by=place.hoa, at=day - timedelta(hours=1))[0]
    late = Late(str(slip), day, LateReason.NETWORK)
    taken = slips.enter(submission(place.office), late, office_id=place.queue.id, by=place.hoa, at=day)
    other = counters(at=at)

    assert taken.filed.code in client.post(address(place), {"ma": str(slip)}).content.decode()
    assert client.post(address(other), {"ma": str(slip)}).status_code == 422


def test_guessing_codes_is_slowed_down(place: Counters, client: Client) -> None:
    asked = [
        client.post(address(place), {"ma": f"H01-260302-{number:04d}"}).status_code for number in range(40)
    ]
    assert asked[0] == 422
    assert asked[-1] == 429
    made = filed(place.office, at=moments.now())
    assert client.post(address(place), {"ma": made.code}).status_code == 429


def test_what_is_unknown_is_said_and_another_key_opens_nothing(place: Counters, client: Client) -> None:
    for typed in ("", "H01.9-000000-0001", "x" * 500, "\u0007"):
        assert client.post(address(place), {"ma": typed}).status_code == 422
    assert client.get(address(place)).status_code == 200
    assert client.get(address(place, "y" * 22)).status_code == 404
