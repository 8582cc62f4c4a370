"""Where a dossier stands, in plain words; supplement, result, rating, withdrawal, and who may see them."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.dossiers.public.conftest import picture
from tests.support import people
from tests.support.office import SENT, Office, accepted, filed, office
from tinhso.dossiers.contracts import PaperFault, PaperForm, PaperGiven, Status
from tinhso.dossiers.models import Dossier, Rating, Result, SubmittedPaper, Supplement, SupplementFile
from tinhso.dossiers.operations import endings, supplements, work
from tinhso.foundation import files, paper
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM
from tinhso.procedures import api as procedures

pytestmark = pytest.mark.django_db
FAULT = PaperFault(code="don", reason="Ảnh mờ, không thấy dấu đỏ")


@pytest.fixture
def place() -> Office:
    return office()


@pytest.fixture
def browser(place: Office) -> Client:
    return people.client(place.citizen)


def page(browser: Client, code: str) -> str:
    answer = browser.get(f"/ho-so/{code}/")
    assert answer.status_code == 200
    return answer.content.decode()


def asked(place: Office) -> tuple[UUID, str]:
    sent = accepted(place, at=SENT + timedelta(hours=1))
    dossier_id, code = sent.id, sent.code
    supplements.ask(dossier_id=dossier_id, faults=[FAULT], by=place.specialist, at=SENT + timedelta(hours=2))
    return dossier_id, code


def handed_over(place: Office) -> tuple[UUID, str]:
    """A dossier with its result in the person's hands, laid down without signing."""
    sent = accepted(place, at=SENT + timedelta(hours=1))
    dossier_id, code = sent.id, sent.code
    kept = files.keep(b"%PDF-1.7 ket qua", name="ket-qua.pdf", by=SYSTEM, at=SENT)
    Result.objects.create(
        dossier_id=dossier_id, title="Quyết định thử", state="sealed", draft_file=kept.id,
        signed_file=kept.id, sealed_file=kept.id, frozen=b"0" * 32, number="01/QĐ-UBND",
        drafted_at=SENT, drafted_by="", signed_at=SENT, sealed_at=SENT,
    )  # fmt: skip
    work.finish(Dossier.objects.get(id=dossier_id), by=SYSTEM, at=SENT + timedelta(days=1))
    Dossier.objects.filter(id=dossier_id).update(
        status="returned", finished_at=SENT + timedelta(days=1), holder=None
    )
    return dossier_id, code


def test_before_acceptance_the_page_says_by_when_an_answer_comes(place: Office, browser: Client) -> None:
    shown = page(browser, filed(place).code)
    assert "Đã gửi hồ sơ" in shown
    assert "sẽ báo có tiếp nhận hay không trước" in shown
    assert "Ông/bà không phải làm gì thêm." in shown
    assert 'aria-current="step">Tiếp nhận' in shown
    assert "data:image/svg+xml" in shown


def test_after_acceptance_the_promised_date_is_explained(place: Office, browser: Client) -> None:
    code = accepted(place, at=SENT + timedelta(hours=1)).code
    shown = page(browser, code)
    assert "Hẹn trả kết quả: 17:30 thứ Hai 9/3/2026" in shown
    assert "Vì sao ngày này?" in shown
    assert "Đã tiếp nhận hồ sơ" in shown
    assert "Lê Thị Hoa" in shown
    assert "chưa sang bước mới" in shown
    assert 'aria-current="step">Giải quyết' in shown


def test_a_supplement_is_the_persons_turn_with_the_officers_reason(place: Office, browser: Client) -> None:
    _id, code = asked(place)
    shown = page(browser, code)
    assert "Đến lượt ông/bà: đã quá hạn" in shown
    answering = browser.get(f"/ho-so/{code}/bo-sung/").content.decode()
    assert FAULT.reason in answering
    assert "Đơn đề nghị" in answering


def test_what_is_asked_is_sent_at_once_and_only_whole(place: Office, browser: Client) -> None:
    dossier_id, code = asked(place)
    root = f"/ho-so/{code}/bo-sung/"
    refused = browser.post(root)
    assert refused.status_code == 422
    assert "Còn thiếu «Đơn đề nghị»" in refused.content.decode()

    browser.post(f"{root}don/", {"tep": [picture("red"), picture("blue")]})
    first = SupplementFile.objects.order_by("attached_at", "id").first()
    assert first is not None
    assert browser.get(f"{root}tep/{first.file_id}/").status_code == 200
    browser.post(f"{root}don/bo/{first.file_id}/")
    assert Dossier.objects.get(id=dossier_id).status == Status.SUPPLEMENT

    assert browser.post(root)["Location"] == f"/ho-so/{code}/"
    assert Dossier.objects.get(id=dossier_id).status == Status.PROCESSING
    assert SubmittedPaper.objects.get(dossier_id=dossier_id, current=True).form == "electronic"
    assert browser.post(root)["Location"] == f"/ho-so/{code}/"
    assert browser.post(f"{root}don/", {"tep": picture()})["Location"] == f"/ho-so/{code}/"


