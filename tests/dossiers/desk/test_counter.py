"""Someone comes in person: found or entered, filed and accepted in one go."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import people
from tests.support.office import Office, office
from tinhso.dossiers.models import Dossier, SubmittedPaper
from tinhso.identity import api as identity
from tinhso.identity.models import Look
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
