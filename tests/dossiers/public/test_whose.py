"""For whom is it filed: the choices, my people, a proxy given and taken back in the middle of a form."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from tests.dossiers.public.conftest import Town, filled, picture
from tests.support import people
from tests.support.office import SENT
from tinhso.dossiers.capacities import PROOF
from tinhso.dossiers.models import Dossier, Draft, FiledBy, SubmittedPaper
from tinhso.foundation import legal, moments
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.identity import api as identity
from tinhso.identity.models import Relation

pytestmark = pytest.mark.django_db
MINE = "/tai-khoan/nguoi-cua-toi/"
CHILD = {
    "name": "Trần  Gia Bảo",
    "personal_id": "091 220 000 456",
    "birth_date-day": "4",
    "birth_date-month": "5",
    "birth_date-year": "2020",
    "kind": "giay-khai-sinh",
    "number": "12/2020",
}


def id_of(actor: ActorRef) -> UUID:
    assert actor.id
    return actor.id


def html(answer: Any) -> str:
    return str(answer.content.decode())


def named(town: Town, **more: Any) -> Relation:
    """The citizen's child, with the birth certificate."""
    answer = town.browser.post(f"{MINE}them/con/", {**CHILD, "tep": picture(), **more})
    assert answer.status_code == 302, html(answer)
    return Relation.objects.get()


def chosen(town: Town, relation: Relation) -> None:
    answer = town.browser.post(f"{town.root}cho-ai/", {"cho": str(relation.id)})
    assert answer.status_code == 302, html(answer)


def sent(town: Town, browser: Client | None = None) -> Any:
    draft = Draft.objects.get(dossier=None)
    return (browser or town.browser).post(f"{town.root}xem-lai/", {"ban": str(draft.id)})


def test_a_filing_begins_with_for_whom_and_one_touch_answers(town: Town) -> None:
    begun = town.browser.get(town.root)
    assert begun["Location"].endswith("/cho-ai/")
    page = html(town.browser.get(f"{town.root}cho-ai/"))
    assert "Ông/bà làm hồ sơ cho ai?" in page
    assert town.office.citizen.name in page
    answer = town.browser.post(f"{town.root}cho-ai/", {"cho": "toi"})
    assert answer["Location"].endswith("/noi-nop/")
    strange = town.browser.post(f"{town.root}cho-ai/", {"cho": "ai-do"})
    assert (strange.status_code, "Hãy chọn một người" in html(strange)) == (422, True)


def test_a_parent_files_for_the_child_and_both_are_on_the_dossier(town: Town) -> None:
    relation = named(town)
    chosen(town, relation)
    filled(town)
    review = html(town.browser.get(f"{town.root}xem-lai/"))
    assert "Trần Gia Bảo" in review
    assert "Giấy khai sinh" in review
    assert sent(town).status_code == 302

    dossier = Dossier.objects.get()
    assert (dossier.applicant_name, dossier.owner_id) == ("Trần Gia Bảo", relation.person_id)
    assert FiledBy.objects.get().filer_id == town.office.citizen.id
    assert SubmittedPaper.objects.get(code=PROOF).file_id
    page = html(town.browser.get(f"/ho-so/{dossier.code}/"))
    assert "Cha, mẹ nộp cho con".lower() in page.lower()
    mine = html(town.browser.get(f"/ho-so/?cho={relation.id}"))
    assert dossier.code in mine
    assert dossier.code not in html(town.browser.get("/ho-so/"))


def test_without_proof_it_is_not_sent_and_the_fault_leads_to_the_paper(town: Town) -> None:
    answer = town.browser.post(f"{MINE}them/con/", {**CHILD, "kind": "", "number": "", "sau": "1"})
    assert answer.status_code == 302
    relation = Relation.objects.get()
    chosen(town, relation)
    filled(town)
    refused = sent(town)

    assert refused.status_code == 422
    assert f"{MINE}{relation.id}/?tiep=" in html(refused)
    given = {
        "viec": "giay",
        "kind": "giay-khai-sinh",
        "number": "1",
        "tep": picture(),
        "tiep": f"{town.root}xem-lai/",
    }
    back = town.browser.post(f"{MINE}{relation.id}/", given)
    assert back["Location"] == f"{town.root}xem-lai/"
    assert sent(town).status_code == 302


