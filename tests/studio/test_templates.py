"""Results and letters of a procedure: kept in a draft, published with it, printed for its dossiers."""

from __future__ import annotations

import dataclasses
import io
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import orjson
import pikepdf
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.studio.test_documents import words_of
from tests.support import people
from tests.support.office import SENT, Office, office, submission
from tinhso.dossiers import letters, posting, prints
from tinhso.dossiers.contracts import PaperFault
from tinhso.dossiers.models import Dossier, Letter, Result
from tinhso.dossiers.operations import intake, results, supplements
from tinhso.dossiers.operations.submission import submit
from tinhso.foundation import files, paper
from tinhso.foundation.errors import NotFound
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity
from tinhso.notify import api as notify
from tinhso.procedures import api as procedures
from tinhso.studio import api as studio
from tinhso.studio.parts.templates import KIND

pytestmark = pytest.mark.django_db
NAME = studio.PartName
FORM = {
    "title": "Đơn đề nghị",
    "pages": [
        {
            "name": "ten",
            "question": "Tên cửa hàng?",
            "fields": [
                {"name": "ten", "kind": "text", "label": "Tên cửa hàng", "required": False},
                {"name": "mo", "kind": "yes_no", "label": "Đã mở cửa chưa?"},
            ],
        }
    ],
}
RESULT = """# Giấy xác nhận
[[nếu mo]]
Cửa hàng {{ten|hoa}} đã mở, hồ sơ {{ho_so.ma}}.
[[khác]]
Chưa mở.
[[hết]]
Điều kiện :: [[ghi chú: Điều kiện]]
Người ký :: {{nguoi_ky.ho_ten?}}
"""
LETTER = "Cửa hàng **{{ten}}** gửi ảnh mặt tiền {{chu_ho_so.ho_ten}} đứng trước."
OWN = """# Giấy mời
> Kính gửi: {{chu_ho_so.ho_ten}}
Mời đến làm việc về cửa hàng {{ten|hoa}}, hồ sơ {{ho_so.ma}}.
Thời gian :: [[ghi chú: Giờ mời]]
Mang theo :: [[ghi chú: Giấy mang theo?]]
[[nơi nhận]]
- Như trên.
"""
BODY = {
    "result": "",
    "text": RESULT,
    "letters": [{"use": "supplement", "text": LETTER}],
    "own": [{"code": "giay-moi", "name": "Giấy mời", "text": OWN}],
}


def draft(author: ActorRef, place: Office, body: dict[str, Any] | None = None) -> UUID:
    """A draft of the office's procedure with a form, and what is written by template."""
    version = procedures.version(place.version)
    made = studio.begin(code=version.code, title="Thử", base=version, by=author, at=SENT)
    for name, saved in ((NAME.FORM, {"code": "don-thu", "definition": FORM}), (NAME.TEMPLATES, body or BODY)):
        studio.save(draft_id=made, part=name, body=saved, seen=0, by=author, at=SENT)
    return made


@pytest.fixture
def place() -> Office:
    """An office whose procedure was changed in the studio and published by another."""
    before = office()
    made = draft(before.specialist, before)
    admin = people.officer(identity.Role.ADMINISTRATOR)
    version = studio.publish(draft_id=made, effective_from=date(2026, 1, 1), by=admin, at=SENT)
    return dataclasses.replace(before, version=version)


def filed(place: Office, **answers: Any) -> UUID:
    sent = dataclasses.replace(submission(place), answers=answers)
    return submit(sent, by=place.citizen, at=SENT).id


def test_a_result_is_drafted_from_the_template_with_every_field_for_signing(place: Office) -> None:
    dossier = filed(place, ten="Cô Ba", mo=True)
    intake.accept(dossier_id=dossier, by=place.intake, at=SENT)
    written = {"g_dieu_kien": "Giữ vệ sinh", "signer_name": "Nguyễn Văn An"}
    results.draft(dossier_id=dossier, written=written, by=place.specialist, at=SENT)
    made = files.read(Result.objects.get(dossier_id=dossier).draft_file)
    words = words_of(made)
    assert "Cửa hàng CÔ BA đã mở" in words
    assert "Giữ vệ sinh" in words
    assert "Chưa mở" not in words
    with pikepdf.open(io.BytesIO(made)) as pdf:
        names = {str(field.T) for field in pdf.Root.AcroForm.Fields}
    assert names == {"number", "day", "month", "year", "signature", "seal"}


