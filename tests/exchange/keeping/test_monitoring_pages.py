"""The page of monitoring: whose it is, what it shows, page by page, at the same cost."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Page

from tests.exchange.keeping.watched import PROVIDER
from tests.exchange.seen import good, sign_in
from tests.support import people
from tinhso.exchange.models import MonitoredHour, MonitoringLost
from tinhso.exchange.pages.desk.monitoring import HOME
from tinhso.exchange.queries import hours
from tinhso.foundation import moments
from tinhso.identity import api as identity

ROW = r"<tr><td[^>]*>.*?</td><td>(.*?)</td><td><strong[^>]+>([^<]+)</strong></td><td>([0-9]+) lượt"
pytestmark = pytest.mark.django_db(transaction=True)


def hour(back: int = 0, **facts: Any) -> MonitoredHour:
    """Figures of so many hours ago."""
    begins = moments.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=back)
    return MonitoredHour.objects.create(
        **{
            "hour": begins,
            "side": "service",
            "provider": PROVIDER,
            "service_code": "tra-cuu",
            "service_version": "",
            "service_type": "REST",
            "requests": 120,
            "failures": 3,
            "p50": 41,
            "p95": 380,
            "request_bytes": 120_000,
            "response_bytes": 480_000,
            **facts,
        }
    )


@pytest.fixture
def operator() -> Client:
    return people.client(people.officer(identity.Role.ADMINISTRATOR))


def shown(client: Client, address: str = HOME) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_is_the_operators() -> None:
    hour()
    for stranger in (Client(), people.client(people.person()), people.client(people.officer())):
        assert stranger.get(HOME).status_code in (302, 403)


def test_every_hour_and_service_is_shown_once_page_by_page(
    operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(hours.page.__kwdefaults__, "limit", 4)
    for back in range(3):
        for code, version in (("a", ""), ("b", "v1"), ("b", "v2")):
            for side in ("client", "service"):
                hour(back, service_code=code, service_version=version, side=side, requests=back + 100)

    found, address = [], HOME
    while address:
        page = shown(operator, address)
        found += re.findall(ROW, page.replace("<wbr>", ""))
        onward = re.search(r'href="(\?[^"]+)" rel="next"', page)
        address = HOME + onward[1].replace("&amp;", "&") if onward else ""

    services = [f"{PROVIDER}/{tail}" for tail in ("a", "b/v1", "b/v2")]
    assert found == [
        (service, side, str(back + 100))
        for back in range(3)
        for service in services
        for side in ("Hỏi", "Trả lời")
    ]


def test_one_service_and_one_side_may_be_asked_for(operator: Client) -> None:
    hour(service_code="a")
    hour(service_code="b", service_version="v1")
    hour(service_code="b", service_version="v1", side="client", requests=7, failures=7)

    page = shown(operator, f"{HOME}?dich-vu={PROVIDER}/b&ben=client")

    assert page.count("<tr><td") == 1
    assert '<strong class="govuk-tag govuk-tag--red">7 lỗi</strong>' in page
    assert shown(operator, f"{HOME}?dich-vu={PROVIDER}/b/v1").count("<tr><td") == 2
    assert "Chưa có số liệu" in shown(operator, f"{HOME}?dich-vu=khong-co")
    for odd in ("x", '["2026-11-24T00:00:00","a","b","c","d"]', '["2026-11-24T00:00:00Z","a"]', "[" * 900):
        assert shown(operator, f"{HOME}?sau={odd}").count("<tr><td") == 3


def test_lost_records_are_told(operator: Client) -> None:
    assert "Mất số liệu" not in shown(operator)
    MonitoringLost.objects.create(day=moments.now().date(), count=37)

    assert "37 lượt trao đổi không ghi được" in shown(operator)


def test_the_page_costs_as_many_queries_whatever_it_shows(operator: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            shown(operator)
        return len(asked)

    hour()
    cost()
    before = cost()
    for number in range(60):
        hour(number % 24, service_code=f"x{number}")
    assert cost() == before


def test_the_page_fits_a_desk_and_a_phone(page: Page, live_site: str) -> None:
    hour(failures=70)
    hour(1, side="client", p95=4_300, service_code="TraCuuHoTich", service_version="v1")
    MonitoringLost.objects.create(day=moments.now().date(), count=37)
    sign_in(page, live_site, people.officer(identity.Role.ADMINISTRATOR))
    page.goto(f"{live_site}{HOME}")
    page.wait_for_selector("table.ui-list")
    good(page, "monitoring")
