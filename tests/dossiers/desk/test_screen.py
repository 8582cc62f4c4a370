"""The dossier screen and its acts: offered by rights, refused when stale, with the typed text kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.support import people
from tests.support.office import Office, accepted, filed, office
from tinhso.dossiers.contracts import Verdict
from tinhso.dossiers.models import ActDraft, Dossier, Note, SubmittedPaper, Supplement
from tinhso.dossiers.operations import endings, intake, routing, supplements
from tinhso.foundation import moments
from tinhso.foundation.refs import ActorRef
from tinhso.identity.models import Look

pytestmark = pytest.mark.django_db
LIST = "/can-bo/ho-so/"


@pytest.fixture
def place() -> Office:
    return office()


def send(actor: ActorRef, code: str, slug: str, **given: Any) -> HttpResponse:
    return people.client(actor).post(f"{LIST}{code}/{slug}/?xem=cua-toi", given)  # type: ignore[return-value]


def version(code: str) -> int:
    return Dossier.objects.values_list("version", flat=True).get(code=code)


def status(code: str) -> str:
    return Dossier.objects.values_list("status", flat=True).get(code=code)


PATHS = ("", "tiep-nhan/", "bo-sung/", "ket-qua.pdf", "mau-01.pdf", "ai-dang-xem/", "ky/", "chu-ky/")


@pytest.mark.parametrize("path", PATHS)
def test_nobody_no_citizen_and_no_other_agency_opens_a_dossier(place: Office, path: str) -> None:
    code = filed(place).code
    address = f"{LIST}{code}/{path}"
    assert Client().get(address).status_code == 302
    assert people.client(place.citizen).get(address).status_code == 302
    assert people.client(office().intake).get(address).status_code in (403, 404)


def test_everything_is_in_view_and_the_look_is_traced(place: Office) -> None:
    code = filed(place).code
    page = people.client(place.intake).get(f"{LIST}{code}/").content.decode()

    for word in (code, "Danh Sóc Kha", "0912345678", "Đơn đề nghị", "Gửi hồ sơ", "Tiếp nhận", "Nhật ký"):
        assert word in page
    look = Look.objects.filter(person_id=place.citizen.id).get()
    assert look.actor_id == place.intake.id


def test_only_acts_are_offered_that_the_step_and_the_rights_allow(place: Office) -> None:
    code = filed(place).code
    offered = people.client(place.intake).get(f"{LIST}{code}/").context["acts"]
    assert offered[0] == "accept"
    assert not {"sign", "seal", "draft_result", "hand_over", "pause"} & set(offered)

    intake.accept(dossier_id=Dossier.objects.get(code=code).id, by=place.intake, at=moments.now())
    offered = people.client(place.specialist).get(f"{LIST}{code}/").context["acts"]
    assert offered[0] == "draft_result"
    assert not {"accept", "refuse", "sign", "seal"} & set(offered)


def test_after_accepting_the_next_dossier_of_the_list_opens(place: Office) -> None:
    first, second = filed(place), filed(place)
    answer = send(place.intake, first.code, "tiep-nhan", version=1)

    assert (answer.status_code, status(first.code)) == (302, "accepted")
    assert answer["Location"].startswith(f"{LIST}{second.code}/?xem=cua-toi")
    page = people.client(place.intake).get(answer["Location"]).content.decode()
    assert f"Đã tiếp nhận {first.code}." in page


def test_the_loser_of_two_at_once_reads_who_was_first_and_keeps_the_text(place: Office) -> None:
    code = accepted(place).code
    seen = version(code)
    endings.note(
        dossier_id=Dossier.objects.get(code=code).id, text="Gọi lại", by=place.specialist, at=moments.now()
    )

    answer = send(place.specialist, code, "tam-dung", version=seen, reason="Chờ ý kiến của Sở Xây dựng")

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Trần Văn Bình" in page
    assert "Chờ ý kiến của Sở Xây dựng" in page
    assert "Làm tiếp trên bản mới" in page
    assert status(code) == "accepted"
    assert [change["title"] for change in answer.context["changed"]] == ["Ghi chú"]
    again = people.client(place.specialist).get(f"{LIST}{code}/tam-dung/").content.decode()
    assert "Chờ ý kiến của Sở Xây dựng" in again, "the text goes on in the new form"


def test_the_loser_reads_every_act_since_with_the_status_then_and_now(place: Office) -> None:
    code = accepted(place).code
    id, seen, now = Dossier.objects.get(code=code).id, version(code), moments.now()
    paper = SubmittedPaper.objects.get(dossier_id=id)
    colleague = people.officer("specialist", place.specialist_unit, name="Võ Văn Cảnh")
    assert colleague.id is not None
    assert place.specialist.id is not None
    supplements.judge(dossier_id=id, paper_id=paper.id, verdict=Verdict.GOOD, by=place.specialist, at=now)
    routing.assign(dossier_id=id, to=colleague.id, by=place.specialist, at=now)
    routing.assign(dossier_id=id, to=place.specialist.id, by=colleague, at=now)
    routing.pause(dossier_id=id, reason="Chờ Sở", by=colleague, at=now)
    routing.assign(dossier_id=id, to=place.specialist.id, by=colleague, at=now)

    answer = send(place.specialist, code, "dung", version=seen, reason="Không đủ điều kiện", ground="Điều 7")

    told = [(one["title"], one["by"], one["text"]) for one in answer.context["changed"]]  # type: ignore[attr-defined]
    assert told == [
        ("Xét giấy tờ", "Trần Văn Bình", "Đơn đề nghị. đạt"),
        ("Phân công", "Trần Văn Bình", "Từ Trần Văn Bình sang Võ Văn Cảnh."),
        ("Phân công", "Võ Văn Cảnh", "Từ Võ Văn Cảnh sang Trần Văn Bình."),
        ("Tạm dừng", "Võ Văn Cảnh", "Chờ Sở"),
        ("Phân công", "Võ Văn Cảnh", "Giao cho Trần Văn Bình."),
    ]
    page = " ".join(answer.content.decode().split())
    assert "Đã tiếp nhận</del>" in page
    assert "Tạm dừng</ins>" in page


def test_who_is_writing_stays_so_while_the_page_asks_who_else_looks(place: Office) -> None:
    code = filed(place).code
    other = people.officer("intake_officer", place.one_stop, name="Mai Thị Hai")
    writer = people.client(other)
    writer.get(f"{LIST}{code}/tiep-nhan/")
    writer.get(f"{LIST}{code}/ai-dang-xem/")
    assert "đang sửa" in people.client(place.intake).get(f"{LIST}{code}/").content.decode()
    writer.get(f"{LIST}{code}/")
    assert "đang xem" in people.client(place.intake).get(f"{LIST}{code}/").content.decode()


@pytest.mark.parametrize(
    ("slug", "field", "sentence"),
    [
        ("tu-choi", "reason", "Hãy ghi lý do không tiếp nhận."),
        ("ghi-chu", "text", "Hãy viết nội dung ghi chú."),
    ],
)
def test_a_form_without_words_comes_back_with_its_fault(
    place: Office, slug: str, field: str, sentence: str
) -> None:
    code = filed(place).code
    answer = send(place.intake, code, slug, version=1, **{field: "  "})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Lỗi:" in page.replace("\n", "")
    assert page.count(sentence) == 2


def test_refusing_names_the_ground(place: Office) -> None:
    code = filed(place).code
    send(
        place.intake,
        code,
        "tu-choi",
        version=1,
        reason="Nơi cư trú thuộc xã khác.",
        ground="Điều 13 Luật Hộ tịch",
    )

    history = people.client(place.intake).get(f"{LIST}{code}/").content.decode()
    assert status(code) == "refused"
    assert "Nơi cư trú thuộc xã khác. Căn cứ: Điều 13 Luật Hộ tịch." in history


def test_an_act_that_is_not_offered_is_refused_by_its_page(place: Office) -> None:
    code = filed(place).code
    assert people.client(place.intake).get(f"{LIST}{code}/tam-dung/").status_code == 403
    assert people.client(place.intake).get(f"{LIST}{code}/khong-co/").status_code == 404


def test_pausing_assigning_and_resuming_work_from_their_forms(place: Office) -> None:
    code = accepted(place).code
    assert send(place.specialist, code, "tam-dung", version=version(code), reason="Chờ Sở").status_code == 302
    assert status(code) == "paused"
    assert send(place.specialist, code, "tiep-tuc", version=version(code), note="").status_code == 302
    colleague = people.officer("specialist", place.specialist_unit, name="Võ Văn Cảnh")
    send(place.specialist, code, "phan-cong", version=version(code), to=str(colleague.id))
    assert Dossier.objects.get(code=code).holder == colleague.id


def test_a_note_is_kept_while_it_is_written_and_gone_once_saved(place: Office) -> None:
    code = filed(place).code
    client = people.client(place.intake)
    client.post(f"{LIST}{code}/nhap/ghi-chu/", {"text": "Đang viết dở"})
    assert "Đang viết dở" in client.get(f"{LIST}{code}/ghi-chu/").content.decode()
    other = people.officer("intake_officer", place.one_stop)
    assert "Đang viết dở" not in people.client(other).get(f"{LIST}{code}/ghi-chu/").content.decode()

    client.post(f"{LIST}{code}/ghi-chu/", {"version": 1, "text": "Đã viết xong"})

    assert Note.objects.get().text == "Đã viết xong"
    assert not ActDraft.objects.exists()


def test_who_else_looks_is_shown(place: Office) -> None:
    code = filed(place).code
    other = people.officer("intake_officer", place.one_stop, name="Mai Thị Hai")
    people.client(other).get(f"{LIST}{code}/tiep-nhan/")

    page = people.client(place.intake).get(f"{LIST}{code}/").content.decode()

    assert "Mai Thị Hai đang sửa" in " ".join(page.split())


def test_judged_papers_prefill_one_request_and_every_paper_must_be_judged(place: Office) -> None:
    code = filed(place).code
    paper = SubmittedPaper.objects.get()
    client = people.client(place.intake)
    refused = client.post(f"{LIST}{code}/giay/{paper.id}/xet/", {"verdict": "faulty", "version": "1"})
    assert refused.status_code == 422
    client.post(
        f"{LIST}{code}/giay/{paper.id}/xet/", {"verdict": "faulty", "reason": "Ảnh mờ", "version": "1"}
    )

    form = client.get(f"{LIST}{code}/bo-sung/").content.decode()
    assert 'value="Ảnh mờ"' in form
    unjudged = client.post(
        f"{LIST}{code}/bo-sung/", {"version": version(code), "xet-don": "faulty", "ly-do-don": "Ảnh mờ"}
    )
    assert unjudged.status_code == 422
    given = {"version": version(code), "xet-don": "faulty", "ly-do-don": "Ảnh mờ", "xet-uy-quyen": "good"}
    preview = client.post(f"{LIST}{code}/bo-sung/xem-truoc/", given)
    assert preview.content.startswith(b"%PDF")
    assert not Supplement.objects.exists()

    assert client.post(f"{LIST}{code}/bo-sung/", given).status_code == 302
    assert [fault.reason for fault in Supplement.objects.get().faults.all()] == ["Ảnh mờ"]
    assert client.get(f"{LIST}{code}/mau-02.pdf").content.startswith(b"%PDF")


def test_the_receipt_is_printed_after_acceptance_and_the_refusal_after_a_refusal(place: Office) -> None:
    code = filed(place).code
    client = people.client(place.intake)
    assert client.get(f"{LIST}{code}/mau-01.pdf").status_code == 422
    assert client.get(f"{LIST}{code}/mau-03.pdf").status_code == 422
    client.post(f"{LIST}{code}/tiep-nhan/", {"version": 1})
    receipt = client.get(f"{LIST}{code}/mau-01.pdf")
    assert (receipt.status_code, receipt["Content-Type"]) == (200, "application/pdf")
    assert receipt.content.startswith(b"%PDF")


def test_a_dossier_with_marks_opens(place: Office) -> None:
    sent = filed(place)
    Dossier.objects.filter(id=sent.id).update(flags=["supplement_back"])
    page = people.client(place.intake).get(f"{LIST}{sent.code}/")

    assert page.status_code == 200
    assert "ui-flag" in page.content.decode()
