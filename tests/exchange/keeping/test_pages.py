"""The officers' pages of the log: who may open them, what is found, opened, taken out and verified."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.exchange.evidence.trusted import NOW
from tests.exchange.keeping import test_checking as whole
from tests.exchange.keeping.proved import OWNER, kept, request, signed, stamped
from tests.support import people
from tinhso.exchange.contracts import BodyLog
from tinhso.exchange.keeping import condition, places
from tinhso.exchange.models import Stamping, Unstamped
from tinhso.exchange.operations import opening
from tinhso.exchange.pages.desk import log
from tinhso.exchange.pages.desk.log import HOME
from tinhso.foundation import moments
from tinhso.foundation.audit.models import AuditEntry
from tinhso.identity import api as identity
from tinhso.identity.models import Look

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("law")]
WHY = "Công văn 12/TA yêu cầu bằng chứng"


@pytest.fixture(autouse=True)
def _places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "spool", lambda: tmp_path)


@pytest.fixture
def operator() -> Client:
    return people.client(people.officer(identity.Role.ADMINISTRATOR))


@pytest.fixture
def exchanged(tmp_path: Path) -> list[UUID]:
    """A request and its answer, stamped, and a request kept as metadata."""
    ids = kept(
        tmp_path,
        signed(
            [
                request(message_id="m-1", request_id="r-1", issue="H01.7", body=b'{"so": "QZX"}', size=13),
                request(message_id="m-1", request_id="r-1", response=True, status=200),
                request(message_id="m-2", mode=BodyLog.METADATA),
            ]
        ),
    )
    stamped()
    return ids


def shown(client: Client, address: str = "", **query: str) -> str:
    answer = client.get(f"{HOME}{address}", query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_address_is_the_operators(exchanged: list[UUID], operator: Client) -> None:
    addresses = [
        "",
        f"{exchanged[0]}/",
        "kiem-tra/",
        "xuat/?ma=m-1",
        "?ma=m-1&tu=2026-01-01T00:00&ben=client",
    ]
    assert {operator.get(HOME + one).status_code for one in addresses} == {200}
    others = (Client(), people.client(people.person()), people.client(people.officer()))
    for stranger in others:
        assert all(stranger.get(HOME + one).status_code in (302, 403) for one in addresses)
        for act in ("noi-dung", "bang-chung"):
            posted = stranger.post(f"{HOME}{exchanged[0]}/{act}/", {"ly-do": WHY})
            assert posted.status_code in (302, 403)
    assert not AuditEntry.objects.filter(act="exchange.open_message").exists()
    assert operator.get(f"{HOME}00000000-0000-7000-8000-000000000000/").status_code == 404


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"ma": "m-1"}, 2),
        ({"yeu-cau": "r-1"}, 2),
        ({"viec": "H01.7"}, 1),
        ({"ben-hoi": OWNER}, 3),
        ({"ben": "service"}, 0),
        ({"nguoi": "ai"}, 0),
        ({"tu": "2020-01-01T00:00", "den": "2020-01-02T00:00"}, 0),
    ],
)
def test_the_list_finds_by(
    exchanged: list[UUID], operator: Client, query: dict[str, str], count: int
) -> None:
    page = shown(operator, **query)
    assert page.count("<tr><td>") == count
    assert ("Không có thông điệp nào như vậy." in page) == (count == 0)


def test_a_time_that_cannot_be_read_is_told(operator: Client) -> None:
    assert "Nhập ngày và giờ" in shown(operator, tu="hôm qua")


def test_the_list_leaves_a_trace_and_costs_as_many_queries_whatever_it_shows(
    tmp_path: Path, exchanged: list[UUID], operator: Client
) -> None:
    counts = set()
    shown(operator)
    for _turn in range(2):
        with CaptureQueriesContext(connection) as asked:
            shown(operator, **{"ben-hoi": OWNER})
        counts.add(len(asked))
        kept(tmp_path, signed([request() for _ in range(5)]))
    assert len(counts) == 1
    assert Look.objects.filter(query__contains="ben-hoi").count() == 2


def test_older_messages_stand_on_the_next_page(tmp_path: Path, operator: Client) -> None:
    kept(tmp_path, signed([request(issue="H01.9") for _ in range(60)]))
    first = shown(operator, viec="H01.9")
    assert first.count("<tr><td>") == 50
    following = first.split('" rel="next"')[0].rpartition('href="')[2].replace("&amp;", "&")
    answer = operator.get(following)
    assert answer.content.decode().count("<tr><td>") == 10


def test_each_message_says_what_it_proves(tmp_path: Path, exchanged: list[UUID], operator: Client) -> None:
    kept(tmp_path, signed([request(message_id="m-3")]))
    page = shown(operator)
    assert page.count("đủ bằng chứng</strong>") == 2
    assert page.count("không có bằng chứng</strong>") == 1
    assert page.count("chờ dấu thời gian</strong>") == 1


def test_a_message_leads_to_its_answer_and_never_shows_its_content(
    exchanged: list[UUID], operator: Client
) -> None:
    page = shown(operator, f"{exchanged[0]}/")
    assert f"{HOME}{exchanged[1]}/" in page
    assert "Đã ký, đóng dấu thời gian lúc" in page
    assert "QZX" not in page
    assert "không được giữ đủ" in shown(operator, f"{exchanged[2]}/")


def test_content_is_opened_for_a_reason_that_stays(exchanged: list[UUID], operator: Client) -> None:
    address = f"{HOME}{exchanged[0]}/noi-dung/"
    refused = operator.post(address, {"ly-do": "  xem "})
    assert refused.status_code == 422
    assert "Nhập lý do" in refused.content.decode()
    assert "QZX" not in refused.content.decode()

    opened = operator.post(address, {"ly-do": WHY}).content.decode()

    assert "{&quot;so&quot;: &quot;QZX&quot;}" in opened
    assert "X-Road-Client" in opened
    entry = AuditEntry.objects.get(act="exchange.open_message")
    assert entry.subject_id == exchanged[0]
    assert WHY.encode() in bytes(entry.payload)


def test_evidence_is_taken_out_as_a_container(exchanged: list[UUID], operator: Client) -> None:
    address = f"{HOME}{exchanged[0]}/bang-chung/"
    assert operator.post(address, {"ly-do": ""}).status_code == 422
    answer: Any = operator.post(address, {"ly-do": WHY})
    assert answer["Content-Type"] == "application/vnd.etsi.asic-e+zip"
    assert ".asice" in answer["Content-Disposition"]
    assert zipfile.ZipFile(io.BytesIO(answer.getvalue())).read("attachment1") == b'{"so": "QZX"}'


def test_evidence_that_is_not_stamped_yet_is_told(tmp_path: Path, operator: Client) -> None:
    (id,) = kept(tmp_path, signed([request()]))
    answer = operator.post(f"{HOME}{id}/bang-chung/", {"ly-do": WHY})
    assert answer.status_code == 409
    assert "chưa có dấu thời gian" in answer.content.decode()


def test_all_that_was_found_is_taken_out_for_a_reason(
    exchanged: list[UUID], operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert f"{HOME}xuat/?ma=m-1" in shown(operator, ma="m-1")
    assert operator.post(f"{HOME}xuat/?ma=m-1", {"ly-do": ""}).status_code == 422
    assert operator.post(f"{HOME}xuat/", {"ly-do": WHY}).status_code == 422

    answer: Any = operator.post(f"{HOME}xuat/?ma=m-1", {"ly-do": WHY})

    assert len(zipfile.ZipFile(io.BytesIO(answer.getvalue())).namelist()) == 2
    payload = bytes(AuditEntry.objects.get(act="exchange.open_message").payload)
    assert WHY.encode() in payload
    assert b'"message_id":"m-1"' in payload
    monkeypatch.setattr(opening, "MOST_EXPORTED", 1)
    refused = operator.post(f"{HOME}xuat/?ma=m-1", {"ly-do": WHY})
    assert "Quá 1 thông điệp" in refused.content.decode()


def test_a_file_is_verified_in_the_page(tmp_path: Path, operator: Client) -> None:
    whole.configured()
    good = whole.container(tmp_path)

    def verified(content: bytes) -> str:
        given = SimpleUploadedFile("bang-chung.asice", content)
        return operator.post(f"{HOME}kiem-tra/", {"tep": given}).content.decode()

    page = verified(good)
    assert "govuk-tag--green" in page
    assert "Bằng chứng đúng" in page
    assert "Bằng chứng không đúng" in verified(good[:-1])
    assert "Bằng chứng đúng" in verified(good)
    assert operator.post(f"{HOME}kiem-tra/").status_code == 422


def test_a_large_upload_is_mapped_and_one_beyond_the_limit_is_sent_to_the_command(
    tmp_path: Path, operator: Client, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 100
    whole.configured()
    good = SimpleUploadedFile("bang-chung.asice", whole.container(tmp_path))
    assert "Bằng chứng đúng" in operator.post(f"{HOME}kiem-tra/", {"tep": good}).content.decode()
    monkeypatch.setattr(log, "MOST_UPLOADED", 10)
    good.seek(0)
    assert "tinhso exchange verify" in operator.post(f"{HOME}kiem-tra/", {"tep": good}).content.decode()


def test_trouble_with_stamps_stands_above_the_list(tmp_path: Path, operator: Client) -> None:
    assert "Dấu thời gian</strong>" not in shown(operator)
    kept(tmp_path, signed([request()]))
    at = moments.now()
    condition.failed(at=at, why="mlog.timestamp_request_timed_out: TSA")
    assert "Không lấy được dấu thời gian từ" in shown(operator)
    Stamping.objects.update(failing_since=at - timedelta(days=3), refuses_after=at - timedelta(days=1))
    assert "Đã ngừng nhận thông điệp" in shown(operator)
    Stamping.objects.all().delete()
    Unstamped.objects.update(since=at - timedelta(hours=1))
    assert "Tiến trình đóng dấu thời gian không chạy" in shown(operator)
    Stamping.objects.create(looked_at=moments.now())
    assert "chữ ký chờ dấu thời gian quá 10 phút" in shown(operator)


def test_the_log_stands_in_the_navigation_of_operators_only(operator: Client) -> None:
    assert f'href="{HOME}"' in shown(operator)
    other = people.client(people.officer())
    assert f'href="{HOME}"' not in other.get("/can-bo/").content.decode()


def test_messages_of_a_month_are_told_by_the_clock_of_the_province(
    exchanged: list[UUID], operator: Client
) -> None:
    assert f"{moments.local(NOW):%H:%M:%S %d/%m/%Y}" in shown(operator)
