"""Files on their way: nothing is sent without them, and after a refresh the page says where they are."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from tests.dossiers.public.conftest import Town, filled, picture
from tests.support import people
from tests.support.office import filed
from tinhso.dossiers.contracts import PaperFault
from tinhso.dossiers.models import Dossier, Draft, Supplement
from tinhso.dossiers.operations import arriving, drafts, supplement_files, supplements
from tinhso.foundation import files, moments
from tinhso.foundation.errors import Invalid
from tinhso.foundation.files.models import Upload
from tinhso.foundation.refs import ActorRef

pytestmark = pytest.mark.django_db


def announce(purpose: str, *, by: ActorRef, part: int = 100) -> UUID:
    """An upload of which so many bytes have come."""
    data, at = picture().read(), moments.now()
    upload = files.begin(name="don.jpg", size=len(data), by=by, at=at, purpose=purpose)
    if part:
        files.write(upload.id, source=BytesIO(data[:part]), offset=0, by=by, at=at)
    return upload.id


def of_draft(town: Town, paper: str = "don") -> str:
    return arriving.purpose(arriving.DRAFT, Draft.objects.get().id, paper)


def test_a_dossier_is_not_sent_while_a_file_of_it_is_on_its_way(town: Town) -> None:
    filled(town)
    draft = Draft.objects.get()
    upload = announce(of_draft(town), by=town.office.citizen)

    answer = town.browser.post(f"{town.root}xem-lai/", {"ban": str(draft.id)})
    assert answer.status_code == 422
    assert f"{town.root}giay-to/#giay-don" in answer.content.decode()
    assert "mới tải" in answer.content.decode()
    with pytest.raises(Invalid) as refused:
        drafts.send(draft_id=draft.id, by=town.office.citizen, at=moments.now())
    assert set(refused.value.faults) == {"papers.don"}
    assert not Dossier.objects.exists()

    town.browser.post(f"{town.root}giay-to/don/dang-tai/{upload}/bo/")
    assert drafts.send(draft_id=draft.id, by=town.office.citizen, at=moments.now())


def test_after_a_refresh_the_page_says_how_far_a_file_is_and_offers_a_whole_one(town: Town) -> None:
    filled(town)
    upload = announce(of_draft(town), by=town.office.citizen)
    row = Upload.objects.get()
    page = town.browser.get(f"{town.root}giay-to/").content.decode()
    assert f"don.jpg: đã tải {100 * row.received // row.size} %." in page
    assert town.browser.post(f"{town.root}giay-to/").status_code == 422

    rest = picture().read()[100:]
    files.write(upload, source=BytesIO(rest), offset=100, by=town.office.citizen, at=moments.now())
    page = town.browser.get(f"{town.root}giay-to/").content.decode()
    assert "đã tải xong, chưa vào hồ sơ" in page
    assert town.browser.post(f"{town.root}xem-lai/", {"ban": str(Draft.objects.get().id)}).status_code == 422

    town.browser.post(f"{town.root}giay-to/don/", {"tep_da_gui": str(upload)})
    assert town.browser.post(f"{town.root}giay-to/").status_code == 302
    assert Draft.objects.get().papers.count() == 2


def test_nobody_else_holds_a_dossier_up_by_announcing_a_file_for_it(town: Town) -> None:
    filled(town)
    announce(of_draft(town), by=people.person("Người Khác"))
    assert drafts.send(draft_id=Draft.objects.get().id, by=town.office.citizen, at=moments.now())


def test_nobody_else_drops_a_file_on_its_way(town: Town) -> None:
    filled(town)
    upload = announce(of_draft(town), by=people.person("Người Khác"))
    assert town.browser.post(f"{town.root}giay-to/don/dang-tai/{upload}/bo/").status_code == 404


def test_a_supplement_waits_for_its_files_too(town: Town) -> None:
    place = town.office
    sent, at = filed(place), moments.now()
    fault = PaperFault(code="don", reason="Ảnh mờ")
    supplements.ask(dossier_id=sent.id, faults=[fault], by=place.intake, at=at)
    root = f"/ho-so/{sent.code}/bo-sung/"
    town.browser.post(f"{root}don/", {"tep": picture()})
    upload = announce(arriving.purpose(arriving.SUPPLEMENT, sent.id, "don"), by=place.citizen)

    answer = town.browser.post(root)
    assert answer.status_code == 422
    assert "don.jpg" in answer.content.decode()
    with pytest.raises(Invalid):
        supplement_files.send(dossier_id=sent.id, by=place.citizen, at=at)
    assert Supplement.objects.get().answered_at is None

    town.browser.post(f"{root}don/dang-tai/{upload}/bo/")
    assert town.browser.post(root).status_code == 302
    assert Supplement.objects.get().answered_at is not None


@pytest.mark.parametrize("purpose", ["Draft/1", "a" * 201, "nháp/1", "a b", "a\n"])
def test_a_purpose_that_is_no_path_is_refused(town: Town, purpose: str) -> None:
    with pytest.raises(Invalid):
        announce(purpose, by=town.office.citizen)
    announce("", by=town.office.citizen, part=0)
    with pytest.raises(IntegrityError, match="upload_purpose"), transaction.atomic():
        Upload.objects.update(purpose=purpose)
