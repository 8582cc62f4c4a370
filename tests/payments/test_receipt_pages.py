"""Pages of receipts: asked as nobody, a person, an officer elsewhere, and whose they are."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from national.serve import Running
from tests.payments.laid import AT, Collecting
from tests.payments.receipted import paid, receipted, sealing, series
from tests.support import people
from tests.support.signing import can_sign, sandbox
from tinhso.foundation import moments
from tinhso.foundation.refs import ActorRef
from tinhso.payments import jobs
from tinhso.payments.models import Bill, Receipt, ReceiptChange, ReceiptLookup, ReceiptSeries
from tinhso.payments.operations import issuing_receipts, sealing_receipts
from tinhso.payments.queries import receipts

pytestmark = pytest.mark.django_db
__all__ = ["can_sign", "sandbox"]
HOME = "/can-bo/bien-lai/"


@pytest.fixture
def accountant(place: Collecting) -> ActorRef:
    return people.officer("accountant", place.unit, name="Quách Thu Cúc")


def test_every_address_of_the_desk_is_the_agencys_own(place: Collecting, accountant: ActorRef) -> None:
    receipt = receipted(place)
    one, desk = f"{HOME}{receipt.id}/", people.client(accountant)
    lists = (HOME, f"{HOME}?cho=1", f"{HOME}?q=1", f"{HOME}?ngay=2/3/2026&trang-thai=issued")
    assert {desk.get(page).status_code for page in (*lists, one, f"{HOME}dai-so/")} == {200}
    assert "0000001" in desk.get(f"{HOME}?q={receipt.code}").content.decode()
    assert "0000001" not in desk.get(f"{HOME}?q=2").content.decode()
    assert "0000001" not in desk.get(f"{HOME}?ngay=3/3/2026").content.decode()
    assert "0000001" not in desk.get(f"{HOME}?trang-thai=voided").content.decode()
    assert "0000001" not in desk.get(f"{HOME}?cho=1").content.decode()
    assert desk.get(f"{HOME}?ngay=xyz").status_code == 422
    cashier = people.client(people.officer("cashier", place.unit))
    assert cashier.get(one).status_code == 200
    assert cashier.get(f"{HOME}dai-so/").status_code == 403
    assert cashier.post(f"{one}duyet/", {"viec": "dong-y"}).status_code == 403
    other = people.client(people.officer("accountant"))
    assert "0000001" not in other.get(HOME).content.decode()
    posts = ("de-nghi/", "duyet/", "gui-lai/")
    assert {other.get(one).status_code, *(other.post(one + act).status_code for act in posts)} == {404}
    opened = {"co-quan": str(place.agency), "tu-ngay": "1/1/2099"}
    assert other.post(f"{HOME}dai-so/mo/", opened).status_code == 404
    for stranger in (Client(), people.client(people.person()), people.client(people.officer())):
        assert all(stranger.get(page).status_code in (302, 403) for page in (*lists, one))
        assert all(stranger.post(one + act).status_code in (302, 403) for act in posts)
    assert Receipt.objects.get().state == "issued"
    assert not ReceiptChange.objects.exists()


def test_one_asks_another_agrees_and_both_read_why(place: Collecting, accountant: ActorRef) -> None:
    one = f"{HOME}{receipted(place).id}/"
    first, second = people.client(accountant), people.client(people.officer("accountant", place.unit))
    asked = {"viec": "thay", "nguoi-nop": "", "dia-chi": "", "ly-do": "Ghi sai tên"}
    refused = first.post(f"{one}de-nghi/", asked)
    assert refused.status_code == 422
    assert 'href="#thay-nguoi-nop"' in refused.content.decode()
    first.post(f"{one}de-nghi/", {**asked, "nguoi-nop": "Danh Sóc Khả"})
    assert first.post(f"{one}duyet/", {"viec": "dong-y"}).status_code == 409
    assert "Danh Sóc Khả" in second.get(one).content.decode()
    assert second.post(f"{one}duyet/", {"viec": "khong"}).status_code == 422
    assert second.post(f"{one}duyet/", {"viec": "dong-y"}).status_code == 302
    issuing_receipts.issue_waiting(at=moments.now())
    assert "0000002" in second.get(one).content.decode()
    assert first.post(f"{one}de-nghi/", {"viec": "huy", "ly-do": "Lần nữa"}).status_code == 409


def test_a_series_is_opened_on_its_page_and_receipts_follow(place: Collecting, accountant: ActorRef) -> None:
    paid(place)
    desk = people.client(accountant)
    assert "chưa có dải số" in desk.get(f"{HOME}dai-so/").content.decode()
    given = {
        "co-quan": str(place.agency),
        "mau": "01BLP0-001",
        "ky-hieu": "AG-26E",
        "dia-chi": "Số 1",
        "can-cu": "TB 1",
        "tu-ngay": "",
    }
    refused = desk.post(f"{HOME}dai-so/mo/", given)
    assert refused.status_code == 422
    assert 'href="#tu-ngay"' in refused.content.decode()
    today = f"{moments.today(moments.now()):%d/%m/%Y}"
    assert desk.post(f"{HOME}dai-so/mo/", {**given, "tu-ngay": today}).status_code == 302
    assert ReceiptSeries.objects.get().agency_id == place.agency
    jobs.issue_receipts()
    assert Receipt.objects.get().number == 1
    assert "đang dùng" in desk.get(f"{HOME}dai-so/?moi=1").content.decode()


def test_anybody_with_the_code_reads_it_masked_and_wrong_codes_are_limited(place: Collecting) -> None:
    receipt, page = receipted(place), Client()
    moved = page.get("/bien-lai/", {"ma": receipt.code.lower()})
    assert moved["Location"] == f"/bien-lai/{receipt.code}/"
    shown = page.get(moved["Location"]).content.decode()
    assert "D*** S*** K***" in shown
    assert "Danh Sóc Kha" not in shown
    assert "Còn giá trị" in shown
    assert page.get(f"/bien-lai/{receipt.code}/bien-lai.pdf").status_code == 404
    assert page.get("/bien-lai/", {"ma": "--"}).status_code == 422
    Receipt.objects.update(state="voided", reason="Nhầm", ended_at=moments.now())
    assert "Không còn giá trị" in page.get(moved["Location"]).content.decode()
    answers = [page.get(f"/bien-lai/SAI{n}/").status_code for n in range(21)]
    assert answers == [404] * 20 + [429]
    assert page.get(moved["Location"]).status_code == 429
    assert ReceiptLookup.objects.count() == 20


def test_files_go_to_whose_they_are(place: Collecting, accountant: ActorRef, can_sign: Running) -> None:
    sealing(place, can_sign)
    owner = people.person("Danh Sóc Kha")
    series(place)
    paid(place)
    Bill.objects.update(owner_kind="person", owner_id=owner.id)
    now = moments.now()
    issuing_receipts.issue_waiting(at=AT)
    sealing_receipts.seal_waiting(at=now)
    receipt = Receipt.objects.select_related("bill").get()
    own, by_token = f"/bien-lai/{receipt.code}/bien-lai.xml", f"/thanh-toan/{receipt.bill.token}/bien-lai/"
    assert people.client(owner).get(own).status_code == 200
    assert "Danh Sóc Kha" in people.client(owner).get(f"/bien-lai/{receipt.code}/").content.decode()
    assert people.client(accountant).get(own).status_code == 200
    for stranger in (Client(), people.client(people.person()), people.client(people.officer("accountant"))):
        assert stranger.get(own).status_code == 404
        assert stranger.get(f"{by_token}{receipt.code}.xml").status_code == 200
        assert stranger.get(f"/thanh-toan/khac/bien-lai/{receipt.code}.xml").status_code == 404


def test_the_list_asks_as_much_for_many_as_for_one_and_goes_on_page_by_page(
    place: Collecting, accountant: ActorRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, asked = people.client(accountant), []
    for many in (1, 4):
        for _one in range(many):
            receipted(place)
        with CaptureQueriesContext(connection) as queries:
            desk.get(HOME)
        asked.append(len(queries))
    assert asked[1] <= asked[0]
    monkeypatch.setattr(receipts, "PAGE", 2)
    seen: list[int] = []
    after = ""
    for _page in range(3):
        found, after = receipts.listed([place.agency], receipts.Asked(), after=after)
        seen += [one.number for one in found]
    assert (sorted(seen), after) == ([1, 2, 3, 4, 5], "")
