"""Someone comes in person: found or entered, filed and accepted in one go."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.support import people
from tests.support.office import Office, office
from tinhso.dossiers import identity_papers
from tinhso.dossiers.models import Content, Dossier, FiledBy, SubmittedPaper
from tinhso.identity import api as identity
from tinhso.identity.models import Look, Relation
from tinhso.procedures import api as procedures

pytestmark = pytest.mark.django_db
START = "/can-bo/tiep-nhan/"


@pytest.fixture
def place() -> Office:
    return office()


def sheet(place: Office) -> str:
    return f"{START}{procedures.version(place.version).code}/"


def given(**more: Any) -> dict[str, Any]:
    return {
        "personal_id": "091 090 000 999",
        "full_name": "Trần  Văn Mới",
        "birth_date-day": "27",
        "birth_date-month": "3",
        "birth_date-year": "1990",
        "phone": "0912 000 999",
        "goc-don": "1",
        "key": "quay-1",
        **more,
    }


def test_only_intake_opens_the_counter(place: Office) -> None:
    assert people.client(place.intake).get(START).status_code == 200
    assert people.client(place.specialist).get(START).status_code == 403
    assert people.client(place.citizen).get(START).status_code == 302


def test_a_person_is_entered_filed_and_accepted_once(place: Office) -> None:
    client = people.client(place.intake)
    answers = [client.post(sheet(place), given()) for _twice in range(2)]

    dossier = Dossier.objects.get()
    assert [answer.status_code for answer in answers] == [302, 302]
    assert (dossier.status, dossier.via, dossier.applicant_name) == ("accepted", "counter", "Trần Văn Mới")
    assert dossier.owner_id == identity.find_person("091090000999")
    assert SubmittedPaper.objects.get().originals == 1


def test_the_paper_by_which_the_person_was_known_is_kept_and_shown(place: Office) -> None:
    client = people.client(place.intake)
    unknown = client.post(sheet(place), given(identity_paper="bang-lai"))
    seen = client.post(sheet(place), given(identity_paper="can-cuoc-dien-tu"))

    assert (unknown.status_code, seen.status_code) == (422, 302)
    assert Content.objects.get().identity_paper == "can-cuoc-dien-tu"
    screen = client.get(f"/can-bo/ho-so/{Dossier.objects.get().code}/").content.decode()
    assert "Căn cước điện tử (VNeID)" in screen


def test_the_kinds_of_paper_go_by_the_day() -> None:
    assert "cmnd" in identity_papers.kinds(date(2024, 12, 31))
    assert "cmnd" not in identity_papers.kinds(date(2025, 1, 1))


def test_a_known_person_is_found_by_number_and_the_look_is_traced(place: Office) -> None:
    known = people.person("Lê Văn Sáu", personal_id="091049001187", phone="0377000349")
    page = people.client(place.intake).post(sheet(place), {"viec": "tim", "personal_id": "091049001187"})

    html = page.content.decode()
    assert 'value="Lê Văn Sáu"' in html
    assert 'value="0377000349"' in html
    assert Look.objects.filter(person_id=known.id, actor_id=place.intake.id).count() == 1
    assert not Dossier.objects.exists()


def test_faults_come_back_with_everything_typed(place: Office) -> None:
    client = people.client(place.intake)
    wrong_id = client.post(sheet(place), given(personal_id="12"))
    no_paper = client.post(sheet(place), given(**{"goc-don": ""}))

    assert (wrong_id.status_code, no_paper.status_code) == (422, 422)
    assert 'value="Trần  Văn Mới"' in wrong_id.content.decode()
    assert "Còn thiếu «Đơn đề nghị»" in no_paper.content.decode()
    assert not Dossier.objects.exists()
    assert identity.find_person("091090000999") is None


PROXY = {
    "capacity": "proxy",
    "filer_name": "Người Nộp Thay",
    "filer_number": "091 090 000 321",
    "filer_phone": "0912 000 321",
    "proof_kind": "van-ban-uy-quyen",
    "proof_number": "7",
    "proof_valid_until-day": "31",
    "proof_valid_until-month": "12",
    "proof_valid_until-year": "2099",
    "seen": "1",
}


def test_a_proxy_at_the_counter_with_a_proof_in_hand_is_accepted_and_follows(place: Office) -> None:
    answer = people.client(place.intake).post(sheet(place), given(**PROXY))
    assert answer.status_code == 302, answer.content.decode()

    dossier = Dossier.objects.get()
    agent = identity.find_person("091090000321")
    filed_by = FiledBy.objects.get()
    assert (dossier.applicant_name, dossier.status) == ("Trần Văn Mới", "accepted")
    assert (filed_by.filer_id, filed_by.entered_by, filed_by.capacity) == (agent, place.intake.id, "proxy")
    relation = Relation.objects.get()
    assert (relation.agent_id, relation.proven_by) == (agent, place.intake.name)
    assert dossier.filed_under == relation.id
    screen = people.client(place.intake).get(f"/can-bo/ho-so/{dossier.code}/").content.decode()
    assert "Người Nộp Thay" in screen
    assert "Người được ủy quyền" in screen
    assert "Đã đối chiếu giấy tờ chứng minh tư cách" in screen


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"seen": ""}, "Hãy đối chiếu bản chính"),
        ({"proof_kind": ""}, "Hãy chọn giấy tờ chứng minh"),
        ({"filer_number": "12"}, "chữ số"),
        ({"filer_name": ""}, "Hãy nhập họ tên người nộp"),
        ({"proof_valid_until-year": "2020"}, "hết hiệu lực"),
    ],
)
def test_a_proxy_without_a_sound_proof_is_not_taken_in(
    place: Office, change: dict[str, str], sentence: str
) -> None:
    answer = people.client(place.intake).post(sheet(place), given(**{**PROXY, **change}))

    page = answer.content.decode()
    assert (answer.status_code, sentence in page) == (422, True)
    assert 'value="Trần  Văn Mới"' in page
    assert not Dossier.objects.exists()
    assert not Relation.objects.exists()


def test_an_officer_files_for_somebody_at_the_counter(place: Office) -> None:
    answer = people.client(place.intake).post(sheet(place), given(capacity="counter"))

    assert answer.status_code == 302
    row = FiledBy.objects.get()
    assert (row.filer_name, row.capacity, row.entered_by) == (place.intake.name, "counter", place.intake.id)
    assert Dossier.objects.get().status == "accepted"


def test_a_mother_brings_a_child_without_a_number_a_company_sends_its_clerk_and_neighbours_come_together(
    place: Office,
) -> None:
    client = people.client(place.intake)
    born = {"birth_date-day": "4", "birth_date-month": "5", "birth_date-year": "2026", "personal_id": ""}
    for number, more in enumerate(
        (
            {**born, "capacity": "child", "proof_kind": "giay-chung-sinh", "proof_number": "3"},
            {
                "capacity": "organisation",
                "personal_id": "1702456797",
                "full_name": "HTX Gò",
                "proof_kind": "giay-gioi-thieu",
            },
            {
                "capacity": "group",
                "proof_kind": "van-ban-cu-nguoi",
                "members": "Lê Thị Cúc, 091 090 000 654\n",
            },
        )
    ):
        answer = client.post(sheet(place), given(**{**PROXY, **more, "key": f"quay-{number}"}))
        assert answer.status_code == 302, answer.content.decode()

    child, company, group = Dossier.objects.order_by("id")
    assert child.owner_id == Relation.objects.get(capacity="child").person_id
    assert (company.owner_kind, company.applicant_name) == ("organisation", "HTX Gò")
    assert group.joint == [identity.find_person("091090000654")]
