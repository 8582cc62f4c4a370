"""Every page of who runs the exchange: asked as nobody, a person, the wrong officers and the right one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from tests.exchange.agreements import laid as laying
from tests.exchange.agreements.test_pages import words
from tests.exchange.operations.test_server import SERVER, anchor, given_for
from tests.support import people
from tests.support.people import AT
from tinhso.exchange.contracts import KeyUse
from tinhso.exchange.models import ServerKey, Service, State, Subscription, Subsystem, Tracker
from tinhso.exchange.operations import server
from tinhso.exchange.pages.desk import overview
from tinhso.exchange.publishing import subscribing
from tinhso.exchange.subscriptions import MERGED
from tinhso.exchange.usage import trackers
from tinhso.foundation.refs import SYSTEM
from tinhso.identity.api import Role

pytestmark = pytest.mark.django_db
ROOT = "/can-bo/truc/"


@pytest.fixture
def place(tmp_path: Path, settings: Settings) -> dict[str, list[str]]:
    """One of each thing; the pages that show it and the acts on it."""
    settings.EXCHANGE = replace(
        settings.EXCHANGE, keys=tmp_path / "keys", key_password="", port=1, operators_port=1
    )
    server.name_server(server=SERVER, anchor=anchor(), by=SYSTEM, at=AT)
    laid = laying.place()
    made, waits = (
        server.make_key(use=KeyUse.TLS, member=SERVER, name="UBND", by=SYSTEM, at=AT) for _n in range(2)
    )
    key = server.take_certificate(
        use=KeyUse.TLS,
        member=SERVER,
        reference=made.reference,
        given=given_for(made.request, KeyUse.TLS),
        by=SYSTEM,
        at=AT,
    )
    tracker = trackers.add(service="GOV/BTP/HT/x", name="Hộ tịch", by=SYSTEM, at=AT)
    terms = subscribing.Terms(system="Kho", topics=[MERGED.name], url="https://kho.example.vn/")
    told, _secret = subscribing.subscribe(terms, by=SYSTEM, at=AT)
    subsystem = Subsystem.objects.get(services=laid.service).id
    waiting = Path(waits.reference).stem
    return {
        "pages": [
            f"{ROOT}may-chu/",
            f"{ROOT}may-chu/khoa/{key}/",
            f"{ROOT}may-chu/khoa/{key}/chung-thu/",
            f"{ROOT}may-chu/yeu-cau/{waiting}/",
            f"{ROOT}dich-vu/{laid.service}/thong-so/",
            f"{ROOT}dich-vu/{laid.service}/sua/",
            f"{ROOT}he-thong-con/",
            f"{ROOT}he-thong-con/dang-ky/",
            f"{ROOT}he-thong-con/{subsystem}/",
            f"{ROOT}su-kien/",
            f"{ROOT}su-kien/dang-ky/",
            f"{ROOT}su-kien/{told}/",
            f"{ROOT}su-kien/{told}/sua/",
            f"{ROOT}noi-giu-du-lieu/",
        ],
        "acts": [
            f"{ROOT}may-chu/lam/ viec=bao-duong loi-bao=Phá",
            f"{ROOT}may-chu/khoa/{key}/lam/ viec=dung",
            f"{ROOT}dich-vu/{laid.service}/thong-so/lam/ viec=nhat-ky nhat-ky=none",
            f"{ROOT}dich-vu/{laid.service}/sua/lam/ viec=sua ten=Phá",
            f"{ROOT}he-thong-con/dang-ky/ ten=x",
            f"{ROOT}he-thong-con/{subsystem}/lam/ viec=go",
            f"{ROOT}su-kien/dang-ky/ he-thong=x",
            f"{ROOT}su-kien/{told}/sua/ he-thong=x",
            f"{ROOT}su-kien/{told}/lam/ viec=thoi",
            f"{ROOT}su-kien/{told}/1/ viec=gui-lai",
            f"{ROOT}noi-giu-du-lieu/ ten=x dich-vu=A/B/C/D",
            f"{ROOT}noi-giu-du-lieu/{tracker}/ viec=dung",
            f"{ROOT}noi-giu-du-lieu/{tracker}/ viec=thu",
        ],
    }


def post(browser: Client, act: str) -> int:
    address, *sent = act.split(" ")
    return browser.post(address, dict(one.split("=", 1) for one in sent)).status_code


def test_nobody_no_person_and_no_other_officer_gets_in(place: dict[str, list[str]]) -> None:
    others = people.officer(roles=[role for role in Role if role is not Role.ADMINISTRATOR])
    for stranger in (Client(), people.client(people.person()), people.client(others)):
        assert {stranger.get(page).status_code for page in place["pages"]} <= {302, 403}
        assert {post(stranger, act) for act in place["acts"]} <= {302, 403}
    assert not ServerKey.objects.filter(active=True).exists()
    assert not Subsystem.objects.exclude(ended_at=None).exists()
    assert not Subscription.objects.exclude(ended_at=None).exists()
    assert not Tracker.objects.exclude(ended_at=None).exists()
    assert Service.objects.get().body_log == "full"
    assert State.objects.get().maintenance == ""


def test_an_administrator_opens_every_page_and_finds_each_from_the_first(
    place: dict[str, list[str]],
) -> None:
    operator = people.client(people.officer(Role.ADMINISTRATOR))
    assert {page: operator.get(page).status_code for page in place["pages"]} == dict.fromkeys(
        place["pages"], 200
    )
    first = operator.get(ROOT)
    assert "1 khóa chờ chứng thư" in words(first)
    for _name, places in overview.GROUPS:
        for each in places:
            address = f"{ROOT}{each.path}"
            assert f'href="{address}"' in words(first)
            assert operator.get(address).status_code == 200, address
    assert f'href="{ROOT}"' in words(operator.get(f"{ROOT}may-chu/"))


def test_a_data_owner_finds_only_what_is_theirs() -> None:
    leader = people.client(people.officer(Role.LEADER))
    first = words(leader.get(ROOT))
    for path, shown in (("thoa-thuan/", True), ("dich-vu/", True), ("may-chu/", False), ("nhat-ky/", False)):
        assert (f'href="{ROOT}{path}"' in first) is shown, path
    assert people.client(people.officer(Role.CLERK)).get(ROOT).status_code == 403
