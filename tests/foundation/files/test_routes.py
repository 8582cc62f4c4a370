from __future__ import annotations

import base64
import json
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from PIL import Image

from tests.foundation.files import makers
from tests.support import people
from tinhso.config.urls import urlpatterns as house_routes
from tinhso.foundation import access, files, moments
from tinhso.foundation.files import seeing
from tinhso.foundation.refs import SYSTEM, ActorRef

pytestmark = pytest.mark.django_db
RESUMABLE = {"Tus-Resumable": "1.0.0"}
OCTETS = "application/offset+octet-stream"
PHOTO = makers.photo(size=(900, 600))


@access.person()
def take(request: HttpRequest) -> HttpResponse:
    sent = files.sent(request, "giay", by=files.visitors()(request), at=moments.now())
    taken = [str(each.id) for each in sent.files]
    return HttpResponse(json.dumps({"files": taken, "faults": sent.faults, "note": request.POST.get("note")}))


urlpatterns = [path("nop-thu/", take), *house_routes]


@pytest.fixture
def person(home: Path) -> ActorRef:
    return people.person()


@pytest.fixture
def browser(person: ActorRef) -> Client:
    return people.client(person)


def begin(browser: Client, data: bytes = PHOTO, name: str = "ảnh.jpg", door: str = "") -> str:
    metadata = f"filename {base64.b64encode(name.encode()).decode()},empty"
    answer = browser.post(
        f"{door}/tep/gui/",
        headers={
            **RESUMABLE,
            "Upload-Length": str(len(data)),
            "Upload-Metadata": metadata,
        },
    )
    assert answer.status_code == 201, answer.content
    return str(answer.headers["Location"])


def patch(browser: Client, place: str, data: bytes, at: int = 0, **headers: str) -> Any:
    return browser.patch(
        place, data, content_type=OCTETS, headers={**RESUMABLE, "Upload-Offset": str(at), **headers}
    )


def whole(browser: Client, data: bytes = PHOTO, name: str = "ảnh.jpg", door: str = "") -> UUID:
    place = begin(browser, data, name, door)
    assert patch(browser, place, data).status_code == 204
    answer = browser.post(f"{place}xong/")
    assert answer.status_code == 200, answer.content
    return UUID(answer.json()["id"])


def test_the_protocol_says_what_it_offers(browser: Client) -> None:
    answer = browser.options("/tep/gui/")

    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Max-Size"] == "52428800"
    offered = answer.headers["Tus-Extension"].split(",")
    assert {"creation", "termination", "checksum", "expiration"} <= set(offered)
    assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256"


@pytest.mark.parametrize("door", ["", "/can-bo"])
def test_a_file_goes_up_in_pieces_and_comes_back(home: Path, door: str) -> None:
    actor = people.officer() if door else people.person()
    browser = people.client(actor)
    place = begin(browser, door=door)
    assert patch(browser, place, PHOTO[:100]).headers["Upload-Offset"] == "100"
    head = browser.head(place, headers=RESUMABLE)
    assert (head.headers["Upload-Offset"], head.headers["Upload-Length"]) == ("100", str(len(PHOTO)))
    assert head.headers["Cache-Control"] == "no-store"
    assert browser.post(f"{place}xong/").status_code == 409
    assert patch(browser, place, PHOTO[100:], at=100).status_code == 204

    kept = browser.post(f"{place}xong/").json()

    assert kept["name"] == "ảnh.jpg"
    answer = browser.get(f"{door}/tep/{kept['id']}/")
    assert b"".join(answer.streaming_content) == PHOTO
    picture = browser.get(f"{door}/tep/{kept['id']}/anh.jpg")
    assert max(Image.open(BytesIO(picture.content)).size) == 480


def test_the_first_piece_may_come_with_the_announcement(browser: Client) -> None:
    answer = browser.post(
        "/tep/gui/", PHOTO, content_type=OCTETS, headers={**RESUMABLE, "Upload-Length": str(len(PHOTO))}
    )

    assert answer.headers["Upload-Offset"] == str(len(PHOTO))


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Tus-Resumable": "0.2.2", "Upload-Length": "5"}, 412),
        ({"Upload-Length": "5"}, 412),
        ({**RESUMABLE}, 422),
        ({**RESUMABLE, "Upload-Length": "-5"}, 422),
        ({**RESUMABLE, "Upload-Length": "９"}, 422),
        ({**RESUMABLE, "Upload-Length": "9" * 30}, 422),
        ({**RESUMABLE, "Upload-Length": "0"}, 422),
        ({**RESUMABLE, "Upload-Defer-Length": "1"}, 422),
        ({**RESUMABLE, "Upload-Length": str(2 * 1024**3)}, 413),
    ],
)
def test_an_announcement_that_cannot_be_is_answered_in_words(
    browser: Client, headers: dict[str, str], status: int
) -> None:
    headers = {name: value.encode().decode("latin-1") for name, value in headers.items()}
    answer = browser.post("/tep/gui/", headers=headers)

    assert answer.status_code == status
    assert answer.json()["title"]
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_piece_must_say_that_it_is_one(browser: Client) -> None:
    place = begin(browser)
    headers = {**RESUMABLE, "Upload-Offset": "0"}

    assert browser.patch(place, PHOTO, content_type="text/plain", headers=headers).status_code == 415
    assert patch(browser, place, PHOTO, **{"Upload-Checksum": "sha1 AAAA"}).status_code == 460
    assert browser.put(place).status_code == 405


