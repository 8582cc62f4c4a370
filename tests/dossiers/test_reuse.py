"""A paper reused from the vault: by reference, frozen, marked, told to its owner, refused once it ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from tests.dossiers.public.conftest import Town, filled, picture, town
from tests.support import people
from tests.support.office import Office, office, submission
from tests.vault.test_holding import kept
from tinhso.dossiers.contracts import PaperGiven
from tinhso.dossiers.models import Dossier, Draft, DraftPaper, SubmittedPaper
from tinhso.dossiers.operations import counter, drafts
from tinhso.dossiers.operations.submission import submit
from tinhso.dossiers.queries.reading import read
from tinhso.foundation import files, moments
from tinhso.foundation.errors import Invalid, NotAllowed
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM, OwnerRef
from tinhso.vault import api as vault

__all__ = ["town"]
pytestmark = pytest.mark.django_db


def owner_of(place: Office) -> OwnerRef:
    assert place.citizen.id is not None
    return OwnerRef("person", place.citizen.id)


def held(town: Town, **changes: Any) -> UUID:
    return kept(town.owner, **changes)


def begun(town: Town) -> Draft:
    town.browser.post(f"{town.root}noi-nop/", {"co_quan": str(town.office.agency)})
    return Draft.objects.get()


def take(town: Town, document: UUID, paper: str = "don") -> Any:
    return town.browser.post(f"{town.root}giay-to/{paper}/", {"kho": str(document)})


def sent(town: Town) -> str:
    draft = Draft.objects.get(dossier=None)
    return drafts.send(draft_id=draft.id, by=town.office.citizen, at=moments.now())


def papers_page(town: Town) -> str:
    return str(town.browser.get(f"{town.root}giay-to/").content.decode())


def test_the_matching_document_is_offered_by_one_button_and_others_behind_a_fold(town: Town) -> None:
    serving = held(town, kind="van-ban-uy-quyen", title="Văn bản ủy quyền cho con")
    other = held(town, title="Giấy khai sinh")
    over = held(town, kind="van-ban-uy-quyen", title="Ủy quyền cũ", valid_to=moments.today(moments.now()))
    begun(town)
    page = papers_page(town)
    assert "Dùng “Văn bản ủy quyền cho con” trong kho" in page
    assert f'name="kho" value="{serving}"' in page
    assert f'<option value="{other}"' in page
    assert str(over) not in page


def test_a_reused_paper_is_by_reference_frozen_and_marked(town: Town) -> None:
    filled(town)
    DraftPaper.objects.all().delete()
    document = held(town)
    assert take(town, document).status_code == 302
    assert "Lấy từ kho giấy tờ, không phải chụp lại" in papers_page(town)
    code = sent(town)

    stored = vault.by_ids([document])[document]
    paper = SubmittedPaper.objects.get()
    assert (paper.document, paper.file_id, paper.sha256) == (document, stored.file_id, stored.sha256)
    dossier = Dossier.objects.get(code=code)
    view = read(dossier.id, by=SYSTEM, at=moments.now(), purpose="x")
    assert [one.reused for one in view.papers] == [True]
    (use,), _more = vault.uses(town.owner)
    assert use.kind is vault.UseKind.REUSED
    assert "Nộp hồ sơ" in use.why
    assert "Lấy từ kho" in town.browser.get(f"/ho-so/{code}/").content.decode()


def test_a_document_revoked_after_it_was_taken_is_refused_at_sending_with_its_paper(town: Town) -> None:
    filled(town)
    DraftPaper.objects.all().delete()
    document = held(town)
    take(town, document)
    vault.revoke(document_id=document, ground="Điều 5", by=town.office.leader, at=moments.now())
    with pytest.raises(Invalid) as refused:
        sent(town)
    assert "đã bị thu hồi" in refused.value.faults["papers.don"]
    assert not Dossier.objects.exists()


def test_a_document_that_holds_no_more_cannot_be_taken(town: Town) -> None:
    begun(town)
    answer = take(town, held(town, valid_to=moments.today(moments.now())))
    assert answer.status_code == 422
    assert "đã hết hạn" in answer.content.decode()
    assert take(town, kept(OwnerRef("person", new_id()))).status_code == 404


def test_a_paper_is_either_sent_or_reused(town: Town) -> None:
    begun(town)
    document = held(town)
    town.browser.post(f"{town.root}giay-to/don/", {"tep": picture()})
    answer = take(town, document)
    assert answer.status_code == 422
    assert "đã có tệp" in answer.content.decode()
    DraftPaper.objects.all().delete()
    assert take(town, document).status_code == 302
    assert take(town, document).status_code == 302, "twice is once"
    assert DraftPaper.objects.count() == 1
    answer = town.browser.post(f"{town.root}giay-to/don/", {"tep": picture()})
    assert answer.status_code == 422
    assert "đang lấy từ kho" in answer.content.decode()
    file_id = DraftPaper.objects.get().file_id
    town.browser.post(f"{town.root}giay-to/don/bo/{file_id}/")
    assert not DraftPaper.objects.exists()
    assert vault.document(document, owner=town.owner) is not None


def test_the_page_of_papers_asks_a_constant_number_of_queries(
    town: Town, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    begun(town)
    for number in range(12):
        held(town, title=f"Giấy {number}")
    with django_assert_max_num_queries(22):
        papers_page(town)


def test_the_owner_may_remove_an_upload_and_the_dossier_keeps_its_file(town: Town) -> None:
    filled(town)
    DraftPaper.objects.all().delete()
    me, at = town.office.citizen, moments.now()
    stored = files.receive(picture().getvalue(), name="a.jpg", by=me, at=at)
    document = vault.keep_upload(owner=town.owner, file_id=stored.id, kind="van-bang", by=me, at=at)
    take(town, document)
    code = sent(town)
    vault.remove(document_id=document, owner=town.owner, by=me, at=at)
    files.clear(at=at + timedelta(days=400))
    paper = SubmittedPaper.objects.get()
    assert paper.file_id is not None
    assert files.read(paper.file_id)
    desk = people.client(town.office.intake).get(f"/can-bo/ho-so/{code}/").content.decode()
    assert "Chủ đã bỏ khỏi kho" in desk


def test_an_officer_sees_source_and_standing_and_the_owner_reads_that_it_was_opened(town: Town) -> None:
    filled(town)
    DraftPaper.objects.all().delete()
    document = held(town)
    take(town, document)
    code = sent(town)
    browser, paper = people.client(town.office.intake), SubmittedPaper.objects.get()
    page = browser.get(f"/can-bo/ho-so/{code}/").content.decode()
    assert "Lấy từ kho giấy tờ: Cơ quan cấp" in page
    assert "Còn giá trị" in page
    told = browser.get(f"/can-bo/ho-so/{code}/giay/{paper.id}/chu-ky/").content.decode()
    assert "Tệp đúng là bản lúc nộp" in told
    assert browser.get(f"/can-bo/ho-so/{code}/giay/{paper.id}/").status_code == 200
    uses, _more = vault.uses(town.owner)
    assert [use.kind for use in uses] == [vault.UseKind.OPENED, vault.UseKind.REUSED]
    assert code in uses[0].why
    stranger = people.client(office().intake)
    assert stranger.get(f"/can-bo/ho-so/{code}/giay/{paper.id}/chu-ky/").status_code == 404


def test_a_paper_sent_is_kept_for_next_time_when_the_person_chooses(town: Town) -> None:
    filled(town)
    code = sent(town)
    paper = SubmittedPaper.objects.get()
    address = f"/ho-so/{code}/tep/{paper.file_id}/giu/"
    assert "Cất vào kho để lần sau dùng" in town.browser.get(f"/ho-so/{code}/").content.decode()
    for _time in range(2):
        assert town.browser.post(address).status_code == 302
    (document,) = vault.documents(town.owner)
    assert (document.title, document.source) == ("Đơn đề nghị", vault.Source.UPLOADED)
    assert "Đã cất vào kho" in town.browser.get(f"/ho-so/{code}/").content.decode()
    other = people.client(people.person())
    assert other.post(address).status_code == 404
    assert town.browser.post(f"/ho-so/{code}/tep/{new_id()}/giu/").status_code == 404


def test_at_the_counter_a_paper_is_taken_from_the_vault_of_who_stands_there() -> None:
    place = office()
    document = kept(owner_of(place))
    given = submission(place)
    given = replace(given, papers=(PaperGiven(code="don", document=document),))
    counter.take_in(given, by=place.intake, at=moments.now())
    assert SubmittedPaper.objects.get().document == document
    (use,), _more = vault.uses(owner_of(place))
    assert use.who == place.intake.name


def test_nobody_takes_from_anothers_vault_into_a_dossier() -> None:
    place = office()
    strange = kept(OwnerRef("person", new_id()))
    given = replace(submission(place), papers=(PaperGiven(code="don", document=strange),))
    with pytest.raises(Invalid):
        submit(given, by=place.citizen, at=moments.now())
    own = kept(owner_of(place), title="Của mình")
    given = replace(submission(place), papers=(PaperGiven(code="don", document=own),))
    with pytest.raises((Invalid, NotAllowed)):
        submit(given, by=people.person(), at=moments.now())
    assert not SubmittedPaper.objects.exists()


def test_a_hash_that_was_sent_along_counts_for_nothing() -> None:
    place = office()
    given = replace(submission(place), papers=(replace(submission(place).papers[0], sha256="ab" * 32),))
    submit(given, by=place.citizen, at=moments.now())
    assert SubmittedPaper.objects.get().sha256 == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"document": new_id(), "reuse": 1},
        {"sha256": "ab" * 32},
        {"document": new_id(), "sha256": "x", "file_id": new_id(), "reuse": 1},
        {"document": new_id(), "sha256": "ab" * 32, "reuse": 1},
    ],
)
def test_the_database_refuses_a_reuse_that_is_not_frozen(changes: dict[str, Any]) -> None:
    place = office()
    submit(submission(place), by=place.citizen, at=moments.now())
    with pytest.raises(IntegrityError, match="paper_reused_is_frozen"), transaction.atomic():
        SubmittedPaper.objects.update(**changes)


def test_the_database_refuses_a_draft_paper_both_sent_and_reused(town: Town) -> None:
    draft = begun(town)
    given: dict[str, Any] = {"draft": draft, "code": "don", "attached_at": moments.now()}
    DraftPaper.objects.create(**given, file_id=new_id(), document=new_id())
    with pytest.raises(IntegrityError, match="draft_paper_either_sent_or_reused"), transaction.atomic():
        DraftPaper.objects.create(**given, file_id=new_id())
    with pytest.raises(IntegrityError, match="draft_paper_one_document"), transaction.atomic():
        DraftPaper.objects.create(**given, file_id=new_id(), document=new_id())