def test_what_is_missing_is_told_to_the_officer_and_no_paper_is_made(place: Office) -> None:
    dossier = filed(place, mo=True)
    intake.accept(dossier_id=dossier, by=place.intake, at=SENT)
    for make in (results.preview, results.draft):
        with pytest.raises(paper.ValuesMissing) as missing:
            make(dossier_id=dossier, written={}, by=place.specialist, at=SENT)
        assert missing.value.labels == ("Tên cửa hàng", "Điều kiện")
        assert "Tên cửa hàng; Điều kiện" in missing.value.message
    assert not Result.objects.filter(dossier_id=dossier).exists()
    code, seen = Dossier.objects.values_list("code", "version").get(id=dossier)
    page = people.client(place.specialist).post(
        f"/can-bo/ho-so/{code}/du-thao/xem-truoc/", {"w-g_dieu_kien": "Có"}
    )
    assert page.status_code == 422
    assert "Chưa in được vì còn thiếu: Tên cửa hàng." in page.content.decode()
    sent = {"w-g_dieu_kien": "Giữ vệ sinh", "signer": str(place.leader.id), "version": seen}
    page = people.client(place.specialist).post(f"/can-bo/ho-so/{code}/du-thao/", sent)
    assert page.status_code == 422
    for words in ("Chưa in được vì còn thiếu: Tên cửa hàng.", "Giữ vệ sinh"):
        assert words in page.content.decode()
    assert "w-body" not in page.content.decode()


def test_a_slip_says_the_procedures_own_words_and_stands_without_them(place: Office) -> None:
    def asked(**answers: Any) -> str:
        dossier = filed(place, **answers)
        fault = PaperFault(code="don", name="Đơn đề nghị", reason="Mờ")
        supplements.ask(dossier_id=dossier, faults=[fault], by=place.intake, at=SENT + timedelta(hours=1))
        return words_of(prints.supplement(dossier, by=place.intake, at=SENT + timedelta(hours=2)))

    whole, plain = asked(ten="Cô Ba", mo=True), asked(mo=True)
    assert "Cửa hàng Cô Ba gửi ảnh mặt tiền Danh Sóc Kha đứng trước." in whole
    for words in (whole, plain):
        assert "PHIẾU YÊU CẦU BỔ SUNG" in words
        assert "Đơn đề nghị: Mờ" in words
    assert "mặt tiền" not in plain
    refused = filed(place, ten="Cô Ba", mo=True)
    intake.refuse(
        dossier_id=refused, reason="Khác xã", ground="Luật", by=place.intake, at=SENT + timedelta(hours=1)
    )
    assert "mặt tiền" not in words_of(prints.refusal(refused, by=place.intake, at=SENT + timedelta(hours=2)))


def test_an_officer_sends_a_letter_of_the_procedure_and_the_applicant_reads_it(place: Office) -> None:
    """Chosen by its name, its places filled, seen before it goes; kept as it went."""
    dossier = filed(place, ten="Cô Ba", mo=True)
    code, seen = Dossier.objects.values_list("code", "version").get(id=dossier)
    root, client = f"/can-bo/ho-so/{code}", people.client(place.intake)
    assert "Giấy mời" in client.get(f"{root}/nhan-tin/").content.decode()
    assert "Giờ mời" in client.get(f"{root}/gui-thu/?mau=giay-moi").content.decode()
    said = {"letter": "giay-moi", "w-g_gio_moi": "8 giờ thứ Sáu", "text": "Mời ông đến", "version": seen}
    tried = client.post(f"{root}/gui-thu/xem-truoc/", said)
    for words in ("GIẤY MỜI", "Kính gửi: Danh Sóc Kha", "cửa hàng CÔ BA", "8 giờ thứ Sáu", code):
        assert words in words_of(tried.content)
    assert "Mang theo" not in words_of(tried.content)
    missing = client.post(f"{root}/gui-thu/", {**said, "w-g_gio_moi": ""})
    assert (missing.status_code, "Hãy ghi: Giờ mời." in missing.content.decode()) == (422, True)
    assert not Letter.objects.exists()
    assert client.post(f"{root}/gui-thu/", said).status_code == 302
    letter = Letter.objects.get()
    mine = people.client(place.citizen)
    address = f"/ho-so/{code}/thu/{letter.id}.pdf"
    assert mine.get(address).status_code == 404
    assert posting.deliver_due(letter.id, at=letter.leaves_at)
    told = notify.about(kind="dossier", subject_id=dossier)[0].body
    assert told.startswith("Mời ông đến\nCơ quan gửi ông/bà: Giấy mời.")
    track = mine.get(f"/ho-so/{code}/").content.decode()
    assert f'{address}"' in track
    assert "Giấy mời" in client.get(f"{root}/").content.decode()
    for reader, where in ((mine, address), (client, f"{root}/thu/{letter.id}.pdf")):
        got = reader.get(where)
        assert "8 giờ thứ Sáu" in words_of(b"".join(got.streaming_content))  # type: ignore[attr-defined]


