"""Every page of agreements on a phone and at a desk: nothing sticks out, everybody can read and use it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.exchange.agreements import laid as laying
from tests.exchange.agreements.test_pages import OPENAPI, desk_pages, opened, operator_pages, portal_pages
from tests.exchange.seen import sign_in
from tests.support.browser import axe
from tinhso.exchange.models import Service
from tinhso.exchange.operations import plans
from tinhso.foundation import moments


@pytest.mark.django_db(transaction=True)
def test_every_page_fits_and_can_be_read_by_everybody(live_site: str, page: Page) -> None:
    laid = laying.place()
    Service.objects.filter(id=laid.service).update(kind="OPENAPI", description=OPENAPI)
    row = opened(laid)
    plans.publish_conditions(laid.plan, "Báo sự cố trong 24 giờ.", by=laid.owner, at=moments.now())
    pages = [
        *((laid.owner, path) for path in (*desk_pages(laid, row), f"/can-bo/truc/goi/{laid.plan}/")),
        *((laid.operator, path) for path in operator_pages(laid)),
        *((laid.developer, path) for path in portal_pages(laid, row)),
        (None, "/tinh-trang-dich-vu/"),
    ]
    now = None
    for actor, path in pages:
        if path.endswith(".zip"):
            continue
        if actor is not None and actor is not now:
            sign_in(page, live_site, actor)
            now = actor
        page.goto(live_site + path)
        assert page.url == live_site + path
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert (path, wide, axe(page)) == (path, 0, [])
