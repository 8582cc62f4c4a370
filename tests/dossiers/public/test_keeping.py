"""What is being typed is kept, on every device, and nobody's words are overwritten unseen."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse, QueryDict

from tests.dossiers.public.conftest import Town
from tests.support import people
from tinhso.dossiers.faults import AlreadySent, WrittenElsewhere
from tinhso.dossiers.models import Draft
from tinhso.dossiers.operations import drafts
from tinhso.foundation import audit, moments
from tinhso.foundation.errors import NotAllowed
from tinhso.identity.models import KeptForm, SignIn

pytestmark = pytest.mark.django_db


def page_of(town: Town, name: str = "ten-con") -> str:
    return town.browser.get(f"{town.root}phan/{name}/").content.decode()


def seen_on(page: str) -> str:
    found = re.search(r'name="da_thay" value="([0-9a-f]+)"', page)
    assert found, page
    return found[1]


def keep(town: Town, words: str, seen: str = "") -> HttpResponse:
    return town.browser.post(
        f"{town.root}phan/ten-con/luu/",
        {"con.ho_ten": words, "da_thay": seen},
        headers={"accept": "application/json"},
    )


def test_words_are_kept_while_they_are_typed_and_not_judged(town: Town) -> None:
    town.begun()
    first = keep(town, "Trần Gia", seen_on(page_of(town)))
    assert first.status_code == 200

    second = keep(town, "", first.json()["seen"])

    assert second.status_code == 200
    assert Draft.objects.get().answers == {"nguoi_khai": Draft.objects.get().answers["nguoi_khai"]}


def test_typing_leaves_no_entry_in_the_trace_but_going_on_and_a_strangers_try_do(town: Town) -> None:
    draft = town.begun()
    told = len(audit.trace("draft", draft.id, limit=99))
    for words in ("T", "Tr", "Trần", "Trần Gia"):
        assert keep(town, words).status_code == 200
    assert len(audit.trace("draft", draft.id, limit=99)) == told

    town.browser.post(f"{town.root}phan/ten-con/", {"con.ho_ten": "Trần Gia"})
    assert len(audit.trace("draft", draft.id, limit=99)) == told + 1
    with pytest.raises(NotAllowed):
        drafts.save_page(
            draft_id=draft.id,
            page="ten-con",
            posted=QueryDict("con.ho_ten=X"),
            by=people.person(),
            at=moments.now(),
            typing=True,
        )
    assert audit.trace("draft", draft.id, limit=1)[0].act == "act.denied"


def test_a_stale_tab_overwrites_nothing_by_itself(town: Town) -> None:
    town.begun()
    stale = seen_on(page_of(town))
    keep(town, "Trần Gia Bảo", stale)

    answer = keep(town, "Trần Gia Huy", stale)

    assert answer.status_code == 409
    assert Draft.objects.get().answers["con"]["ho_ten"] == "Trần Gia Bảo"


def test_going_on_from_a_stale_tab_shows_both_and_the_person_decides(town: Town) -> None:
    town.begun()
    stale = seen_on(page_of(town))
    keep(town, "Trần Gia Bảo", stale)

    answer = town.browser.post(f"{town.root}phan/ten-con/", {"con.ho_ten": "Trần Gia Huy", "da_thay": stale})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="Trần Gia Huy"' in page
    assert "<dd>Trần Gia Bảo</dd>" in page
    assert Draft.objects.get().answers["con"]["ho_ten"] == "Trần Gia Bảo"

    decided = town.browser.post(
        f"{town.root}phan/ten-con/", {"con.ho_ten": "Trần Gia Huy", "da_thay": seen_on(page)}
    )
    assert decided.status_code == 302
    assert Draft.objects.get().answers["con"]["ho_ten"] == "Trần Gia Huy"


def test_other_pages_and_equal_words_are_no_quarrel(town: Town) -> None:
    town.begun()
    stale = seen_on(page_of(town))
    town.browser.post(f"{town.root}phan/ghi-chu/", {"ghi_chu": "Máy khác"})
    keep(town, "Trần Gia Bảo", stale)
    assert keep(town, "Trần Gia Bảo", stale).status_code == 200

    answers = Draft.objects.get().answers
    assert answers["ghi_chu"] == "Máy khác"
    assert answers["con"]["ho_ten"] == "Trần Gia Bảo"


def test_without_a_script_and_without_a_mark_a_page_is_saved_as_ever(town: Town) -> None:
    town.begun()
    answer = town.browser.post(f"{town.root}phan/ten-con/", {"con.ho_ten": "Trần Gia Bảo"})
    assert answer.status_code == 302


def test_after_the_session_ended_the_script_is_told_and_nothing_is_offered_for_replay(town: Town) -> None:
    town.begun()
    SignIn.objects.update(seen_at=moments.now() - timedelta(days=1))

    answer = keep(town, "Trần Gia Bảo")

    assert answer.status_code == 401
    assert answer.json()["type"] == "/loi/signed-out"
    assert not KeptForm.objects.exists()


def test_nobody_else_keeps_words_in_a_draft(town: Town) -> None:
    draft = town.begun()
    stranger = people.client(people.person("Người Khác"))
    answer = stranger.post(f"{town.root}phan/ten-con/luu/", {"con.ho_ten": "Lạ"})
    assert answer.status_code == 302
    with pytest.raises(NotAllowed):
        drafts.save_page(
            draft_id=draft.id, page="ten-con", posted=_posted("Lạ"), by=people.person(), at=moments.now()
        )
    assert "con" not in Draft.objects.get().answers


def test_writing_elsewhere_is_an_error_of_its_own_and_a_sent_draft_takes_no_words(town: Town) -> None:
    draft = town.begun()
    by, at = town.office.citizen, moments.now()
    drafts.save_page(draft_id=draft.id, page="ten-con", posted=_posted("A"), by=by, at=at)
    with pytest.raises(WrittenElsewhere):
        drafts.save_page(draft_id=draft.id, page="ten-con", posted=_posted("B"), by=by, at=at, seen="0" * 16)
    assert not issubclass(WrittenElsewhere, AlreadySent)


def _posted(words: str) -> QueryDict:
    posted = QueryDict(mutable=True)
    posted["con.ho_ten"] = words
    return posted


def test_one_touch_keeps_the_sign_in_and_a_page_knows_when_it_ends(town: Town) -> None:
    town.begun()
    SignIn.objects.update(seen_at=moments.now() - timedelta(minutes=28))
    before = SignIn.objects.get().seen_at

    answer = town.browser.post("/dang-nhap/o-lai/", headers={"accept": "application/json"})

    assert 29 * 60 <= answer.json()["left"] <= 30 * 60
    assert SignIn.objects.get().seen_at > before
    page = page_of(town)
    found = re.search(r'data-left="(\d+)" data-idle="1800" data-warn="180"', page)
    assert found
    assert 29 * 60 <= int(found[1]) <= 30 * 60


def test_the_longest_session_is_not_extended_beyond_its_end(town: Town) -> None:
    town.begun()
    SignIn.objects.update(started_at=moments.now() - timedelta(hours=11, minutes=58))
    answer = town.browser.post("/dang-nhap/o-lai/", headers={"accept": "application/json"})
    assert 0 < answer.json()["left"] <= 120


def test_staying_without_a_script_leads_back_and_after_the_end_to_signing_in(town: Town) -> None:
    town.begun()
    assert town.browser.post("/dang-nhap/o-lai/", {"tiep": town.root})["Location"] == town.root
    SignIn.objects.update(seen_at=moments.now() - timedelta(days=1))
    answer = town.browser.post("/dang-nhap/o-lai/", headers={"accept": "application/json"})
    assert answer.status_code == 401
    page = town.browser.get("/dang-nhap/?het-phien=1").content.decode()
    assert "Đã đăng xuất vì 30 phút không thao tác." in page
