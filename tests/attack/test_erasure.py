"""After a person is erased nobody finds or reaches them, and no page breaks."""

from __future__ import annotations

import pytest

from tests.support import people
from tests.support.office import filed, office
from tinhso.dossiers.faults import NotTheirs
from tinhso.dossiers.models import Draft
from tinhso.dossiers.operations import intake
from tinhso.dossiers.queries.lists import page
from tinhso.dossiers.queries.lookup import glimpse
from tinhso.dossiers.queries.narrowing import Filter
from tinhso.foundation import moments
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM
from tinhso.identity import api as identity

pytestmark = pytest.mark.django_db


def test_an_erased_person_is_found_by_no_number_and_no_page_breaks() -> None:
    place = office()
    given = filed(place)
    now = moments.now()
    intake.accept(dossier_id=given.id, by=place.intake, at=now)
    browser = people.client(place.citizen)
    assert place.citizen.id is not None
    Draft.objects.create(
        id=new_id(),
        owner_kind="person",
        owner_id=place.citizen.id,
        procedure_version_id=place.version,
        answers={"ten": "Danh Sóc Kha"},
        started_at=now,
        saved_at=now,
    )

    identity.erase(person_id=place.citizen.id, by=SYSTEM, at=moments.now())

    for number in ("0912345678", "091090000123"):
        assert page(Filter(agency=place.agency, q=number)).rows == ()
    with pytest.raises(NotTheirs):
        glimpse(code=given.code, digits="5678", address="10.0.0.1", at=now)
    assert not Draft.objects.exists()
    assert browser.get("/ho-so/").status_code == 302
    officer = people.client(place.intake)
    for path in ("", "mau-01.pdf"):
        answer = officer.get(f"/can-bo/ho-so/{given.code}/{path}")
        assert answer.status_code == 200
        assert b"0912345678" not in answer.content
