"""Filing from the first page to the receipt, and everything that may happen on the way."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.dossiers.public.conftest import FORM, Town, a_procedure, filled, picture
from tests.support import people
from tests.support.office import filed as office_filed
from tinhso.dossiers.faults import AlreadySent, TooManySubmissions
from tinhso.dossiers.models import Content, Dossier, Draft, DraftPaper, SubmittedPaper
from tinhso.dossiers.operations import drafts
from tinhso.forms import api as forms
from tinhso.foundation import files, legal, moments
from tinhso.foundation.errors import NotAllowed
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM
from tinhso.identity.models import SignIn
from tinhso.procedures import api as procedures

pytestmark = pytest.mark.django_db


def draft_of(page: str) -> str:
    found = re.search(r'name="ban" value="([^"]+)"', page)
    assert found, page
    return found[1]


def review(town: Town) -> str:
    return town.browser.get(f"{town.root}xem-lai/").content.decode()


def send(town: Town, draft: str = "") -> str:
    """Press the button of the review as it is drawn; the address it leads to."""
    answer = town.browser.post(f"{town.root}xem-lai/", {"ban": draft or draft_of(review(town))})
    assert answer.status_code == 302
    return str(answer["Location"])


def test_a_person_files_and_reads_the_receipt(town: Town) -> None:
    filled(town)
    drawn = review(town)
    assert "Trần Gia Bảo" in drawn
    assert "giay chung sinh.jpg" in drawn
    assert "Không khai" in drawn

    receipt = town.browser.get(send(town))

    dossier = Dossier.objects.get()
    assert receipt.status_code == 200
    assert "Đã gửi hồ sơ" in receipt.content.decode()
    assert dossier.code in receipt.content.decode()
    assert dossier.owner_id == town.office.citizen.id
    assert SubmittedPaper.objects.get().file_id is not None


def test_a_stranger_is_sent_to_sign_in_and_comes_back(town: Town) -> None:
    answer = Client().get(town.root)
    assert answer["Location"] == f"/dang-nhap/?tiep=%2Fnop%2F{town.code}%2F"
    for path in ("noi-nop/", "phan/ten-con/", "giay-to/", "xem-lai/", "bo/"):
        assert "/dang-nhap/" in Client().get(f"{town.root}{path}")["Location"]


def test_another_person_begins_anew_and_never_sees_the_first_ones_draft(town: Town) -> None:
    filled(town)
    other = people.client(people.person("Người Khác"))

    assert other.get(f"{town.root}phan/ten-con/")["Location"] == town.root
    assert other.get(f"{town.root}xem-lai/")["Location"] == town.root
    file_id = DraftPaper.objects.get().file_id
    assert other.get(f"{town.root}tep/{file_id}/").status_code == 302
    draft = Draft.objects.get()
    assert other.post(f"{town.root}xem-lai/", {"ban": str(draft.id)}).status_code == 403
    assert not Dossier.objects.exists()


@pytest.mark.parametrize("do", ["place", "attach", "detach", "discard", "send", "renew"])
def test_no_act_on_a_draft_is_open_to_another_person(town: Town, do: str) -> None:
    draft, stranger, at = town.begun(), people.person("Người Khác"), moments.now()
    calls = {
        "place": {"agency_id": town.office.agency},
        "attach": {"paper": "don", "file_id": new_id()},
        "detach": {"paper": "don", "file_id": new_id()},
        "discard": {},
        "send": {},
        "renew": {"version_id": town.version},
    }
    with pytest.raises(NotAllowed):
        getattr(drafts, do)(draft_id=draft.id, by=stranger, at=at, **calls[do])
    assert Draft.objects.get().agency_id == town.office.agency


def test_the_account_fills_in_what_it_knows_and_a_changed_answer_loses_the_mark(town: Town) -> None:
    town.begun()
    page = town.browser.get(f"{town.root}phan/nguoi-khai/").content.decode()
    assert 'value="Danh Sóc Kha"' in page
    assert "Lấy từ tài khoản" in page

    answers = {"nguoi_khai.ho_ten": "Danh Sóc Khà", "nguoi_khai.so_dinh_danh": "091090000123"}
    town.browser.post(f"{town.root}phan/nguoi-khai/", answers)

    assert "nguoi_khai.ho_ten" not in Draft.objects.get().origins


def test_what_was_typed_is_kept_and_comes_back_though_it_is_wrong(town: Town) -> None:
    town.begun()
    answer = town.browser.post(f"{town.root}phan/nguoi-khai/", {"nguoi_khai.so_dinh_danh": "12"})

    assert answer.status_code == 422
    assert "<title>Lỗi: " in answer.content.decode()
    assert Draft.objects.get().answers["nguoi_khai"]["so_dinh_danh"] == "12"
    assert 'value="12"' in town.browser.get(f"{town.root}phan/nguoi-khai/").content.decode()


def test_another_device_goes_on_where_the_first_one_stopped(town: Town) -> None:
    town.begun()
    town.browser.post(f"{town.root}phan/ten-con/", {"con.ho_ten": "Trần Gia Bảo"})
    tablet = people.client(town.office.citizen)

    page = tablet.get(town.root).content.decode()
    assert "đang viết dở" in page
    assert f'href="{town.root}phan/nguoi-khai/"' in page or f'href="{town.root}giay-to/"' in page
    assert 'value="Trần Gia Bảo"' in tablet.get(f"{town.root}phan/ten-con/").content.decode()


def test_beginning_twice_is_one_draft(town: Town) -> None:
    first = town.begun()
    assert town.begun().id == first.id


def test_pressing_twice_going_back_and_sending_anew_give_one_dossier(town: Town) -> None:
    filled(town)
    draft = draft_of(review(town))

    assert send(town, draft) == send(town, draft)

    assert Dossier.objects.count() == 1
    assert "Hồ sơ này đã gửi" in review(town)
    begun_again = town.browser.get(town.root)
    assert begun_again["Location"].endswith("/cho-ai/")


def test_an_account_that_sends_by_the_hundred_waits_for_the_next_day(town: Town) -> None:
    filled(town)
    draft = Draft.objects.get()
    now = moments.now()
    most = legal.integer("submissions_per_day", on=moments.today(now))
    sent = office_filed(town.office, at=now)
    row = Dossier.objects.get(id=sent.id)
    Dossier.objects.bulk_create(copy_of(row, code=f"H01-{number:04d}") for number in range(most - 1))

    with pytest.raises(TooManySubmissions):
        drafts.send(draft_id=draft.id, by=town.office.citizen, at=now)
    assert drafts.send(draft_id=draft.id, by=town.office.citizen, at=now + timedelta(days=1, minutes=1))


def copy_of(row: Dossier, *, code: str) -> Dossier:
    values = {field.attname: getattr(row, field.attname) for field in Dossier._meta.concrete_fields}
    return Dossier(**{**values, "id": new_id(), "code": code, "holder": None})


@pytest.mark.parametrize("page", ["phan/ten-con/", "giay-to/", "xem-lai/"])
def test_back_to_any_page_of_a_sent_filing_says_that_it_was_sent(town: Town, page: str) -> None:
    filled(town)
    send(town)
    shown = town.browser.get(f"{town.root}{page}", follow=True).content.decode()
    assert "Hồ sơ này đã gửi" in shown
    assert Dossier.objects.get().code in shown


@pytest.mark.django_db(transaction=True)
def test_two_devices_that_send_at_once_make_one_dossier(town: Town) -> None:
    filled(town)
    draft = Draft.objects.get()

    def press(_turn: int) -> str:
        try:
            return drafts.send(draft_id=draft.id, by=town.office.citizen, at=moments.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        codes = set(pool.map(press, range(4)))

    assert codes == {Dossier.objects.get().code}


def test_a_sent_draft_takes_nothing_more(town: Town) -> None:
    filled(town)
    send(town)
    draft = Draft.objects.get()
    with pytest.raises(AlreadySent):
        drafts.discard(draft_id=draft.id, by=town.office.citizen, at=moments.now())
    assert town.browser.post(f"{town.root}giay-to/don/", {"tep": picture("red")}).status_code == 302
    assert DraftPaper.objects.count() == 1


def test_the_review_is_not_reached_before_everything_is_answered(town: Town) -> None:
    town.begun()
    assert town.browser.get(f"{town.root}xem-lai/")["Location"] == f"{town.root}phan/ten-con/"
    draft = Draft.objects.get()
    answer = town.browser.post(f"{town.root}xem-lai/", {"ban": str(draft.id)})
    assert answer.status_code == 422
    assert f"{town.root}phan/ten-con/?sua=1" in answer.content.decode()
    assert f"{town.root}giay-to/#giay-don" in answer.content.decode()
    assert not Dossier.objects.exists()


def test_changing_one_answer_from_the_review_leads_back_to_it(town: Town) -> None:
    filled(town)
    answer = town.browser.post(f"{town.root}phan/ten-con/?sua=1", {"con.ho_ten": "Trần Gia Huy"})
    assert answer["Location"] == f"{town.root}xem-lai/"
    assert "Trần Gia Huy" in review(town)


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "😀 vui",
        unicodedata.normalize("NFD", "Nguyễn  Thị Ngãi"),
        "'; DROP TABLE dossiers_draft; --",
        "{{ 7|add:7 }}{% now 'Y' %}",
        "a\x00b\u202e\ud800",
        "ẪỖỂ" * 4000,
    ],
    ids=["script", "emoji", "nfd", "sql", "template", "control", "long"],
)
def test_strange_words_in_every_field_do_no_harm(town: Town, typed: str) -> None:
    town.begun()
    typed = typed.encode("utf-8", "replace").decode()
    for name, field in (
        ("ten-con", "con.ho_ten"),
        ("ghi-chu", "ghi_chu"),
        ("nguoi-khai", "nguoi_khai.ho_ten"),
    ):
        answer = town.browser.post(f"{town.root}phan/{name}/", {field: typed})
        assert answer.status_code in (302, 400, 422)
        page = town.browser.get(f"{town.root}phan/{name}/").content.decode()
        assert "<script>alert(1)" not in page
    assert town.browser.get("/ho-so/").status_code == 200


def test_a_name_in_nfd_is_kept_composed(town: Town) -> None:
    filled(town)
    town.browser.post(
        f"{town.root}phan/ten-con/", {"con.ho_ten": unicodedata.normalize("NFD", "Trần  Gia Bảo ")}
    )
    send(town)
    assert Content.objects.get().answers["con"]["ho_ten"] == "Trần Gia Bảo"


def test_several_photos_are_one_paper_and_one_may_be_taken_away(town: Town) -> None:
    filled(town)
    town.browser.post(f"{town.root}giay-to/don/", {"tep": [picture("red"), picture("blue")]})
    assert DraftPaper.objects.filter(code="don").count() == 3

    file_id = (
        DraftPaper.objects.filter(code="don").order_by("attached_at").values_list("file_id", flat=True)[0]
    )
    town.browser.post(f"{town.root}giay-to/don/bo/{file_id}/")

    assert DraftPaper.objects.filter(code="don").count() == 2
    assert town.browser.get(f"{town.root}tep/{file_id}/").status_code == 404


def test_a_file_of_ones_own_is_shown_and_cannot_act(town: Town) -> None:
    filled(town)
    answer = town.browser.get(f"{town.root}tep/{DraftPaper.objects.get().file_id}/")
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]


def test_going_on_without_a_required_paper_names_it(town: Town) -> None:
    town.begun()
    answer = town.browser.post(f"{town.root}giay-to/")
    assert answer.status_code == 422
    assert "Còn thiếu «Đơn đề nghị»" in answer.content.decode()


def test_a_paper_nobody_asked_for_is_refused(town: Town) -> None:
    town.begun()
    answer = town.browser.post(f"{town.root}giay-to/khac/", {"tep": picture()})
    assert answer.status_code == 422
    assert not DraftPaper.objects.exists()
    assert "chọn tệp" in town.browser.post(f"{town.root}giay-to/don/", {}).content.decode()


def test_another_persons_vault_lends_nothing(town: Town) -> None:
    town.begun()
    answer = town.browser.post(f"{town.root}giay-to/don/", {"kho": str(new_id())})
    assert answer.status_code == 404
    assert town.browser.post(f"{town.root}giay-to/don/", {"kho": "x"}).status_code == 404


def test_a_draft_is_thrown_away_only_after_asking(town: Town) -> None:
    filled(town)
    assert "Bỏ hồ sơ đang viết?" in town.browser.get(f"{town.root}bo/").content.decode()
    assert Draft.objects.exists()
    town.browser.post(f"{town.root}bo/")
    assert not Draft.objects.exists()


def test_only_agencies_of_the_procedures_level_can_be_chosen(town: Town) -> None:
    answer = town.browser.post(f"{town.root}noi-nop/", {"co_quan": str(new_id())})
    assert answer.status_code == 422
    assert "Hãy chọn nơi nộp" in answer.content.decode()
    assert not Draft.objects.exists()


def test_a_new_version_takes_the_answers_along(town: Town) -> None:
    filled(town)
    version = procedures.version(town.version)
    form = forms.publish(
        code=f"moi-{new_id().hex[-6:]}", definition=FORM | {"title": "Mới"}, by=SYSTEM, at=people.AT
    )
    words = {field.name: getattr(version, field.name) for field in dataclasses.fields(procedures.Content)}
    newer = procedures.draft(
        code=town.code,
        content=procedures.Content(**words | {"form_version_id": form}),
        by=SYSTEM,
        at=people.AT,
    )
    procedures.publish(version_id=newer, effective_from=moments.today(moments.now()), by=SYSTEM, at=people.AT)

    assert "Trần Gia Bảo" in review(town)
    assert Draft.objects.get().procedure_version_id == newer
    send(town)
    assert Dossier.objects.get().procedure_version_id == newer


def test_where_the_national_portal_is_the_channel_filing_pages_point_there(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(town)
    draft = Draft.objects.get()
    monkeypatch.setattr(legal, "text", lambda key, on: "national" if key == "public_channel" else "")
    assert "Cổng Dịch vụ công quốc gia" in Client().get(town.root).content.decode()
    for path in ("noi-nop/", "phan/ten-con/", "giay-to/", "xem-lai/"):
        assert town.browser.get(f"{town.root}{path}")["Location"] == town.root
    town.browser.post(f"{town.root}xem-lai/", {"ban": str(draft.id)})
    assert not Dossier.objects.exists()


def test_a_procedure_that_is_not_in_force_is_not_found(town: Town) -> None:
    assert town.browser.get("/nop/khong-co/").status_code == 404
    assert town.browser.get("/nop/khong-co/xem-lai/").status_code == 404


def test_pages_of_a_filing_cost_the_same_however_much_was_sent(
    town: Town, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    filled(town)
    for colour in ("red", "blue", "green", "black"):
        town.browser.post(f"{town.root}giay-to/don/", {"tep": picture(colour)})
    with django_assert_max_num_queries(16):
        town.browser.get(f"{town.root}giay-to/")
    with django_assert_max_num_queries(20):
        town.browser.get(f"{town.root}xem-lai/")


def test_the_database_refuses_a_second_open_draft_and_a_doubled_file(town: Town) -> None:
    draft = town.begun()
    twin = {
        "owner_kind": "person", "owner_id": draft.owner_id,
        "procedure_version_id": draft.procedure_version_id,
        "started_at": moments.now(), "saved_at": moments.now(),
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Draft.objects.create(**twin)
    file = {"draft": draft, "code": "don", "file_id": new_id(), "attached_at": moments.now()}
    DraftPaper.objects.create(**file)
    with pytest.raises(IntegrityError), transaction.atomic():
        DraftPaper.objects.create(**file)


def test_photos_of_one_paper_are_sent_as_one_pdf(town: Town) -> None:
    filled(town)
    town.browser.post(f"{town.root}giay-to/don/", {"tep": [picture("red"), picture("blue")]})
    send(town)
    paper = SubmittedPaper.objects.get()
    assert paper.file_id is not None
    kept = files.describe([paper.file_id])[paper.file_id]
    assert kept.media_type == "application/pdf"
    assert len(pikepdf.open(files.open(paper.file_id)).pages) == 3


def test_a_bad_file_is_told_and_does_not_harm_the_good_one(town: Town) -> None:
    town.begun()
    program = SimpleUploadedFile("chay.jpg", b"MZ\x90\x00" + b"\x00" * 2000)
    answer = town.browser.post(f"{town.root}giay-to/don/", {"tep": [program, picture()]})
    assert answer.status_code == 422
    assert "chay.jpg" in answer.content.decode()
    assert files.describe([DraftPaper.objects.get().file_id])
    file_id = DraftPaper.objects.get().file_id
    assert town.browser.get(f"{town.root}tep/{file_id}/anh.jpg")["Content-Type"] == "image/jpeg"


def test_a_file_sent_in_pieces_is_attached_by_its_number_and_only_by_its_sender(town: Town) -> None:
    town.begun()
    data, at = picture().read(), moments.now()
    for by, count in ((people.person("Người Khác"), 0), (town.office.citizen, 1)):
        upload = files.begin(name="don.jpg", size=len(data), by=by, at=at)
        files.write(upload.id, source=BytesIO(data), offset=0, by=by, at=at)
        answer = town.browser.post(f"{town.root}giay-to/don/", {"tep_da_gui": str(upload.id)})
        assert answer.status_code == (302 if count else 422)
        assert DraftPaper.objects.count() == count


def test_a_form_sent_after_the_session_ended_is_kept_and_offered_again(town: Town) -> None:
    town.begun()
    SignIn.objects.update(
        seen_at=moments.now() - timedelta(days=1), started_at=moments.now() - timedelta(days=1)
    )
    answer = town.browser.post(f"{town.root}phan/ten-con/", {"con.ho_ten": "Trần Gia Bảo"})
    assert "het-phien=1" in answer["Location"]

    again = people.client(town.office.citizen)
    again.cookies["tinhso_kept"] = town.browser.cookies["tinhso_kept"].value
    offered = again.get("/dang-nhap/viet-tiep/").content.decode()
    assert f'action="{town.root}phan/ten-con/"' in offered
    assert 'value="Trần Gia Bảo"' in offered
    again.post(f"{town.root}phan/ten-con/", {"con.ho_ten": "Trần Gia Bảo"})
    assert Draft.objects.get().answers["con"]["ho_ten"] == "Trần Gia Bảo"


def test_a_procedure_without_a_form_is_not_filed_here(town: Town) -> None:
    code, _version = a_procedure(level=procedures.AgencyLevel.PROVINCE, form=None)
    assert town.browser.get(f"/nop/{code}/")["Location"] == f"/thu-tuc/{code}/"
    assert town.browser.post(f"/nop/{code}/noi-nop/", {"co_quan": str(town.office.agency)}).status_code == 302
    assert not Draft.objects.exists()
