"""What walking the exchange by hand found: renewals, the public page, days of notice, events."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tests.exchange.agreements import laid as laying
from tests.exchange.agreements.laid import Place
from tests.exchange.agreements.test_pages import DESK, PORTAL, opened, wish, words
from tests.support import people
from tinhso.directory import api as directory
from tinhso.exchange.models import MaintenanceWindow, Service, State
from tinhso.exchange.operations import notices
from tinhso.foundation import moments
from tinhso.foundation.moments import today
from tinhso.identity.api import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def laid() -> Place:
    return laying.place()


def test_a_renewal_that_would_leave_days_without_answers_is_refused(laid: Place) -> None:
    row = opened(laid)
    later = today(moments.now()) + timedelta(days=1)
    sent = wish(starts_on=f"{later:%d/%m/%Y}", ends_on=f"{later + timedelta(days=9):%d/%m/%Y}")
    refused = people.client(laid.developer).post(f"{PORTAL}thoa-thuan/{row.id}/gia-han/", sent)
    assert (refused.status_code, "ngừng trả lời" in words(refused)) == (422, True)


def test_of_a_service_for_few_the_public_page_tells_name_owner_and_state_alone(laid: Place) -> None:
    Service.objects.filter(id=laid.service).update(
        service_class="limited", enabled=False, notice="Chờ bên A sửa khóa"
    )
    State.objects.filter(id=1).update(maintenance="Trục nghỉ đến 5 giờ")
    day = today(moments.now()) + timedelta(days=9)
    notices.tell_change(
        laid.service, title="Đổi trường", text="Bỏ họ tên", effective_on=day, by=laid.owner, at=moments.now()
    )
    owner = directory.unit(laid.unit).agency_id
    page = words(Client().get("/tinh-trang-dich-vu/"))

    for told in ("Tra cứu hộ tịch", directory.names([owner])[owner], "Tắt", "Trục nghỉ đến 5 giờ"):
        assert told in page
    assert "Chờ bên A sửa khóa" not in page
    assert "Đổi trường" not in page


def test_the_time_in_which_a_service_for_few_rests_is_told_and_the_reason_is_not(laid: Place) -> None:
    Service.objects.filter(id=laid.service).update(service_class="limited")
    begins = moments.now() + timedelta(days=3)
    notices.plan_maintenance(
        laid.service, begins_at=begins, ends_at=begins + timedelta(hours=1), reason="Vá lỗi",
        by=laid.operator, at=moments.now(),
    )  # fmt: skip
    page = words(Client().get("/tinh-trang-dich-vu/"))

    assert page.count("Tra cứu hộ tịch") == 2
    assert "Vá lỗi" not in page


def test_the_page_says_how_many_days_before_its_end_a_service_must_be_told(laid: Place) -> None:
    days = notices.days_before_end(moments.now())
    page = people.client(laid.owner).get(f"{DESK}dich-vu/{laid.service}/")
    assert f"Báo trước ít nhất {days} ngày." in words(page)


def test_an_empty_form_of_maintenance_names_every_box_at_once(laid: Place) -> None:
    refused = people.client(laid.operator).post(f"{DESK}bao-tri/", {})
    assert refused.status_code == 422
    for sentence in ("ngày tháng", "giờ và phút", "vì sao bảo dưỡng"):
        assert sentence in words(refused)
    assert not MaintenanceWindow.objects.exists()


def test_events_are_found_by_developers_with_their_description(laid: Place) -> None:
    page = f"{PORTAL}su-kien/"
    shown = words(people.client(laid.developer).get(page))
    assert "vn.tinhso.dossier.accepted" in shown
    assert 'href="/api/v1/exchange/asyncapi.json"' in shown
    assert people.client(people.officer(Role.CASHIER)).get(page).status_code == 403
    assert Client().get(page).status_code in (302, 403)