def test_a_supplement_takes_only_papers_that_were_asked(place: Office, browser: Client) -> None:
    _id, code = asked(place)
    assert browser.post(f"/ho-so/{code}/bo-sung/uy-quyen/", {"tep": picture()}).status_code == 422
    assert not SupplementFile.objects.exists()


@pytest.mark.parametrize(
    "path",
    ["", "bo-sung/", "rut/", "ket-qua.pdf", "giay-tiep-nhan.pdf", "tep/{file}/", "danh-gia/", "bo-sung/don/"],
)
def test_a_stranger_and_another_person_see_nothing(place: Office, path: str) -> None:
    dossier_id, code = asked(place)
    kept = files.keep(b"%PDF-1.7", name="a.pdf", by=SYSTEM, at=SENT)
    SubmittedPaper.objects.filter(dossier_id=dossier_id).update(file_id=kept.id)
    address = f"/ho-so/{code}/{path.format(file=kept.id)}"
    other = people.client(people.person("Người Khác"))
    post = path.endswith(("danh-gia/", "don/"))

    stranger = Client().post(address) if post else Client().get(address)
    assert stranger.status_code == 302
    assert stranger["Location"].startswith("/dang-nhap/")
    theirs = other.post(address) if post else other.get(address)
    unknown = f"/ho-so/H99.99-260101-0001/{path.format(file=kept.id)}"
    nothing = other.post(unknown) if post else other.get(unknown)
    assert (theirs.status_code, nothing.status_code) == (404, 404)
    assert place.citizen.name not in theirs.content.decode()


def test_a_paper_opens_for_the_owner_and_officers_on_the_path_only(place: Office, browser: Client) -> None:
    kept = files.keep(b"%PDF-1.7", name="don.pdf", by=SYSTEM, at=SENT)
    sent = filed(place)
    SubmittedPaper.objects.filter(dossier_id=sent.id).update(file_id=kept.id)
    address = f"/ho-so/{sent.code}/tep/{kept.id}/"
    elsewhere = people.officer("specialist")

    assert browser.get(address).status_code == 200
    assert people.client(place.intake).get(address).status_code == 200
    assert people.client(elsewhere).get(address).status_code == 404
    foreign = files.keep(b"%PDF-1.7 x", name="x.pdf", by=SYSTEM, at=SENT)
    assert browser.get(f"/ho-so/{sent.code}/tep/{foreign.id}/").status_code == 404


def test_the_result_is_downloaded_once_handed_over_byte_for_byte(place: Office, browser: Client) -> None:
    _id, code = handed_over(place)
    assert "Tải kết quả" in page(browser, code)
    answer = browser.get(f"/ho-so/{code}/ket-qua.pdf")
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 ket qua"  # type: ignore[attr-defined]
    assert answer["Content-Disposition"] == f'attachment; filename="{code}.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_draft_of_a_result_is_nobodys_download(place: Office, browser: Client) -> None:
    dossier_id, code = handed_over(place)
    Dossier.objects.filter(id=dossier_id).update(status="processing", finished_at=None)
    assert browser.get(f"/ho-so/{code}/ket-qua.pdf").status_code == 404
    assert "Tải kết quả" not in page(browser, code)


def test_a_person_rates_once_from_one_to_five(place: Office, browser: Client) -> None:
    _id, code = handed_over(place)
    for wrong in ("", "0", "6", "x", "12"):
        refused = browser.post(f"/ho-so/{code}/danh-gia/", {"diem": wrong, "gop_y": "Chờ lâu"})
        assert refused.status_code == 422
        assert "Chờ lâu" in refused.content.decode()
        assert f'action="/ho-so/{code}/danh-gia/"' in refused.content.decode()
    browser.post(f"/ho-so/{code}/danh-gia/", {"diem": "4", "gop_y": "<b>tốt</b>"})
    assert Rating.objects.get().score == 4
    assert "Cảm ơn ông/bà" in page(browser, code)
    assert browser.post(f"/ho-so/{code}/danh-gia/", {"diem": "5"}).status_code == 422


