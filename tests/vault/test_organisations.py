"""The vault of an organisation stands open to those who file for it, and to nobody else."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.identity.test_relations import company, invited
from tests.support import people
from tests.vault.test_holding import kept
from tinhso.foundation import moments
from tinhso.foundation.refs import OwnerRef
from tinhso.identity import api as identity

pytestmark = pytest.mark.django_db
LIST, CHOOSE = "/cua-toi/giay-to/", "/cua-toi/giay-to/kho/"
LICENCE = "Giấy phép kinh doanh karaoke"


def licence(organisation: UUID) -> UUID:
    return kept(OwnerRef("organisation", organisation), title=LICENCE)


def test_who_files_for_a_company_opens_its_vault_and_goes_back_to_their_own() -> None:
    lead = people.person()
    id = company(lead)
    document = licence(id)
    browser: Any = people.client(lead)

    assert LICENCE not in browser.get(LIST).content.decode()
    browser.post(CHOOSE, {"kho": str(id)})
    page = browser.get(LIST).content.decode()
    assert LICENCE in page
    assert "Kho giấy tờ của Công ty" in page
    assert browser.get(f"{LIST}{document}/").status_code == 200
    assert browser.get(f"{LIST}{document}/tep/").status_code == 200
    browser.post(CHOOSE, {"kho": ""})
    assert LICENCE not in browser.get(LIST).content.decode()
    assert browser.get(f"{LIST}{document}/").status_code == 404


def test_the_vault_closes_once_one_no_longer_files_for_the_company() -> None:
    lead, filer = people.person(), people.person()
    id = company(lead)
    licence(id)
    relation = invited(id, lead, filer, identity.MemberRole.FILER)
    browser: Any = people.client(filer)
    browser.post(CHOOSE, {"kho": str(id)})
    assert LICENCE in browser.get(LIST).content.decode()

    identity.end_relation(relation_id=relation, by=lead, at=moments.now())

    page = browser.get(LIST).content.decode()
    assert LICENCE not in page
    assert "Kho giấy tờ của tôi" in page


def test_a_follower_and_a_stranger_cannot_open_it() -> None:
    lead, follower = people.person(), people.person()
    id = company(lead)
    document = licence(id)
    invited(id, lead, follower, identity.MemberRole.FOLLOWER)

    for who in (follower, people.person()):
        browser: Any = people.client(who)
        assert browser.post(CHOOSE, {"kho": str(id)}).status_code == 404
        assert LICENCE not in browser.get(LIST).content.decode()
        assert browser.get(f"{LIST}{document}/").status_code == 404


def test_a_link_made_while_it_is_open_is_the_companys() -> None:
    lead = people.person()
    id = company(lead)
    document = licence(id)
    browser: Any = people.client(lead)
    browser.post(CHOOSE, {"kho": str(id)})

    made = browser.post(
        f"{LIST}{document}/chia-se/", {"viec": "Ngân hàng xem", "ngay": "3", "lan": "2", "ma": ""}
    )

    assert made.status_code == 302
    assert "Ngân hàng xem" in browser.get(f"{LIST}lien-ket/").content.decode()
    browser.post(CHOOSE, {"kho": ""})
    assert "Ngân hàng xem" not in browser.get(f"{LIST}lien-ket/").content.decode()
