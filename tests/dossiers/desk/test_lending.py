"""At the counter the vault is opened only with the person's consent, and they read of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.support import people
from tests.support.office import Office, office
from tests.vault.test_holding import kept
from tinhso.dossiers.models import SubmittedPaper
from tinhso.foundation import moments
from tinhso.foundation.refs import OwnerRef
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures
from tinhso.vault import api as vault

pytestmark = pytest.mark.django_db
NUMBER = "091090765432"


@pytest.fixture
def place() -> Office:
    return office()


@pytest.fixture
def owner() -> OwnerRef:
    found = people.person("Danh Sóc Kha", personal_id=NUMBER)
    assert found.id
    return OwnerRef("person", found.id)


def sheet(place: Office) -> str:
    return f"/can-bo/tiep-nhan/{procedures.version(place.version).code}/"


def press(browser: Client, place: Office, **given: str) -> Any:
    named = {
        name.replace("_", "-") if name.startswith(("kho", "dong")) else name: each
        for name, each in given.items()
    }
    return browser.post(sheet(place), {"personal_id": NUMBER, "full_name": "Danh Sóc Kha", **named})


def test_without_consent_the_vault_stays_shut_and_what_was_typed_stays(
    place: Office, owner: OwnerRef
) -> None:
    kept(owner, kind="van-ban-uy-quyen", title="Ủy quyền")
    answer = press(people.client(place.intake), place, viec="kho")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Chỉ mở kho khi người dân đồng ý" in page
    assert 'value="Danh Sóc Kha"' in page
    assert vault.uses(owner)[0] == ()


def test_with_consent_what_serves_is_offered_and_taken_and_the_owner_reads_of_both(
    place: Office, owner: OwnerRef
) -> None:
    document = kept(owner, kind="van-ban-uy-quyen", title="Văn bản ủy quyền cho con")
    other = kept(owner, title="Giấy khai sinh")
    browser = people.client(place.intake)
    page = press(browser, place, viec="kho", dong_y="1").content.decode()
    assert f'<option value="{document}"' in page
    assert str(other) not in page

    answer = press(browser, place, **{"goc-don": "1", "kho_uy-quyen": str(document), "phone": "0912345678"})
    assert answer.status_code == 302, answer.content.decode()
    paper = SubmittedPaper.objects.get(code="uy-quyen")
    assert paper.document == document
    uses, _more = vault.uses(owner)
    assert [use.kind for use in uses] == [vault.UseKind.REUSED, vault.UseKind.OFFERED]
    assert "người dân đồng ý" in uses[1].why
    looks, _more = identity.looks_at(owner.id, at=moments.now())
    assert any("người dân đồng ý" in look.purpose for look in looks)


def test_a_document_of_somebody_else_is_refused_at_its_paper(place: Office, owner: OwnerRef) -> None:
    strange = kept(OwnerRef("person", people.person().id or owner.id), kind="van-ban-uy-quyen")
    answer = press(people.client(place.intake), place, **{"goc-don": "1", "kho_uy-quyen": str(strange)})
    assert answer.status_code == 422
    assert "Kho không còn giấy tờ này" in answer.content.decode()


def test_who_is_unknown_has_no_vault_and_who_is_not_at_the_counter_opens_none(
    place: Office, owner: OwnerRef
) -> None:
    answer = press(people.client(place.intake), place, viec="kho", dong_y="1", personal_id="091090000001")
    assert answer.status_code == 422
    assert "chưa có kho giấy tờ" in answer.content.decode()
    assert press(people.client(place.leader), place, viec="kho", dong_y="1").status_code == 403
    assert press(people.client(people.person()), place, viec="kho", dong_y="1").status_code in (302, 403)
    assert vault.uses(owner)[0] == ()
