"""The page of diagnostics: whose it is, and that it reads the configuration once however much it shows."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.exchange.evidence import trusted
from tests.exchange.keeping import anchored
from tests.support import people
from tinhso.exchange.pages.desk.diagnostics import HOME
from tinhso.identity.api import Role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


def test_the_operators_see_ends_by_one_reading_of_the_configuration() -> None:
    anchored.hold(
        authorities=[
            anchored.listed(trusted.authority(f"ca{number}").der, f"ca{number}") for number in range(3)
        ]
    )
    operator = people.client(people.officer(Role.ADMINISTRATOR))

    with CaptureQueriesContext(connection) as asked:
        answer = operator.get(HOME)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert all(f"ca{number}" in page for number in range(3))
    assert "anchor" not in page
    assert sum('FROM "exchange_state"' in one["sql"] for one in asked.captured_queries) == 1


def test_without_an_anchor_it_says_what_is_missing() -> None:
    assert "(anchor)" in people.client(people.officer(Role.ADMINISTRATOR)).get(HOME).content.decode()


def test_nobody_else_opens_it() -> None:
    others = (Client(), people.client(people.person()), people.client(people.officer()))
    assert {one.get(HOME).status_code for one in others} <= {302, 403}
