"""Who owes a fee meets the way to pay it wherever they look, and no longer once it is paid."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pypdfium2
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.dossiers.test_bundles import CODES, bundled, dossier_of, finish, sent
from tests.payments.laid import opens_account
from tests.payments.laid import told as came
from tests.support import people
from tests.support.machines import Machine, said
from tests.support.office import SENT, Office, filed, office, published_anew, submission
from tinhso.dossiers import prints
from tinhso.dossiers.contracts import Filed
from tinhso.dossiers.operations import bundles, intake
from tinhso.dossiers.operations.submission import submit
from tinhso.dossiers.queries.owing import owed
from tinhso.foundation.refs import OwnerRef
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
        left = owed([each.id for each in found])
    assert {key: each.left for key, each in left.items()} == {found[1].id: 50_000, found[2].id: 50_000}
    assert place.citizen.id
    assert len(payments.open_of(OwnerRef("person", place.citizen.id))) == 2
    with django_assert_max_num_queries(1):
        assert owed([found[0].id]) == {}


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


def test_each_procedure_of_one_filing_has_its_bill_at_its_own_agency() -> None:
    group = bundled()
    for each in CODES[:2]:
        version = procedures.published(code=each, at=SENT)
        assert version is not None
        published_anew(version.id, since=date(2026, 1, 1), fees=(FEE,))
    opens_account(group.xa.agency)
    opens_account(group.police.agency)
    bundle = sent(group)
    address = f"/nhom-ho-so/{bundle.code}/"
    citizen = people.client(group.xa.citizen)
    assert citizen.get(address).content.decode().count("/thanh-toan/") == 1
    first = dossier_of(bundle, 0)
    finish(first, group.xa, SENT + timedelta(hours=2))
    bundles.start(bundle.id, at=SENT + timedelta(hours=3))
    asked = [payments.bills_about("dossier", dossier_of(bundle, place).id) for place in (0, 1, 2)]
    assert [[(one.agency, one.total) for one in of] for of in asked] == [
        [(group.xa.agency, 50_000)],
        [(group.police.agency, 50_000)],
        [],
    ]
    assert citizen.get(address).content.decode().count("/thanh-toan/") == 2
