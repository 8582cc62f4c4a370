"""The cashier's pages: a customer in two presses of Enter, the day's list, and a session closed."""

from __future__ import annotations

import pypdfium2
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.payments.laid import Collecting, bill, collecting, stands
from tests.support import people
from tinhso.foundation import moments
from tinhso.foundation.refs import ActorRef
from tinhso.payments import api as payments
from tinhso.payments.models import Drawer, Taking
from tinhso.payments.operations import taking, tills

pytestmark = pytest.mark.django_db
HOME = "/can-bo/thu-ngan/"


@pytest.fixture
def cashier(place: Collecting) -> ActorRef:
    return people.officer("cashier", place.unit, name="Thị Hồng Nhung")


def opened(place: Collecting, by: ActorRef, till: str = "Quầy 1") -> Drawer:
    id = tills.open_drawer(till=till, float_in=500_000, unit=place.unit, by=by, at=moments.now())
    return Drawer.objects.get(id=id)


def text_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    try:
        return "\n".join(document[n].get_textpage().get_text_range() for n in range(len(document)))
    finally:
        document.close()


def test_a_day_at_the_till_from_opening_to_the_banks_slip(place: Collecting, cashier: ActorRef) -> None:
    desk, at = people.client(cashier), moments.now()
    assert desk.post(HOME, {"quay": " ", "dau-ca": "0"}).status_code == 422
    assert desk.post(HOME, {"quay": "Quầy 3", "dau-ca": "500.000"})["Location"] == HOME
    drawer = Drawer.objects.get()
    owed = bill(place, at=at)
    for scanned in (
        owed.about.code.lower(),
        owed.reference,
        f"https://x.vn/thanh-toan/{owed.token}/",
        f"000201..62150811{owed.reference}6304ABCD",
        "danh soc",
    ):
        assert desk.get(HOME, {"q": scanned})["Location"] == f"{HOME}khoan/{owed.reference}/"
    assert "Không có khoản nộp nào như vậy" in desk.get(HOME, {"q": "Ai Đó"}).content.decode()
    page = f"{HOME}khoan/{owed.reference}/"
    assert "Danh Sóc Kha" in desk.get(page).content.decode()
    less = desk.post(page, {"khach-dua": "20.000"})
    assert (less.status_code, "phải thu 50.000 đồng" in less.content.decode()) == (422, True)
    assert desk.post(page, {"khach-dua": "hai trăm"}).status_code == 422
    assert desk.post(page, {"khach-dua": "200.000"})["Location"] == f"{HOME}?thu=1"
    assert "Trả lại khách 150.000 đồng" in desk.get(f"{HOME}?thu=1").content.decode()
    assert "Đừng thu nữa" in desk.get(page).content.decode()
    made = Taking.objects.get()
    slip = text_of(desk.get(f"{HOME}lan-thu/{made.id}/phieu.pdf").content)
    assert "Phiếu thu 1" in slip
    assert "Năm mươi nghìn đồng" in slip

    again = bill(place, at=at)
    desk.post(f"{HOME}khoan/{again.reference}/", {"chuan-chi": "a1b2c3"})
    card = Taking.objects.get(bill=again.id)
    assert desk.post(f"{HOME}lan-thu/{card.id}/huy/", {"ly-do": ""}).status_code == 422
    desk.post(f"{HOME}lan-thu/{card.id}/huy/", {"ly-do": "Thẻ bị từ chối"})
    assert stands(again.id).state is payments.BillState.OPEN
    listed = desk.get(f"{HOME}ca/{drawer.id}/").content.decode()
    assert "Tiền mặt 1 lần, 50.000 đồng. Thẻ 0 lần, 0 đồng." in listed
    assert "Thẻ bị từ chối" in listed

    count = f"{HOME}ca/{drawer.id}/dem/"
    assert "550.000" not in desk.get(count).content.decode()
    differs = desk.post(count, {"to-500000": "1", "to-20000": "2"})
    assert (differs.status_code, "lệch 10.000 đồng" in differs.content.decode()) == (422, True)
    assert desk.post(count, {"to-500000": "một"}).status_code == 422
    desk.post(count, {"to-500000": "1", "to-20000": "2", "giai-thich": "Thối nhầm một tờ"})
    closed = f"{HOME}ca/{drawer.id}/dong/"
    assert "Thiếu 10.000 đồng: Thối nhầm một tờ" in desk.get(closed).content.decode()
    sheet = text_of(desk.get(f"{HOME}ca/{drawer.id}/bien-ban.pdf").content)
    for words in ("540.000", "Thối nhầm một tờ", "Thị Hồng Nhung"):
        assert words in sheet
    own = desk.post(f"{HOME}ca/{drawer.id}/nop/", {"giay-nop": "GNT-1"})
    assert (own.status_code, "Người kiểm đếm không tự nhận tiền" in own.content.decode()) == (403, True)
    accountant = people.client(people.officer("accountant", people.unit(place.agency)))
    assert "Quầy 3" in accountant.get(HOME).content.decode()
    accountant.post(f"{HOME}ca/{drawer.id}/nop/", {"giay-nop": "GNT-1"})
    assert "nộp ngân hàng 40.000 đồng, giấy nộp GNT-1" in desk.get(closed).content.decode()


