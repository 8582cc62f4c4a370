"""An act belongs to its step: nobody skips one by doing another's act out of turn."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from tests.support import people
from tests.support.office import SENT, Office, filed, office
from tinhso.dossiers.faults import WrongTurn
from tinhso.dossiers.models import Dossier, Result
from tinhso.dossiers.operations import endings, intake, results, routing, signatures
from tinhso.foundation import files
from tinhso.foundation.refs import SYSTEM
from tinhso.tasks import api as tasks

pytestmark = pytest.mark.django_db
LATER = SENT + timedelta(hours=1)


@pytest.fixture
def place() -> Office:
    return office()


def drafted(place: Office) -> UUID:
    dossier_id = filed(place).id
    intake.accept(dossier_id=dossier_id, by=place.intake, at=LATER)
    results.draft(dossier_id=dossier_id, written={}, by=place.specialist, at=LATER)
    return dossier_id


def signed(place: Office) -> UUID:
    """A dossier whose result the leader signed, laid down without the sandbox."""
    dossier_id = drafted(place)
    kept = files.keep(b"%PDF-1.7 da ky", name="da-ky.pdf", by=SYSTEM, at=LATER)
    Result.objects.filter(dossier_id=dossier_id).update(
        state="signed", signed_file=kept.id, signed_at=LATER, signed_by="Nguyễn Văn An"
    )
    return dossier_id


def test_a_machine_cannot_sign_by_drafting_again_while_the_leader_has_the_draft(place: Office) -> None:
    machine, _secret = people.token(["dossiers.*"])
    dossier_id = drafted(place)

    with pytest.raises(WrongTurn):
        results.draft(dossier_id=dossier_id, written={"about": "khác"}, by=machine, at=LATER)

    dossier = Dossier.objects.get(id=dossier_id)
    assert dossier.role == "leader"
    assert [task.act for task in tasks.open_on(subject="dossier", subject_id=dossier_id)] == ["dossiers.sign"]


def test_an_officer_with_two_posts_in_one_unit_cannot_send_back_what_is_not_yet_drafted(
    place: Office,
) -> None:
    both = people.officer(unit_id=place.specialist_unit, roles=["specialist", "leader"])
    dossier_id = filed(place).id
    intake.accept(dossier_id=dossier_id, by=place.intake, at=LATER)
    routing.forward(dossier_id=dossier_id, unit_id=place.specialist_unit, note="", by=both, at=LATER)

    with pytest.raises(WrongTurn):
        results.send_back(dossier_id=dossier_id, reason="sửa", by=both, at=LATER)

    assert Dossier.objects.get(id=dossier_id).role == "specialist"


def test_no_number_is_taken_for_a_dossier_that_was_withdrawn_after_the_signature(place: Office) -> None:
    dossier_id = signed(place)
    endings.withdraw(dossier_id=dossier_id, by=place.citizen, at=LATER)
    clerk = people.officer("clerk", Dossier.objects.get(id=dossier_id).unit_id)

    with pytest.raises(WrongTurn):
        signatures.seal(dossier_id=dossier_id, by=clerk, at=LATER)

    assert Result.objects.get(dossier_id=dossier_id).number == ""