def test_a_letter_is_for_officers_of_the_dossier_and_of_its_version(place: Office) -> None:
    dossier = filed(place, ten="Cô Ba", mo=True)
    code = Dossier.objects.values_list("code", flat=True).get(id=dossier)
    address, other = f"/can-bo/ho-so/{code}/gui-thu/", office()
    for client, status in (
        (Client(), 302),
        (people.client(place.citizen), 302),
        (people.client(other.intake), 404),
        (people.client(place.intake), 200),
    ):
        assert client.get(address).status_code == status
        tried = client.post(f"{address}xem-truoc/", {"letter": "giay-moi", "w-g_gio_moi": "8 giờ"})
        assert tried.status_code == status
    with pytest.raises(NotFound):
        letters.send(dossier_id=dossier, letter="khac", written={}, text="", by=place.intake, at=SENT)
    with pytest.raises(IntegrityError, match="letter_file_has_its_title"), transaction.atomic():
        Letter.objects.create(
            dossier_id=dossier, at=SENT, author=place.intake.id, text="a", leaves_at=SENT, file=new_id()
        )
    plain = office()
    bare = submit(submission(plain), by=plain.citizen, at=SENT).code
    assert people.client(plain.intake).get(f"/can-bo/ho-so/{bare}/gui-thu/").status_code == 404


def test_what_was_published_is_opened_again_as_it_was_written(place: Office) -> None:
    version = procedures.version(place.version)
    assert KIND.of_version(version) == BODY
    bare = dataclasses.replace(version, result_template="decision", letters=(), own_letters=())
    assert KIND.of_version(bare) == {"result": "decision", "text": "", "letters": [], "own": []}
    assert KIND.say(BODY) == "Mẫu soạn tại đây, lời riêng ở 1 phiếu, 1 thư"
    assert KIND.say(KIND.empty()) == ""


@pytest.mark.parametrize(
    ("body", "where", "blocks"),
    [
        ({"text": "a\n{{tem}}"}, "result.2.1.7", True),
        ({"text": "{{ten}}"}, "result.1.1.7", False),
        ({"letters": [{"use": "supplement", "text": "{{tem}}"}]}, "supplement.1.1.7", True),
        ({"result": "khong-co"}, "result", True),
        ({"result": '#read("/layout.typ")\n'}, "result", True),
        ({"letters": [{"use": "lạ", "text": "a"}]}, "letters", True),
        ({"letters": [{"use": "stop", "text": "a"}, {"use": "stop", "text": "b"}]}, "letters", True),
        ({"own": [{"code": "a", "name": "A", "text": "{{tem}}"}]}, "own-a.1.1.7", True),
        ({"own": [{"code": "a", "name": "A", "text": " "}]}, "own-a", False),
        ({"own": [{"code": "a", "name": "", "text": "x"}]}, "own-a", True),
        ({"own": [{"code": "A!", "name": "A", "text": "x"}]}, "own", True),
        (
            {"own": [{"code": "a", "name": "A", "text": "x"}, {"code": "a", "name": "B", "text": "y"}]},
            "own",
            True,
        ),
    ],
)
def test_what_is_wrong_is_found_before_publishing(body: dict[str, Any], where: str, blocks: bool) -> None:
    before = office()
    made = draft(before.specialist, before, {"result": "decision", **body})
    found = [one for one in studio.problems(studio.draft(made)) if one.part is NAME.TEMPLATES]
    assert (found[0].where, found[0].blocks) == (where, blocks)


