"""Filing once more: what was declared before is taken over, but for what must be declared anew."""

from __future__ import annotations

import pytest

from tests.dossiers.public.conftest import Town, filled
from tests.support import people
from tinhso.dossiers.models import Draft
from tinhso.forms import api as forms
from tinhso.foundation.moments import now
from tinhso.foundation.refs import SYSTEM

pytestmark = pytest.mark.django_db
OFFERED = "Cho tôi, điền theo hồ sơ trước"


def choices(town: Town) -> str:
    return town.browser.get(f"{town.root}cho-ai/").content.decode()


def sent(town: Town) -> None:
    filled(town)
    draft = Draft.objects.get(dossier=None)
    assert town.browser.post(f"{town.root}xem-lai/", {"ban": str(draft.id)}).status_code == 302
    assert Draft.objects.get().dossier_id is not None


def test_what_was_sent_before_is_offered_and_only_what_is_new_is_asked(town: Town) -> None:
    assert OFFERED not in choices(town)
    sent(town)
    assert OFFERED in choices(town)

    answer = town.browser.post(f"{town.root}cho-ai/", {"cho": "theo-truoc"})

    assert answer["Location"] == f"{town.root}phan/ten-con/?sua=1"
    draft = Draft.objects.get(dossier=None)
    assert draft.answers["nguoi_khai"]["ho_ten"] == "Danh Sóc Kha"
    assert "con" not in draft.answers
    assert draft.agency_id == town.office.agency
    answer = town.browser.post(f"{town.root}phan/ten-con/?sua=1", {"con.ho_ten": "Trần Gia Hân"})
    assert answer["Location"] == f"{town.root}giay-to/", "its papers are its own"


def test_who_writes_already_goes_on_with_that(town: Town) -> None:
    sent(town)
    town.browser.post(f"{town.root}cho-ai/", {"cho": "toi"})

    assert OFFERED not in choices(town)
    refused = town.browser.post(f"{town.root}cho-ai/", {"cho": "theo-truoc"})
    assert refused.status_code == 422


def test_another_persons_filing_is_nobody_elses(town: Town) -> None:
    sent(town)
    stranger = people.client(people.person("Người Khác"))

    assert OFFERED not in stranger.get(f"{town.root}cho-ai/").content.decode()
    assert stranger.post(f"{town.root}cho-ai/", {"cho": "theo-truoc"}).status_code == 422
    assert not Draft.objects.filter(dossier=None).exists()


def test_a_form_that_names_nothing_anew_cannot_be_taken_over() -> None:
    shipped = forms.shipped()
    plain = forms.publish(code="thu", definition=shipped["ho-kinh-doanh"], by=SYSTEM, at=now())
    birth = forms.publish(code="thu-2", definition=shipped["khai-sinh"], by=SYSTEM, at=now())

    assert forms.carried(plain, {"chu_ho": {"ho_ten": "A"}}) is None
    answers = {"con": {"ho_ten": "Bảo", "dan_toc": "Kinh"}, "cam_doan": True}
    assert forms.carried(birth, answers) == {"con": {"dan_toc": "Kinh"}}
    assert answers["cam_doan"] is True, "what was sent stays as it was"
