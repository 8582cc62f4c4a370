"""Who owes a fee meets the way to pay it wherever they look, and no longer once it is paid."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pypdfium2
import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.dossiers.test_bundles import CODES, Group, bundled, dossier_of, finish, sent
from tests.payments.laid import opens_account
from tests.payments.laid import told as came
from tests.support import people
from tests.support.machines import Machine, said
from tests.support.office import SENT, Office, filed, office, published_anew, submission
from tinhso.dossiers import marks, prints
from tinhso.dossiers.contracts import Filed
from tinhso.dossiers.models import Assessment, Bundle
from tinhso.dossiers.operations import bundles, intake
from tinhso.dossiers.operations.submission import submit
from tinhso.dossiers.pages.public import bundle_owing
from tinhso.dossiers.queries.bundles import of_dossier
from tinhso.dossiers.queries.owing import owed
from tinhso.foundation import moments
from tinhso.foundation.refs import SYSTEM, OwnerRef
from tinhso.payments import api as payments
from tinhso.procedures import api as procedures

pytestmark = pytest.mark.django_db
LATER = SENT + timedelta(hours=1)
FEE = procedures.Fee(
    code="cap-giay",
    kind=procedures.FeeKind.CHARGE,
    name="Lệ phí cấp giấy",
    amount=50_000,
    ground="Nghị quyết",
)


@pytest.fixture
def place() -> Office:
    """An office whose procedure costs 50,000 đồng and whose account is known."""
    found = office()
    opens_account(found.agency)
    return replace(found, version=published_anew(found.version, since=date(2026, 1, 1), fees=(FEE,)))


def bill(dossier: Filed) -> payments.BillView:
    (found,) = payments.bills_about("dossier", dossier.id)
    return found


def pay(dossier: Filed) -> str:
    """Pay all; the address where it was to be paid."""
    found = bill(dossier)
    payments.receive(
        came(found.left, content=found.reference, transaction=f"GD-{found.reference}", at=LATER), at=LATER
    )
    return f"/thanh-toan/{found.token}/"


def seen(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_ones_own_list_and_home_lead_to_what_is_to_be_paid_until_it_is(place: Office) -> None:
    dossier, browser = filed(place), people.client(place.citizen)
    link = f'href="/thanh-toan/{bill(dossier).token}/"'
    assert link in seen(browser, "/ho-so/")
    assert "Nộp 50.000 đồng phí, lệ phí" in seen(browser, "/ho-so/")
    assert link in seen(browser, "/")
    assert "1 khoản phí, lệ phí chờ nộp: 50.000 đồng" in seen(browser, "/")
    stranger = people.client(people.person("Người Khác"))
    assert "/thanh-toan/" not in seen(stranger, "/") + seen(stranger, "/ho-so/") + seen(Client(), "/")
    pay(dossier)
    assert "/thanh-toan/" not in seen(browser, "/") + seen(browser, "/ho-so/")


def test_several_that_are_owed_are_summed_on_the_home_page_and_listed_in_two_queries(
    place: Office, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    found = [filed(place, at=SENT + timedelta(minutes=n)) for n in range(3)]
    assert "3 khoản phí, lệ phí chờ nộp: 150.000 đồng" in seen(people.client(place.citizen), "/")
    pay(found[0])
    with django_assert_max_num_queries(2):
        left = owed([each.id for each in found], at=LATER)
    assert {key: each.left for key, each in left.items()} == {found[1].id: 50_000, found[2].id: 50_000}
    assert place.citizen.id
    assert len(payments.open_of(OwnerRef("person", place.citizen.id), at=LATER)) == 2
    with django_assert_max_num_queries(1):
        assert owed([found[0].id], at=LATER) == {}


def test_who_looks_up_by_code_and_four_digits_may_pay_and_reads_no_name(place: Office) -> None:
    dossier = filed(place)
    asked = {"ma": dossier.code, "so": "5678"}
    shown = Client().post("/tra-cuu/", asked).content.decode()
    assert f'href="/thanh-toan/{bill(dossier).token}/"' in shown
    assert "50.000 đồng" in shown
    assert "Danh Sóc Kha" not in shown + seen(Client(), f"/thanh-toan/{bill(dossier).token}/")
    assert "/thanh-toan/" not in Client().post("/tra-cuu/", {**asked, "so": "0000"}).content.decode()
    pay(dossier)
    assert "/thanh-toan/" not in Client().post("/tra-cuu/", asked).content.decode()


def test_form_01_says_what_is_still_to_be_paid_and_where(place: Office) -> None:
    dossier = filed(place)
    intake.accept(dossier_id=dossier.id, by=place.intake, at=LATER)

    def text() -> str:
        sheets = pypdfium2.PdfDocument(prints.receipt(dossier.id, by=place.intake, at=LATER))
        try:
            words = [sheet.get_textpage().get_text_bounded() for sheet in sheets]
        finally:
            sheets.close()
        return "".join(" ".join(words).replace("\u200b", "").split())

    assert f"/thanh-toan/{bill(dossier).token}/" in text()
    assert "Cònphảinộp50.000đồng" in text()
    pay(dossier)
    assert "/thanh-toan/" not in text()
    assert "Cònphảinộp" not in text()


def test_a_machine_that_reads_a_dossier_is_told_its_bills(place: Office) -> None:
    dossier, machine = filed(place), Machine(place=place)
    (open_one,) = said(machine.client.get(f"/api/v1/dossiers/{dossier.code}"))["bills"]
    assert (open_one["state"], open_one["left"], open_one["paid"]) == ("open", 50_000, 0)
    assert open_one["pay"].endswith(f"/thanh-toan/{bill(dossier).token}/")
    assert open_one["lines"] == [{"name": "Lệ phí cấp giấy", "amount": 50_000, "exempted": 0}]
    pay(dossier)
    (paid,) = said(machine.client.get(f"/api/v1/dossiers/{dossier.code}"))["bills"]
    assert (paid["state"], paid["left"], paid["paid"], paid["pay"]) == ("settled", 0, 50_000, "")


def test_two_that_are_filed_together_each_have_their_own_bill(place: Office) -> None:
    both = [submit(submission(place, key=key), by=place.citizen, at=SENT) for key in ("mot", "hai")]
    assert bill(both[0]).id != bill(both[1]).id


def charged_bundle() -> Group:
    """A bundle whose first two procedures cost 50,000 đồng each, at two agencies with accounts."""
    group = bundled()
    for each in CODES[:2]:
        version = procedures.published(code=each, at=SENT)
        assert version is not None
        published_anew(version.id, since=date(2026, 1, 1), fees=(FEE,))
    opens_account(group.xa.agency)
    opens_account(group.police.agency)
    return group


def begun(group: Group) -> Bundle:
    """The bundle of which the first has its result, so that all that need it have begun."""
    bundle = sent(group)
    finish(dossier_of(bundle, 0), group.xa, SENT + timedelta(hours=2))
    with transaction.atomic():
        bundles.start(bundle.id, at=SENT + timedelta(hours=3))
    return bundle


def bills_in(bundle: Bundle, *places: int) -> list[list[payments.BillView]]:
    """The bills of the bundle's dossiers."""
    return [list(payments.bills_about("dossier", dossier_of(bundle, place).id)) for place in places]