def test_a_form_of_another_site_changes_nothing(person: ActorRef) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = people.client(person).cookies
    place = begin(people.client(person))

    assert strict.post("/tep/gui/", headers={**RESUMABLE, "Upload-Length": "5"}).status_code == 400
    assert patch(strict, place, PHOTO).status_code == 400
    assert strict.delete(place, headers=RESUMABLE).status_code == 400
    assert strict.post(f"{place}xong/").status_code == 400


def test_an_upload_and_its_file_are_hidden_from_everybody_else(browser: Client) -> None:
    place = begin(browser)
    file_id = whole(browser)
    stranger, officer = people.client(people.person()), people.client(people.officer())

    assert stranger.head(place, headers=RESUMABLE).status_code == 404
    assert patch(stranger, place, PHOTO).status_code == 404
    assert stranger.delete(place, headers=RESUMABLE).status_code == 404
    assert stranger.post(f"{place}xong/").status_code == 404
    assert stranger.get(f"/tep/{file_id}/").status_code == 404
    assert stranger.get(f"/tep/{file_id}/anh.jpg").status_code == 404
    assert officer.get(f"/can-bo/tep/{file_id}/").status_code == 404
    assert Client().get(f"/tep/{file_id}/").status_code == 302
    assert stranger.get(f"/tep/{uuid4()}/").status_code == 404


def test_rooms_open_their_own_files(
    browser: Client, person: ActorRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = files.keep(makers.pdf(), name="Kết quả.pdf", by=SYSTEM, at=moments.now())
    assert browser.get(f"/tep/{kept.id}/").status_code == 404

    monkeypatch.setattr(
        seeing.readers, "_entries", {"results": lambda id, by, at: (by.id, id) == (person.id, kept.id)}
    )

    assert browser.get(f"/tep/{kept.id}/").status_code == 200


def test_files_are_served_so_that_they_cannot_act(browser: Client, person: ActorRef) -> None:
    photo = browser.get(f"/tep/{whole(browser)}/")
    paper = browser.get(f"/tep/{whole(browser, makers.pdf(), 'tờ khai.pdf')}/")
    word = browser.get(f"/tep/{whole(browser, makers.docx(), 'đơn.docx')}/")

    assert photo.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert paper.headers["Content-Type"] == "application/pdf"
    for answer in (photo, paper, word):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert photo.headers["Content-Disposition"].startswith("inline")
    assert word.headers["Content-Disposition"].startswith("attachment")
    assert "t%E1%BB%9D%20khai.pdf" in paper.headers["Content-Disposition"]
    for answer in (photo, paper, word):
        answer.close()


def test_a_withdrawn_upload_is_gone(browser: Client) -> None:
    place = begin(browser)

    assert browser.delete(place, headers=RESUMABLE).status_code == 204
    assert browser.head(place, headers=RESUMABLE).status_code == 410


def test_a_refused_file_answers_with_its_sentence(browser: Client) -> None:
    place = begin(browser, b"MZ khong phai anh", "anh.jpg")
    patch(browser, place, b"MZ khong phai anh")

    answer = browser.post(f"{place}xong/")

    assert answer.status_code == 422
    assert "không thuộc loại nhận được" in answer.json()["title"]


@override_settings(ROOT_URLCONF=__name__)
def test_a_form_brings_files_with_and_without_script(browser: Client) -> None:
    place = begin(browser)
    patch(browser, place, PHOTO)
    upload_id = place.split("/")[-2]
    plain = [
        SimpleUploadedFile("a.pdf", makers.pdf()),
        SimpleUploadedFile("b.exe", b"MZ"),
        SimpleUploadedFile("c.png", makers.photo("PNG")),
    ]

    answer = browser.post(
        "/nop-thu/",
        {"giay": plain, "giay_da_gui": [upload_id, "khong-phai-ma", str(uuid4())], "note": "còn đây"},
    )

    found = json.loads(answer.content)
    assert len(found["files"]) == 3
    assert len(found["faults"]) == 3
    assert found["note"] == "còn đây"


@override_settings(ROOT_URLCONF=__name__)
def test_a_huge_file_of_a_plain_form_is_dropped_and_said_while_the_rest_stays(browser: Client) -> None:
    huge = SimpleUploadedFile("phim.mov", bytes(53 * 1024**2))
    answer = browser.post(
        "/nop-thu/", {"giay": [huge, SimpleUploadedFile("a.pdf", makers.pdf())], "note": "còn đây"}
    )

    found = json.loads(answer.content)
    assert len(found["files"]) == 1
    assert "nhiều hơn 50 MB" in found["faults"][0]
    assert found["note"] == "còn đây"