def test_a_form_of_a_person_that_is_wrong_keeps_words_and_file(town: Town) -> None:
    wrong = town.browser.post(f"{MINE}them/con/", {**CHILD, "name": "", "tep": picture()})
    page = html(wrong)

    assert (wrong.status_code, Relation.objects.count()) == (422, 0)
    assert 'value="12/2020"' in page
    file_id = page.split('name="tep_giu" value="')[1].split('"')[0]
    named(town, tep="", tep_giu=file_id)
    assert str(identity.relation(Relation.objects.get().id, at=moments.now()).proof.given.file_id) == file_id  # type: ignore[union-attr]
    stranger = people.client(people.person())
    stolen = stranger.post(f"{MINE}them/con/", {**CHILD, "tep_giu": file_id})
    assert stolen.status_code == 302
    theirs = identity.relation(Relation.objects.latest("made_at").id, at=moments.now())
    assert theirs is not None
    assert theirs.proof is not None
    assert theirs.proof.given.file_id is None


def given_proxy(grantor: Client, agent: ActorRef) -> Any:
    day = moments.today(moments.now()) + timedelta(days=30)
    typed = {
        "agent_name": agent.name,
        "agent_number": identity.personal_id(id_of(agent)),
        "valid_until-day": str(day.day),
        "valid_until-month": str(day.month),
        "valid_until-year": str(day.year),
    }
    sure = grantor.post(f"{MINE}uy-quyen/", typed)
    assert "Xác nhận ủy quyền" in html(sure)
    assert not Relation.objects.exists()
    return grantor.post(f"{MINE}uy-quyen/", {**typed, "chac": "1"})


def test_a_proxy_is_confirmed_accepted_and_revoked_in_the_middle_of_a_form(town: Town) -> None:
    grantor = people.person("Lê Văn Sáu")
    principal = people.client(grantor)
    assert given_proxy(principal, town.office.citizen).status_code == 302
    relation = Relation.objects.get()
    offers = html(town.browser.get(MINE))
    assert "Lê Văn Sáu ủy quyền cho ông/bà" in offers
    assert "Lê Văn Sáu" not in html(town.browser.get(f"{town.root}cho-ai/"))
    town.browser.post(f"{MINE}{relation.id}/", {"viec": "nhan"})
    chosen(town, relation)
    town.browser.post(f"{town.root}noi-nop/", {"co_quan": str(town.office.agency)})
    ended = principal.post(f"{MINE}{relation.id}/cham-dut/")
    assert ended.status_code == 302

    typed = town.browser.post(f"{town.root}phan/ten-con/", {"con.ho_ten": "Trần Gia Bảo"})
    assert typed["Location"].endswith("/cho-ai/")
    page = html(town.browser.get(f"{town.root}cho-ai/"))
    assert "đã hết hoặc đã bị thu hồi" in page
    for path in ("giay-to/", "xem-lai/", "phan/nguoi-khai/"):
        assert town.browser.get(f"{town.root}{path}")["Location"].endswith("/cho-ai/"), path
    assert sent(town)["Location"].endswith("/cho-ai/")
    assert not Dossier.objects.exists()

    town.browser.post(f"{town.root}cho-ai/", {"cho": "toi"})
    answers = Draft.objects.get().answers
    assert answers["con"] == {"ho_ten": "Trần Gia Bảo"}
    assert Draft.objects.get().relation is None


