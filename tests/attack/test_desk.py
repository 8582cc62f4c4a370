"""An officer's page shows and does only what is theirs, and every look at a person is traced."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from tests.support import people
from tests.support.office import SENT, Office, filed, office, submission
from tinhso.dossiers.contracts import PaperFault
from tinhso.dossiers.models import Bulk, BulkItem, Dossier, HistoryEntry, SubmittedPaper
from tinhso.dossiers.operations import endings, intake, supplements
from tinhso.dossiers.operations.submission import submit
from tinhso.foundation import files, moments
from tinhso.foundation.ids import new_id
from tinhso.identity.models import Look

pytestmark = pytest.mark.django_db
BULK = "/can-bo/ho-so/hang-loat/"
LATER = SENT + timedelta(hours=1)


@pytest.fixture
def place() -> Office:
    return office()


def test_the_preview_of_many_names_nobody_of_another_agency(place: Office) -> None:
    elsewhere = office()
    waiting, taken = filed(elsewhere), filed(elsewhere)
    intake.accept(dossier_id=taken.id, by=elsewhere.intake, at=LATER)

    html = people.client(place.intake).post(BULK, {"d": [waiting.code, taken.code]}).content.decode()

    assert "Danh Sóc Kha" not in html
    assert "Đã tiếp nhận" not in html


def test_nor_does_the_progress_of_what_was_asked_by_identifier(place: Office) -> None:
    own, foreign = filed(place), filed(office())
    many = [f"{own.id}:1", f"{own.id}:1", f"{foreign.id}:1", f"{new_id()}:1", f"{new_id()}:{2**40}"]

    answer = people.client(place.intake).post(f"{BULK}lam/", {"d": many})

    assert answer.status_code == 302
    assert Bulk.objects.get().total == 1
    assert [item.dossier_id for item in BulkItem.objects.all()] == [own.id]


def test_nothing_is_asked_when_none_of_it_is_theirs(place: Office) -> None:
    foreign = filed(office())

    assert people.client(place.intake).post(f"{BULK}lam/", {"d": f"{foreign.id}:1"}).status_code == 422
    assert not Bulk.objects.exists()


def looks(place: Office) -> int:
    assert place.citizen.id is not None
    return Look.objects.filter(person_id=place.citizen.id, actor_id=place.intake.id).count()


def test_opening_a_paper_or_a_print_leaves_a_trace(place: Office) -> None:
    given = filed(place)
    intake.accept(dossier_id=given.id, by=place.intake, at=moments.now())
    kept = files.keep(b"%PDF-1.7 don", name="don.pdf", by=place.citizen, at=SENT)
    paper = SubmittedPaper.objects.get(dossier_id=given.id)
    SubmittedPaper.objects.filter(id=paper.id).update(file_id=kept.id)
    browser = people.client(place.intake)

    assert browser.get(f"/can-bo/ho-so/{given.code}/giay/{paper.id}/").status_code == 200
    assert looks(place) == 1
    assert browser.get(f"/can-bo/ho-so/{given.code}/mau-01.pdf").status_code == 200
    assert looks(place) == 2


def test_a_strange_version_or_mark_breaks_no_page(place: Office) -> None:
    given = filed(place)
    paper = SubmittedPaper.objects.get(dossier_id=given.id)
    judge = f"/can-bo/ho-so/{given.code}/giay/{paper.id}/xet/"
    officer, citizen = people.client(place.intake), people.client(place.citizen)

    for strange in ("²", "9" * 5000, "-1", "٣"):
        answer = officer.post(judge, {"verdict": "good", "version": strange})
        assert answer.status_code in (302, 422)
        assert citizen.get("/tai-khoan/ai-da-xem/", {"truoc": strange}).status_code == 200


@pytest.mark.parametrize(
    "slug", ["tiep-nhan", "tu-choi", "bo-sung", "ky", "dong-dau", "ghi-chu", "mau-01.pdf"]
)
def test_another_agencys_officer_finds_no_dossier(place: Office, slug: str) -> None:
    given = filed(place)
    stranger = office()
    for officer in (stranger.intake, stranger.leader, stranger.clerk):
        browser = people.client(officer)
        assert browser.get(f"/can-bo/ho-so/{given.code}/{slug}").status_code in (301, 403, 404)
        assert browser.post(f"/can-bo/ho-so/{given.code}/{slug}/", {"version": 1}).status_code in (403, 404)
    assert Dossier.objects.get(id=given.id).status == "submitted"


@pytest.mark.parametrize("path", ["", "bo-sung/", "rut/", "ket-qua.pdf"])
def test_another_person_finds_no_dossier(place: Office, path: str) -> None:
    given = filed(place)
    browser = people.client(people.person())

    assert browser.get(f"/ho-so/{given.code}/{path}").status_code == 404
    assert browser.post(f"/ho-so/{given.code}/rut/").status_code == 404
    assert Dossier.objects.get(id=given.id).status == "submitted"


def test_nul_in_an_address_is_refused_and_in_a_form_dropped(place: Office) -> None:
    given = filed(place)
    browser = people.client(place.citizen)
    browser.raise_request_exception = False

    assert browser.get("/ho-so/%00/").status_code == 400
    assert browser.get("/thu-tuc/?q=%00").status_code == 400
    assert browser.post(f"/ho-so/{given.code}/rut/", {"ly_do": "a\0b"}).status_code == 302
    assert HistoryEntry.objects.get(dossier_id=given.id, act="withdraw").note == "ab"
    assert Client().post("/tra-cuu/", {"ma": "a\0", "so": "1234"}).status_code == 422


def test_script_in_every_field_stays_text(place: Office) -> None:
    evil = "<script>alert(1)</script>"
    given = submission(place, name=evil)
    whole = replace(given, applicant=replace(given.applicant, address=evil, email="<b>@x.vn", phone=evil))
    made = submit(whole, by=replace(place.citizen, name=evil), at=SENT)
    endings.note(dossier_id=made.id, text=evil, by=replace(place.intake, name=evil), at=LATER)
    supplements.ask(
        dossier_id=made.id, faults=[PaperFault("don", evil)], message=evil, by=place.intake, at=LATER
    )
    officer, citizen = people.client(place.intake), people.client(place.citizen)
    pages = [
        officer.get(f"/can-bo/ho-so/{made.code}/"),
        officer.get("/can-bo/ho-so/?xem=don-vi"),
        officer.get(f"/can-bo/ho-so/?q={evil}"),
        officer.post(BULK, {"d": made.code}),
        citizen.get(f"/ho-so/{made.code}/"),
        citizen.get(f"/ho-so/{made.code}/bo-sung/"),
        citizen.get("/ho-so/"),
        citizen.get(f"/thu-tuc/?q={evil}"),
    ]
    for page in pages:
        assert page.status_code == 200, page.request["PATH_INFO"]
        assert evil not in page.content.decode(), page.request["PATH_INFO"]
        assert (
            "script-src" in page["Content-Security-Policy"]
            or "default-src 'self'" in (page["Content-Security-Policy"])
        )
    for form in ("02",):
        assert officer.get(f"/can-bo/ho-so/{made.code}/mau-{form}.pdf").content.startswith(b"%PDF")
