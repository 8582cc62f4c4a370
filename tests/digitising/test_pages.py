"""The pages of digitising, asked as nobody, stranger, the wrong office and the right one."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.digitising.counter import Counter
from tests.support import people, scanning
from tests.support.office import office
from tinhso.digitising import jobs
from tinhso.digitising.models import Arrival, Scan
from tinhso.dossiers import api as dossiers
from tinhso.dossiers.models import SubmittedPaper

pytestmark = pytest.mark.django_db
HOME = "/can-bo/so-hoa/"


def sent(content: bytes, name: str = "quet.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def addresses(here: Counter, scan: object) -> list[str]:
    of_dossier = f"{HOME}ho-so/{here.dossier.code}/"
    return [
        f"{HOME}ban-quet/{scan}/",
        f"{HOME}ban-quet/{scan}/trang/0/0/",
        of_dossier,
        f"{of_dossier}to-ngan/",
    ]


def test_only_the_office_of_a_scan_sees_it(here: Counter) -> None:
    scan, other = here.scan(), office()
    for address in addresses(here, scan):
        assert Client().get(address).status_code in (302, 401, 403), address
        assert people.client(here.office.citizen).get(address).status_code in (302, 403), address
        assert people.client(here.office.specialist).get(address).status_code == 403, address
        assert people.client(other.intake).get(address).status_code == 404, address
        assert people.client(here.office.intake).get(address).status_code == 200, address
    assert people.client(other.intake).post(addresses(here, scan)[0], {"viec": "bo"}).status_code == 404
    tray = people.client(other.intake).get(HOME)
    assert "quet-0" not in tray.content.decode()
    assert Client().post(HOME).status_code in (302, 401, 403)


def test_another_office_moves_no_file_of_the_folder(here: Counter) -> None:
    row = Arrival.objects.create(
        unit_id=here.office.one_stop, path=f"{here.code}/x.pdf", size=1, modified_ns=1, seen_at=here.at,
        claimed=True, state="faulty", fault="Không đọc được.",
    )  # fmt: skip
    address = f"{HOME}tep/{row.id}/bo/"
    assert Client().post(address).status_code in (302, 401, 403)
    assert people.client(here.office.specialist).post(address).status_code == 403
    assert people.client(office().intake).post(address).status_code == 403
    assert people.client(here.office.intake).post(address).status_code == 302
    assert people.client(here.office.intake).post(address).status_code == 404
    assert Arrival.objects.get().state == "aside"


def test_a_scan_sent_to_a_paper_waits_to_be_looked_at_then_goes_in(here: Counter) -> None:
    browser = people.client(here.office.intake)
    address = f"{HOME}ho-so/{here.dossier.code}/"
    none = browser.post(address, {"giay": "don"})
    broken = browser.post(address, {"giay": "don", "tep": sent(scanning.jpeg("x")[:900])})
    assert (none.status_code, broken.status_code) == (422, 422)
    assert "Không đọc được tệp" in broken.content.decode()

    made = browser.post(address, {"giay": "don", "tep": [sent(scanning.jpeg("x")), sent(scanning.jpeg("y"))]})
    scan = Scan.objects.get()
    assert made["Location"] == f"{HOME}ban-quet/{scan.id}/"
    browser.post(made["Location"], {"viec": "phai:2"})
    browser.post(made["Location"], {"viec": "len:2"})
    scan.refresh_from_db()
    assert scan.pages == [[1, 0, 90], [0, 0, 0]]
    wrong = browser.post(made["Location"], {"viec": "len:9"})
    assert wrong.status_code == 422
    into = browser.post(made["Location"], {"viec": f"dua:{here.dossier.code}/don"})
    assert into["Location"] == address
    assert "đã số hóa" in browser.get(address).content.decode()
    assert browser.post(made["Location"], {"viec": f"dua:{here.dossier.code}/don"}).status_code == 409


def test_what_was_typed_stays_when_a_day_is_wrong(here: Counter) -> None:
    address = f"{HOME}ban-quet/{here.scan()}/"
    typed = {"viec": "dua", "ma": here.dossier.code, "giay": "don", "so": "12/GKS", "cap-day": "40",
             "cap-month": "1", "cap-year": "2024"}  # fmt: skip
    page = people.client(here.office.intake).post(address, typed)
    assert page.status_code == 422
    assert all(words in page.content.decode() for words in ("12/GKS", 'value="40"', here.dossier.code))
    unknown = people.client(here.office.intake).post(address, {"viec": "dua", "ma": "H99-1"})
    assert "Không có hồ sơ nào mang mã này" in unknown.content.decode()


def test_a_file_of_the_national_store_is_kept_as_it_is_and_counted(here: Counter) -> None:
    content = scanning.pdf([scanning.page("x")])
    people.client(here.office.intake).post(
        f"{HOME}ho-so/{here.dossier.code}/",
        {"giay": "don", "viec": "kho-quoc-gia", "tep": sent(content, "kho.pdf")},
    )
    paper = SubmittedPaper.objects.get(dossier_id=here.dossier.id, code="don", current=True)
    day = here.accepted
    counted = dossiers.digitised(agency=here.office.agency, first=day, last=day)
    assert (paper.national, paper.digitised_at) == (True, None)
    assert (counted.dossiers, counted.digitised, counted.national) == (1, 0, 1)
    here.attach(here.scan())
    counted = dossiers.digitised(agency=here.office.agency, first=day, last=day)
    assert (counted.digitised, counted.national) == (1, 0)


def test_the_dossiers_screen_shows_the_way(here: Counter) -> None:
    page = people.client(here.office.intake).get(f"/can-bo/ho-so/{here.dossier.code}/")
    assert f"{HOME}ho-so/{here.dossier.code}/" in page.content.decode()


def test_the_tray_sorts_by_codes_and_pages_on(here: Counter, folder: object) -> None:
    browser = people.client(here.office.intake)
    assert browser.post(HOME).status_code == 422
    assert browser.post(HOME, {"tep": sent(scanning.jpeg("x"))}).status_code == 302
    assert browser.post(HOME, {"tep": sent(b"", "rong.pdf")}).status_code == 422
    jobs.look_into_folders()
    assert Scan.objects.count() == 1
