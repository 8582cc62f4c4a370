"""A version published while people are filling the old one: nothing typed is lost, and they are told."""

from __future__ import annotations

import copy
from typing import Any
from uuid import UUID

import pytest

from tests.dossiers.public.conftest import FORM, Town, filled
from tests.dossiers.public.test_filing import draft_of, review
from tests.support import people
from tests.support.office import published_anew
from tinhso.dossiers.models import Dossier, Draft
from tinhso.forms import api as forms
from tinhso.foundation import moments
from tinhso.foundation.refs import SYSTEM
from tinhso.procedures import api as procedures

pytestmark = pytest.mark.django_db
TOLD = "sau khi ông/bà bắt đầu viết"


def anew(town: Town, **changes: Any) -> UUID:
    """The procedure is published anew, in force from today."""
    return published_anew(town.version, since=moments.today(moments.now()), **changes)


def form_without_notes(*, more: bool = True) -> UUID:
    """The form without its page of notes, with a question more about the child."""
    definition = copy.deepcopy(FORM)
    pages: Any = definition["pages"]
    definition["pages"] = [page for page in pages if page["name"] != "ghi-chu"]
    if more:
        pages[0]["fields"].append({"name": "con.que", "kind": "text", "label": "Quê quán"})
    return forms.publish(code="to-khai-moi", definition=definition, by=SYSTEM, at=people.AT)


def test_the_next_page_says_what_changed_and_answers_and_files_are_still_there(town: Town) -> None:
    filled(town)
    before = Draft.objects.get()
    photo = procedures.PaperAsked(code="anh", name="Ảnh chân dung", originals=1)
    newer = anew(town, form_version_id=form_without_notes(), papers=(photo,))

    page = town.browser.get(town.root).content.decode()
    assert TOLD in page
    assert "Thêm “Quê quán” (chữ, bắt buộc)" in page
    assert "Không còn phải nộp: Đơn đề nghị" in page
    now = Draft.objects.get()
    assert (now.procedure_version_id, now.renewed_from_id) == (newer, town.version)
    assert (now.answers, now.papers.count()) == (before.answers, before.papers.count())
    assert TOLD in town.browser.get(f"{town.root}phan/ten-con/").content.decode()

    assert people.client(people.person("Người Khác")).post(f"{town.root}da-doc/").status_code == 302
    assert Draft.objects.get().renewed_from_id == town.version
    town.browser.post(f"{town.root}da-doc/")
    assert TOLD not in town.browser.get(f"{town.root}phan/ten-con/").content.decode()


def test_a_page_that_is_gone_is_kept_when_it_is_sent(town: Town) -> None:
    town.begun()
    anew(town, form_version_id=form_without_notes())
    answer = town.browser.post(f"{town.root}phan/ghi-chu/", {"ghi_chu": "Xin gọi buổi tối"})
    assert answer.status_code == 302
    draft = Draft.objects.get()
    assert draft.answers["ghi_chu"] == "Xin gọi buổi tối"
    assert draft.procedure_version_id != town.version
    assert TOLD in town.browser.get(answer["Location"]).content.decode()

    late = town.browser.post(f"{town.root}phan/ghi-chu/luu/", {"ghi_chu": "Xin gọi buổi sáng"})
    assert late.status_code == 200
    assert Draft.objects.get().answers["ghi_chu"] == "Xin gọi buổi sáng"


def test_typing_goes_on_under_the_old_version_until_the_next_page(town: Town) -> None:
    town.begun()
    anew(town, form_version_id=form_without_notes())
    town.browser.post(f"{town.root}phan/ten-con/luu/", {"con.ho_ten": "Trần Gia"})
    draft = Draft.objects.get()
    assert (draft.procedure_version_id, draft.answers["con"]["ho_ten"]) == (town.version, "Trần Gia")


def test_who_presses_send_at_that_moment_is_told_and_judged_by_the_new_version(town: Town) -> None:
    filled(town)
    draft = draft_of(review(town))
    newer = anew(town, form_version_id=form_without_notes())

    answer = town.browser.post(f"{town.root}xem-lai/", {"ban": draft})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Hồ sơ chưa gửi vì thủ tục vừa đổi" in page
    assert TOLD in page
    assert not Dossier.objects.exists()
    assert town.browser.post(f"{town.root}xem-lai/", {"ban": draft}).status_code == 422

    town.browser.post(
        f"{town.root}phan/ten-con/?sua=1", {"con.ho_ten": "Trần Gia Bảo", "con.que": "Rạch Giá"}
    )
    assert town.browser.post(f"{town.root}xem-lai/", {"ban": draft}).status_code == 302
    dossier = Dossier.objects.get()
    assert dossier.procedure_version_id == newer
    assert "ghi_chu" not in dossier.content.answers


def test_a_change_that_is_the_offices_own_sends_under_the_new_version_without_a_word(town: Town) -> None:
    filled(town)
    draft = draft_of(review(town))
    newer = anew(town, result_template="x")
    assert town.browser.post(f"{town.root}xem-lai/", {"ban": draft}).status_code == 302
    assert Dossier.objects.get().procedure_version_id == newer


def test_a_paper_no_longer_asked_stays_with_the_draft_and_is_not_sent(town: Town) -> None:
    filled(town)
    anew(town, papers=(procedures.PaperAsked(code="anh", name="Ảnh", required=False),))
    page = review(town)
    assert "Không còn phải nộp: Đơn đề nghị" in page
    assert town.browser.post(f"{town.root}xem-lai/", {"ban": draft_of(page)}).status_code == 302
    assert not Dossier.objects.get().papers.exists()
    assert Draft.objects.get().papers.exists()
