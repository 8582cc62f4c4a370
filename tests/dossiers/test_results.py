"""From the draft of a result to the person's vault, with real signatures of the played national side."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from national.serve import Running
from tests.support.office import Office, filed, office
from tests.support.signing import equip
from tinhso.dossiers.faults import Stale
from tinhso.dossiers.models import Dossier, Result
from tinhso.dossiers.operations import endings, intake, results, signatures
from tinhso.foundation import files, moments, signing
from tinhso.foundation.errors import Invalid, NotAllowed
from tinhso.foundation.refs import OwnerRef
from tinhso.vault import api as vault

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(can_sign: Running) -> Office:
    """An office whose leader has a credential and whose agency has a seal."""
    made = office()
    equip(made, can_sign)
    return made


def drafted(place: Office, *, at: datetime) -> UUID:
    dossier_id = filed(place, at=at).id
    intake.accept(dossier_id=dossier_id, by=place.intake, at=at)
    results.draft(dossier_id=dossier_id, written={"about": "Về việc thử"}, by=place.specialist, at=at)
    return dossier_id


def version(dossier_id: UUID) -> int:
    return Dossier.objects.values_list("version", flat=True).get(id=dossier_id)


def test_a_result_is_signed_by_the_leader_sealed_by_the_clerk_and_kept_by_the_person(place: Office) -> None:
    now = moments.now()
    dossier_id = drafted(place, at=now)

    signatures.ask(dossier_id=dossier_id, by=place.leader, at=now, seen=version(dossier_id))
    assert signatures.collect(dossier_id=dossier_id, by=place.leader, at=now)
    number = signatures.seal(dossier_id=dossier_id, by=place.clerk, at=now)
    results.hand_over(dossier_id=dossier_id, by=place.intake, at=now)
    endings.rate(dossier_id=dossier_id, score=5, words="Nhanh", by=place.citizen, at=now)

    assert number == "01"
    dossier, result = Dossier.objects.get(id=dossier_id), Result.objects.get(dossier_id=dossier_id)
    assert (dossier.status, result.state) == ("returned", "sealed")
    assert place.citizen.id is not None
    kept = vault.documents(OwnerRef("person", place.citizen.id))
    assert [document.number for document in kept] == ["01"]
    report = signing.verify(files.read(kept[0].file_id), roots=signing.trusted().roots, at=moments.now())
    assert len(report.signatures) == 2
    assert all(one.intact and one.trusted for one in report.signatures)


def test_a_leader_does_not_sign_what_changed_since_it_was_read(place: Office) -> None:
    now = moments.now()
    dossier_id = drafted(place, at=now)
    read = version(dossier_id)
    endings.note(dossier_id=dossier_id, text="Xem lại ngày sinh", by=place.leader, at=now)

    with pytest.raises(Stale):
        signatures.ask(dossier_id=dossier_id, by=place.leader, at=now, seen=read)


def test_a_signature_given_for_an_earlier_draft_is_not_taken(place: Office) -> None:
    now = moments.now()
    dossier_id = drafted(place, at=now)
    signatures.ask(dossier_id=dossier_id, by=place.leader, at=now, seen=version(dossier_id))
    results.send_back(dossier_id=dossier_id, reason="Sai tên", by=place.leader, at=now)
    results.draft(dossier_id=dossier_id, written={}, by=place.specialist, at=now + timedelta(seconds=1))

    with pytest.raises(Invalid):
        signatures.collect(dossier_id=dossier_id, by=place.leader, at=now)
    assert Result.objects.get(dossier_id=dossier_id, current=True).state == "drafted"


def test_only_the_leader_signs_and_only_the_clerk_seals(place: Office) -> None:
    now = moments.now()
    dossier_id = drafted(place, at=now)
    for actor in (place.specialist, place.clerk, place.citizen):
        with pytest.raises((NotAllowed, Invalid)):
            signatures.ask(dossier_id=dossier_id, by=actor, at=now, seen=version(dossier_id))
    with pytest.raises(Invalid):
        signatures.seal(dossier_id=dossier_id, by=place.clerk, at=now)


def test_returning_a_draft_needs_a_reason_and_goes_back_to_the_same_specialist(place: Office) -> None:
    now = moments.now()
    dossier_id = drafted(place, at=now)
    with pytest.raises(Invalid):
        results.send_back(dossier_id=dossier_id, reason="", by=place.leader, at=now)
    results.send_back(dossier_id=dossier_id, reason="Sai tên", by=place.leader, at=now)

    dossier = Dossier.objects.get(id=dossier_id)
    assert (dossier.step, dossier.holder) == ("tham_dinh", place.specialist.id)


@pytest.mark.parametrize("change", [{"state": "sealed"}, {"state": "signed"}, {"state": "lost"}])
def test_the_database_refuses_a_result_whose_state_and_files_disagree(
    place: Office, change: dict[str, object]
) -> None:
    dossier_id = drafted(place, at=moments.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Result.objects.filter(dossier_id=dossier_id).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        row = Result.objects.get(dossier_id=dossier_id)
        row.pk = None
        row.save(force_insert=True)
