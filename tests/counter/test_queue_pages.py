"""The pages of the queue: machines with their key, phones, the window; asked as everybody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.support import people
from tests.support.counters import Counters, counters
from tinhso.counter import doors
from tinhso.counter.models import Office, Service, Ticket, Window
from tinhso.counter.operations import calling
from tinhso.foundation import moments
from tinhso.foundation.moments import today

pytestmark = pytest.mark.django_db
HOME = "/can-bo/quay/"


@pytest.fixture
def place() -> Counters:
    return counters(at=moments.now())


def machine(place: Counters, what: str) -> str:
    return f"/quay/{place.queue.slug}/{place.queue.key}/{what}/"


def test_the_kiosk_gives_a_number_and_prints_it(place: Counters, client: Client) -> None:
    assert "Hộ tịch" in client.get(machine(place, "lay-so")).content.decode()
    assert "Người cao tuổi" in client.get(machine(place, "lay-so") + "?viec=A").content.decode()
    taken = client.post(machine(place, "lay-so"), {"viec": "A", "dien": "elderly"})
    page = client.get(taken["Location"])

    ticket = Ticket.objects.get()
    assert (str(ticket), ticket.need, ticket.taken) == ("A001", "elderly", "kiosk")
    assert "A001" in page.content.decode()
    assert "data-print" in page.content.decode()
    assert "<svg" in page.content.decode()


def test_a_machine_with_another_key_opens_nothing(place: Counters, client: Client) -> None:
    for what in ("lay-so", "bang", "phieu/abc"):
        assert client.get(f"/quay/{place.queue.slug}/{'x' * 22}/{what}/").status_code == 404
    assert client.get("/quay/khong-co/").status_code == 404
    before = machine(place, "bang")
    people.client(people.officer("supervisor", place.office.one_stop)).post(HOME + "dat/", {"viec": "khoa"})
    assert client.get(before).status_code == 404


def test_a_phone_takes_a_number_with_the_code_and_follows_it(place: Counters, client: Client) -> None:
    address = f"/quay/{place.queue.slug}/"
    code = doors.code(place.queue, on=today(moments.now()))
    wrong = client.post(address, {"viec": "A", "dien": "khong", "ma": "000"})
    none = client.post(address, {"ma": code})
    taken = client.post(address, {"viec": "A", "dien": "khong", "ma": code})

    assert (wrong.status_code, none.status_code, taken.status_code) == (422, 422, 302)
    assert "Mã ở cửa không đúng" in wrong.content.decode()
    assert "Hãy chọn việc" in none.content.decode()
    mine = taken["Location"]
    assert "Ông/bà là người tiếp theo." in client.get(mine).content.decode()
    calling.call_next(window_id=place.one, by=place.hoa, at=moments.now())
    called = client.get(mine + "?phan=1").content.decode()
    assert "Mời ông/bà đến quầy số 1" in called
    assert "data-near" in called
    assert client.get("/so/khong-co/").status_code == 404


def test_who_goes_away_gives_the_number_back(place: Counters, client: Client) -> None:
    ticket = place.take(at=moments.now())
    assert client.get(f"/so/{ticket.token}/bo/").status_code == 405
    assert client.post(f"/so/{ticket.token}/bo/").status_code == 302
    assert "đã bỏ số" in client.get(f"/so/{ticket.token}/").content.decode()
    assert client.post(f"/so/{ticket.token}/bo/").status_code == 409


def test_the_board_says_numbers_in_words_and_names_nobody(place: Counters, client: Client) -> None:
    place.take(at=moments.now())
    calling.call_next(window_id=place.one, by=place.hoa, at=moments.now())
    whole, piece = client.get(machine(place, "bang")), client.get(machine(place, "bang") + "?phan=1")

    assert "Mời số A một đến quầy số một." in piece.content.decode()
    assert "<html" not in piece.content.decode()
    assert place.hoa.name not in whole.content.decode()


def test_the_window_is_the_intake_officers(place: Counters, client: Client) -> None:
    stranger = people.officer("intake_officer")
    assert client.get(HOME).status_code == 302
    assert people.client(place.office.citizen).get(HOME).status_code == 302
    assert people.client(place.office.specialist).get(HOME).status_code == 403
    assert "chưa có hàng chờ" in people.client(stranger).get(HOME).content.decode()
    assert people.client(place.hoa).get(HOME).status_code == 200
    assert people.client(stranger).post(f"{HOME}{place.one}/ngoi/").status_code == 403
    assert people.client(stranger).post(f"{HOME}{place.queue.id}/lay-so/", {"viec": "A"}).status_code == 403


def test_a_morning_at_the_window(place: Counters) -> None:
    desk = people.client(place.hoa)
    desk.post(f"{HOME}{place.queue.id}/lay-so/", {"viec": "A", "dien": "disabled"})
    desk.post(f"{HOME}{place.queue.id}/lay-so/", {"viec": "B", "dien": ""})
    assert Ticket.objects.filter(taken="officer").count() == 2
    desk.post(f"{HOME}{place.one}/goi/")
    first = Ticket.objects.get(letter="A")
    assert first.state == "called"
    for act, state in (
        ("goi-lai", "called"),
        ("bat-dau", "serving"),
        ("giu", "held"),
        ("vao-hang", "waiting"),
    ):
        desk.post(f"{HOME}so/{first.id}/{act}/")
        first.refresh_from_db()
        assert first.state == state
    desk.post(f"{HOME}{place.one}/goi/", {"so": str(first.id)})
    desk.post(f"{HOME}so/{first.id}/chuyen/", {"sang": str(place.b)})
    first.refresh_from_db()
    assert (first.state, first.service_id) == ("waiting", place.b)
    desk.post(f"{HOME}{place.one}/goi/", {"so": str(first.id)})
    desk.post(f"{HOME}so/{first.id}/vang/")
    desk.post(f"{HOME}{place.one}/goi/")
    page = desk.get(HOME).content.decode()
    assert "B001" in page
    assert "Gọi không có mặt" in page
    second = Ticket.objects.get(letter="B")
    desk.post(f"{HOME}so/{second.id}/xong/")
    empty = desk.post(f"{HOME}{place.one}/goi/", follow=True).content.decode()
    assert "Không còn ai chờ việc của quầy này." in empty
    desk.post(f"{HOME}{place.queue.id}/roi/")
    assert "Chọn quầy ngồi" in desk.get(HOME).content.decode()
    assert desk.post(f"{HOME}so/{second.id}/nhay/", follow=True).status_code == 200


def test_the_window_costs_the_same_however_long_the_line(
    place: Counters, django_assert_max_num_queries: Callable[..., object]
) -> None:
    desk = people.client(place.hoa)
    for _n in range(30):
        place.take("a", at=moments.now())
    desk.get(HOME)
    with django_assert_max_num_queries(45):
        assert desk.get(HOME).status_code == 200


def test_an_office_is_set_up_by_its_supervisor(place: Counters) -> None:
    boss = people.client(people.officer("supervisor", place.office.one_stop))
    address = HOME + "dat/"
    service = {"viec": "viec", "letter": "C", "name": "Kinh doanh", "minutes": 9}
    assert people.client(place.hoa).get(address).status_code == 403
    assert boss.post(address, service).status_code == 302
    assert boss.post(address, {**service, "letter": "c"}).status_code == 422
    made = Service.objects.get(office=place.queue, letter="C")
    window = {"viec": "quay", "number": 3, "label": "Mới", "services": [str(made.id)]}
    assert boss.post(address, window).status_code == 302
    assert Window.objects.filter(office=place.queue, number=3).exists()
    assert boss.post(address, {"viec": "luat", "in_a_row": 5, "near": 1}).status_code == 302
    assert Office.objects.get(id=place.queue.id).priority_in_a_row == 5
    assert "Máy lấy số" in boss.get(address).content.decode()


def test_an_agency_without_a_queue_gets_one_by_one_press() -> None:
    elsewhere = people.unit(kind="one_stop")  # type: ignore[arg-type]  # the enum's own word
    boss = people.client(people.officer("supervisor", elsewhere))
    assert "Lập hàng chờ" in boss.get(HOME + "dat/").content.decode()
    assert boss.post(HOME + "dat/").status_code == 302
    assert Office.objects.filter(unit_id=elsewhere).exists()


def test_an_address_puts_no_words_before_an_officer(place: Counters) -> None:
    browser = people.client(place.hoa)
    for page in ("/can-bo/quay/", "/can-bo/quay/lich-hen/"):
        assert "chuyển tiền" not in browser.get(f"{page}?loi=chuyển tiền&xong=chuyển tiền").content.decode()