def test_a_draft_with_a_wrong_template_is_not_published() -> None:
    before = office()
    made = draft(before.specialist, before, {"result": "", "text": "{{tem}}", "letters": []})
    with pytest.raises(studio.NotSound):
        studio.publish(
            draft_id=made,
            effective_from=date(2026, 1, 1),
            by=people.officer(identity.Role.ADMINISTRATOR),
            at=SENT,
        )


def test_the_pages_are_for_those_who_write_procedures() -> None:
    before = office()
    home = f"/can-bo/xuong/{draft(before.specialist, before)}/mau/"
    sent = {"use": "result", "text": "# A\n{{ten?}}", "case": ""}
    for client, status in (
        (Client(), 302),
        (people.client(before.citizen), 302),
        (people.client(before.leader), 403),
        (people.client(before.specialist), 200),
    ):
        tried = client.post(f"{home}xem-thu/", orjson.dumps(sent), content_type="application/json")
        seen = [
            client.get(home),
            client.get(f"{home}?van-ban=thu-giay-moi"),
            client.get(f"{home}ban-thu.pdf"),
            tried,
        ]
        assert [one.status_code for one in seen] == [status] * 4, client
    assert tried.json()["pages"][0].startswith("data:image/png;base64,")
    assert "BẢN THỬ" in words_of(seen[2].content)
    assert "Cửa hàng" in seen[0].content.decode()


def test_a_closed_draft_is_read_only() -> None:
    before = office()
    made = draft(before.specialist, before)
    client, home = people.client(before.specialist), f"/can-bo/xuong/{made}/mau/"
    assert "templates.js" in client.get(home).content.decode()
    studio.discard(draft_id=made, by=before.specialist, at=SENT)
    closed = client.get(home).content.decode()
    assert "readonly" in closed
    assert "templates.js" not in closed


def test_a_preview_tells_faults_and_refuses_what_is_no_text() -> None:
    before = office()
    home = f"/can-bo/xuong/{draft(before.specialist, before)}/mau/"
    client = people.client(before.specialist)

    def tried(sent: Any) -> Any:
        return client.post(f"{home}xem-thu/", orjson.dumps(sent), content_type="application/json")

    [fault] = tried({"use": "result", "text": "a\nb {{tem}}"}).json()["faults"]
    assert (fault["line"], fault["column"], fault["length"], fault["blocks"]) == (2, 3, 7, True)
    assert tried({"use": "supplement", "text": "Gửi ảnh"}).json()["pages"]
    assert tried({"use": "own-x", "text": "# Giấy mời\nMời {{nguoi_ky.ho_ten}}\n[[nơi nhận]]\n- A"}).json()[
        "pages"
    ]
    for named, drawn in (("result", 1), ("decision", 1), ("khong-co", 0), ("", 0)):
        assert len(tried({"use": "result", "text": " ", "named": named}).json()["pages"]) == drawn
    for odd in ([], {"use": "result"}, {"use": "lạ", "text": ""}, {"use": "result", "text": "a" * 200_001}):
        assert tried(odd).status_code == 422
    assert client.get(f"{home}ban-thu.pdf?van-ban=dung").status_code == 404


def test_the_page_asks_as_often_for_a_long_form_as_for_a_short_one() -> None:
    before = office()
    made = draft(before.specialist, before)
    client = people.client(before.specialist)
    home = f"/can-bo/xuong/{made}/mau/"
    client.get(home)
    with CaptureQueriesContext(
        connection,
    ) as short:
        client.get(home)
    page = FORM["pages"][0]
    fields = [{"name": f"o{n}", "kind": "text", "label": f"Ô {n}"} for n in range(60)]
    long = {**FORM, "pages": [page, {"name": "o", "question": "Ô?", "fields": fields}]}  # type: ignore[dict-item]
    body = {"code": "don-thu", "definition": long}
    studio.save(draft_id=made, part=NAME.FORM, body=body, seen=1, by=before.specialist, at=SENT)
    with CaptureQueriesContext(connection) as whole:
        assert "Ô 59" in client.get(home).content.decode()
    assert len(whole) == len(short)
