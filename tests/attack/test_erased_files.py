"""What a person gave leaves with them: no file stays behind because its row went."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.office import SENT, Office, filed, office
from tinhso.dossiers.models import (
    Draft,
    DraftPaper,
    SubmittedPaper,
    Supplement,
    SupplementFile,
)
from tinhso.dossiers.operations import erasures, intake
from tinhso.foundation import files
from tinhso.foundation.files.models import KeptFile
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM
from tinhso.identity import api as identity
from tinhso.vault import api as vault
from tinhso.vault.models import Document

pytestmark = pytest.mark.django_db
LATER = SENT + timedelta(hours=1)
MUCH_LATER = datetime(2050, 1, 1, tzinfo=UTC)


@pytest.fixture
def place() -> Office:
    return office()


def kept(place: Office, words: bytes) -> files.StoredFile:
    """A photo of the citizen's that something was seen to hold."""
    file = files.keep(words, name="anh.txt", by=place.citizen, at=SENT)
    KeptFile.objects.filter(id=file.id).update(loose_since=None)
    return file


def draft(place: Office) -> Draft:
    assert place.citizen.id
    return Draft.objects.create(
        id=new_id(),
        owner_kind="person",
        owner_id=place.citizen.id,
        procedure_version_id=place.version,
        answers={"ten": "Danh Sóc Kha"},
        started_at=SENT,
        saved_at=SENT,
    )


def erase(place: Office) -> None:
    assert place.citizen.id
    identity.erase(person_id=place.citizen.id, by=SYSTEM, at=LATER)


def test_photos_of_a_draft_that_was_never_sent_go_with_the_person(place: Office) -> None:
    file = kept(place, b"anh mot")
    DraftPaper.objects.create(draft=draft(place), code="don", file_id=file.id, attached_at=SENT)

    erase(place)
    files.clear(at=MUCH_LATER)

    assert not KeptFile.objects.filter(id=file.id).exists()


def test_documents_of_the_vault_go_with_the_person(place: Office) -> None:
    file = kept(place, b"anh hai")
    assert place.citizen.id
    Document.objects.create(
        owner_kind="person",
        owner_id=place.citizen.id,
        kind="KQ",
        title="Giấy khai sinh",
        issuer="UBND",
        source=vault.Source.ISSUED,
        file_id=file.id,
        sha256="0" * 64,
        kept_at=SENT,
    )

    erase(place)
    files.clear(at=MUCH_LATER)

    assert not KeptFile.objects.filter(id=file.id).exists()


def test_papers_answers_and_the_sent_draft_of_an_erased_dossier_go_with_their_files(place: Office) -> None:
    given = filed(place)
    sent = draft(place)
    Draft.objects.filter(id=sent.id).update(dossier_id=given.id)
    of_draft, of_paper, of_answer = (kept(place, words) for words in (b"ba", b"bon", b"nam"))
    DraftPaper.objects.create(draft=sent, code="don", file_id=of_draft.id, attached_at=SENT)
    SubmittedPaper.objects.filter(dossier_id=given.id).update(
        form="electronic", originals=0, file_id=of_paper.id
    )
    asked = Supplement.objects.create(
        id=new_id(), dossier_id=given.id, asked_at=SENT, asked_by="Hoa", answer_by=LATER, message="Thiếu"
    )
    SupplementFile.objects.create(supplement=asked, code="don", file_id=of_answer.id, attached_at=SENT)
    intake.refuse(
        dossier_id=given.id, reason="Mai ở xã khác", ground="Điều 13 Luật Hộ tịch", by=place.intake, at=LATER
    )
    erase(place)

    assert erasures.run(at=MUCH_LATER) == 1
    files.clear(at=MUCH_LATER + timedelta(days=30))

    assert not KeptFile.objects.filter(id__in=[of_draft.id, of_paper.id, of_answer.id]).exists()
    assert not Draft.objects.exists()
    assert not SupplementFile.objects.exists()
