"""What a second device does while the first one sends is never lost without a word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest

from tests.support.office import SENT, Office, filed, office
from tinhso.dossiers.contracts import PaperFault
from tinhso.dossiers.models import Dossier, SubmittedPaper
from tinhso.dossiers.operations import arriving, joining, supplement_files, supplements
from tinhso.foundation import files
from tinhso.foundation.errors import Conflict, Invalid, Unable

pytestmark = pytest.mark.django_db
LATER = SENT + timedelta(hours=1)
PDF = b"%PDF-1.7 don"


@pytest.fixture
def place() -> Office:
    return office()


def attach_another(place: Office, dossier: Dossier) -> None:
    second = files.keep(PDF + b" 2", name="trang-2.pdf", by=place.citizen, at=LATER)
    supplement_files.attach(dossier_id=dossier.id, paper="don", file_id=second.id, by=place.citizen, at=LATER)


def announce_another(place: Office, dossier: Dossier) -> None:
    purpose = arriving.purpose(arriving.SUPPLEMENT, dossier.id, "don")
    begun = files.begin(name="trang-2.pdf", size=9, by=place.citizen, at=LATER, purpose=purpose)
    files.write(begun.id, offset=0, source=BytesIO(b"123"), by=place.citizen, at=LATER)


@pytest.mark.parametrize(("meanwhile", "refusal"), [(attach_another, Conflict), (announce_another, Invalid)])
def test_an_answer_is_not_sent_without_the_page_another_phone_adds_meanwhile(
    place: Office,
    monkeypatch: pytest.MonkeyPatch,
    meanwhile: Callable[[Office, Dossier], None],
    refusal: type[Unable],
) -> None:
    dossier = Dossier.objects.get(id=filed(place).id)
    supplements.ask(
        dossier_id=dossier.id, faults=[PaperFault("don", "Mờ")], message="", by=place.intake, at=LATER
    )
    first = files.keep(PDF, name="trang-1.pdf", by=place.citizen, at=LATER)
    supplement_files.attach(dossier_id=dossier.id, paper="don", file_id=first.id, by=place.citizen, at=LATER)
    join = joining.papers

    def slowly(*given: Any, **named: Any) -> Any:
        joined = join(*given, **named)
        meanwhile(place, dossier)
        return joined

    monkeypatch.setattr(joining, "papers", slowly)
    with pytest.raises(refusal):
        supplement_files.send(dossier_id=dossier.id, by=place.citizen, at=LATER)

    assert Dossier.objects.get(id=dossier.id).status == "pre_supplement"
    assert SubmittedPaper.objects.filter(dossier_id=dossier.id, file_id=None).count() == 1
