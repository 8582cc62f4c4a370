"""Words of officers: kept while they are written, taken back in time, sent to the applicant."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.support import people
from tests.support.office import Office, accepted, filed, office
from tinhso.dossiers import posting
from tinhso.dossiers.contracts import PaperFault
from tinhso.dossiers.lifecycle import UNDO
from tinhso.dossiers.models import ActDraft, Dossier, Letter, Note, SubmittedPaper, Supplement
from tinhso.dossiers.operations import endings, supplements
from tinhso.foundation import moments
from tinhso.foundation.refs import ActorRef

pytestmark = pytest.mark.django_db
LIST = "/can-bo/ho-so/"


@pytest.fixture
def place() -> Office:
    return office()


def post(actor: ActorRef, address: str, **given: Any) -> HttpResponse:
    return people.client(actor).post(f"{LIST}{address}", given)  # type: ignore[return-value]


def page(actor: ActorRef, address: str) -> str:
    answer = people.client(actor).get(f"{LIST}{address}")
    assert answer.status_code == 200
    return answer.content.decode()


def version(code: str) -> int:
    return Dossier.objects.values_list("version", flat=True).get(code=code)


def test_a_letter_is_seen_on_its_way_then_by_the_applicant(place: Office) -> None:
    code = accepted(place).code
    sent = post(place.specialist, f"{code}/nhan-tin/", version=version(code), text="Mời ông mang bản chính")
    assert sent["Location"].startswith(f"{LIST}{code}/?")
    on_its_way = people.client(place.specialist).get(sent["Location"]).content.decode()
    assert f"Tin về {code} sẽ gửi sau ít giây." in on_its_way
    assert "chờ gửi" in on_its_way
    assert f'action="{LIST}{code}/hoan-tac/' in on_its_way

    citizen = people.client(place.citizen)
    assert "Mời ông mang bản chính" not in citizen.get(f"/ho-so/{code}/").content.decode()
    assert posting.deliver(Letter.objects.get().id, at=moments.now() + UNDO["message"])
    assert "Mời ông mang bản chính" in citizen.get(f"/ho-so/{code}/").content.decode()
    desk = page(place.specialist, f"{code}/")
    assert "Mời ông mang bản chính" in desk
    assert "chưa gửi" not in desk


def test_the_button_takes_a_letter_back_and_says_so(place: Office) -> None:
    code = accepted(place).code
    post(place.specialist, f"{code}/nhan-tin/", version=version(code), text="Nhầm người")
    back = post(place.specialist, f"{code}/hoan-tac/?xem=cua-toi")

    assert back["Location"] == f"{LIST}{code}/?xem=cua-toi&xong=hoan-tac&ma={code}"
    after = people.client(place.specialist).get(back["Location"]).content.decode()
    assert f"Đã hoàn tác việc vừa làm trên {code}." in after
    assert "đã thu lại" in after
    assert "hoan-tac/?" not in after, "an undo is not undone"


def test_an_undo_too_late_or_after_another_answers_in_words(place: Office) -> None:
    code = accepted(place).code
    post(place.specialist, f"{code}/ghi-chu/", version=version(code), text="Gọi lại")
    endings.note(
        dossier_id=Dossier.objects.get(code=code).id, text="Đã gọi", by=place.intake, at=moments.now()
    )
    answer = post(place.specialist, f"{code}/hoan-tac/")
    assert answer.status_code == 409
    assert "Lê Thị Hoa đã làm việc “Ghi chú” trên hồ sơ này lúc" in answer.content.decode()
    assert Note.objects.filter(withdrawn_at=None).count() == 2


def test_a_forwarded_dossier_comes_back_though_it_is_out_of_sight(place: Office) -> None:
    code = accepted(place).code
    elsewhere = people.unit(place.agency)
    sent = post(place.specialist, f"{code}/chuyen/", version=version(code), unit_id=str(elsewhere), note="")
    after = people.client(place.specialist).get(sent["Location"]).content.decode()
    assert f'action="{LIST}{code}/hoan-tac/' in after
    seen = people.client(place.specialist).get(f"{LIST}{code}/")
    assert "dossiers/desk/status.html" in {template.name for template in seen.templates}

    assert post(place.specialist, f"{code}/hoan-tac/").status_code == 302
    assert Dossier.objects.get(code=code).unit_id == place.specialist_unit


def test_nobody_else_undoes_and_nobody_learns_of_a_code(place: Office) -> None:
    code = accepted(place).code
    for path in ("hoan-tac/", "nhan-tin/", "nhan-bo-sung/", "nhap/ghi-chu/"):
        address = f"{LIST}{code}/{path}"
        assert Client().post(address).status_code == 302
        assert people.client(place.citizen).post(address).status_code == 302
        assert people.client(office().intake).post(address, {"text": "x"}).status_code in (403, 404)
    assert people.client(place.specialist).get(f"{LIST}{code}/hoan-tac/").status_code == 405


def test_forms_of_several_dossiers_are_kept_at_once_and_each_comes_back(place: Office) -> None:
    first, second = accepted(place).code, accepted(place).code
    post(place.specialist, f"{first}/nhap/ghi-chu/", text="Ghi dở", version=9)
    post(place.specialist, f"{first}/nhap/nhan-tin/", text="Nhắn dở")
    post(place.specialist, f"{second}/nhap/tam-dung/", reason="Chờ Sở")

    assert "Ghi dở" in page(place.specialist, f"{first}/ghi-chu/")
    assert "Đã lấy lại phần đang viết dở" in page(place.specialist, f"{first}/nhan-tin/")
    assert "Chờ Sở" in page(place.specialist, f"{second}/tam-dung/")
    screen = page(place.specialist, f"{first}/")
    assert "Đang viết dở:" in screen
    assert "nhan-tin/" in screen
    other = people.officer("specialist", place.specialist_unit)
    assert "Ghi dở" not in page(other, f"{first}/ghi-chu/")
    unsent = people.client(place.specialist).get("/can-bo/lenh/").context["groups"][0]
    assert (unsent.title, len(unsent.commands)) == ("Đang viết dở", 3)

    post(place.specialist, f"{first}/ghi-chu/", version=version(first), text="Ghi xong")
    assert set(ActDraft.objects.values_list("slug", flat=True)) == {"nhan-tin", "tam-dung"}
    post(place.specialist, f"{first}/nhap/nhan-tin/", text="  ")
    assert set(ActDraft.objects.values_list("slug", flat=True)) == {"tam-dung"}


def test_a_letter_asking_for_papers_is_kept_with_its_verdicts(place: Office) -> None:
    code = filed(place).code
    post(
        place.intake,
        f"{code}/nhap/bo-sung/",
        **{"xet-don": "faulty", "ly-do-don": "Thiếu trang 2", "message": "Mang bản chính"},
    )
    form = page(place.intake, f"{code}/bo-sung/")
    assert 'value="Thiếu trang 2"' in form
    assert "Mang bản chính" in form


def test_what_is_kept_of_a_form_has_its_limits(place: Office) -> None:
    code = accepted(place).code
    many = {f"o-{number}": "x" for number in range(300)}
    long = {"text": "a" * 9000 + "\x00"}
    assert post(place.specialist, f"{code}/nhap/ghi-chu/", **many, **long).status_code == 200
    assert len(ActDraft.objects.get().fields) == 100
    post(place.specialist, f"{code}/nhap/ghi-chu/", **long)
    assert len(ActDraft.objects.get().fields["text"]) == 2000
    assert post(place.specialist, f"{code}/nhap/khong-co/", text="x").status_code == 404


def asked(place: Office) -> str:
    code = accepted(place).code
    supplements.ask(
        dossier_id=Dossier.objects.get(code=code).id,
        faults=[PaperFault(code="don", reason="Ảnh mờ")],
        by=place.specialist,
        at=moments.now(),
    )
    return code


def test_papers_brought_in_person_are_taken_in_and_the_clock_runs_again(place: Office) -> None:
    code = asked(place)
    form = page(place.intake, f"{code}/nhan-bo-sung/")
    assert "Đơn đề nghị" in form
    assert "Ảnh mờ" in form
    nothing = post(place.intake, f"{code}/nhan-bo-sung/", version=version(code), note="", **{"goc-don": "0"})
    assert nothing.status_code == 422
    assert "Còn thiếu «Đơn đề nghị»" in nothing.content.decode()

    done = post(
        place.intake, f"{code}/nhan-bo-sung/", version=version(code), note="Chị gái", **{"goc-don": "1"}
    )

    assert done.status_code == 302
    assert Dossier.objects.get(code=code).status == "processing"
    assert Supplement.objects.get().answered_at is not None
    assert SubmittedPaper.objects.get(current=True).originals == 1
    history = page(place.specialist, f"{code}/")
    assert "Chị gái" in history


def test_the_counter_takes_in_only_what_was_asked_and_only_intake_does(place: Office) -> None:
    code = accepted(place).code
    assert people.client(place.intake).get(f"{LIST}{code}/nhan-bo-sung/").status_code == 403
    waiting = asked(place)
    assert people.client(place.specialist).get(f"{LIST}{waiting}/nhan-bo-sung/").status_code == 403
