"""The administrators' pages of the exchange as they are seen, on a desk and on a phone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page
from pytest_django import Settings

from tests.exchange.agreements import laid as laying
from tests.exchange.agreements.test_parties import certificate
from tests.exchange.operations.test_server import MEMBER, SERVER, anchor, given_for
from tests.exchange.seen import good, sign_in
from tests.support import people
from tests.support.browser import SIZES, fits
from tests.support.people import AT
from tinhso.exchange.contracts import KeyUse, SubjectKind
from tinhso.exchange.diagnosing import trying
from tinhso.exchange.models import Delivery, Published, Service, Subsystem
from tinhso.exchange.operations import members, restating, server, services
from tinhso.exchange.publishing import subscribing
from tinhso.exchange.subscriptions import MERGED
from tinhso.exchange.usage import trackers
from tinhso.foundation.refs import SYSTEM
from tinhso.identity.api import Role

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = "/can-bo/truc/"


@pytest.fixture
def place(tmp_path: Path, settings: Settings) -> dict[str, str]:
    """A server with keys, a system, a service, a web hook with a dead event; each page's address by name."""
    settings.EXCHANGE = replace(
        settings.EXCHANGE, keys=tmp_path / "keys", key_password="", port=1, operators_port=1
    )
    server.name_server(server=SERVER, anchor=anchor(), by=SYSTEM, at=AT)
    laid = laying.place()
    keys = []
    for use, member in ((KeyUse.TLS, SERVER), (KeyUse.SIGNING, MEMBER), (KeyUse.SIGNING, MEMBER)):
        made = server.make_key(use=use, member=member, name="UBND tỉnh An Giang", by=SYSTEM, at=AT)
        keys.append(
            server.take_certificate(
                use=use,
                member=member,
                reference=made.reference,
                given=given_for(made.request, use),
                by=SYSTEM,
                at=AT,
            )
        )
    server.activate(key_id=keys[0], by=SYSTEM, at=AT)
    server.make_key(use=KeyUse.SIGNING, member=MEMBER, name="UBND tỉnh An Giang", by=SYSTEM, at=AT)
    subsystem = Subsystem.objects.get(services=laid.service)
    members.add_certificate(subsystem_id=subsystem.id, given=certificate(), by=SYSTEM, at=AT)
    members.set_group(
        owner_id=subsystem.id,
        code="cac-xa",
        description="Hệ thống của các xã",
        members=["VN-DEMO/GOV/H01/XA1", "VN-DEMO/GOV/H01/XA2"],
        by=SYSTEM,
        at=AT,
    )
    services.change_masks(
        service_id=laid.service, add={"in": "body", "at": "$..soDinhDanh", "as": "replace"}, by=SYSTEM, at=AT
    )
    for path in ("/nguoi/*", "**"):
        services.allow(
            service_id=laid.service,
            kind=SubjectKind.SUBSYSTEM,
            subject=laying.CLIENT,
            path=path,
            by=SYSTEM,
            at=AT,
        )
    terms = subscribing.Terms(
        system="Kho lưu trữ tỉnh", topics=[MERGED.name], url="https://kho.example.vn/nhan"
    )
    hook, _secret = subscribing.subscribe(terms, by=SYSTEM, at=AT)
    event = Published.objects.create(topic=MERGED.name, subject="xa-vinh-te", data={}, at=AT, position=1)
    Delivery.objects.create(
        subscription_id=hook,
        event=event,
        position=1,
        subject=event.subject,
        state="dead",
        next_at=AT,
        ended_at=AT,
        tries=14,
        tried_at=AT,
        error="HTTP 500",
    )
    asked = trackers.add(
        service="GOV/BTP/HOTICH/theo-doi", name="Cơ sở dữ liệu hộ tịch điện tử", by=SYSTEM, at=AT
    )
    trying.try_register(asked, by=SYSTEM, at=AT)
    stated = restating.facts_of(Service.objects.get(id=laid.service))
    for seen, words in enumerate(
        (
            {"legal_basis": "Nghị định 278/2025/NĐ-CP, Điều 10", "owner": str(people.unit())},
            {"service_class": "open", "title": "Tra cứu tình trạng hôn nhân và nơi cư trú của công dân"},
        )
    ):
        stated = replace(stated, **words)
        restating.change(
            laid.service, stated, seen=seen, reason="Theo quyết định 12/QĐ-UBND", by=laid.operator, at=AT
        )
    gone = trackers.add(service="GOV/BCA/DANCU/theo-doi", name="Dữ liệu dân cư", by=SYSTEM, at=AT)
    trackers.pause(gone, by=SYSTEM, at=AT)
    return {
        "overview": ROOT,
        "server": f"{ROOT}may-chu/",
        "server-key": f"{ROOT}may-chu/khoa/{keys[0]}/",
        "subsystems": f"{ROOT}he-thong-con/",
        "subsystem": f"{ROOT}he-thong-con/{subsystem.id}/",
        "subsystem-new": f"{ROOT}he-thong-con/dang-ky/",
        "subscriptions": f"{ROOT}su-kien/",
        "subscription": f"{ROOT}su-kien/{hook}/",
        "subscription-new": f"{ROOT}su-kien/dang-ky/",
        "service-facts": f"{ROOT}dich-vu/{laid.service}/thong-so/",
        "service-changes": f"{ROOT}dich-vu/{laid.service}/sua/",
        "diagnostics": f"{ROOT}chan-doan/",
        "trackers": f"{ROOT}noi-giu-du-lieu/",
    }


def test_every_page_fits_its_window_and_reads_aloud(
    place: dict[str, str], page: Page, live_site: str
) -> None:
    sign_in(page, live_site, people.officer(Role.ADMINISTRATOR))
    for name, address in place.items():
        page.goto(f"{live_site}{address}")
        if page.viewport_size == SIZES["desktop"]:
            good(page, name)
        else:
            assert fits(page), name
