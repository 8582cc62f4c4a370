"""The desk's pages of parcels: asked as nobody, a person, another office's officer, and the right one."""

from __future__ import annotations

import pypdfium2
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.parcels.test_hearing import PATHS, out, stations
from tests.support import people
from tests.support.office import Office
from tests.support.posting import post_office, prepared, to_send
from tinhso.dossiers.models import Dossier, HistoryEntry
from tinhso.foundation import moments
from tinhso.identity.models import Look
from tinhso.parcels import hearing
from tinhso.parcels.contracts import State
from tinhso.parcels.models import Manifest, Parcel

pytestmark = pytest.mark.django_db
HOME = "/can-bo/buu-dien/"


@pytest.fixture
def place() -> Office:
    return post_office(at=moments.now())


def text_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    try:
        return "\n".join(document[n].get_textpage().get_text_range() for n in range(len(document)))
    finally:
        document.close()


def test_results_of_the_day_become_parcels_labels_a_list_and_leave_with_the_postman(place: Office) -> None:
    at = moments.now()
    code = Dossier.objects.get(id=to_send(place, at=at)).code
    desk = people.client(place.intake)
    page = desk.get(HOME).content.decode()
    assert code in page
    assert "Ấp 1, Xã Thử" in page
    assert Look.objects.filter(actor_id=place.intake.id, purpose="Gửi kết quả qua bưu điện").exists()

    assert desk.post(f"{HOME}lap/", {"ma": [code]})["Location"] == f"{HOME}?lap=1"
    assert "Đã lập 1 bưu gửi" in desk.get(f"{HOME}?lap=1").content.decode()
    assert desk.get(f"{HOME}nhan.pdf").status_code == 422
    parcel = Parcel.objects.get()
    Parcel.objects.update(state="ordered", number="EA123456785VN", ordered_at=moments.now())
    label = text_of(desk.get(f"{HOME}nhan.pdf").content)
    for words in ("EA123456785VN", "Danh Sóc Kha", "Ấp 1, Xã Thử", "30.000", code):
        assert words in label

    made = desk.post(f"{HOME}bang-ke/", {"khoa": [parcel.key]})
    manifest = Manifest.objects.get()
    assert made["Location"] == f"{HOME}bang-ke/{manifest.id}/"
    printed = text_of(desk.get(f"{HOME}bang-ke/{manifest.id}/in.pdf").content)
    assert manifest.number in printed.replace("\r\n", " ").upper() or manifest.number in printed
    assert "EA123456785VN" in printed
    nameless = desk.post(f"{HOME}bang-ke/{manifest.id}/", {"buu-ta": " "})
    assert nameless.status_code == 422
    assert "Hãy ghi họ tên bưu tá" in nameless.content.decode()
    for _press in range(2):
        desk.post(f"{HOME}bang-ke/{manifest.id}/", {"buu-ta": "Nguyễn Văn Tài"})
    parcel.refresh_from_db()
    assert parcel.state == State.ON_WAY
    told = HistoryEntry.objects.filter(dossier_id=parcel.dossier_id, note__contains="Đã giao cho bưu tá")
    assert told.count() == 1
    again = desk.post(f"{HOME}bang-ke/", {"khoa": [parcel.key]})
    assert again.status_code == 422


def test_the_parcel_page_tells_what_to_do_and_takes_what_was_done(place: Office) -> None:
    at = moments.now()
    parcel = out(place, at=at)
    hearing.hear(parcel.key, stations(PATHS["back"], at=at), at=at)
    desk = people.client(place.intake)
    page = desk.get(f"{HOME}{parcel.number}/").content.decode()

    assert "Gọi người nhận" in page
    assert f"Việc của {place.intake.name}" in page
    assert parcel.number in desk.get(HOME).content.decode()
    empty = desk.post(f"{HOME}{parcel.number}/giai-quyet/", {"cach": " "})
    assert empty.status_code == 422
    assert "Hãy ghi đã giải quyết thế nào" in empty.content.decode()
    desk.post(f"{HOME}{parcel.number}/giai-quyet/", {"cach": "Đã gọi, gửi lại"})
    assert "Đã gọi, gửi lại" in desk.get(f"{HOME}{parcel.number}/").content.decode()
    refused = desk.post(f"{HOME}{parcel.number}/huy/")
    assert refused.status_code == 409
    assert "Đã chuyển hoàn về" in refused.content.decode()


def test_every_page_is_for_officers_of_the_own_unit(place: Office) -> None:
    at = moments.now()
    parcel = out(place, at=at)
    desk = people.client(place.intake)
    desk.post(f"{HOME}bang-ke/", {"khoa": [parcel.key]})
    manifest = Manifest.objects.get()
    reads = [
        HOME,
        f"{HOME}tat-ca/",
        f"{HOME}nhan.pdf",
        f"{HOME}bang-ke/{manifest.id}/",
        f"{HOME}bang-ke/{manifest.id}/in.pdf",
        f"{HOME}{parcel.number}/",
    ]
    writes = [
        f"{HOME}lap/",
        f"{HOME}bang-ke/",
        f"{HOME}{parcel.number}/huy/",
        f"{HOME}{parcel.number}/dat-lai/",
        f"{HOME}{parcel.number}/giai-quyet/",
    ]
    stranger, wrong = people.client(people.officer("intake_officer")), people.client(place.leader)
    nobody, citizen = Client(), people.client(place.citizen)
    for path in reads:
        assert nobody.get(path).status_code == 302
        assert citizen.get(path).status_code == 302
        assert wrong.get(path).status_code == 403
        assert desk.get(path).status_code in (200, 422)
    for path in writes:
        assert nobody.post(path).status_code == 302
        assert citizen.post(path).status_code == 302
        assert wrong.post(path).status_code == 403
        assert desk.get(path).status_code in (404, 405)
    assert [stranger.get(path).status_code for path in reads] == [200, 200, 422, 404, 404, 404]
    assert parcel.number not in stranger.get(f"{HOME}tat-ca/").content.decode()
    assert [stranger.post(path).status_code for path in writes] == [422, 422, 404, 404, 404]
    theirs = Dossier.objects.get(id=to_send(place, at=at)).code
    assert stranger.post(f"{HOME}lap/", {"ma": [theirs]}).status_code == 403
    assert stranger.post(f"{HOME}bang-ke/", {"khoa": [prepared(place, at=at).key]}).status_code == 403
    parcel.refresh_from_db()
    assert parcel.state == State.ORDERED


def test_lists_ask_the_same_number_of_questions_however_long(place: Office) -> None:
    at = moments.now()
    desk = people.client(place.intake)

    def asked(path: str) -> int:
        desk.get(path)
        with CaptureQueriesContext(connection) as found:
            assert desk.get(path).status_code == 200
        return len(found)

    def more() -> None:
        to_send(place, at=at)
        parcel = out(place, at=at)
        hearing.hear(parcel.key, stations(PATHS["lost"], at=at), at=at)
        out(place, at=at)

    more()
    before = {path: asked(path) for path in (HOME, f"{HOME}tat-ca/")}
    for _n in range(3):
        more()
    assert {path: asked(path) for path in before} == before


def test_the_list_of_all_goes_on_page_by_page(place: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    at = moments.now()
    monkeypatch.setattr("tinhso.parcels.queries.lists.PAGE", 2)
    numbers = [out(place, at=at).number for _n in range(5)]
    desk, seen, path = people.client(place.intake), [], f"{HOME}tat-ca/"
    while path:
        page = desk.get(path)
        seen += [one for one in numbers if one in page.content.decode()]
        path = page.context["next"]
    assert sorted(seen) == sorted(numbers)
