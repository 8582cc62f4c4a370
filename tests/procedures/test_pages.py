"""The catalogue's pages and API: plain order, signposts, a constant number of queries, open to anyone."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.procedures.making import content, published
from tests.support import people
from tinhso.foundation import files, legal, moments
from tinhso.foundation.refs import SYSTEM, OwnerRef
from tinhso.procedures import api
from tinhso.procedures.api import Channel, ChannelKind, Fee, FeeKind, PaperAsked, Question, Source
from tinhso.vault import api as vault

pytestmark = pytest.mark.django_db
LONG_AGO = date(2025, 7, 1)


@pytest.fixture(autouse=True)
def _law(db: None) -> None:
    legal.load(at=moments.now())
    legal.forget()


def _page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_page_answers_in_plain_order(client: Client) -> None:
    published(since=LONG_AGO)
    page = _page(client, "/thu-tuc/1.001193/")
    blocks = ["Ai làm được", "Cần chuẩn bị gì", "Bao lâu", "Bao nhiêu tiền", "Nộp ở đâu"]
    places = [page.index(f">{block}</h2>") for block in blocks]
    assert places == sorted(places)
    for words in (
        "Giấy chứng sinh",
        "1 bản chính",
        "Nhờ người khác",
        "8 giờ làm việc",
        "Không thu",
        "60/2014/QH13",
    ):
        assert words in page


def test_a_procedure_with_a_form_has_the_button_before_and_after_and_others_say_why_not(
    client: Client,
) -> None:
    form = "0193a000-0000-7000-8000-000000000001"
    published(code="9.1", since=LONG_AGO, form_version_id=form, minutes=6)
    page = _page(client, "/thu-tuc/9.1/")
    assert page.count('href="/nop/9.1/"') == 2
    assert "mất khoảng 6 phút" in page
    published(code="9.2", since=LONG_AGO)
    page = _page(client, "/thu-tuc/9.2/")
    assert "/nop/9.2/" not in page
    assert "chưa nộp được trên trang này" in page


def test_the_page_says_which_papers_the_reader_holds_and_only_to_them(client: Client) -> None:
    form = "0193a000-0000-7000-8000-000000000001"
    published(code="9.1", since=LONG_AGO, form_version_id=form)
    reader = people.person()
    assert reader.id
    data = b"giay chung sinh"
    stored = files.keep(data, name="gcs.pdf", by=SYSTEM, at=people.AT)
    vault.keep(
        owner=OwnerRef("person", reader.id),
        file_id=stored.id,
        sha256=stored.sha256,
        kind="1.001193",
        title="GIẤY CHỨNG SINH",
        number="",
        issuer="Trạm y tế",
        source=vault.Source.ISSUED,
        valid_from=LONG_AGO,
        about=None,
        at=people.AT,
    )
    own = people.client(reader).get("/thu-tuc/9.1/")
    assert own.content.decode().count("Đã có trong kho giấy tờ của ông/bà") == 1
    assert own["Cache-Control"] == "private, no-store"
    stranger = _page(client, "/thu-tuc/9.1/")
    assert "Đã có trong kho" not in stranger
    assert "Đăng nhập rồi mở lại" in stranger
    other = people.client(people.person()).get("/thu-tuc/9.1/").content.decode()
    assert "Đã có trong kho" not in other


def test_when_the_national_portal_is_the_only_channel_the_page_is_a_signpost(client: Client) -> None:
    form = "0193a000-0000-7000-8000-000000000001"
    channels = (Channel(kind=ChannelKind.ONLINE),)
    published(code="9.1", since=LONG_AGO, form_version_id=form, channels=channels)
    today = moments.today(moments.now())
    legal.change(
        key="public_channel",
        value="national",
        effective_from=today,
        legal_basis="QĐ",
        by=SYSTEM,
        at=moments.now(),
    )
    legal.forget()
    page = _page(client, "/thu-tuc/9.1/")
    assert "/nop/9.1/" not in page
    assert "https://dichvucong.gov.vn/" in page


def test_what_was_written_cannot_become_markup(client: Client) -> None:
    evil = "<script>alert(1)</script>"
    published(
        since=LONG_AGO,
        short_name=evil,
        summary=evil,
        conditions=evil,
        steps=(evil,),
        papers=(
            PaperAsked(code="a", name=evil, originals=1, hint=evil, case=evil),
            PaperAsked(code="b", name=evil),
        ),
        fees=(Fee(code="f", kind=FeeKind.FEE, name=evil, amount=1_234_567, condition=evil),),
        channels=(Channel(kind=ChannelKind.POST, note=evil),),
    )
    for address in (
        "/thu-tuc/1.001193/",
        "/thu-tuc/?q=khai+sinh",
        f"/thu-tuc/?q={evil}",
        "/thu-tuc/linh-vuc/ho-tich/",
    ):
        page = _page(client, address)
        assert evil not in page
    assert "1.234.567" in _page(client, "/thu-tuc/1.001193/")


def test_an_unknown_code_or_field_is_not_found(client: Client) -> None:
    _page(client, "/thu-tuc/9.9/", 404)
    _page(client, "/thu-tuc/linh-vuc/khong-co/", 404)


def test_search_shows_what_was_found_or_the_fields(client: Client) -> None:
    published(since=LONG_AGO)
    assert 'href="/thu-tuc/1.001193/"' in _page(client, "/thu-tuc/?q=lam khai sinh")
    assert 'value="lam khai sinh"' in _page(client, "/thu-tuc/?q=lam khai sinh")
    for nothing in ("", "?q=", "?q=%20", "?q=qwrtz", "?q=%F0%9F%98%80"):
        assert "/thu-tuc/linh-vuc/ho-tich/" in _page(client, f"/thu-tuc/{nothing}")


def test_many_fields_are_shown_in_part_until_all_are_asked(client: Client) -> None:
    for number in range(31):
        published(code=f"9.{number}", since=LONG_AGO, sector=f"Lĩnh vực {number:02}")
    first = _page(client, "/thu-tuc/")
    assert first.count("/thu-tuc/linh-vuc/") == 30
    assert "/thu-tuc/?tat-ca=1" in first
    assert _page(client, "/thu-tuc/?tat-ca=1").count("/thu-tuc/linh-vuc/") == 31


def test_lists_cost_a_constant_number_of_queries(client: Client, django_assert_max_num_queries: Any) -> None:
    for number in range(60):
        published(code=f"9.{number}", since=LONG_AGO, name=f"Thủ tục khai {number:02}", short_name="")
    with django_assert_max_num_queries(6):
        page = _page(client, "/thu-tuc/linh-vuc/ho-tich/")
    assert page.count('href="/thu-tuc/9.') == 50
    rest = page.split('href="?sau=')[1].split('"')[0]
    assert _page(client, f"/thu-tuc/linh-vuc/ho-tich/?sau={rest}").count('href="/thu-tuc/9.') == 10
    assert _page(client, "/thu-tuc/linh-vuc/ho-tich/?sau=x").count('href="/thu-tuc/9.') == 50
    with django_assert_max_num_queries(7):
        assert _page(client, "/thu-tuc/?q=khai").count('href="/thu-tuc/9.') == 20


def test_questions_end_on_the_button_or_on_a_reason_and_another_way(client: Client) -> None:
    ask = {"reason": "Vì sao chưa hợp.", "instead": "Cách khác."}
    form = "0193a000-0000-7000-8000-000000000001"
    published(
        code="9.1",
        since=LONG_AGO,
        form_version_id=form,
        questions=(
            Question(text="Sinh tại đây?", suits=True, **ask),
            Question(text="Có nợ?", suits=False, **ask),
        ),
    )
    assert "/thu-tuc/9.1/phu-hop/1/" in _page(client, "/thu-tuc/9.1/")
    first, second = "/thu-tuc/9.1/phu-hop/1/", "/thu-tuc/9.1/phu-hop/2/"
    assert re.search(r"<h1[^>]*>\s*Sinh tại đây\?\s*</h1>", _page(client, first))
    assert client.post(first, {"x": "1"}).status_code == 422
    assert client.post(first, {"answer": "khong"}).content.decode().count("Vì sao chưa hợp.") == 1
    assert client.post(first, {"answer": "co"})["Location"] == second
    assert "Cách khác." in client.post(second, {"answer": "co"}).content.decode()
    assert "/nop/9.1/" in client.post(second, {"answer": "khong"}).content.decode()
    _page(client, "/thu-tuc/9.1/phu-hop/3/", 404)


def test_machines_find_and_read_procedures(client: Client) -> None:
    published(since=LONG_AGO)
    found = client.get("/api/v1/procedures", {"q": "khai sinh"})
    assert found.status_code == 200
    assert [line["code"] for line in found.json()] == ["1.001193"]
    read = client.get("/api/v1/procedures/1.001193").json()
    assert read["term"] == {"amount": 8, "unit": "hour"}
    assert [paper["code"] for paper in read["papers"]] == ["giay-chung-sinh", "uy-quyen"]
    assert client.get("/api/v1/procedures/9.9").status_code == 404
    assert client.get("/api/v1/procedures").status_code == 422


def test_a_version_written_here_says_so() -> None:
    assert api.version(published()).source is Source.WRITTEN
    assert content().minutes is None
