"""A supplement answered from the vault: one touch, by reference, marked, told to its owner."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from tests.support import people
from tests.support.office import Office, filed, office
from tests.vault.test_holding import kept
from tinhso.dossiers.contracts import Filed, PaperFault
from tinhso.dossiers.models import SubmittedPaper, SupplementFile
from tinhso.dossiers.operations import supplement_files, supplements
from tinhso.dossiers.reuse import RESULT
from tinhso.foundation import moments
from tinhso.foundation.errors import Invalid
from tinhso.foundation.refs import SYSTEM, OwnerRef
from tinhso.vault import api as vault

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Office:
    return office()


def asked(place: Office) -> Filed:
    """A dossier whose applicant is asked for its paper again."""
    at = moments.now() - timedelta(hours=1)
    made = filed(place, at=at)
    fault = PaperFault(code="don", reason="Ảnh mờ")
    supplements.ask(dossier_id=made.id, faults=[fault], by=place.intake, at=at)
    return made


def owner_of(place: Office) -> OwnerRef:
    assert place.citizen.id is not None
    return OwnerRef("person", place.citizen.id)


def take(place: Office, made: Filed, document: UUID) -> None:
    supplement_files.reuse(
        dossier_id=made.id, paper="don", document_id=document, by=place.citizen, at=moments.now()
    )


def test_a_document_of_the_vault_answers_in_two_touches(place: Office) -> None:
    made, document = asked(place), kept(owner_of(place), number="12/GKS")
    browser, address = people.client(place.citizen), f"/ho-so/{made.code}/bo-sung/"
    assert f'value="{document}"' in browser.get(address).content.decode()

    assert browser.post(f"{address}don/", {"kho": str(document)}).status_code == 302
    assert "Lấy từ kho giấy tờ, không phải chụp lại" in browser.get(address).content.decode()
    assert browser.post(address).status_code == 302

    paper = SubmittedPaper.objects.get(dossier_id=made.id, code="don", current=True)
    stored = vault.by_ids([document])[document]
    assert (paper.document, paper.sha256, paper.file_id) == (document, stored.sha256, stored.file_id)
    assert (paper.reuse, paper.replaced_by) == (RESULT, "12/GKS")
    uses = [use.why for use in vault.uses(owner_of(place))[0]]
    assert uses == [f"Bổ sung hồ sơ {made.code}"]


def test_nobody_takes_from_anothers_vault(place: Office) -> None:
    made, stranger = asked(place), people.person("Người lạ")
    assert stranger.id is not None
    foreign = kept(OwnerRef("person", stranger.id))
    with pytest.raises(vault.NotInVault):
        take(place, made, foreign)
    page = people.client(place.citizen).post(f"/ho-so/{made.code}/bo-sung/don/", {"kho": str(foreign)})
    assert page.status_code == 422
    assert people.client(stranger).get(f"/ho-so/{made.code}/bo-sung/").status_code == 404
    assert not SupplementFile.objects.exists()


def test_a_document_stands_alone_for_its_paper(place: Office) -> None:
    made, document, other = asked(place), kept(owner_of(place)), kept(owner_of(place), title="Khác")
    take(place, made, document)
    take(place, made, document)
    with pytest.raises(Invalid, match="đã có tệp"):
        take(place, made, other)
    file = SupplementFile.objects.get()
    with pytest.raises(Invalid, match="đã lấy từ kho"):
        supplement_files.attach(
            dossier_id=made.id, paper="don", file_id=file.id, by=place.citizen, at=moments.now()
        )
    supplement_files.detach(
        dossier_id=made.id, paper="don", file_id=file.file_id, by=place.citizen, at=moments.now()
    )
    take(place, made, other)
    with pytest.raises(Invalid):
        supplement_files.reuse(
            dossier_id=made.id, paper="uy-quyen", document_id=other, by=place.citizen, at=moments.now()
        )


def test_what_was_revoked_meanwhile_is_refused_when_the_answer_is_sent(place: Office) -> None:
    made, document = asked(place), kept(owner_of(place))
    take(place, made, document)
    vault.revoke(document_id=document, ground="Cấp sai", by=SYSTEM, at=moments.now())
    page = people.client(place.citizen).post(f"/ho-so/{made.code}/bo-sung/")
    assert page.status_code == 422
    assert "Đã bị thu hồi".lower() in page.content.decode().lower()
    assert SubmittedPaper.objects.get(dossier_id=made.id, code="don", current=True).document is None