def test_each_procedure_of_one_filing_has_its_bill_at_its_own_agency() -> None:
    group = charged_bundle()
    bundle = begun(group)
    assert [[(one.agency, one.total) for one in of] for of in bills_in(bundle, 0, 1, 2)] == [
        [(group.xa.agency, 50_000)],
        [(group.police.agency, 50_000)],
        [],
    ]


def test_each_dossier_of_a_bundle_is_assessed_by_its_own_rules_when_it_begins() -> None:
    group = charged_bundle()
    dear = procedures.published(code=CODES[2], at=SENT)
    assert dear is not None
    more = replace(FEE, code="the", name="Phí cấp thẻ", amount=8_000)
    published_anew(dear.id, since=date(2026, 1, 1), fees=(more,))
    bundle = sent(group)
    assert Assessment.objects.count() == 1, "what waits is not assessed before it is filed"
    finish(dossier_of(bundle, 0), group.xa, SENT + timedelta(hours=2))
    bundles.start(bundle.id, at=SENT + timedelta(hours=3))
    said = [Assessment.objects.get(dossier=dossier_of(bundle, place)).lines for place in (0, 1, 2)]
    assert [[(line["name"], line["amount"]) for line in lines] for lines in said] == [
        [("Lệ phí cấp giấy", 50_000)],
        [("Lệ phí cấp giấy", 50_000)],
        [("Phí cấp thẻ", 8_000)],
    ]
    third = dossier_of(bundle, 2)
    assert marks.UNBILLED in third.flags, "nobody named the third agency's account"
    assert bills_in(bundle, 2) == [[]]
    page = seen(people.client(group.xa.citizen), f"/nhom-ho-so/{bundle.code}/")
    assert "Có hồ sơ đang được tính số phải nộp" in page


