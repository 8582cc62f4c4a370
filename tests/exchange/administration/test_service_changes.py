"""What a service is called, whose it is, by which law and for whom: changed with its history."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.exchange.administration.counting import cost
from tests.exchange.agreements import laid as laying
from tests.exchange.agreements.laid import AT, Place, opened
from tests.exchange.agreements.test_constraints import again, changed
from tests.exchange.agreements.test_pages import words
from tests.support import people
from tests.support.constraints import refused
from tinhso.exchange.contracts import CannotChange
from tinhso.exchange.models import ChangeNotice, Service, ServiceChange
from tinhso.exchange.operations import restating
from tinhso.exchange.operations.restating import Facts
from tinhso.foundation.errors import Conflict, Invalid, NotAllowed
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef
from tinhso.identity.api import Role
from tinhso.notify.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def laid() -> Place:
    """A service of limited class with one personal field, used under an agreement."""
    place = laying.place()
    Service.objects.filter(id=place.service).update(
        service_class="limited", legal_basis="Luật Hộ tịch", personal_fields=["số định danh"]
    )
    opened(place)
    Message.objects.all().delete()
    return place


def facts(laid: Place, **others: Any) -> Facts:
    return replace(restating.facts_of(Service.objects.get(id=laid.service)), **others)


def change(laid: Place, *, seen: int = 0, reason: str = "Đổi tên theo nghị định", **others: Any) -> bool:
    wanted = facts(laid, **others)
    return restating.change(laid.service, wanted, seen=seen, reason=reason, by=laid.operator, at=AT)


def told(who: ActorRef) -> list[str]:
    return [f"{one.subject}\n{one.body}" for one in Message.objects.filter(recipient_id=who.id)]


def test_a_change_of_owner_holds_at_once_and_whoever_uses_the_service_is_told(laid: Place) -> None:
    other = people.unit()

    assert change(laid, title="Tra cứu  hộ tịch mới", owner=str(other))

    row, now = ServiceChange.objects.get(), Service.objects.get(id=laid.service)
    assert (now.title, now.owner_unit_id) == ("Tra cứu hộ tịch mới", other)
    assert (row.number, row.asked_name, row.reason) == (1, laid.operator.name, "Đổi tên theo nghị định")
    assert (row.was["title"], row.becomes["title"]) == ("Tra cứu hộ tịch", "Tra cứu hộ tịch mới")
    assert "Đơn vị chủ dữ liệu" in ChangeNotice.objects.get().text
    (message,) = told(laid.developer)
    assert "Đổi tên theo nghị định" in message


def test_a_new_name_alone_troubles_nobody(laid: Place) -> None:
    assert change(laid, title="Tra cứu khai sinh")
    assert not ChangeNotice.objects.exists()
    assert told(laid.developer) == []


@pytest.mark.parametrize(
    "less", [{"service_class": "shared"}, {"service_class": "open"}, {"personal_fields": ()}]
)
def test_what_protects_less_waits_for_another(laid: Place, less: dict[str, Any]) -> None:
    another = people.officer(Role.ADMINISTRATOR, name="Lý Thứ Hai")
    before = facts(laid)

    assert not change(laid, **less)

    row = ServiceChange.objects.get()
    assert (facts(laid), row.lowers, row.accepted) == (before, True, None)
    assert "chờ người thứ hai xác nhận" in told(another)[0]
    assert told(laid.developer) == []
    with pytest.raises(NotAllowed):
        restating.confirm(row.id, by=laid.operator, at=AT)
    with pytest.raises(NotAllowed):
        deputy = replace(another, on_behalf_of=laid.operator.id)
        restating.confirm(row.id, by=deputy, at=AT)
    with pytest.raises(Conflict):
        change(laid, seen=1, title="Khác")
    restating.confirm(row.id, by=another, at=AT)
    assert facts(laid) == replace(before, **less)
    with pytest.raises(CannotChange):
        restating.refuse(row.id, reason="Muộn", by=another, at=AT)


def test_what_protects_more_needs_nobody_else(laid: Place) -> None:
    assert change(laid, personal_fields=("số định danh", "nơi cư trú"))
    Service.objects.filter(id=laid.service).update(service_class="open")
    assert change(laid, seen=1, service_class="limited")


def test_a_change_that_is_refused_changes_nothing_and_says_why(laid: Place) -> None:
    another, before = people.officer(Role.ADMINISTRATOR), facts(laid)
    change(laid, service_class="open")
    row = ServiceChange.objects.get()
    with pytest.raises(Invalid):
        restating.refuse(row.id, reason=" ", by=another, at=AT)

    restating.refuse(row.id, reason="Chưa có văn bản", by=another, at=AT)

    row.refresh_from_db()
    assert (facts(laid), row.accepted, row.refusal) == (before, False, "Chưa có văn bản")
    assert not ChangeNotice.objects.exists()


def test_what_cannot_be_is_said_at_its_box(laid: Place) -> None:
    for box, wrong in (
        ("title", {"title": " "}),
        ("owner", {"owner": str(new_id())}),
        ("owner", {"owner": ""}),
        ("legal_basis", {"legal_basis": ""}),
        ("service_class", {"service_class": "x"}),
        ("title", {}),
        ("reason", {"title": "Khác", "reason": " "}),
    ):
        with pytest.raises(Invalid) as said:
            change(laid, **wrong)
        assert list(said.value.faults) == [box]
    assert not ServiceChange.objects.exists()


def test_changes_that_cannot_be(laid: Place) -> None:
    change(laid, service_class="open")
    row = ServiceChange.objects.get()
    decided = {"accepted": True, "decided_by": new_id(), "decided_at": AT}
    refused("service_change_number_once", again(row, **decided))
    refused("service_change_one_open", again(row, number=2))
    refused("service_change_says_what_and_why", again(row, number=2, becomes=row.was, **decided))
    refused("service_change_decided_by_somebody", again(row, number=2, accepted=True))
    early = AT - timedelta(days=1)
    refused("service_change_decided_by_somebody", again(row, number=2, **decided | {"decided_at": early}))
    refused("service_change_refused_with_a_reason", again(row, number=2, **decided | {"accepted": False}))
    own = decided | {"decided_by": row.asked_by}
    refused("service_change_lowers_by_four_eyes", again(row, number=2, **own))
    refused("service_change_stays", changed(row, reason="Khác"))
    refused("service_change_stays", row.delete)
    restating.refuse(row.id, reason="Chưa có văn bản", by=people.officer(Role.ADMINISTRATOR), at=AT)
    refused("service_change_stays", changed(row, refusal="Khác"))


class Desk:
    """The page of one service in one browser."""

    def __init__(self, browser: Client, laid: Place) -> None:
        self.browser, self.laid = browser, laid
        self.address = f"/can-bo/truc/dich-vu/{laid.service}/sua/"

    def sends(self, seen: int = 0, **typed: str) -> Any:
        now = facts(self.laid)
        sent = {
            "viec": "sua", "ban": str(seen), "ten": now.title, "chu": now.owner, "can-cu": now.legal_basis,
            "ca-nhan": "\n".join(now.personal_fields), "nhom": now.service_class, "ly-do": "Theo văn bản",
        }  # fmt: skip
        return self.does(**sent | {name.replace("_", "-"): text for name, text in typed.items()})

    def does(self, **sent: str) -> Any:
        return self.browser.post(f"{self.address}lam/", sent)


def test_of_two_editors_the_second_reads_what_changed_and_keeps_what_was_typed(laid: Place) -> None:
    first, second = (Desk(people.client(people.officer(Role.ADMINISTRATOR)), laid) for _n in range(2))
    assert first.sends(ten="Tên của người đầu").status_code == 302

    stale = second.sends(ten="Tên của người sau", ly_do="Theo quyết định 7")

    assert stale.status_code == 409
    assert "Phần anh/chị vừa ghi vẫn còn bên dưới" in words(stale)
    assert "<del>Tra cứu hộ tịch</del> thành <ins>Tên của người đầu</ins>" in words(stale)
    page = stale.content.decode()
    assert 'value="Tên của người sau"' in page
    assert 'value="Theo quyết định 7"' in page
    assert 'name="ban" value="1"' in page
    assert second.sends(1, ten="Tên của người sau").status_code == 302
    assert Service.objects.get().title == "Tên của người sau"


def test_another_confirms_on_the_page_and_who_asked_may_only_take_back(laid: Place) -> None:
    asks, confirms = (Desk(people.client(people.officer(Role.ADMINISTRATOR)), laid) for _n in range(2))
    assert asks.sends(nhom="shared").status_code == 302
    row = ServiceChange.objects.get()
    page = words(asks.browser.get(asks.address))
    assert ("Rút đề nghị" in page, "Đồng ý, áp dụng ngay" in page) == (True, False)
    assert "Chờ xác nhận" in words(asks.browser.get(f"/can-bo/truc/dich-vu/{laid.service}/"))
    assert asks.does(viec="xac-nhan", cua=str(row.id)).status_code == 403
    assert confirms.does(viec="khong", cua=str(row.id)).status_code == 422
    assert confirms.does(viec="xac-nhan", cua=str(new_id())).status_code == 404

    kept = confirms.sends(ten="Viết dở")
    assert (kept.status_code, 'value="Viết dở"' in kept.content.decode()) == (409, True)
    assert confirms.does(viec="xac-nhan", cua=str(row.id)).status_code == 302

    assert Service.objects.get().service_class == "shared"
    history = words(asks.browser.get(asks.address))
    assert "<del>Chia sẻ theo yêu cầu đặc thù</del> thành <ins>Chia sẻ mặc định</ins>" in history


def test_only_who_registers_services_changes_them(laid: Place) -> None:
    other = people.officer(roles=[role for role in Role if role is not Role.ADMINISTRATOR])
    for stranger in (
        Client(),
        people.client(people.person()),
        people.client(other),
        people.client(laid.owner),
    ):
        desk = Desk(stranger, laid)
        assert stranger.get(desk.address).status_code in (302, 403)
        assert desk.sends(ten="Phá").status_code in (302, 403)
    assert Service.objects.get().title == "Tra cứu hộ tịch"


def test_a_long_history_costs_no_more_queries(laid: Place) -> None:
    desk = Desk(people.client(laid.operator), laid)
    change(laid, title="Lần 0")
    few = cost(desk.browser, desk.address)
    for place in range(1, 6):
        change(laid, seen=place, title=f"Lần {place}")
    assert cost(desk.browser, desk.address) == few