def test_another_cashier_takes_the_money_over(place: Collecting, cashier: ActorRef) -> None:
    drawer = opened(place, cashier)
    tills.count(drawer.id, notes={500_000: 1}, explanation="", by=cashier, at=moments.now())
    other = people.officer("cashier", place.unit)
    assert people.client(other).post(f"{HOME}ca/{drawer.id}/nhan/")["Location"] == HOME
    assert Drawer.objects.get(cashier_id=other.id).came_from_id == drawer.id


def test_the_list_of_a_session_goes_on_by_number_with_as_many_queries(
    place: Collecting, cashier: ActorRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawer, at = opened(place, cashier), moments.now()
    desk, path = people.client(cashier), f"{HOME}ca/{drawer.id}/"

    def taken(times: int) -> None:
        for _each in range(times):
            taking.take(
                drawer.id, bill(place, at=at).id, given=None, approval="", knowing=False, by=cashier, at=at
            )

    def asked() -> int:
        desk.get(path)
        with CaptureQueriesContext(connection) as queries:
            desk.get(path)
        return len(queries)

    taken(1)
    few = asked()
    taken(3)
    assert asked() == few
    monkeypatch.setattr("tinhso.payments.queries.tills.PAGE", 3)
    first = desk.get(path).content.decode()
    assert f"{path}?truoc=2" in first
    assert 'rel="next"' not in desk.get(f"{path}?truoc=2").content.decode()
    assert desk.get(f"{path}?truoc=x").status_code == 200


def test_every_page_is_for_the_own_agency(place: Collecting, cashier: ActorRef) -> None:
    drawer, at = opened(place, cashier), moments.now()
    owed = bill(place, at=at)
    made = taking.take(drawer.id, owed.id, given=None, approval="", knowing=False, by=cashier, at=at)
    other_place = collecting()
    wrong_cashier = people.officer("cashier", other_place.unit)
    opened(other_place, wrong_cashier)
    nobody, citizen = Client(), people.client(people.person())
    intake, wrong = people.client(people.officer("intake_officer", place.unit)), people.client(wrong_cashier)
    session = f"{HOME}ca/{drawer.id}/"
    reads = [f"{HOME}khoan/{owed.reference}/", f"{HOME}lan-thu/{made.id}/phieu.pdf", session]
    writes = [f"{HOME}lan-thu/{made.id}/huy/", f"{session}dem/", f"{session}nhan/", f"{session}nop/"]
    for path in [*reads, *writes]:
        method = "get" if path in reads else "post"
        assert getattr(nobody, method)(path).status_code in (302, 403)
        assert getattr(citizen, method)(path).status_code in (302, 403)
        assert getattr(intake, method)(path).status_code == 403
        assert getattr(wrong, method)(path, {"ly-do": "x", "giay-nop": "x"}).status_code == 404
    assert people.client(cashier).get(f"{session}bien-ban.pdf").status_code == 409