def test_a_bundles_page_tells_what_of_it_is_owed_under_way_and_paid(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    group = charged_bundle()
    bundle = sent(group)
    address, citizen = f"/nhom-ho-so/{bundle.code}/", people.client(group.xa.citizen)
    first = seen(citizen, address)
    assert "Còn phải nộp 50.000 đồng cho 1 hồ sơ" in first
    assert "Phí, lệ phí của thủ tục chưa gửi được tính khi hồ sơ ấy gửi đi" in first
    finish(dossier_of(bundle, 0), group.xa, SENT + timedelta(hours=2))
    bundles.start(bundle.id, at=SENT + timedelta(hours=3))
    both = seen(citizen, address)
    assert "Còn phải nộp 100.000 đồng cho 2 hồ sơ" in both
    assert both.count("Lệ phí cấp giấy") == 2
    assert both.count("Nộp 50.000 đồng") == 2
    ((birth,), (residence,)) = bills_in(bundle, 0, 1)
    payments.begin(
        birth, payments.Channel.VIETQR, back="http://x/", knowing=False, by=SYSTEM, at=moments.now()
    )
    waiting = seen(citizen, address)
    assert waiting.count("Nộp 50.000 đồng") == 1
    assert "1 lần thanh toán đang chờ kết quả. Đừng chuyển tiền lần nữa" in waiting
    assert waiting.count("Xem lần thanh toán đang chờ") == 1
    payments.receive(came(50_000, content=birth.reference, transaction="A", at=LATER), at=LATER)
    payments.receive(came(20_000, content=residence.reference, transaction="B", at=LATER), at=LATER)
    half = seen(citizen, address)
    assert "Còn phải nộp 30.000 đồng cho 1 hồ sơ" in half
    assert "Cơ quan đã nhận 70.000 đồng" in half
    assert half.count("Đã nộp đủ.") == 1
    assert "Nộp 30.000 đồng" in half
    payments.receive(came(30_000, content=residence.reference, transaction="C", at=LATER), at=LATER)
    done = seen(citizen, address)
    assert "Còn phải nộp" not in done
    assert done.count("Xem lần nộp và biên lai") == 2
    view = of_dossier(dossier_of(bundle, 0).id)
    assert view is not None
    with django_assert_max_num_queries(5):
        bundle_owing.drawn(view, at=LATER)


def test_an_attempt_under_way_is_told_wherever_the_bill_is_met(place: Office) -> None:
    dossier, browser = filed(place), people.client(place.citizen)
    payments.begin(
        bill(dossier), payments.Channel.VIETQR, back="http://x/", knowing=False, by=SYSTEM, at=moments.now()
    )
    link = f'href="/thanh-toan/{bill(dossier).token}/"'
    looked = Client().post("/tra-cuu/", {"ma": dossier.code, "so": "5678"}).content.decode()
    for page in (seen(browser, "/ho-so/"), seen(browser, f"/ho-so/{dossier.code}/"), looked):
        assert link in page
        assert "Xem lần thanh toán đang chờ" in page
        assert "Nộp 50.000 đồng" not in page
    home = seen(browser, "/")
    assert link in home
    assert "1 lần thanh toán đang chờ kết quả" in home
    assert "chờ nộp" not in home