def test_nobody_opens_ends_or_adds_to_a_relation_of_others(town: Town) -> None:
    relation = named(town)
    stranger = people.client(people.person())
    for path in ("", "cham-dut/", "giay/"):
        assert stranger.get(f"{MINE}{relation.id}/{path}").status_code == 404, path
        assert Client().get(f"{MINE}{relation.id}/{path}").status_code == 302, path
    assert stranger.post(f"{MINE}{relation.id}/cham-dut/").status_code == 404
    assert stranger.post(f"{town.root}cho-ai/", {"cho": str(relation.id)}).status_code == 422
    assert Client().get(MINE).status_code == 302
    assert town.browser.get(f"{MINE}{relation.id}/giay/").status_code == 200
    assert town.browser.get(f"{MINE}them/gi-do/").status_code == 404


def test_an_organisation_is_named_its_members_invited_and_removed(town: Town) -> None:
    lead, other = town.office.citizen, people.person("Trần Thị Hân")
    organisation = identity.register_organisation(tax_code="1702456797", name="HTX Gò", by=SYSTEM, at=SENT)
    identity.represent(person_id=id_of(lead), organisation_id=organisation, by=SYSTEM, at=SENT)
    root = f"{MINE}to-chuc/{organisation}/"
    invitation = {
        "agent_name": other.name,
        "agent_number": identity.personal_id(id_of(other)),
        "role": "filer",
    }
    theirs = people.client(other)
    assert theirs.get(root).status_code == 404
    assert town.browser.post(root, invitation).status_code == 302
    relation = Relation.objects.get(agent_id=other.id)
    assert "HTX Gò mời ông/bà" in html(theirs.get(MINE))
    theirs.post(f"{MINE}{relation.id}/", {"viec": "nhan"})
    assert "HTX Gò" in html(theirs.get(f"{town.root}cho-ai/"))
    assert theirs.post(f"{root}{relation.id}/thoi/").status_code == 302
    Relation.objects.filter(id=relation.id).update(ended_at=None, ended_by="")
    assert town.browser.post(f"{root}{relation.id}/thoi/").status_code == 302
    assert "HTX Gò" not in html(theirs.get(f"{town.root}cho-ai/"))

    claimed = {"tax_code": "1702456798", "name": "Công ty Mới", "kind": "dang-ky-doanh-nghiep", "number": "1"}
    assert theirs.post(f"{MINE}them/to-chuc/", claimed).status_code == 302
    assert theirs.post(f"{MINE}them/to-chuc/", {**claimed, "tax_code": "17"}).status_code == 422


def test_several_people_stand_on_one_filing(town: Town) -> None:
    other = {"viec": "them", "name": "Lê Thị Cúc", "personal_id": "091090000654"}
    root = f"{town.root}cung-dung-ten/"
    assert town.browser.post(root, {**other, "personal_id": "12"}).status_code == 422
    assert town.browser.post(root, other).status_code == 302
    assert town.browser.post(root, other).status_code == 422
    filled(town)
    assert "Văn bản cử người liên hệ" in html(town.browser.get(f"{town.root}giay-to/"))
    assert sent(town).status_code == 422
    town.browser.post(f"{town.root}giay-to/{PROOF}/", {"tep": picture()})
    assert sent(town).status_code == 302, html(sent(town))

    dossier = Dossier.objects.get()
    cuc = identity.find_person("091090000654")
    assert dossier.joint == [cuc]
    follower = people.client(ActorRef(town.office.citizen.kind, cuc, "Lê Thị Cúc"))
    page = html(follower.get(f"/ho-so/{dossier.code}/"))
    assert "Rút hồ sơ này" not in page
    assert dossier.code in html(follower.get("/ho-so/?cho=chung"))


def test_a_procedure_that_must_be_done_oneself_says_why(town: Town) -> None:
    from_law = {town.code: {"child": [], "why": "Phải tự mình nộp."}}
    legal.change(
        key="filing_exceptions",
        value=from_law,
        effective_from=date(2026, 3, 3),
        legal_basis="Thử",
        by=SYSTEM,
        at=SENT,
    )
    relation = named(town)
    page = html(town.browser.get(f"{town.root}cho-ai/"))
    assert "Phải tự mình nộp." in page
    refused = town.browser.post(f"{town.root}cho-ai/", {"cho": str(relation.id)})
    assert refused.status_code == 422