def test_a_dossier_is_withdrawn_only_after_asking(place: Office, browser: Client) -> None:
    sent = filed(place)
    assert f"Rút hồ sơ {sent.code}?" in browser.get(f"/ho-so/{sent.code}/rut/").content.decode()
    assert Dossier.objects.get(id=sent.id).status == Status.SUBMITTED
    browser.post(f"/ho-so/{sent.code}/rut/", {"ly_do": "<script>alert(1)</script>"})
    assert Dossier.objects.get(id=sent.id).status == Status.WITHDRAWN
    shown = page(browser, sent.code)
    assert "<script>alert" not in shown
    assert "Đã rút" in shown
    assert browser.get(f"/ho-so/{sent.code}/rut/")["Location"] == f"/ho-so/{sent.code}/"
    assert browser.post(f"/ho-so/{sent.code}/rut/").status_code == 409


def test_notes_between_officers_stay_between_them(place: Office, browser: Client) -> None:
    sent = accepted(place, at=SENT + timedelta(hours=1))
    dossier_id, code = sent.id, sent.code
    endings.note(dossier_id=dossier_id, text="Nghi giả chữ ký", by=place.specialist, at=SENT)
    assert "Nghi giả" not in page(browser, code)


def test_messages_of_the_dossier_stand_on_its_page_and_in_the_inbox(place: Office, browser: Client) -> None:
    code = accepted(place, at=SENT + timedelta(hours=1)).code
    assert f"Hồ sơ {code} đã được tiếp nhận" in page(browser, code)
    assert f"Hồ sơ {code} đã được tiếp nhận" in browser.get("/cua-toi/tin-nhan/").content.decode()


def test_the_page_costs_the_same_for_a_long_history(
    place: Office, browser: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    dossier_id, code = asked(place)
    at = SENT + timedelta(hours=3)
    for turn in range(3):
        given = PaperGiven(code="don", form=PaperForm.ORIGINAL, originals=1)
        supplements.answer(dossier_id=dossier_id, papers=[given], by=place.citizen, at=at)
        supplements.ask(
            dossier_id=dossier_id,
            faults=[FAULT],
            again="Vẫn mờ",
            by=place.specialist,
            at=at + timedelta(minutes=turn + 1),
        )
        at += timedelta(hours=1)
    with django_assert_max_num_queries(34):
        page(browser, code)


def test_an_officer_reads_each_thing_of_a_dossier_once(
    place: Office, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    _dossier_id, code = asked(place)
    desk = people.client(place.specialist)
    desk.get(f"/can-bo/ho-so/{code}/")
    with django_assert_max_num_queries(54):
        desk.get(f"/can-bo/ho-so/{code}/")


def test_the_database_refuses_a_supplement_file_twice(place: Office) -> None:
    dossier_id, _code = asked(place)
    row = {
        "supplement": Supplement.objects.get(dossier_id=dossier_id),
        "code": "don", "file_id": new_id(), "attached_at": timezone.now(),
    }  # fmt: skip
    SupplementFile.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        SupplementFile.objects.create(**row)


def test_the_receipt_with_the_promise_is_a_pdf_of_the_owner(place: Office, browser: Client) -> None:
    code = accepted(place, at=SENT + timedelta(hours=1)).code
    answer = browser.get(f"/ho-so/{code}/giay-tiep-nhan.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert "giay-tiep-nhan.pdf" in page(browser, code)


def test_form_01_and_the_page_say_what_is_to_be_paid(
    place: Office, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    fee = procedures.Fee(
        code="le-phi",
        kind=procedures.FeeKind.CHARGE,
        name="Lệ phí cấp bản sao",
        amount=8000,
        condition="mỗi bản",
    )
    known = procedures.version
    monkeypatch.setattr(procedures, "version", lambda id: dataclasses.replace(known(id), fees=(fee,)))
    printed: dict[str, Any] = {}
    monkeypatch.setattr(paper, "render", lambda **given: printed.update(given["data"]) or b"%PDF")
    code = accepted(place, at=SENT + timedelta(hours=1)).code

    browser.get(f"/ho-so/{code}/giay-tiep-nhan.pdf")

    assert ["Lệ phí cấp bản sao", "8.000 đồng (mỗi bản)"] in printed["facts"]
    assert "8.000 đồng (mỗi bản)" in page(browser, code)


def test_before_acceptance_there_is_no_receipt_with_a_promise(place: Office, browser: Client) -> None:
    code = filed(place).code
    assert browser.get(f"/ho-so/{code}/giay-tiep-nhan.pdf").status_code == 422
    assert "giay-tiep-nhan.pdf" not in page(browser, code)
