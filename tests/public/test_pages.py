"""The home page and everything of one's own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.support import people
from tests.support.office import SENT, filed, office
from tinhso.dossiers.operations import intake
from tinhso.foundation import files
from tinhso.foundation.refs import SYSTEM, OwnerRef
from tinhso.vault import api as vault

pytestmark = pytest.mark.django_db


def kept(owner: OwnerRef, title: str = "Giấy khai sinh") -> str:
    stored = files.keep(b"%PDF-1.7", name="a.pdf", by=SYSTEM, at=SENT)
    return str(
        vault.keep(
            owner=owner, file_id=stored.id, sha256=stored.sha256, kind="1", title=title,
            issuer="UBND phường Thử", source=vault.Source.ISSUED, at=SENT,
        )
    )  # fmt: skip


def test_the_home_page_asks_what_one_wants_to_do_and_needs_no_sign_in() -> None:
    answer = Client().get("/")
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert 'action="/thu-tuc/"' in shown
    assert 'href="/tra-cuu/"' in shown
    assert shown.count("<h1") == 1
    assert len(shown.encode()) < 20 * 1024


def test_a_signed_in_person_reads_on_the_home_page_that_a_dossier_waits() -> None:
    place = office()
    from_me = filed(place)
    assert from_me.code
    assert "đang chờ ông/bà" not in people.client(place.citizen).get("/").content.decode()


def test_ones_dossiers_come_newest_first_in_pages(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    place = office()
    codes = [filed(place, at=SENT + timedelta(minutes=n)).code for n in range(25)]
    browser = people.client(place.citizen)
    with django_assert_max_num_queries(14):
        first = browser.get("/ho-so/").content.decode()
    assert codes[-1] in first
    assert codes[0] not in first
    after = first.split('href="?sau=')[1].split('"')[0]
    assert codes[0] in browser.get(f"/ho-so/?sau={after}").content.decode()
    assert browser.get("/ho-so/?sau=%F0%9F%98%80").status_code == 422


def test_another_persons_dossiers_messages_and_documents_stay_theirs() -> None:
    place = office()
    sent = filed(place)
    assert place.citizen.id
    document = kept(OwnerRef("person", place.citizen.id))
    other = people.client(people.person("Người Khác"))
    mine = people.client(place.citizen)

    assert sent.code in mine.get("/ho-so/").content.decode()
    assert sent.code not in other.get("/ho-so/").content.decode()
    assert "Giấy khai sinh" in mine.get("/cua-toi/giay-to/").content.decode()
    assert "Giấy khai sinh" not in other.get("/cua-toi/giay-to/").content.decode()
    assert mine.get(f"/cua-toi/giay-to/{document}/")["X-Content-Type-Options"] == "nosniff"
    assert other.get(f"/cua-toi/giay-to/{document}/").status_code == 404


@pytest.mark.parametrize("path", ["/ho-so/", "/cua-toi/tin-nhan/", "/cua-toi/giay-to/"])
def test_ones_own_pages_ask_to_sign_in(path: str) -> None:
    assert Client().get(path)["Location"].startswith("/dang-nhap/")


@pytest.mark.parametrize("mark", ["x", "2026-13-45T99:00:00", "2026-01-01", "😀"])
def test_a_wrong_mark_of_a_page_begins_anew(mark: str) -> None:
    browser = people.client(people.person())
    assert browser.get("/cua-toi/tin-nhan/", {"truoc": mark}).status_code == 200
    assert browser.get("/cua-toi/giay-to/", {"truoc": mark}).status_code == 200


def test_the_service_worker_lies_at_the_root_and_names_the_shell() -> None:
    answer = Client().get("/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert "public.css" in answer.content.decode()
    assert "Đang không có mạng" in Client().get("/ngoai-mang/").content.decode()


def test_messages_are_new_until_they_were_opened() -> None:
    place = office()
    sent = filed(place)
    intake.accept(dossier_id=sent.id, by=place.intake, at=SENT + timedelta(hours=1))
    browser = people.client(place.citizen)
    assert "1 tin mới" in browser.get("/ho-so/").content.decode()
    browser.get("/cua-toi/tin-nhan/")
    assert "tin mới" not in browser.get("/ho-so/").content.decode()
